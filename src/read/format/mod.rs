//! What do the files other than GeoJSON say? CSV, Excel, GeoPackage, GeoParquet and Shapefile, each as a *grid*: headings,
//! and rows of cells with or without a geometry, before anyone asks what the columns mean.
//! A folder of its own because all of these are tables: `grid.rs` finds out which columns are places and groups, and hands
//! rows on as any reader does.
//!
//! To add a format: one file with a function from [`Opened`] to [`Grid`], one arm in [`read`], its suffix in [`SUFFIXES`],
//! bad files in `tests/bad_input/`, a line in the round trip of `tests/round_trip.rs`.

mod csv;
mod dbf;
mod geopackage;
mod geoparquet;
mod grid;
mod guard;
mod parquet_pages;
mod prj;
mod shapefile;
mod wkb;
mod wkt;
mod xlsx;

pub(super) use grid::{datum_of_headings, has_places, rows, says_where};
pub(super) use parquet_pages::can_be as pages_can_be;
pub(super) use shapefile::{BESIDE, beside};
pub(crate) use wkb::write as write_wkb;
pub(crate) use wkt::write as write_wkt;

use super::datum::Datum;
use super::encoding::Encoding;
use super::fault_words::Kind;
use super::folder::Limits;
use super::headings::{Headings, Layer};
use super::source::Finding;
use geojson::GeometryValue;
use std::path::{Path, PathBuf};

/// Suffixes of the formats that are read, GeoJSON first.
pub(super) const SUFFIXES: [&str; 6] = ["geojson", "csv", "xlsx", "gpkg", "parquet", "shp"];

/// Most bytes that a file may have, packed or unpacked: more is no layer but an attack or a mistake.
pub(super) const MOST_BYTES: u64 = 2 << 30;
/// Most rows of a layer.
const MOST_ROWS: usize = 20_000_000;
/// Most columns of a layer.
const MOST_COLUMNS: usize = 4096;

/// A file that was opened, and what the plan says about it.
#[derive(Debug)]
pub(super) struct Opened<'a> {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
    pub(super) headings: &'a Headings,
    /// The layer, which a sheet or table may be named after.
    pub(super) layer: Layer,
    /// `sheet` of `plan.toml`.
    pub(super) sheet: Option<&'a str>,
    /// `encoding` of `plan.toml` or of the command line.
    pub(super) encoding: Option<Encoding>,
    pub(super) limits: Limits,
}

/// A table.
#[derive(Debug, Default)]
pub(super) struct Grid {
    pub(super) headings: Vec<String>,
    pub(super) rows: Vec<GridRow>,
    /// The datum as the file has it.
    pub(super) says: FileDatum,
    /// Whether rows have geometries of their own, so that no column has to be a place.
    pub(super) spatial: bool,
    /// What is wrong with the file as such.
    pub(super) findings: Vec<Finding>,
    /// Rows that are no rows.
    pub(super) bad_rows: Vec<(usize, Kind)>,
}

/// A row.
#[derive(Debug)]
pub(super) struct GridRow {
    /// Its number as people find it: the line of a text, the row of a sheet, the record of a table, from 1.
    pub(super) number: usize,
    pub(super) cells: Vec<Cell>,
    pub(super) geometry: Option<Result<GeometryValue, Kind>>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(String),
    /// A number and how it is shown.
    Number(f64, String),
    Bool(bool),
    /// An error value of a spreadsheet.
    Error(String),
}

impl Cell {
    pub(super) fn number(n: f64) -> Self {
        if n.is_nan() { Self::Empty } else { Self::Number(n, n.to_string()) }
    }

    pub(super) fn text(text: &str) -> Self {
        if text.trim().is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// The text of a cell, whatever it is.
    pub(super) fn shown(&self) -> &str {
        match self {
            Self::Empty => "",
            Self::Text(text) | Self::Number(_, text) | Self::Error(text) => text,
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
        }
    }
}

/// What a file says about its datum.
#[derive(Debug, Default)]
pub(super) enum FileDatum {
    /// Nothing: the format has no place for it, or it is empty.
    #[default]
    Silent,
    Says(Datum),
    /// Something that is not understood, in its words, and why.
    Refused(String, Kind),
}

/// A fault of the file as a whole, and what it quotes.
pub(super) type Broken = Box<Finding>;

pub(super) fn broken(kind: Kind) -> Broken {
    Box::new(Finding::of(kind))
}

/// A file that its parser refuses.
pub(super) fn unreadable(error: impl std::fmt::Display) -> Broken {
    broken(Kind::BadTable { error: super::fault::shown(&error.to_string().replace('\n', " ")) })
}

/// Reads a file by its suffix.
pub(super) fn read(opened: &Opened<'_>) -> Result<Grid, Broken> {
    if opened.bytes.is_empty() {
        return Err(broken(Kind::EmptyTable));
    }
    let grid = match suffix(&opened.path).as_str() {
        "csv" => csv::read(opened),
        "xlsx" => xlsx::read(opened),
        "gpkg" => geopackage::read(opened),
        "parquet" => geoparquet::read(opened),
        "shp" => shapefile::read(opened),
        other => Err(broken(Kind::OtherFormat { found: super::fault::shown(other) })),
    }?;
    let most = opened.limits.rows.min(MOST_ROWS);
    match (grid.rows.len() > most, grid.headings.len() > MOST_COLUMNS) {
        (true, _) => {
            Err(broken(Kind::TooMuch { most: if most == MOST_ROWS { "20,000,000 rows" } else { "500,000 rows" } }))
        }
        (_, true) => Err(broken(Kind::TooMuch { most: "4,096 columns" })),
        _ => Ok(grid),
    }
}

/// The sheets of a workbook that hold anything; of any other file none.
pub(super) fn sheets(opened: &Opened<'_>) -> Result<Vec<String>, Broken> {
    if suffix(&opened.path) == "xlsx" { xlsx::sheets(opened) } else { Ok(Vec::new()) }
}

/// The suffix, lower-case.
pub(super) fn suffix(path: &Path) -> String {
    path.extension().and_then(|s| s.to_str()).unwrap_or_default().to_lowercase()
}

/// Which of several sheets or tables is the layer's: the one that the plan names, the one named after the layer, or the only one.
fn choose<'n>(names: &'n [String], opened: &Opened<'_>) -> Result<&'n String, Broken> {
    let listed = || names.iter().map(|n| super::fault::shown(n)).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = opened.sheet {
        let found = names.iter().find(|name| name.trim() == wanted);
        return found.ok_or_else(|| {
            Box::new(Finding {
                value: Some(super::fault::quoted(wanted)),
                ..Finding::of(Kind::NoSheet { known: listed() })
            })
        });
    }
    let after = |name: &&String| opened.layer.names().iter().any(|n| name.trim().eq_ignore_ascii_case(n));
    match (names, names.iter().find(after)) {
        (_, Some(name)) => Ok(name),
        ([only], None) => Ok(only),
        ([], None) => Err(broken(Kind::EmptyTable)),
        _ => Err(broken(Kind::WhichSheet { known: listed() })),
    }
}
