//! What do the files say?
//!
//! [`open`] turns a plan folder into a [`crate::model::PlanFolder`], or into [`Faults`]: *all* that is wrong, each fault with
//! file, feature, field, value and what to do. Nothing is guessed, dropped or repaired behind the user's back.
//!
//! A *source* is a file's text. A reader *cuts* it into *rows*, untyped; *headings* say which property a row's value is;
//! a layer's own file types the row. Faults are *findings* until their byte has become a line. What no single file can
//! know is *agreement*. [`tables`] reads the tables of a bare problem, which has no folder.
//!
//! Coordinates become WGS84 once, here (`datum.rs`, `projection.rs`); text becomes UTF-8 here (`encoding.rs`); codes of
//! counties become names here (`codes`). To add a reader for another format: a file in `format`, which is all tables.
//! To add a property: one line in `headings.rs` and one in the layer's file. To add a fault: one entry in `fault_words.rs`.

mod agreement;
mod axes;
mod boundaries;
mod codes;
mod cut;
mod datum;
mod datum_fit;
mod encoding;
mod fault;
mod fault_words;
mod folder;
mod format;
mod geojson;
mod geometry;
mod headings;
mod layer_file;
mod look;
mod names;
mod places;
mod plan_toml;
mod plan_toml_keys;
mod plan_toml_layers;
mod plan_toml_objective;
mod progress;
mod projection;
mod properties;
mod rings;
mod row;
mod sites;
mod source;
mod tables;
mod travel_input;

pub use datum_fit::{Doubt, doubts};
pub use encoding::Encoding;
pub use fault::{Fault, Faults, FeatureRef};
pub use fault_words::{Kind, Meant};
pub use folder::{Limits, Reading, language, open, open_with, plan_without_layers};
pub(crate) use format::{write_wkb, write_wkt};
pub use look::{Column, Look, LookAs, layer_named, look};
pub use progress::progress;
pub use source::sha256_of;
pub use tables::{
    Axes, CountyTable, DemandTable, Ids, PointTable, SiteTable, TableFiles, Tables, TimesTable, points, tables,
};
