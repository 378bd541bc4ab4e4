//! What does an Excel workbook say? The one file that knows `calamine`; how large a workbook is before it is opened it asks `zip`.
//! A file of its own because a sheet has titles above its headings, typed cells, and is a zip that may be a bomb.

use super::guard::guarded;
use super::{Broken, Cell, Grid, GridRow, Opened, broken, unreadable};
use crate::read::fault_words::Kind;
use crate::read::folder::Limits;
use crate::read::source::Finding;
use calamine::{Data, Reader, Xlsx};
use std::io::{Cursor, Read};

/// Parts of a workbook.
const MOST_PARTS: usize = 10_000;
/// Rows and columns that a sheet of Excel has.
const MOST_SHEET: (u64, u64) = (1 << 20, 1 << 14);

/// Reads one sheet.
pub(super) fn read(opened: &Opened<'_>) -> Result<Grid, Broken> {
    is_no_bomb(&opened.bytes, &opened.limits)?;
    // The library counts without looking where a number ends.
    guarded(|| sheet(opened))
}

fn sheet(opened: &Opened<'_>) -> Result<Grid, Broken> {
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
    is_no_bomb(&opened.bytes, &opened.limits)?;
    guarded(|| open(opened).map(|(_, names)| names))
}

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

fn open<'b>(opened: &'b Opened<'_>) -> Result<(Book<'b>, Vec<String>), Broken> {
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
        // A row or cell that does not say where it is follows the last.
        let (mut row, mut column) = (0, 0);
        for (tag, (said_column, said_row)) in xml.split(|b| *b == b'<').filter_map(reference) {
            if said_row > MOST_SHEET.0 || said_column > MOST_SHEET.1 {
                return Err(broken(Kind::TooMuch { most: "1,048,576 rows, 16,384 columns" }));
            }
            if tag == Tag::Row {
                (row, column) = (if said_row > 0 { said_row } else { row + 1 }, 0);
                continue;
            }
            column = if said_column > 0 { said_column } else { column + 1 };
            let at = if said_row > 0 { said_row } else { row };
            rows = (rows.0.min(at), rows.1.max(at));
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Row,
    Cell,
}

/// A tag of a row or a cell, and the column and row that it names; 0 for none.
fn reference(tag: &[u8]) -> Option<(Tag, (u64, u64))> {
    let end = tag.iter().position(|b| b.is_ascii_whitespace() || *b == b'>')?;
    let name = tag[..end].rsplit(|b| *b == b':').next()?;
    let kind = match name {
        b"row" => Tag::Row,
        b"c" => Tag::Cell,
        _ => return None,
    };
    // An attribute `r`, whatever stands around its sign of equality.
    let said = tag.windows(2).position(|w| w[0].is_ascii_whitespace() && w[1] == b'r').map(|at| &tag[at + 2..]);
    let mut rest = said
        .unwrap_or_default()
        .iter()
        .skip_while(|b| b.is_ascii_whitespace() || matches!(b, b'=' | b'"' | b'\''))
        .peekable();
    let (mut column, mut row) = (0u64, 0u64);
    while let Some(letter) = rest.next_if(|b| b.is_ascii_alphabetic()) {
        column = column.saturating_mul(26).saturating_add(u64::from(letter.to_ascii_uppercase() - b'A' + 1));
    }
    while let Some(digit) = rest.next_if(|b| b.is_ascii_digit()) {
        row = row.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    }
    Some((kind, (column, row)))
}

#[cfg(test)]
mod tests {
    use super::{Tag, reference};

    #[test]
    fn a_cell_says_where_it_is_however_its_tag_is_written() {
        for tag in ["c r=\"AB12\" t=\"s\">", "x:c\n r = 'ab12'>", "c s=\"1\" r=\"AB12\"/>"] {
            assert_eq!(reference(tag.as_bytes()), Some((Tag::Cell, (28, 12))), "{tag}");
        }
        assert_eq!(reference(b"row r=\"7\" spans=\"1:2\">"), Some((Tag::Row, (0, 7))));
        assert_eq!(reference(b"c>"), Some((Tag::Cell, (0, 0))));
        assert_eq!(reference(b"cols r=\"A1\">"), None);
        assert_eq!(reference(b"c r=\"A99999999999999999999999\">"), Some((Tag::Cell, (1, u64::MAX))));
    }
}
