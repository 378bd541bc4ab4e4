//! The gap list for a spreadsheet or a script: `gaps.csv`. A file of its own because a CSV opens in Excel, where a text
//! can become a formula and Chinese can become noise; both are settled here.

use super::{COLUMNS, rows};
use crate::job::Outcome;
use crate::model::Lang;
use crate::report::error::ReportError;
use crate::report::words;
use std::borrow::Cow;
use std::path::Path;

/// Excel takes UTF-8 for UTF-8 only after this mark.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A text that starts with one of these would be taken for a formula, full-width forms included; OWASP "CSV injection".
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The gap list as CSV: UTF-8, with a byte-order `mark` where Excel is to read it, comma separated, CRLF, the contract's English column names.
///
/// A text that Excel would take for a formula stands behind an apostrophe; numbers are never touched.
///
/// # Errors
/// When the table cannot be built in memory.
pub fn csv(outcome: &Outcome, lang: Lang, mark: bool) -> Result<Vec<u8>, ReportError> {
    table(outcome, lang, mark).map_err(ReportError::io("write", Path::new("gaps.csv")))
}

fn table(outcome: &Outcome, lang: Lang, mark: bool) -> std::io::Result<Vec<u8>> {
    let start = if mark { BYTE_ORDER_MARK.to_vec() } else { Vec::new() };
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(start);
    writer.write_record(COLUMNS)?;
    for row in rows(outcome, lang) {
        writer.write_record([
            &*harmless(row.id),
            &*harmless(row.name),
            row.layer,
            &*harmless(row.county.unwrap_or_default()),
            row.setting.unwrap_or_default(),
            &row.people.to_string(),
            &row.minutes.to_string(),
            &*harmless(row.nearest_station.unwrap_or_default()),
            &row.nearest_minutes.map(|n| n.to_string()).unwrap_or_default(),
            words::reason_code(row.reason),
            &*harmless(row.closes_with.unwrap_or_default()),
            &*harmless(&row.phase_or_outreach),
            &row.minutes_by_circle.map(|n| n.to_string()).unwrap_or_default(),
            &row.minutes_by_road.map(|n| n.to_string()).unwrap_or_default(),
        ])?;
    }
    writer.into_inner().map_err(::csv::IntoInnerError::into_error)
}

/// Text that no spreadsheet computes.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA_STARTS) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_formula_stands_behind_an_apostrophe_and_plain_text_as_it_is() {
        for hostile in ["=1+1", "+86 123", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝cmd", "＋1", "－1", "＠x"] {
            assert_eq!(harmless(hostile), format!("'{hostile}"));
        }
        for plain in ["漠河市", "C017", "1=1", "a-b", "", "'x"] {
            assert_eq!(harmless(plain), plain);
        }
    }
}
