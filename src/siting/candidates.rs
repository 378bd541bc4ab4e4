//! Where could a station stand when nobody says? Candidates derived from the demand itself.
//! A file of its own because it is used only by plans that leave it to the program.

use crate::coverage::Demand;
use crate::model::{Candidate, Lang, Place, Position};
use crate::travel::{Circles, Origin, SiteIndex, Standard, TravelModel, crossings};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Most demand points whose own position becomes a candidate; of more, the heaviest of each cell of a grid.
const MOST_POINTS: usize = 6_000;
/// Most pairs of overlapping circles whose intersections are tried; with more, places alone must do.
const MOST_PAIRS: usize = 100_000;

/// What was derived, and whether it is the whole finite dominating set.
#[derive(Debug, Clone)]
pub struct Derived {
    /// Candidates, ids `D0001` ... in order of position.
    pub candidates: Vec<Candidate>,
    /// True when every place and every intersection was tried: then no point of the plane covers a set of demand
    /// points that no candidate covers (Church 1984). False when the demand was too dense and was thinned.
    pub complete: bool,
    /// True when the demand was too dense and was thinned.
    pub thinned: bool,
}

/// What candidates are derived from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Places, in the order of `demand`.
    pub places: &'a [Place],
    /// Demand points.
    pub demand: &'a Demand,
    /// The plan's standards.
    pub standards: &'a [Standard],
    /// Per demand point its weight, 0 where nothing more is needed.
    pub weights: &'a [f64],
    /// How many candidates the plan needs at least.
    pub least: usize,
    /// Whether a site of one county may not stand in for one of another.
    pub by_county: bool,
    /// Language of the names.
    pub lang: Lang,
}

/// Derives candidates: every demand point, and the crossings of their circles, thinned by dominance.
///
/// 1. Positions of demand points with weight (deduplicated; thinned over a grid when there are more than 6,000).
/// 2. For every two of them with overlapping circles the two points where the circles cross (none when there are
///    more than 100,000 such pairs).
/// 3. A position whose covered demand is a subset of another's goes; of equals the first stays. Where counties have
///    limits, only within its county. When fewer than `least` are left, the largest of the others fill up.
pub fn derive(source: &Source<'_>) -> Derived {
    let Source { places, demand, standards, weights, .. } = *source;
    let needy: Vec<usize> = (0..demand.points.len()).filter(|&i| weights[i] > 0.0).collect();
    let kept = heaviest_of_cells(demand, &needy, weights);
    let mut complete = kept.len() == needy.len();
    let origins: Vec<Origin> = kept.iter().map(|&i| demand.points[i].origin).collect();
    let mut positions: Vec<Position> = origins.iter().map(|o| o.position).collect();
    match crossings(&origins, standards, MOST_PAIRS) {
        Some(points) => positions.extend(points),
        None => complete = false,
    }
    positions.sort_by(|a, b| a.lat().total_cmp(&b.lat()).then(a.lon().total_cmp(&b.lon())));
    positions.dedup();
    let sets = cover_sets(demand, standards, &needy, &positions);
    let centres = Circles::new(needy.iter().map(|&i| demand.points[i].origin.position), standards);
    let place_near = |p: usize| {
        let here = Origin { index: 0, position: positions[p], standard: 0 };
        centres.nearest(&here).map(|(i, _)| &places[demand.points[needy[i as usize]].place])
    };
    let near: Vec<Option<&Place>> = (0..positions.len()).into_par_iter().map(place_near).collect();
    let county = |p: usize| near[p].and_then(|n| n.county.as_deref()).filter(|_| source.by_county);
    let candidates = undominated(&sets, county, source.least)
        .into_iter()
        .enumerate()
        .map(|(n, p)| named(n, positions[p], near[p], source.lang))
        .collect();
    Derived { candidates, complete, thinned: !complete }
}

