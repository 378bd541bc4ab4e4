//! Outcome to files.
//!
//! A *layer* is GeoJSON for a map elsewhere, the *gap table* lists who stays uncovered and why, the *summary* is the
//! numbers for programs, the *page* is the paper for people, the *map* its picture. Rendering never computes: every
//! number here is read from [`crate::job::Outcome`]. One outcome gives the same bytes every time.
//!
//! To add an output: one file with a function from `&Outcome` to bytes, its name in `write.rs` if `plan` writes it, and
//! a test that reads it back. What a person reads takes a [`crate::model::Lang`] and its words from `words.rs`;
//! numbers go through `number.rs`; text from the data is escaped where the format is written, nowhere else.

mod certificate;
pub mod document;
mod error;
pub(crate) mod escape;
#[cfg(test)]
mod fixture;
pub mod font;
pub mod gap_table;
pub mod layers;
pub mod machine;
pub mod map;
pub(crate) mod number;
mod proof;
mod table_certificate;
pub mod page;
mod replace;
mod summary;
pub(crate) mod words;
mod workbook;
mod write;

pub use certificate::certificate;
pub use error::ReportError;
pub(crate) use number::Num as NumberInFiles;
pub use replace::{may_write_file, write_file, write_folder};
pub use summary::{SUMMARY_SCHEMA, summary, summary_text};
pub use table_certificate::{Proved, TableCertificate, table_certificate};
pub use write::{FILES, may_write_plan, report, write_plan};
