//! What do the rows of a CSV file say? A file of its own because it is one of the formats of tables; rows are streamed, so
//! that the text of millions of them is never in memory at once.

use super::sheet::{At, Cell, MOST_COLUMNS, Sheet};
use crate::read::fault::quoted;
use crate::read::fault_words::Kind;
use std::fs::File;
use std::io::{BufReader, Read, Seek};

/// Bytes read at a time.
const BUFFER: usize = 1 << 18;

/// Hands every row to `row`, cells in the order of the columns asked for. Faults are noted in the sheet.
pub(super) fn each(mut file: File, sheet: &mut Sheet, mut row: impl FnMut(&mut Sheet, At, &[Cell<'_>])) {
    let mut start = [0; 2];
    let wide = file.read_exact(&mut start).is_ok() && matches!(start, [0xff, 0xfe] | [0xfe, 0xff]);
    if wide {
        return sheet.whole(None, Kind::Utf16);
    }
    if let Err(e) = file.rewind() {
        return sheet.whole(None, Kind::Io { error: e.to_string() });
    }
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).has_headers(true).from_reader(BufReader::with_capacity(BUFFER, file));
    let headings: Vec<String> = match reader.byte_headers() {
        Ok(headings) => headings.iter().map(|h| String::from_utf8_lossy(h).into_owned()).collect(),
        Err(e) => return sheet.whole(None, Kind::BadTable { error: e.to_string() }),
    };
    if headings.iter().all(|h| h.trim().is_empty()) {
        return sheet.whole(None, Kind::NoRows);
    }
    let Some(places) = sheet.places(&headings) else { return };
    let mut record = csv::ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return,
            Err(e) => return sheet.whole(None, Kind::BadTable { error: e.to_string() }),
        }
        let at = record.position().map_or(At::Line(0, 0), |p| At::Line(p.line(), p.byte()));
        if record.len() != headings.len() {
            let first = record.get(0).map(|f| quoted(&String::from_utf8_lossy(f)));
            sheet.fault(at, None, first, Kind::Ragged { found: record.len(), wanted: headings.len() });
            continue;
        }
        let mut cells = [Cell::Absent; MOST_COLUMNS];
        for (cell, place) in cells.iter_mut().zip(&places) {
            *cell = place.and_then(|p| record.get(p)).map_or(Cell::Absent, Cell::Text);
        }
        row(sheet, at, &cells);
    }
}
