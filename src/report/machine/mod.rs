//! What do other programs take? Layers as tables with a geometry: GeoPackage with styles, GeoParquet, CSV; and a whole plan
//! folder in another format. A folder of its own because all of these are one table in different clothes.
//!
//! To add a format: a file here with a function from [`Table`] to bytes, its arm in [`Format::bytes`], a line in the round
//! trip of `tests/round_trip.rs` when plans can be kept in it.

mod geopackage;
mod geoparquet;
mod inputs;
mod shown;
mod styles;
mod text;

pub(crate) use geopackage::{SCHEMA as GEOPACKAGE_SCHEMA, geometry as geopackage_geometry};
pub use shown::{Shown, ShownError, shown_gaps};

use super::error::ReportError;
use super::layers::Layer;
use super::workbook;
use crate::job::Outcome;
use crate::model::{Lang, PlanFolder};
use geojson::GeometryValue;
use serde_json::Value;

/// A format for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 7946.
    Geojson,
    /// A database with styles that QGIS shows at once.
    Geopackage,
    /// Columns for pandas and data bases.
    Geoparquet,
    /// Text, with or without the byte-order mark that Excel wants.
    Csv {
        /// Whether there is a mark.
        mark: bool,
    },
    /// A workbook.
    Xlsx,
}

