//! What does a cell of a table say, as a number or as text, and what is wrong with it?
//! A file of its own because CSV and Parquet give cells and the tables type them, and neither knows the other.

use crate::read::fault::{Fault, FeatureRef, quoted, shown};
use crate::read::fault_words::Kind;
use std::borrow::Cow;

/// A cell of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    /// Bytes as they stand in the file.
    Text(&'a [u8]),
    /// A number of a typed column.
    Number(f64),
    /// Null, or a column that the file does not have.
    Absent,
}

/// Columns that a table asks for at most.
pub(super) const MOST_COLUMNS: usize = 6;

/// Where a row stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    /// A line of a text file, from 1, and the byte at which it starts.
    Line(u64, u64),
    /// A row of a file without lines, from 0.
    Row(usize),
}

/// A column that a table asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its names: the first is the contract's, the others mean the same.
    pub(super) names: &'static [&'static str],
    /// Whether it must be there.
    pub(super) needed: bool,
}

/// Bounds of a number, in words and as a test.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    pub(super) words: &'static str,
    pub(super) holds: fn(f64) -> bool,
}

/// Any finite number that squares can be taken of.
pub(super) const ANY: Bound = Bound { words: "-1e12 .. 1e12", holds: |v| v.abs() <= 1e12 };
/// Weights, costs and capacities.
pub(super) const NOT_NEGATIVE: Bound = Bound { words: ">= 0 (<= 1e15)", holds: |v| (0.0..=1e15).contains(&v) };
/// Degrees, by what they measure.
pub(super) const LONGITUDE: Bound = Bound { words: "-180 .. 180", holds: |v| (-180.0..=180.0).contains(&v) };
pub(super) const LATITUDE: Bound = Bound { words: "-90 .. 90", holds: |v| (-90.0..=90.0).contains(&v) };
/// Counts of stations.
pub(super) const COUNT: Bound = Bound { words: ">= 0", holds: |v| v.fract() == 0.0 && (0.0..=1e9).contains(&v) };

/// Which column of the file is which that is asked for, and the faults found so far.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) file: String,
    columns: &'static [Column],
    /// Per column its heading in this file, once that was read.
    headings: Vec<Option<String>>,
    pub(super) faults: Vec<Fault>,
}

impl Sheet {
    pub(super) fn new(file: String, columns: &'static [Column]) -> Self {
        Self { file, columns, headings: Vec::new(), faults: Vec::new() }
    }

    /// Per column asked for its place in the file; `None` when a needed one is missing, which is a fault.
    pub(super) fn places(&mut self, headings: &[String]) -> Option<Vec<Option<usize>>> {
        let known = || headings.iter().map(|h| shown(h)).collect::<Vec<_>>().join(", ");
        let mut places = Vec::new();
        for column in self.columns {
            let means = |h: &&String| column.names.iter().any(|n| h.trim().eq_ignore_ascii_case(n));
            let named: Vec<&String> = headings.iter().filter(means).collect();
            places.push(headings.iter().position(|h| means(&h)));
            self.headings.push(named.first().map(|h| shown(h.trim())));
            let kind = match named.len() {
                0 if column.needed => Kind::NoColumn { known: known() },
                0 | 1 => continue,
                _ => Kind::ColumnTwice,
            };
            self.whole(Some(column.names[0]), kind);
        }
        self.faults.is_empty().then_some(places)
    }

    /// A fault of the file as a whole.
    pub(super) fn whole(&mut self, field: Option<&str>, kind: Kind) {
        let field = field.map(str::to_owned);
        let file = self.file.clone();
        self.faults.push(Fault { file, line: None, column: None, feature: None, field, value: None, kind });
    }

    /// A fault of a row.
    pub(super) fn fault(&mut self, at: At, field: Option<usize>, value: Option<String>, kind: Kind) {
        let (line, feature) = match at {
            At::Line(line, _) => (Some(line as usize), None),
            At::Row(index) => (None, Some(FeatureRef { index, id: None, row: None })),
        };
        // As the file calls it: whoever wrote `seconds` looks for no `cost`.
        let own = |f: usize| self.headings.get(f).cloned().flatten();
        let field = field.map(|f| own(f).unwrap_or_else(|| self.columns[f].names[0].to_owned()));
        self.faults.push(Fault { file: self.file.clone(), line, column: None, feature, field, value, kind });
    }

    /// A number within its bounds; `None` is a fault that has been noted.
    pub(super) fn number(&mut self, at: At, cells: &[Cell<'_>], column: usize, bound: Bound) -> Option<f64> {
        let words = bound.words;
        let (number, value) = match cells[column] {
            Cell::Number(n) => (Some(n), None),
            Cell::Text(bytes) => {
                let text = std::str::from_utf8(bytes).unwrap_or_default().trim();
                (text.parse::<f64>().ok(), Some(bytes))
            }
            Cell::Absent => (None, None),
        };
        if let Some(n) = number.filter(|n| (bound.holds)(*n)) {
            return Some(n);
        }
        let shown = value.map(|v| quoted(&String::from_utf8_lossy(v))).or(number.map(|n| n.to_string()));
        let kind = if number.is_some() { Kind::OutOfBound { bound: words } } else { Kind::NotANumber { bound: words } };
        self.fault(at, Some(column), shown, kind);
        None
    }

    /// A number where one is written.
    pub(super) fn maybe(&mut self, at: At, cells: &[Cell<'_>], column: usize, bound: Bound) -> Option<f64> {
        match cells[column] {
            Cell::Absent => None,
            Cell::Text(bytes) if bytes.trim_ascii().is_empty() => None,
            _ => self.number(at, cells, column, bound),
        }
    }

    /// Text that is not blank; `None` is a fault that has been noted. Whole numbers are ids as well.
    pub(super) fn text<'a>(&mut self, at: At, cells: &[Cell<'a>], column: usize) -> Option<Cow<'a, str>> {
        match cells[column] {
            Cell::Text(bytes) => match std::str::from_utf8(bytes).map(str::trim) {
                Ok("") => {}
                Ok(text) => return Some(Cow::Borrowed(text)),
                Err(e) => {
                    let start = if let At::Line(_, byte) = at { byte as usize } else { 0 };
                    let value = Some(quoted(&String::from_utf8_lossy(bytes)));
                    self.fault(at, Some(column), value, Kind::NotUtf8 { byte: start + e.valid_up_to() });
                    return None;
                }
            },
            Cell::Number(n) if n.fract() == 0.0 && n.abs() < 9e15 => return Some(Cow::Owned((n as i64).to_string())),
            Cell::Number(n) => {
                self.fault(at, Some(column), Some(n.to_string()), Kind::BadId);
                return None;
            }
            Cell::Absent => {}
        }
        self.fault(at, Some(column), None, Kind::Blank);
        None
    }

    /// Text where some is written.
    pub(super) fn maybe_text(&mut self, at: At, cells: &[Cell<'_>], column: usize) -> Option<String> {
        match cells[column] {
            Cell::Absent => None,
            Cell::Text(bytes) if bytes.trim_ascii().is_empty() => None,
            _ => self.text(at, cells, column).map(Cow::into_owned),
        }
    }
}