/// At most `MOST_POINTS` of the needy points: all, or the heaviest of each cell of the finest grid that is coarse enough.
fn heaviest_of_cells(demand: &Demand, needy: &[usize], weights: &[f64]) -> Vec<usize> {
    let mut cell = 0.001;
    let mut kept = needy.to_vec();
    while kept.len() > MOST_POINTS {
        let mut best: BTreeMap<(i64, i64), usize> = BTreeMap::new();
        for &i in needy {
            let p = demand.points[i].origin.position;
            let key = ((p.lat() / cell).floor() as i64, (p.lon() / cell).floor() as i64);
            let first = best.entry(key).or_insert(i);
            if weights[i] > weights[*first] {
                *first = i;
            }
        }
        kept = best.into_values().collect();
        kept.sort_unstable();
        cell *= 1.5;
    }
    kept
}

/// Per position the needy demand points it would cover, ascending.
fn cover_sets(demand: &Demand, standards: &[Standard], needy: &[usize], positions: &[Position]) -> Vec<Vec<u32>> {
    let circles = Circles::new(positions.iter().copied(), standards);
    let reached: Vec<Vec<SiteIndex>> = needy
        .par_iter()
        .map(|&i| {
            let mut out = Vec::new();
            circles.reach(&demand.points[i].origin, &mut out);
            out
        })
        .collect();
    let mut sets = vec![Vec::new(); positions.len()];
    for (row, sites) in (0..).zip(&reached) {
        for &s in sites {
            sets[s as usize].push(row);
        }
    }
    sets
}

/// Indices of sets that are not empty and not contained in another of the same county; of equal sets the first stays.
/// Filled up to `least` with the largest of the others. Ascending.
fn undominated<K: PartialEq>(sets: &[Vec<u32>], county: impl Fn(usize) -> K, least: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sets.len()).filter(|&i| !sets[i].is_empty()).collect();
    // A set can only be contained in one at least as long; of equals the first comes first and stays.
    order.sort_by_key(|&i| (std::cmp::Reverse(sets[i].len()), i));
    let rows = sets.iter().flatten().max().map_or(0, |m| *m as usize + 1);
    let mut kept_by_row: Vec<Vec<usize>> = vec![Vec::new(); rows];
    let (mut kept, mut others) = (Vec::new(), Vec::new());
    for i in order {
        let set = &sets[i];
        // Whatever contains the set covers its rarest row.
        let rarest = set.iter().map(|&r| &kept_by_row[r as usize]).min_by_key(|k| k.len());
        if rarest.is_some_and(|k| k.iter().any(|&o| county(o) == county(i) && contains(&sets[o], set))) {
            others.push(i);
            continue;
        }
        set.iter().for_each(|&r| kept_by_row[r as usize].push(i));
        kept.push(i);
    }
    let missing = least.saturating_sub(kept.len());
    kept.extend(others.into_iter().take(missing));
    kept.sort_unstable();
    kept
}

/// Whether the ascending `large` holds all of the ascending `small`.
fn contains(large: &[u32], small: &[u32]) -> bool {
    let mut rest = large.iter();
    small.iter().all(|s| rest.by_ref().find(|l| *l >= s) == Some(s))
}

fn named(n: usize, position: Position, near: Option<&Place>, lang: Lang) -> Candidate {
    let id = format!("D{:04}", n + 1);
    let name = near.map_or_else(|| id.clone(), |p| lang.pick(format!("{}附近", p.name), format!("near {}", p.name)));
    let county = near.and_then(|p| p.county.clone());
    Candidate { id, name, county, host: String::new(), cost: None, capacity: None, position, derived: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_and_second_equals_go_and_empty_sets_too() {
        let sets = vec![vec![1, 2], vec![1, 2, 3], vec![], vec![4], vec![1, 2, 3], vec![3, 4]];
        assert_eq!(undominated(&sets, |_| 0, 0), vec![1, 5]);
        assert_eq!(undominated(&sets, |_| 0, 3), vec![1, 4, 5], "filled up with the largest of the rest");
        assert_eq!(undominated(&sets, |i| i % 2, 0), vec![1, 4, 5], "no site of another county stands in");
    }
}