impl Format {
    /// By suffix.
    pub fn of_suffix(suffix: &str) -> Option<Self> {
        match suffix {
            "geojson" => Some(Self::Geojson),
            "gpkg" => Some(Self::Geopackage),
            "parquet" => Some(Self::Geoparquet),
            "csv" => Some(Self::Csv { mark: true }),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    /// The suffix of its files.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Geojson => "geojson",
            Self::Geopackage => "gpkg",
            Self::Geoparquet => "parquet",
            Self::Csv { .. } => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    fn bytes(self, table: &Table, date: time::Date) -> Result<Vec<u8>, ReportError> {
        match self {
            Self::Geojson => text::geojson(table),
            Self::Geopackage => geopackage::bytes(std::slice::from_ref(table), date),
            Self::Geoparquet => geoparquet::bytes(table),
            Self::Csv { mark } => text::csv(table, mark),
            Self::Xlsx => workbook::xlsx(&text::about(table, date), vec![text::sheet(table)]),
        }
    }
}

/// A layer as a table. Positions are WGS84.
#[derive(Debug)]
pub(crate) struct Table {
    pub name: &'static str,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Debug)]
pub(crate) struct Row {
    pub geometry: GeometryValue,
    /// As many as there are columns.
    pub cells: Vec<Value>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    Real,
    Flag,
}

impl Table {
    fn of(name: &'static str, columns: &[&str], outcome: &Outcome, layer: Layer, lang: Lang) -> Self {
        let rows = layer.rows(outcome, lang).into_iter().map(|(geometry, properties)| {
            debug_assert!(properties.iter().map(|(name, _)| name.as_str()).eq(columns.iter().copied()));
            Row { geometry, cells: properties.into_iter().map(|(_, value)| value).collect() }
        });
        Self { name, columns: columns.iter().map(|c| (*c).to_owned()).collect(), rows: rows.collect() }
    }

    /// What a column holds, by what is in it; a column of nothing is text.
    fn holds(&self, column: usize) -> Holds {
        let stated = || self.rows.iter().map(|row| &row.cells[column]).filter(|v| !v.is_null());
        match stated().next() {
            Some(Value::Number(_)) if stated().all(Value::is_number) => Holds::Real,
            Some(Value::Bool(_)) if stated().all(Value::is_boolean) => Holds::Flag,
            _ => Holds::Text,
        }
    }

    /// Points and areas as tables of their own: a style is for one of them.
    fn parted(self) -> Vec<Self> {
        let areas = match self.name {
            "coverage" => "coverage_areas",
            "gaps" => "gaps_areas",
            _ => return vec![self],
        };
        let Self { name, columns, rows } = self;
        let (points, shapes): (Vec<Row>, Vec<Row>) =
            rows.into_iter().partition(|row| matches!(row.geometry, GeometryValue::Point { .. }));
        let mut parts = Vec::new();
        if !shapes.is_empty() {
            parts.push(Self { name: areas, columns: columns.clone(), rows: shapes });
        }
        parts.push(Self { name, columns, rows: points });
        parts
    }

    /// Whether every row is a point.
    fn is_points(&self) -> bool {
        self.rows.iter().all(|row| matches!(row.geometry, GeometryValue::Point { .. }))
    }
}

/// Text of a value that is no number: lists are joined.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Layers of an outcome and their attributes, in the order of the files; what each means is said where the layer is made.
const LAYERS: [(&str, Layer, &[&str]); 5] = [
    ("circles", Layer::Circles, &["station", "name", "setting", "mode", "minutes", "radius_m", "status", "phase"]),
    (
        "coverage",
        Layer::Coverage,
        &[
            "id",
            "layer",
            "people",
            "covered_today",
            "covered",
            "minutes",
            "station",
            "name",
            "county",
            "setting",
            "kind",
            "status",
        ],
    ),
    ("gaps", Layer::Gaps, &super::gap_table::COLUMNS),
    ("stations", Layer::Stations, &["id", "name", "county", "status", "kind", "opened", "capacity"]),
    (
        "proposal",
        Layer::Proposal,
        &[
            "id",
            "name",
            "county",
            "phase",
            "rank",
            "covered",
            "gain",
            "loss_if_refused",
            "alternatives",
            "gain_weighted",
            "loss_weighted",
            "host",
            "cost",
            "loss_proved",
        ],
    ),
];

/// `plan.gpkg`: every layer of an outcome in one GeoPackage, with styles.
///
/// # Errors
/// What the data base refuses.
pub fn geopackage(outcome: &Outcome, lang: Lang) -> Result<Vec<u8>, ReportError> {
    let tables: Vec<Table> =
        LAYERS.iter().map(|(name, layer, columns)| Table::of(name, columns, outcome, *layer, lang)).collect();
    let parted: Vec<Table> = tables.into_iter().flat_map(Table::parted).collect();
    geopackage::bytes(&parted, outcome.date)
}

/// The gap list in a format for programs.
///
/// # Errors
/// What the format refuses.
pub fn gaps(outcome: &Outcome, lang: Lang, format: Format) -> Result<Vec<u8>, ReportError> {
    let (name, layer, columns) = LAYERS[2];
    format.bytes(&Table::of(name, columns, outcome, layer, lang), outcome.date)
}

/// The layers of a plan folder as files in another format: name and bytes.
///
/// # Errors
/// What the format refuses.
pub fn folder(folder: &PlanFolder, format: Format, date: time::Date) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let file = |table: Table| Ok((format!("{}.{}", table.name, format.suffix()), format.bytes(&table, date)?));
    inputs::tables(folder).into_iter().map(file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::outcome;

    #[test]
    fn the_documented_attributes_are_those_that_are_written() {
        let o = outcome();
        for (name, layer, columns) in LAYERS {
            for (_, properties) in layer.rows(&o, Lang::Zh) {
                assert!(
                    properties.iter().map(|(n, _)| n.as_str()).eq(columns.iter().copied()),
                    "{name}: {properties:?}"
                );
            }
        }
    }

    #[test]
    fn the_same_outcome_gives_the_same_bytes_in_every_format() {
        let o = outcome();
        assert_eq!(geopackage(&o, Lang::Zh).expect("written"), geopackage(&o, Lang::Zh).expect("written"));
        for format in ["geojson", "gpkg", "parquet", "csv", "xlsx"].map(|s| Format::of_suffix(s).expect("known")) {
            let bytes = || gaps(&o, Lang::En, format).expect("written");
            assert_eq!(bytes(), bytes(), "{format:?}");
        }
    }
}
