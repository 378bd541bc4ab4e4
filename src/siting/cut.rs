//! Which inequalities does every choice meet that relaxed ones break? On the city instances they close about three quarters of
//! what the relaxation leaves open. A file of its own because cores carry them along; [`super::separate`] and local cuts find them.

use super::core::Core;

/// `sum of coefficient * taken + sum of 1 - covered over rows >= need`, for every choice in a core.
///
/// Most are zero-half cuts (Caprara and Fischetti 1996) over an odd number of rows: half the sum of the rows' own inequalities
/// `taken sites that cover it + (1 - covered) >= 1`, coefficients and need rounded up. Of three rows, at most one more is
/// covered than there are stations that cover any, those that cover all three counted twice. Others are whatever a few rows allow.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cut {
    /// Open sites, ascending, and their coefficients.
    pub sites: Vec<(u32, i32)>,
    /// Rows, ascending; one may stand more than once.
    pub rows: Vec<u32>,
    /// What they add up to at least.
    pub need: i64,
}

/// What becomes of a row when sites are decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFate {
    /// A taken site covers it.
    Covered,
    /// Nothing can cover it any more.
    Lost,
    /// One open site covers it.
    Own(u32),
    /// It stays, with this number.
    Row(u32),
}

/// A condition that cannot be met.
#[derive(Debug)]
pub struct Broken;

impl Cut {
    /// What is left once sites are decided: `site` tells the new number of an open site, or whether it is taken.
    ///
    /// # Errors
    /// When no choice can meet it any more.
    pub(super) fn within(
        &self,
        site: impl Fn(u32) -> Result<u32, bool>,
        row: impl Fn(u32) -> RowFate,
    ) -> Result<Option<Self>, Broken> {
        let mut left = Self { sites: Vec::with_capacity(self.sites.len()), rows: Vec::new(), need: self.need };
        for &(s, coefficient) in &self.sites {
            match site(s) {
                Ok(number) => left.sites.push((number, coefficient)),
                Err(true) => left.need -= i64::from(coefficient),
                Err(false) => {}
            }
        }
        for &r in &self.rows {
            match row(r) {
                RowFate::Covered => {}
                RowFate::Lost => left.need -= 1,
                RowFate::Row(number) => left.rows.push(number),
                // Not covered is 1 less whether the site is taken.
                RowFate::Own(site) => {
                    left.need -= 1;
                    match left.sites.binary_search_by_key(&site, |s| s.0) {
                        Ok(at) => left.sites[at].1 -= 1,
                        Err(at) => left.sites.insert(at, (site, -1)),
                    }
                }
            }
        }
        left.sites.retain(|s| s.1 != 0);
        left.rows.sort_unstable();
        let sum = |sign: i32| {
            left.sites.iter().map(|s| i64::from(s.1)).filter(|c| c.signum() == i64::from(sign)).sum::<i64>()
        };
        let (most, least) = (sum(1) + left.rows.len() as i64, sum(-1));
        match () {
            () if most < left.need => Err(Broken),
            () if least >= left.need => Ok(None),
            () => Ok(Some(left)),
        }
    }
}

impl Cut {
    /// The cut of an odd number of rows.
    pub fn of_rows(core: &Core, mut rows: Vec<u32>) -> Self {
        rows.sort_unstable();
        let mut sites: Vec<u32> = rows.iter().flat_map(|&r| core.sites_of(r as usize)).copied().collect();
        sites.sort_unstable();
        let counted = sites.chunk_by(|a, b| a == b).map(|same| (same[0], (same.len() as i32 + 1) / 2));
        Self { sites: counted.collect(), need: (rows.len() as i64 + 1) / 2, rows }
    }
}
