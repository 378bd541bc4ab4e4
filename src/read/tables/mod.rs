//! What do the tables of a bare location problem say: demand, sites, travel costs, counties? A folder of its own because
//! these have no plan around them; CSV is cut in `csv.rs`, Parquet in `parquet.rs`, cells are typed in `sheet.rs`, ids are kept in `ids.rs`.
//!
//! To add a format: one file that hands rows to a closure as `csv.rs` does, one arm in [`each_row`], one test in
//! `tests/solve.rs`.

mod csv;
mod ids;
mod kinds;
mod parquet;
mod points;
mod sheet;

pub use ids::Ids;
pub use kinds::{CountyTable, DemandTable, SiteTable, TimesTable};
pub use points::{PointTable, points};

use super::fault::Faults;
use super::fault_words::Kind;
use sheet::{At, Cell, Column, Sheet};
use std::fs::File;
use std::path::Path;

/// What coordinates are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axes {
    /// Longitude and latitude in degrees, WGS84.
    Degrees,
    /// A plane in any unit.
    Planar,
    /// There are none: `times` says what travel costs.
    Absent,
}

/// The files of a bare problem.
#[derive(Debug, Clone, Copy)]
pub struct TableFiles<'a> {
    /// `id,x,y,weight`; `lon` and `lat` are understood for x and y.
    pub demand: &'a Path,
    /// `id,x,y[,cost,capacity,county]`.
    pub sites: &'a Path,
    /// `site,demand,cost`; `seconds` is understood for cost.
    pub times: Option<&'a Path>,
    /// `county,min,max`; an empty cell is no limit.
    pub counties: Option<&'a Path>,
    /// What x and y are.
    pub axes: Axes,
    /// Whether every site must have a cost.
    pub costs: bool,
}

/// The tables of a bare problem.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// Demand, in the order of its file.
    pub demand: DemandTable,
    /// Sites, by id, whatever the order of their file.
    pub sites: SiteTable,
    /// Travel costs.
    pub times: Option<TimesTable>,
    /// County limits.
    pub counties: CountyTable,
}

/// Reads the tables.
///
/// # Errors
/// Every fault of every table, with file, line, column, value and what to do.
pub fn tables(files: &TableFiles<'_>) -> Result<Tables, Faults> {
    let (demand, of_demand) = kinds::demand(files.demand, files.axes);
    let (sites, of_sites) = kinds::sites(files.sites, files.axes, files.costs);
    let mut faults = vec![of_demand, of_sites];
    let readable = faults.iter().all(Vec::is_empty);
    let names = (files.sites, files.demand);
    // Without all ids every row would seem to name an unknown one.
    let times = files.times.filter(|_| readable).map(|file| kinds::times(file, names, &sites, &demand));
    let counties = files.counties.filter(|_| readable).map(|file| kinds::counties(file, &sites));
    let times = times.map(|(table, found)| {
        faults.push(found);
        table
    });
    let counties = counties.map(|(table, found)| {
        faults.push(found);
        table
    });
    match Faults::of(faults) {
        Some(faults) => Err(faults),
        None => Ok(Tables { demand, sites, times, counties: counties.unwrap_or_default() }),
    }
}

/// Travel times as a plan has them, whose sites and demand come from its layers.
pub(super) use kinds::times as read_times;

/// Hands every row of a table to `row`; what cannot be read is a fault of the sheet.
fn each_row(path: &Path, columns: &'static [Column], row: impl FnMut(&mut Sheet, At, &[Cell<'_>])) -> Sheet {
    let mut sheet = Sheet::new(path.display().to_string(), columns);
    // A pipe would wait for ever and a device never ends, so both are refused before they are opened.
    let file = match std::fs::metadata(path) {
        Ok(data) if data.is_file() => File::open(path),
        Ok(_) => {
            sheet.whole(None, Kind::NotAFile);
            return sheet;
        }
        Err(e) => Err(e),
    };
    let suffix = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    match (file, suffix.as_str()) {
        (Err(e), _) => sheet.whole(None, Kind::Io { error: e.to_string() }),
        (Ok(file), "csv") => csv::each(file, &mut sheet, row),
        (Ok(file), "parquet") => parquet::each(file, &mut sheet, row),
        (Ok(_), _) => sheet.whole(None, Kind::OtherTable),
    }
    sheet
}
