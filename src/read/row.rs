//! What does any reader hand over? Rows: the untyped features of a layer, whatever the file format.
//! A file of its own because it is the seam: a reader for another format makes rows, everything behind it stays.

use super::fault::{FeatureRef, quoted, shown};
use super::fault_words::Kind;
use super::source::Finding;
use geojson::GeometryValue;
use std::borrow::Cow;

/// A feature or a row of a table, before anyone asks what layer it is in.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// The feature's own id, where the format has one beside the properties.
    pub(super) id: Option<Value<'a>>,
    /// Headings and values in file order; a heading may come twice.
    pub(super) properties: Vec<Property<'a>>,
    /// Coordinates in degrees, not yet validated; `None` when there is no geometry, or a fault has been found in it.
    pub(super) geometry: Option<GeometryValue>,
}

/// A heading and its value.
#[derive(Debug)]
pub(super) struct Property<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) value: Value<'a>,
    /// Byte in the text, for the line of a fault.
    pub(super) byte: Option<usize>,
}

/// A value as the file has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    /// A number (infinite when too large for a double) and its spelling.
    Number(f64, &'a str),
    /// NaN or Infinity written as if JSON had them.
    NotFinite(&'a str),
    Text(Cow<'a, str>),
    /// An object, unparsed.
    Object(&'a str),
    /// A list, unparsed.
    List(&'a str),
    /// Text whose escapes mean nothing, unparsed.
    Garbled(&'a str),
    /// Text of a table's cell, which may stand for text or for a number.
    Cell(&'a str),
    /// An error value of a spreadsheet.
    CellError(&'a str),
    /// Counts in columns of their own: heading, group, value.
    Counts(Vec<(&'a str, &'a str, Value<'a>)>),
}

impl Value<'_> {
    /// As a fault shows it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Null => "null".into(),
            Self::Bool(b) => b.to_string(),
            Self::Text(text) => quoted(text),
            Self::Cell(text) | Self::CellError(text) => quoted(text),
            Self::Counts(counts) => format!("{} columns", counts.len()),
            Self::Number(_, raw) | Self::NotFinite(raw) | Self::Object(raw) | Self::List(raw) | Self::Garbled(raw) => {
                shown(raw)
            }
        }
    }
}

/// Collects what is wrong with one feature.
#[derive(Debug)]
pub(super) struct Findings {
    /// The feature; its id is filled in as soon as it is known.
    pub(super) feature: FeatureRef,
    /// Where it starts, for findings that know no better.
    pub(super) byte: Option<usize>,
    pub(super) list: Vec<Finding>,
}

impl Findings {
    pub(super) fn new(index: usize, byte: Option<usize>) -> Self {
        Self { feature: FeatureRef { index, id: None, row: None }, byte, list: Vec::new() }
    }

    /// Of a row of a table, which has a number.
    pub(super) fn of_row(index: usize, row: usize) -> Self {
        Self { feature: FeatureRef { index, id: None, row: Some(row) }, byte: None, list: Vec::new() }
    }

    /// Adds a finding about a field.
    pub(super) fn field(&mut self, name: &str, value: Option<String>, byte: Option<usize>, kind: Kind) {
        let (feature, field) = (Some(self.feature.clone()), Some(name.to_owned()));
        self.list.push(Finding { byte: byte.or(self.byte), feature, field, value, kind });
    }

    /// Adds a finding about the feature as such.
    pub(super) fn feature(&mut self, kind: Kind) {
        self.list.push(Finding {
            byte: self.byte,
            feature: Some(self.feature.clone()),
            field: None,
            value: None,
            kind,
        });
    }

    /// Gives the findings made before the id was known their id, and hands all over.
    pub(super) fn finish(self) -> (FeatureRef, Vec<Finding>) {
        let Self { feature, mut list, .. } = self;
        for finding in &mut list {
            finding.feature = Some(feature.clone());
        }
        (feature, list)
    }
}

/// A row that has become what the layer holds.
#[derive(Debug)]
pub(super) struct Item<T> {
    /// Position in the file.
    pub(super) index: usize,
    /// Byte in the text.
    pub(super) byte: Option<usize>,
    /// Number of the row, in a table.
    pub(super) row: Option<usize>,
    pub(super) value: T,
}

/// A layer once its rows are typed.
#[derive(Debug)]
pub(super) struct Typed<T> {
    /// What the rows became, in file order; rows with faults are missing.
    pub(super) items: Vec<Item<T>>,
    /// Rows with faults.
    pub(super) refused: Vec<FeatureRef>,
    /// Whether the file was read to its end: if not, what is missing elsewhere may only be behind the break.
    pub(super) complete: bool,
    /// Everything wrong.
    pub(super) findings: Vec<Finding>,
}
