//! What does each table of a bare problem hold, and which of its rows are wrong? A file of its own because the four tables
//! are typed by the same few rules.

use super::sheet::{self, At, Bound, Cell, Column, Sheet};
use super::{Axes, Ids, each_row};
use crate::read::fault::{Fault, nearest, quoted};
use crate::read::fault_words::{Kind, Meant};
use std::path::Path;

/// Where people are.
#[derive(Debug, Clone, Default)]
pub struct DemandTable {
    /// Ids.
    pub ids: Ids,
    /// x or longitude; empty without coordinates.
    pub x: Vec<f64>,
    /// y or latitude; empty without coordinates.
    pub y: Vec<f64>,
    /// Weight, finite and not negative.
    pub weight: Vec<f64>,
}

/// Where a station could be.
#[derive(Debug, Clone, Default)]
pub struct SiteTable {
    /// Ids, ascending.
    pub ids: Ids,
    /// x or longitude; empty without coordinates.
    pub x: Vec<f64>,
    /// y or latitude; empty without coordinates.
    pub y: Vec<f64>,
    /// Cost; 0 where none is given.
    pub cost: Vec<f64>,
    /// People it can serve, where given.
    pub capacity: Vec<Option<f64>>,
    /// County, where one is given.
    pub county: Vec<Option<String>>,
}

/// What travel costs: a row per pair within reach, by demand and then by site. Indices are those of the other tables.
#[derive(Debug, Clone, Default)]
pub struct TimesTable {
    /// Demand, site, cost.
    pub pairs: Vec<(u32, u32, f64)>,
}

/// Least and most stations per county, by county.
#[derive(Debug, Clone, Default)]
pub struct CountyTable {
    /// County, least, most; no most is no limit.
    pub limits: Vec<(String, usize, Option<usize>)>,
}

const X: Column = Column { names: &["x", "lon", "lng", "longitude"], needed: true };
const Y: Column = Column { names: &["y", "lat", "latitude"], needed: true };
const ID: Column = Column { names: &["id"], needed: true };
const COST: Column = Column { names: &["cost"], needed: false };
const CAPACITY: Column = Column { names: &["capacity"], needed: false };
const COUNTY: Column = Column { names: &["county"], needed: false };
const WEIGHT: Column = Column { names: &["weight"], needed: true };

const fn optional(column: Column) -> Column {
    Column { needed: false, ..column }
}

const DEMAND: &[Column] = &[ID, WEIGHT, X, Y];
const DEMAND_WITHOUT_PLACE: &[Column] = &[ID, WEIGHT];
const SITES: &[Column] = &[ID, COST, CAPACITY, COUNTY, X, Y];
const SITES_WITH_COST: &[Column] = &[ID, Column { needed: true, ..COST }, CAPACITY, COUNTY, X, Y];
const SITES_WITHOUT_PLACE: &[Column] = &[ID, COST, CAPACITY, COUNTY, optional(X), optional(Y)];
const SITES_WITH_COST_ONLY: &[Column] =
    &[ID, Column { needed: true, ..COST }, CAPACITY, COUNTY, optional(X), optional(Y)];
const TIMES: &[Column] = &[
    Column { names: &["site"], needed: true },
    Column { names: &["demand"], needed: true },
    Column { names: &["cost", "seconds"], needed: true },
];
const COUNTIES: &[Column] = &[
    Column { names: &["county"], needed: true },
    Column { names: &["min"], needed: false },
    Column { names: &["max"], needed: false },
];

fn bounds(axes: Axes) -> (Bound, Bound) {
    if axes == Axes::Degrees { (sheet::LONGITUDE, sheet::LATITUDE) } else { (sheet::ANY, sheet::ANY) }
}

