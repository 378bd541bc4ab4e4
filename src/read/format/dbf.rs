//! What are the attributes of a Shapefile? A file of its own because dBase is a table format of its own, thirty years older
//! than any encoding: the .cpg file beside it, the plan, or its own language byte says which it is.

use super::{Broken, Cell, Opened, broken, unreadable};
use crate::read::encoding::Encoding;
use crate::read::fault_words::Kind;

/// A column.
struct Column {
    name: String,
    kind: u8,
    from: usize,
    length: usize,
}

/// Headings and rows; a deleted row is `None`.
pub(super) struct Table {
    pub(super) headings: Vec<String>,
    pub(super) rows: Vec<Option<Vec<Cell>>>,
}

/// Reads a table.
pub(super) fn read(bytes: &[u8], cpg: Option<&str>, opened: &Opened<'_>) -> Result<Table, Broken> {
    let short = || unreadable("the .dbf file is cut off");
    let header = bytes.get(..32).ok_or_else(short)?;
    let u16_at = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let count = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
    let (start, length) = (u16_at(8), u16_at(10));
    if start < 33 || length == 0 || bytes.len() < start {
        return Err(short());
    }
    let encoding = match (opened.encoding, cpg) {
        (Some(encoding), _) => encoding,
        (None, Some(name)) => Encoding::parse(name).ok_or_else(|| broken(Kind::OtherEncoding))?,
        // The language byte of simplified and of traditional Chinese.
        (None, None) => match header[29] {
            0x4d | 0x7a => Encoding::parse("gb18030").unwrap_or(Encoding::UTF8),
            0x4f | 0x78 => Encoding::parse("big5").unwrap_or(Encoding::UTF8),
            _ => Encoding::UTF8,
        },
    };
    let text = |bytes: &[u8]| {
        let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
        // UTF-8 cells are cut at a byte, so a character may be torn at the end: that much is left out, no more.
        let mut part = bytes[..end].trim_ascii();
        if encoding == Encoding::UTF8 && part.len() + 4 > bytes.len() {
            while !part.is_empty() && std::str::from_utf8(part).is_err_and(|e| e.error_len().is_none()) {
                part = &part[..part.len() - 1];
            }
        }
        encoding.decode(part).map(std::borrow::Cow::into_owned)
    };
    let mut columns = Vec::new();
    let mut from = 1;
    for field in bytes[32..start].chunks_exact(32).take_while(|field| field[0] != 0x0d) {
        let name = text(&field[..11]).map_err(broken)?;
        let length = usize::from(field[16]);
        columns.push(Column { name, kind: field[11], from, length });
        from += length;
    }
    if from > length || columns.is_empty() {
        return Err(unreadable("the columns of the .dbf file are longer than its rows"));
    }
    let data = &bytes[start..];
    if data.len() / length < count {
        return Err(short());
    }
    let mut rows = Vec::with_capacity(count);
    for row in data.chunks_exact(length).take(count) {
        if row[0] == b'*' {
            rows.push(None);
            continue;
        }
        let cells: Result<Vec<Cell>, Kind> = columns
            .iter()
            .map(|column| {
                let raw = &row[column.from..column.from + column.length];
                cell(column.kind, &text(raw)?)
            })
            .collect();
        rows.push(Some(cells.map_err(broken)?));
    }
    Ok(Table { headings: columns.into_iter().map(|c| c.name).collect(), rows })
}

fn cell(kind: u8, text: &str) -> Result<Cell, Kind> {
    let text = text.trim();
    // A row of stars is a number that did not fit.
    if text.is_empty() || (kind != b'C' && text.bytes().all(|b| b == b'*')) {
        return Ok(Cell::Empty);
    }
    Ok(match kind {
        b'N' | b'F' => match text.parse::<f64>() {
            Ok(n) if n.is_finite() => Cell::Number(n, text.to_owned()),
            _ => Cell::Text(text.to_owned()),
        },
        b'L' => match text {
            "T" | "t" | "Y" | "y" => Cell::Bool(true),
            "F" | "f" | "N" | "n" => Cell::Bool(false),
            _ => Cell::Empty,
        },
        // GDAL writes a date that is not there as noughts.
        b'D' if text.bytes().all(|b| b == b'0') => Cell::Empty,
        b'D' if text.len() == 8 && text.is_ascii() => {
            Cell::Text(format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]))
        }
        _ => Cell::Text(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_noughts_is_no_date_and_a_number_of_stars_no_number() {
        assert_eq!(cell(b'D', "00000000"), Ok(Cell::Empty));
        assert_eq!(cell(b'D', "20240509"), Ok(Cell::Text("2024-05-09".into())));
        assert_eq!(cell(b'N', "*****"), Ok(Cell::Empty));
    }
}
