//! Which files does `plan` write? All of them or none: the list, and what fills each. A file of its own because it is
//! the one place that knows every output; how they are put in place is `replace.rs`.

use super::error::ReportError;
use super::layers::Layer;
use super::map::{self, MapOptions, SheetSize};
use super::{certificate, document, gap_table, machine, page, replace, summary_text};
use crate::job::Outcome;
use crate::model::Lang;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The files of an output folder. It holds these and nothing else; the program owns it.
pub const FILES: [&str; 13] = [
    "summary.json",
    "certificate.json",
    "proposal.geojson",
    "coverage.geojson",
    "circles.geojson",
    "gaps.geojson",
    "gaps.csv",
    "gaps.xlsx",
    "map.png",
    "map.svg",
    "report.html",
    "report.docx",
    "plan.gpkg",
];

/// Writes every output of a plan into the folder `out`, all of it or none, and returns the files.
///
/// `out` may be absent or empty; a folder of earlier outputs needs `force` and is exchanged in one step.
///
/// # Errors
/// [`ReportError`]; what was at `out` is then as it was.
pub fn write_plan(outcome: &Outcome, lang: Lang, out: &Path, force: bool) -> Result<Vec<PathBuf>, ReportError> {
    replace::folder(out, &FILES, force, |dir| fill(outcome, lang, dir))?;
    Ok(FILES.iter().map(|name| out.join(name)).collect())
}

/// Whether [`write_plan`] would be let, asked before the work is done.
///
/// # Errors
/// [`ReportError`] when something stands at `out` that must not be replaced.
pub fn may_write_plan(out: &Path, force: bool) -> Result<(), ReportError> {
    replace::allowed(out, &FILES, force)
}

/// The map in the size of the report's page, with the report around it: the bytes of `report.html`.
///
/// # Errors
/// [`ReportError::Map`] when the map cannot be drawn.
pub fn report(outcome: &Outcome, lang: Lang) -> Result<String, ReportError> {
    let svg = map::svg(outcome, &MapOptions { lang, size: SheetSize::A4, county: None })?;
    Ok(page::html(outcome, lang, &svg))
}

fn fill(outcome: &Outcome, lang: Lang, dir: &Path) -> Result<(), ReportError> {
    // Maps and workbook take longer than all lists together.
    let (drawn, (booked, listed)) = rayon::join(
        || maps(outcome, lang, dir),
        || {
            rayon::join(
                || put(dir, "gaps.xlsx", &gap_table::xlsx(outcome, lang)?),
                || {
                    lists(outcome, lang, dir)?;
                    put(dir, "report.docx", &document::report(outcome, lang)?.docx()?)?;
                    put(dir, "plan.gpkg", &machine::geopackage(outcome, lang)?)
                },
            )
        },
    );
    drawn.and(booked).and(listed)
}

fn maps(outcome: &Outcome, lang: Lang, dir: &Path) -> Result<(), ReportError> {
    let svg = map::svg(outcome, &MapOptions { lang, size: SheetSize::A3, county: None })?;
    put(dir, "map.png", &map::png(&svg)?)?;
    put(dir, "map.svg", svg.as_bytes())
}

fn lists(outcome: &Outcome, lang: Lang, dir: &Path) -> Result<(), ReportError> {
    put(dir, "summary.json", summary_text(outcome).as_bytes())?;
    put(dir, "certificate.json", certificate(outcome).as_bytes())?;
    stream(outcome, lang, dir, "proposal.geojson", Layer::Proposal)?;
    stream(outcome, lang, dir, "coverage.geojson", Layer::Coverage)?;
    stream(outcome, lang, dir, "circles.geojson", Layer::Circles)?;
    stream(outcome, lang, dir, "gaps.geojson", Layer::Gaps)?;
    put(dir, "gaps.csv", &gap_table::csv(outcome, lang, true)?)?;
    put(dir, "report.html", report(outcome, lang)?.as_bytes())
}

fn put(dir: &Path, name: &str, bytes: &[u8]) -> Result<(), ReportError> {
    let path = dir.join(name);
    replace::create(&path).and_then(|mut file| file.write_all(bytes)).map_err(ReportError::io("write", &path))
}

/// A layer goes to the disk feature by feature.
fn stream(outcome: &Outcome, lang: Lang, dir: &Path, name: &str, layer: Layer) -> Result<(), ReportError> {
    let path = dir.join(name);
    let written = replace::create(&path).and_then(|file| {
        let mut out = BufWriter::with_capacity(1 << 16, file);
        layer.write(outcome, lang, &mut out)?;
        out.flush()
    });
    written.map_err(ReportError::io("write", &path))
}

#[cfg(test)]
mod tests;
