//! Which days does a work report speak of? A month, a quarter or a year, as typed and as said. A file of its own because it is a
//! calendar and nothing of a plan.

use crate::model::Lang;
use time::{Date, Month};

/// A month, a quarter or a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub(super) first: Date,
    pub(super) last: Date,
    kind: PeriodKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PeriodKind {
    Month,
    Quarter,
    Year,
}

impl Period {
    /// `2026Q3`.
    pub fn quarter(text: &str) -> Option<Self> {
        let (year, quarter) = text.split_once(['Q', 'q'])?;
        let quarter: u8 = quarter.parse().ok().filter(|q| (1..=4).contains(q))?;
        Self::months(year_of(year)?, quarter * 3 - 2, 3, PeriodKind::Quarter)
    }

    /// `2026-07`.
    pub fn month(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        Self::months(year_of(year)?, month.parse().ok()?, 1, PeriodKind::Month)
    }

    /// `2026`.
    pub fn year(text: &str) -> Option<Self> {
        Self::months(year_of(text)?, 1, 12, PeriodKind::Year)
    }

    fn months(year: i32, from: u8, count: u8, kind: PeriodKind) -> Option<Self> {
        let first = Date::from_calendar_date(year, Month::try_from(from).ok()?, 1).ok()?;
        let end = Month::try_from(from + count - 1).ok()?;
        let last = Date::from_calendar_date(year, end, end.length(year)).ok()?;
        Some(Self { first, last, kind })
    }

    /// Whether a day is one of it.
    pub(super) fn holds(self, date: Date) -> bool {
        (self.first..=self.last).contains(&date)
    }

    /// In words.
    pub(super) fn say(self, lang: Lang) -> String {
        let (year, month) = (self.first.year(), u8::from(self.first.month()));
        let quarter = month.div_ceil(3);
        match self.kind {
            PeriodKind::Month => lang.pick(format!("{year}年{month}月"), format!("{} {year}", self.first.month())),
            PeriodKind::Quarter => lang.pick(format!("{year}年第{quarter}季度"), format!("Q{quarter} {year}")),
            PeriodKind::Year => lang.pick(format!("{year}年"), year.to_string()),
        }
    }
}

/// A year of four digits.
pub(super) fn year_of(text: &str) -> Option<i32> {
    text.parse().ok().filter(|year| text.len() == 4 && (1900..=2999).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn periods_are_read_and_end_on_their_last_day() {
        let q = Period::quarter("2024Q1").expect("a quarter");
        assert_eq!((q.first, q.last), (date!(2024 - 01 - 01), date!(2024 - 03 - 31)));
        assert_eq!(Period::month("2024-02").expect("a month").last, date!(2024 - 02 - 29));
        assert_eq!(Period::year("2026").expect("a year").last, date!(2026 - 12 - 31));
        for bad in ["2026Q5", "2026Q0", "26Q1", "Q1", "2026"] {
            assert!(Period::quarter(bad).is_none(), "{bad}");
        }
        assert!(Period::month("2026-13").is_none() && Period::year("20xx").is_none());
    }
}
