//! Which county is a code of GB/T 2260? A folder of its own because the answer is a table, and not one answer: codes are used
//! again for other places. `gb2260.csv` lists every county-level code and name with the first and last edition that has it
//! (1980-12 to 2019-04, collected by the GB2260 project, BSD licence beside it; `other` are codes of other tables in use).

use super::fault_words::Kind;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

const TABLE: &str = include_str!("gb2260.csv");

/// One span of editions in which a code meant a name.
#[derive(Debug)]
struct Span {
    code: &'static str,
    name: &'static str,
    /// `YYYYMM`; empty in tables without editions.
    first: &'static str,
    last: &'static str,
}

/// What the plan says about codes and names of counties.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Edition of the codes, `YYYYMM`; `None` for any.
    pub(super) edition: Option<String>,
    /// The county that another name or a code means in this plan.
    pub(super) aliases: BTreeMap<String, String>,
}

impl Book {
    /// The county that a name or a code means on its own.
    pub(super) fn county<'t>(&self, written: &'t str) -> Result<Cow<'t, str>, Kind> {
        self.among(written, [])
    }

    /// The county that a name or a code means among those that are known.
    pub(super) fn among<'t, 'k>(
        &self,
        written: &'t str,
        known: impl IntoIterator<Item = &'k str>,
    ) -> Result<Cow<'t, str>, Kind> {
        let written = written.trim();
        if let Some(meant) = self.aliases.get(written) {
            return Ok(Cow::Owned(meant.clone()));
        }
        let Some(code) = county_part(written) else { return Ok(Cow::Borrowed(written)) };
        if let Some(meant) = self.aliases.get(code) {
            return Ok(Cow::Owned(meant.clone()));
        }
        match meaning(code, self.edition.as_deref(), known) {
            Meaning::One(name) => Ok(Cow::Owned(name)),
            Meaning::Several(names) => Err(Kind::AmbiguousCode { candidates: names.join(", ") }),
            Meaning::Unknown => Err(Kind::UnknownCode),
        }
    }
}

/// What a code may mean.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// One name.
    One(String),
    /// Several, all of them as good: whoever wrote the code must say which.
    Several(Vec<String>),
    /// No table has it.
    Unknown,
}

fn spans() -> &'static [Span] {
    static SPANS: OnceLock<Vec<Span>> = OnceLock::new();
    SPANS.get_or_init(|| {
        let span = |line: &'static str| {
            let mut cells = line.split(',');
            Some(Span { code: cells.next()?, name: cells.next()?, first: cells.next()?, last: cells.next()? })
        };
        TABLE.lines().skip(1).filter_map(span).collect()
    })
}

/// The county part of a code: six digits, or the nine or twelve of townships and villages. `None` where it is no code.
pub(super) fn county_part(text: &str) -> Option<&str> {
    let text = text.trim();
    let is_code = matches!(text.len(), 6 | 9 | 12) && text.bytes().all(|b| b.is_ascii_digit());
    is_code.then(|| &text[..6])
}

/// Every name that a code has had, in `edition` (`YYYYMM`) only where one is given.
pub(super) fn names(code: &str, edition: Option<&str>) -> BTreeSet<&'static str> {
    let all = spans();
    let from = all.partition_point(|span| span.code < code);
    let valid = |span: &&Span| edition.is_none_or(|e| span.first.is_empty() || (span.first <= e && e <= span.last));
    all[from..].iter().take_while(|span| span.code == code).filter(valid).map(|span| span.name).collect()
}

/// What a code means among the counties of a plan: of several names the only one that the plan knows.
pub(super) fn meaning<'k>(code: &str, edition: Option<&str>, known: impl IntoIterator<Item = &'k str>) -> Meaning {
    let names = names(code, edition);
    let known: BTreeSet<&str> = known.into_iter().collect();
    let here: Vec<String> = names.iter().filter(|name| known.contains(*name)).map(|n| (*n).to_owned()).collect();
    let all: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    match (here.as_slice(), all.as_slice()) {
        ([one], _) | ([], [one]) => Meaning::One(one.clone()),
        ([], []) => Meaning::Unknown,
        ([], _) => Meaning::Several(all),
        _ => Meaning::Several(here),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_with_two_names_is_decided_by_the_plan_or_the_edition_and_else_by_nobody() {
        let both = vec!["加格达奇区".to_owned(), "漠河市".to_owned()];
        assert_eq!(meaning("232701", None, ["漠河市", "塔河县"]), Meaning::One("漠河市".into()));
        assert_eq!(meaning("232701", None, ["漠河市", "加格达奇区"]), Meaning::Several(both.clone()));
        assert_eq!(meaning("232701", None, []), Meaning::Several(both));
        assert_eq!(meaning("232701", Some("200712"), []), Meaning::One("加格达奇区".into()));
        assert_eq!(meaning("232761", None, []), Meaning::One("加格达奇区".into()));
        assert_eq!(meaning("999999", None, []), Meaning::Unknown);
    }

    #[test]
    fn codes_are_six_nine_or_twelve_digits() {
        assert_eq!(county_part("232701100001"), Some("232701"));
        assert_eq!(county_part("漠河市"), None);
        assert_eq!(county_part("2327"), None);
    }

    #[test]
    fn the_table_is_sorted_whole_and_has_no_line_that_is_skipped() {
        assert_eq!(spans().len(), TABLE.lines().count() - 1);
        assert!(spans().windows(2).all(|w| (w[0].code, w[0].name) <= (w[1].code, w[1].name)));
        assert!(spans().iter().all(|s| county_part(s.code) == Some(s.code) && s.first <= s.last));
    }
}
