//! What was tried, and by which name? Scenarios in a file of the plan folder that two people may save to at once and QGIS opens.
//!
//! A *scenario* is a name, a note and [`Changes`], with what they come to beside it for those who open the file elsewhere. Every
//! save is a *revision*, and every revision is kept. `schema` says how the file is laid out, `store` reads and writes it,
//! `exchange` takes it out and brings it in, `compare` puts two side by side.
//!
//! The file is SQLite with a rollback journal that is synced before and after every commit: what was answered as saved is on the
//! disk, and whatever ends the program between leaves the last revision whole.

mod compare;
mod error;
mod exchange;
mod schema;
mod store;

pub use compare::{Compared, Side, Standing};
pub use error::StoreError;
pub use exchange::Imported;
pub use store::{Condition, Draft, Scenario, Store, Summary};
