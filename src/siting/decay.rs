//! Coverage that fades in steps: full weight within one reach, part of it within a longer one.
//! A file of its own because it shows that such coverage is no new model: each reach is a family of rows of the same problem.

use crate::coverage::{MergedRow, merge};
use crate::travel::SiteIndex;

/// Demand with a set of sites per reach, the shortest reach first; each set is part of the next.
#[derive(Debug, Clone, Copy)]
pub struct Fading<'a> {
    /// Weight of the demand.
    pub weight: u64,
    /// Sites within each reach, ascending.
    pub within: &'a [&'a [SiteIndex]],
}

/// Merged rows of stepwise decay (generalised maximal covering, Berman and Krass 2002).
///
/// `parts[k]` is what reach `k` is worth on top of the longer ones, in shares of their sum: `[1, 1]` is full weight within the
/// first reach and half within the second, `[1, 0]` the first reach only. A demand point of weight `w` becomes one row per
/// reach, of weight `w * parts[k]` and with the sites of that reach; a station within the first reach covers them all.
/// Objectives are therefore in units of a weight over the sum of `parts`.
///
/// `None` when a weight leaves the integers.
pub fn stepwise<'a>(demand: impl IntoIterator<Item = Fading<'a>>, parts: &[u64]) -> Option<Vec<MergedRow>> {
    let mut rows: Vec<(&[SiteIndex], u64)> = Vec::new();
    let mut total = 0u64;
    for point in demand {
        for (sites, part) in point.within.iter().zip(parts) {
            let weight = point.weight.checked_mul(*part)?;
            total = total.checked_add(weight)?;
            rows.push((sites, weight));
        }
    }
    Some(merge(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_that_leaves_the_integers_gives_no_rows() {
        let within: &[&[SiteIndex]] = &[&[0], &[0, 1]];
        let huge = Fading { weight: u64::MAX / 2, within };
        assert_eq!(stepwise([huge], &[2, 1]), None);
        assert_eq!(stepwise([Fading { weight: 5, within }], &[2, 0]).map(|rows| rows.len()), Some(1));
    }
}
