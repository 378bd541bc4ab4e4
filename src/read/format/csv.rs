//! What does a CSV file say? A file of its own because text has an encoding, a delimiter and no types.

use super::{Broken, Cell, Grid, GridRow, Opened, broken, unreadable};
use crate::read::encoding::Encoding;
use crate::read::fault_words::Kind;

/// Reads comma, semicolon or tab separated text; the heading's own delimiter is the one that it has most of.
pub(super) fn read(opened: &Opened<'_>) -> Result<Grid, Broken> {
    let text = opened.encoding.unwrap_or(Encoding::UTF8).decode(&opened.bytes).map_err(broken)?;
    if text.trim().is_empty() {
        return Err(broken(Kind::EmptyTable));
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut grid = Grid::default();
    let mut lines: Vec<(usize, Vec<String>)> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, |p| usize::try_from(p.line()).unwrap_or(usize::MAX));
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            lines.push((line, record.iter().map(str::to_owned).collect()));
        }
    }
    let heading = super::grid::heading_row(lines.iter().map(|(_, cells)| cells.iter().map(String::as_str)), opened)?;
    grid.headings.clone_from(&lines[heading].1);
    for (number, cells) in lines.drain(..).skip(heading + 1) {
        // An empty cell too many at the end is a spreadsheet's habit; anything else has slipped.
        let found = cells.iter().rposition(|c| !c.trim().is_empty()).map_or(0, |last| last + 1);
        if found > grid.headings.len() {
            grid.bad_rows.push((number, Kind::Ragged { found: cells.len(), wanted: grid.headings.len() }));
            continue;
        }
        let mut cells: Vec<Cell> = cells.iter().map(|text| Cell::text(bare(text))).collect();
        cells.resize(grid.headings.len(), Cell::Empty);
        grid.rows.push(GridRow { number, cells, geometry: None });
    }
    Ok(grid)
}

/// A text without the apostrophe that keeps a spreadsheet from computing it.
fn bare(text: &str) -> &str {
    text.strip_prefix('\'')
        .filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']))
        .unwrap_or(text)
}

fn delimiter(text: &str) -> u8 {
    // Title lines have no delimiters, and text in quotation marks may have any.
    let counted = |d: char| {
        text.lines()
            .take(20)
            .map(|line| {
                let mut quoted = false;
                line.chars()
                    .filter(|c| {
                        quoted ^= *c == '"';
                        !quoted && *c == d
                    })
                    .count()
            })
            .max()
            .unwrap_or(0)
    };
    let (comma, semicolon, tab) = (counted(','), counted(';'), counted('\t'));
    if tab > comma && tab >= semicolon {
        b'\t'
    } else if semicolon > comma {
        b';'
    } else {
        b','
    }
}
