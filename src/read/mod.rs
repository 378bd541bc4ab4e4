//! What do the files say?
//!
//! [`open`] turns a plan folder into a [`crate::model::PlanFolder`], or into [`Faults`]: *all* that is wrong, each fault with
//! file, feature, field, value and what to do. Nothing is guessed, dropped or repaired behind the user's back.
//!
//! A *source* is a file's text. A reader *cuts* it into *rows*, untyped; *headings* say which property a row's value is;
//! a layer's own file types the row. Faults are *findings* until their byte has become a line. What no single file can
//! know is *agreement*. [`tables`] reads the tables of a bare problem, which has no folder.
//!
//! To add a reader for another format: one file beside `geojson.rs` that makes [`row::Row`]s and hands them to the closure
//! it is given, in parallel and in file order; one arm in `layer_file.rs` by suffix; bad files in `tests/bad_input.rs`.
//! To add a property: one line in `headings.rs` and one in the layer's file. To add a fault: one entry in `fault_words.rs`.

mod agreement;
mod axes;
mod boundaries;
mod cut;
mod fault;
mod fault_words;
mod folder;
mod geojson;
mod geometry;
mod headings;
mod layer_file;
mod names;
mod places;
mod plan_toml;
mod plan_toml_keys;
mod plan_toml_layers;
mod properties;
mod rings;
mod row;
mod sites;
mod source;
mod tables;
mod travel_input;

pub use fault::{Fault, Faults, FeatureRef};
pub use fault_words::{Kind, Meant};
pub use folder::{language, open};
pub use tables::{
    Axes, CountyTable, DemandTable, Ids, PointTable, SiteTable, TableFiles, Tables, TimesTable, points, tables,
};