/// Notes the id of a row; a fault when it stands in an earlier one.
fn id(sheet: &mut Sheet, at: At, cells: &[Cell<'_>], ids: &mut Ids) {
    if let Some(id) = sheet.text(at, cells, 0)
        && let Some(first) = ids.push(&id)
    {
        sheet.fault(at, Some(0), Some(quoted(&id)), Kind::SameId { first: first as usize + 1 });
    }
}

fn not_empty(mut sheet: Sheet, rows: usize) -> Vec<Fault> {
    if rows == 0 && sheet.faults.is_empty() {
        sheet.whole(None, Kind::NoRows);
    }
    sheet.faults
}

pub(super) fn demand(path: &Path, axes: Axes) -> (DemandTable, Vec<Fault>) {
    let mut table = DemandTable::default();
    let (placed, (lon, lat)) = (axes != Axes::Absent, bounds(axes));
    let sheet = each_row(path, if placed { DEMAND } else { DEMAND_WITHOUT_PLACE }, |sheet, at, cells| {
        id(sheet, at, cells, &mut table.ids);
        // A value that is missing is a fault by now, so the columns need not stay even.
        table.weight.extend(sheet.number(at, cells, 1, sheet::NOT_NEGATIVE));
        if placed {
            table.x.extend(sheet.number(at, cells, 2, lon));
            table.y.extend(sheet.number(at, cells, 3, lat));
        }
    });
    let rows = table.ids.len();
    (table, not_empty(sheet, rows))
}

pub(super) fn sites(path: &Path, axes: Axes, costs: bool) -> (SiteTable, Vec<Fault>) {
    let mut table = SiteTable::default();
    let (placed, (lon, lat)) = (axes != Axes::Absent, bounds(axes));
    let columns = match (placed, costs) {
        (true, false) => SITES,
        (true, true) => SITES_WITH_COST,
        (false, false) => SITES_WITHOUT_PLACE,
        (false, true) => SITES_WITH_COST_ONLY,
    };
    let sheet = each_row(path, columns, |sheet, at, cells| {
        id(sheet, at, cells, &mut table.ids);
        let cost = if costs {
            sheet.number(at, cells, 1, sheet::NOT_NEGATIVE)
        } else {
            sheet.maybe(at, cells, 1, sheet::NOT_NEGATIVE)
        };
        table.cost.push(cost.unwrap_or(0.0));
        table.capacity.push(sheet.maybe(at, cells, 2, sheet::NOT_NEGATIVE));
        table.county.push(sheet.maybe_text(at, cells, 3));
        if placed {
            table.x.extend(sheet.number(at, cells, 4, lon));
            table.y.extend(sheet.number(at, cells, 5, lat));
        }
    });
    let rows = table.ids.len();
    let faults = not_empty(sheet, rows);
    (if faults.is_empty() { by_id(&table) } else { table }, faults)
}

/// The sites in the order of their ids, so that the order of the file decides nothing.
fn by_id(table: &SiteTable) -> SiteTable {
    let mut order: Vec<usize> = (0..table.ids.len()).collect();
    order.sort_unstable_by(|&a, &b| table.ids.name(a).cmp(table.ids.name(b)));
    let mut ids = Ids::default();
    for &i in &order {
        ids.push(table.ids.name(i));
    }
    let numbers = |of: &[f64]| order.iter().filter_map(|&i| of.get(i).copied()).collect();
    SiteTable {
        ids,
        x: numbers(&table.x),
        y: numbers(&table.y),
        cost: numbers(&table.cost),
        capacity: order.iter().map(|&i| table.capacity[i]).collect(),
        county: order.iter().map(|&i| table.county[i].clone()).collect(),
    }
}

pub(in crate::read) fn times(
    path: &Path,
    (site_file, demand_file): (&Path, &Path),
    sites: &SiteTable,
    demand: &DemandTable,
) -> (TimesTable, Vec<Fault>) {
    let mut rows: Vec<(u32, u32, f64, At)> = Vec::new();
    let find = |sheet: &mut Sheet, at: At, cells: &[Cell<'_>], column: usize, ids: &Ids, file: &Path| {
        let id = sheet.text(at, cells, column)?;
        let found = ids.find(&id);
        if found.is_none() {
            let file = file.display().to_string();
            sheet.fault(at, Some(column), Some(quoted(&id)), Kind::NoSuchId { file });
        }
        found
    };
    let mut sheet = each_row(path, TIMES, |sheet, at, cells| {
        let site = find(sheet, at, cells, 0, &sites.ids, site_file);
        let demand = find(sheet, at, cells, 1, &demand.ids, demand_file);
        let cost = sheet.number(at, cells, 2, sheet::NOT_NEGATIVE);
        if let (Some(site), Some(demand), Some(cost)) = (site, demand, cost) {
            rows.push((demand, site, cost, at));
        }
    });
    // Stable, so that of two equal pairs the later one is the fault.
    let mut order: Vec<u32> = (0..rows.len() as u32).collect();
    order.sort_by_key(|&i| (rows[i as usize].0, rows[i as usize].1));
    for pair in order.windows(2) {
        let [a, b] = [pair[0], pair[1]].map(|i| &rows[i as usize]);
        if (a.0, a.1) == (b.0, b.1) {
            let value = format!("{}, {}", quoted(sites.ids.name(b.1 as usize)), quoted(demand.ids.name(b.0 as usize)));
            sheet.fault(b.3, Some(0), Some(value), Kind::SamePair { first: pair[0] as usize + 1 });
        }
    }
    let pairs = order.into_iter().map(|i| rows[i as usize]).map(|(d, s, cost, _)| (d, s, cost)).collect();
    (TimesTable { pairs }, not_empty(sheet, rows.len()))
}

pub(super) fn counties(path: &Path, sites: &SiteTable) -> (CountyTable, Vec<Fault>) {
    let mut table = CountyTable::default();
    let mut ids = Ids::default();
    let mut known: Vec<&str> = sites.county.iter().flatten().map(String::as_str).collect();
    known.sort_unstable();
    known.dedup();
    let sheet = each_row(path, COUNTIES, |sheet, at, cells| {
        id(sheet, at, cells, &mut ids);
        let min = sheet.maybe(at, cells, 1, sheet::COUNT).map_or(0, |n| n as usize);
        let max = sheet.maybe(at, cells, 2, sheet::COUNT).map(|n| n as usize);
        let Some(county) = sheet.maybe_text(at, cells, 0) else { return };
        if known.binary_search(&county.as_str()).is_err() {
            let meant = Meant(nearest(&county, known.iter().copied()));
            sheet.fault(at, Some(0), Some(quoted(&county)), Kind::NoSiteInCounty { meant });
        }
        if let Some(max) = max.filter(|max| min > *max) {
            sheet.fault(at, Some(1), Some(min.to_string()), Kind::MinOverMax { max });
        }
        table.limits.push((county, min, max));
    });
    table.limits.sort();
    let rows = table.limits.len();
    (table, not_empty(sheet, rows))
}
