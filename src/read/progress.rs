//! What does the progress log say? A table without places: one row per thing that happened to a station.
//! A file of its own because it is read for the work report only; a plan is complete without it.

use super::fault::Faults;
use super::fault_words::Kind;
use super::folder::{Reading, read_plan};
use super::headings::{Field, Headings, Layer, STATUSES};
use super::layer_file::LayerFile;
use super::properties::{Values, missing};
use super::row::{Findings, Row};
use crate::model::{ProgressEntry, Station};
use std::collections::BTreeSet;
use std::path::Path;

/// Reads `progress.csv` or `.xlsx`, by station and date. An absent file is an empty log.
///
/// # Errors
/// Every fault of the log, one about a station that the plan does not have included.
pub fn progress(dir: &Path, stations: &[Station], reading: &Reading) -> Result<Vec<ProgressEntry>, Faults> {
    let (_, plan) = read_plan(dir);
    let known: BTreeSet<&str> = stations.iter().map(|s| s.id.as_str()).collect();
    let mut log = LayerFile::read(dir, Layer::Progress, &plan, reading, |row, headings, _, found| {
        entry(row, headings, &known, found)
    });
    if let Some(faults) = Faults::of(vec![log.faults()]) {
        return Err(faults);
    }
    let mut entries: Vec<ProgressEntry> = log.items.into_iter().map(|item| item.value).collect();
    // A stable sort: entries of one day stay in the order of the file.
    entries.sort_by(|a, b| (&a.station, a.date).cmp(&(&b.station, b.date)));
    Ok(entries)
}

fn entry(row: Row<'_>, headings: &Headings, known: &BTreeSet<&str>, found: &mut Findings) -> Option<ProgressEntry> {
    let values = Values::of(row, headings, found);
    let station = values.text(Field::Station, found).map(|s| s.into_owned());
    match &station {
        None => values.fault(Field::Station, missing("站点编号", "a station's id"), found),
        Some(id) if !known.contains(id.as_str()) => {
            values.fault(Field::Station, Kind::NoSuchId { file: "stations".into() }, found);
        }
        Some(_) => {}
    }
    let date = values.date(Field::Date, found);
    if date.is_none() && found.list.iter().all(|f| f.kind != Kind::BadDate) {
        values.fault(Field::Date, missing("日期，例如 2026-07-15", "a date such as 2026-07-15"), found);
    }
    let status = values.word(Field::Status, STATUSES, found);
    let text = |field, found: &mut Findings| values.text(field, found).map(|t| t.into_owned());
    Some(ProgressEntry {
        due: values.date(Field::Due, found),
        served: values.amount(Field::Served, found),
        problem: text(Field::Problem, found),
        next_step: text(Field::NextStep, found),
        station: station?,
        date: date?,
        status: status?,
    })
}
