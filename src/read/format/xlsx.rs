//! What does an Excel workbook say? The one file that knows `calamine`; how large a workbook is before it is opened it asks `zip`.
//! A file of its own because a sheet has titles above its headings, typed cells, and is a zip that may be a bomb.

use super::{Broken, Cell, Grid, GridRow, Opened, broken, unreadable};
use crate::read::fault_words::Kind;
use crate::read::folder::Limits;
use crate::read::source::Finding;
use calamine::{Data, Reader, Xlsx};
use std::io::{Cursor, Read};

/// Parts of a workbook.
const MOST_PARTS: usize = 10_000;

/// Reads one sheet.
pub(super) fn read(opened: &Opened<'_>) -> Result<Grid, Broken> {
    let (mut book, names) = open(opened)?;
    let name = super::choose(&names, opened)?.clone();
    let range = book.worksheet_range(&name).map_err(unreadable)?;
    if range.is_empty() {
        return Err(broken(Kind::EmptyTable));
    }
    let first = range.start().map_or(0, |(row, _)| row as usize);
    let rows: Vec<&[Data]> = range.rows().collect();
    let texts: Vec<Vec<String>> =
        rows.iter().take(super::grid::TITLE_ROWS).map(|r| r.iter().map(Data::to_string).collect()).collect();
    let heading = super::grid::heading_row(texts.iter().map(|r| r.iter().map(String::as_str)), opened)?;
    let mut grid = Grid { headings: texts[heading].clone(), ..Grid::default() };
    while grid.headings.last().is_some_and(|h| h.trim().is_empty()) {
        grid.headings.pop();
    }
    let width = grid.headings.len();
    for (i, row) in rows.iter().enumerate().skip(heading + 1) {
        let cells: Vec<Cell> = row.iter().map(cell).collect();
        if cells.iter().all(|c| *c == Cell::Empty) {
            continue;
        }
        let number = first + i + 1;
        if cells.iter().skip(width).any(|c| *c != Cell::Empty) {
            let found = cells.iter().rposition(|c| *c != Cell::Empty).map_or(0, |last| last + 1);
            grid.bad_rows.push((number, Kind::Ragged { found, wanted: width }));
            continue;
        }
        grid.rows.push(GridRow { number, cells: cells.into_iter().take(width).collect(), geometry: None });
    }
    Ok(grid)
}

/// The sheets that hold anything, in their order.
pub(super) fn sheets(opened: &Opened<'_>) -> Result<Vec<String>, Broken> {
    open(opened).map(|(_, names)| names)
}

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

fn open<'b>(opened: &'b Opened<'_>) -> Result<(Book<'b>, Vec<String>), Broken> {
    is_no_bomb(&opened.bytes, &opened.limits)?;
    let mut book: Book<'_> = Xlsx::new(Cursor::new(&opened.bytes[..])).map_err(unreadable)?;
    let names: Vec<String> = book.sheet_names();
    let full = |book: &mut Book<'_>, name: &str| book.worksheet_range(name).is_ok_and(|range| !range.is_empty());
    // Empty sheets come with every new workbook.
    let names: Vec<String> = if names.len() > 1 && opened.sheet.is_none() && names.len() <= 64 {
        names.into_iter().filter(|name| full(&mut book, name)).collect()
    } else {
        names
    };
    Ok((book, names))
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        Data::String(text) | Data::DurationIso(text) => Cell::text(text),
        Data::DateTimeIso(text) => Cell::text(text),
        Data::Int(n) => Cell::Number(*n as f64, n.to_string()),
        Data::Float(n) => Cell::number(*n),
        Data::Bool(b) => Cell::Bool(*b),
        Data::Error(error) => Cell::Error(error.to_string()),
        Data::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            Cell::Text(format!("{year:04}-{month:02}-{day:02}"))
        }
        Data::DateTime(duration) => Cell::number(duration.as_f64()),
    }
}

/// Unpacks every part into nothing and counts: what a zip says about its sizes may be a lie.
fn is_no_bomb(bytes: &[u8], limits: &Limits) -> Result<(), Broken> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| {
        // A workbook with a password, and the format before 2007, are another container.
        if bytes.starts_with(b"\xd0\xcf\x11\xe0") { broken(Kind::OldWorkbook) } else { unreadable(e) }
    })?;
    if archive.len() > MOST_PARTS {
        return Err(broken(Kind::Bomb));
    }
    let mut left = limits.unpacked;
    for i in 0..archive.len() {
        let part = archive.by_index(i).map_err(unreadable)?;
        let name = part.name().map_err(unreadable)?.into_owned();
        let read = std::io::copy(&mut part.take(left + 1), &mut Widest);
        match read {
            Ok(read) if read > left => {
                return Err(Box::new(Finding {
                    value: Some(crate::read::fault::quoted(&name)),
                    ..Finding::of(Kind::Bomb)
                }));
            }
            Ok(read) => left -= read,
            Err(e) => return Err(unreadable(format!("{name}: {e}"))),
        }
    }
    corners(bytes, limits.cells)
}

/// A sink that only counts.
struct Widest;

impl std::io::Write for Widest {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Two cells in opposite corners of a sheet would make a grid of 17 thousand million.
fn corners(bytes: &[u8], most: u64) -> Result<(), Broken> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).map_err(unreadable)?;
        let name = part.name().map_err(unreadable)?.into_owned();
        if !name.starts_with("xl/worksheets/") || !name.ends_with(".xml") {
            continue;
        }
        let mut xml = Vec::new();
        part.read_to_end(&mut xml).map_err(unreadable)?;
        let (mut rows, mut columns) = ((u64::MAX, 0), (u64::MAX, 0));
        for cell in xml.split(|b| *b == b'<').filter(|tag| tag.starts_with(b"c ")) {
            let Some(at) = cell.windows(4).position(|w| w == b" r=\"" || w == b" r='") else { continue };
            let (mut column, mut row) = (0u64, 0u64);
            for byte in cell[at + 4..].iter().take(20) {
                match byte {
                    b'A'..=b'Z' => column = column.saturating_mul(26) + u64::from(byte - b'A' + 1),
                    b'0'..=b'9' => row = row.saturating_mul(10).saturating_add(u64::from(byte - b'0')),
                    _ => break,
                }
            }
            rows = (rows.0.min(row), rows.1.max(row));
            columns = (columns.0.min(column), columns.1.max(column));
        }
        let cells = (rows.1.saturating_sub(rows.0) + 1).saturating_mul(columns.1.saturating_sub(columns.0) + 1);
        if rows.1 > 0 && cells > most {
            let most = if most < 100_000_000 { "20,000,000 cells" } else { "100,000,000 cells" };
            return Err(broken(Kind::TooMuch { most }));
        }
    }
    Ok(())
}
