//! Who is inside whose circle? The sparse relation of demand points and sites, and its merged rows.
//! A file of its own because it is the one structure that siting and measures share.

use super::demand::{Demand, DemandPoint};
use crate::travel::{SiteIndex, TravelModel};
use rayon::prelude::*;
use std::collections::HashMap;

/// For every demand point the sites that serve it, ascending (compressed rows).
#[derive(Debug, Clone, Default)]
pub struct Relation {
    starts: Vec<usize>,
    sites: Vec<SiteIndex>,
}

/// Demand points per parallel task; a fixed number, so that results do not depend on the number of threads.
const CHUNK: usize = 4096;

impl Relation {
    /// Asks the travel model for every demand point, in parallel, in order.
    pub fn new(demand: &Demand, travel: &(impl TravelModel + ?Sized)) -> Self {
        Self::while_wanted(demand, travel, &|| true).expect("it stays wanted")
    }

    /// The same, or `None` once it is no longer wanted, which is asked for every 4,096 demand points.
    pub fn while_wanted(
        demand: &Demand,
        travel: &(impl TravelModel + ?Sized),
        wanted: &(impl Fn() -> bool + Sync + ?Sized),
    ) -> Option<Self> {
        let reached = |points: &[DemandPoint]| {
            let (mut ends, mut sites) = (Vec::with_capacity(points.len()), Vec::new());
            for point in points {
                travel.reach(&point.origin, &mut sites);
                ends.push(sites.len());
            }
            (ends, sites)
        };
        let chunks: Option<Vec<(Vec<usize>, Vec<SiteIndex>)>> =
            demand.points.par_chunks(CHUNK).map(|points| wanted().then(|| reached(points))).collect();
        let chunks = chunks?;
        let mut relation = Self { starts: vec![0], sites: Vec::with_capacity(chunks.iter().map(|c| c.1.len()).sum()) };
        for (ends, sites) in chunks {
            let before = relation.sites.len();
            relation.starts.extend(ends.into_iter().map(|e| before + e));
            relation.sites.extend(sites);
        }
        Some(relation)
    }

    /// Number of demand points.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no demand point.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of pairs.
    pub fn pairs(&self) -> usize {
        self.sites.len()
    }

    /// Sites that serve demand point `i`, ascending.
    pub fn sites(&self, i: usize) -> &[SiteIndex] {
        &self.sites[self.starts[i]..self.starts[i + 1]]
    }

    /// Whether demand point `i` is served by any site for which `open` is true.
    pub fn served(&self, i: usize, open: impl Fn(SiteIndex) -> bool) -> bool {
        self.sites(i).iter().any(|&s| open(s))
    }
}

/// Demand with one and the same cover set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedRow {
    /// Sites that serve it, ascending; never empty.
    pub sites: Vec<SiteIndex>,
    /// Total weight, in the unit of the weights given.
    pub weight: u64,
}

/// Merges demand points with identical cover sets and adds their weights; points without a site or without weight
/// are left out. Sets are compared whole, not by hash. Rows come sorted by set, so their order does not depend on
/// the order of demand; two parts of the demand merged apart and then merged again give the same rows.
pub fn merge<'a>(rows: impl IntoIterator<Item = (&'a [SiteIndex], u64)>) -> Vec<MergedRow> {
    let mut by_set: HashMap<&[SiteIndex], u64> = HashMap::new();
    for (sites, weight) in rows {
        if weight > 0 && !sites.is_empty() {
            *by_set.entry(sites).or_default() += weight;
        }
    }
    let mut merged: Vec<MergedRow> =
        by_set.into_iter().map(|(sites, weight)| MergedRow { sites: sites.to_vec(), weight }).collect();
    merged.sort_unstable_by(|a, b| a.sites.cmp(&b.sites));
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Minutes, Position};
    use crate::travel::Origin;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Every origin reaches the one site there is.
    struct One;

    impl TravelModel for One {
        fn reach(&self, _: &Origin, out: &mut Vec<SiteIndex>) {
            out.push(0);
        }

        fn nearest(&self, _: &Origin) -> Option<(SiteIndex, Minutes)> {
            None
        }
    }

    #[test]
    fn a_relation_that_is_no_longer_wanted_is_left_within_a_chunk_per_thread() {
        let position = Position::new(124.0, 50.0).expect("in range");
        let point = |index| DemandPoint { place: index, share: 1.0, origin: Origin { index, position, standard: 0 } };
        let points: Vec<DemandPoint> = (0..100 * CHUNK).map(point).collect();
        let demand = Demand { points, ..Demand::default() };
        let asked = AtomicUsize::new(0);
        let wanted = || asked.fetch_add(1, Ordering::Relaxed) < 5;
        assert!(Relation::while_wanted(&demand, &One, &wanted).is_none());
        let asked = asked.into_inner();
        assert!(asked <= 6 + rayon::current_num_threads(), "asked {asked} times");
        assert_eq!(Relation::new(&demand, &One).pairs(), 100 * CHUNK);
    }

    #[test]
    fn parts_merged_apart_and_together_give_the_rows_of_the_whole() {
        let rows: Vec<(Vec<SiteIndex>, u64)> = (0..500u64)
            .map(|i| ((0..5u32).filter(|s| i.wrapping_mul(2_654_435_761) >> (s + 3) & 1 == 1).collect(), i))
            .collect();
        let whole = merge(rows.iter().map(|(s, w)| (&s[..], *w)));
        let (left, right) = rows.split_at(123);
        let parts = [left, right].map(|part| merge(part.iter().map(|(s, w)| (&s[..], *w))));
        let joined = merge(parts.iter().flatten().map(|r| (&r.sites[..], r.weight)));
        assert_eq!(joined, whole);
        let weight: u64 = rows.iter().filter(|r| !r.0.is_empty()).map(|r| r.1).sum();
        assert_eq!(whole.iter().map(|r| r.weight).sum::<u64>(), weight);
        assert!(whole.len() < 32);
    }
}
