//! Outcome over HTTP, and the page: what leadership opens in a browser.
//!
//! A [`Desk`] holds one outcome and lays out every answer once, when it is first asked for; the [`router`] hands the
//! answers out with the guards around them; [`serve`] and [`run`] open the door. Nothing here computes: numbers come
//! from `report`, the same functions that write `plan`'s files, so the page and the files cannot disagree. The page is
//! embedded, so no request leaves the machine.
//!
//! Other programs read layers through `ogc/` and `tiles/`, both from `features.rs`; `import/` takes files in; `openapi/` describes every path,
//! and a test finds none missing.
//!
//! Words: a *topic* is one JSON answer under `/api/`; a *sheet* is a drawn map; a *download* is a file to keep;
//! *prepared* is an answer with its bytes, type and tag.
//!
//! To add an answer: one variant and its body in `topics.rs` (or a row in `downloads.rs`), one test in `tests/web.rs`
//! which compares it with the file `plan` writes. To add a file of the page: put it under `page/` and add its line to
//! the table in `assets.rs`; a test there fails until you do.

mod access;
mod answers;
mod asked;
mod assets;
mod counties;
mod desk;
mod door;
mod downloads;
mod error;
mod export;
mod features;
mod guards;
mod import;
mod jobs;
mod loops;
mod metrics;
mod ogc;
mod openapi;
mod origin;
mod planner;
mod prepared;
mod problem;
mod router;
mod scenarios;
mod sheets;
mod shelf;
mod tiles;
mod topics;
mod what_if;

pub use access::Access;
pub use desk::{Desk, Hosts};
pub use door::{DEFAULT_ADDRESS, run, serve};
pub use error::WebError;
pub use planner::{Limits, Planning};
pub use router::router;
