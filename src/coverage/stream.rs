//! From demand points, sites and a reach to merged rows, exactly and without ever holding all pairs.
//! A file of its own because a bare problem of 40 million points is merged while it is looked at, unlike a plan, whose
//! relation is kept for the measures.
//!
//! 1. An [`Arrangement`] says per cell of a fine grid which sites cover all of it and on whose edge it lies.
//! 2. A [`Tally`] counts weight per cell and per combination of edges crossed: only those are measured. Tallies of
//!    parts of the demand are added; sums of integers do not depend on how the demand was split.
//! 3. Combinations with one and the same cover set are merged. A hash finds the set, a comparison confirms it.

use super::arrangement::{Arrangement, Extent, Reach};
use super::chance;
use super::relation::MergedRow;
use crate::travel::SiteIndex;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

/// Edges of a cell whose combination fits a word.
const MASKED_EDGES: usize = 64;
/// Demand points below which splitting them costs more than it saves.
const LEAST_PART: usize = 16_384;

/// Demand points, as columns of one length.
#[derive(Debug, Clone, Copy)]
pub struct Points<'a> {
    /// x, or longitude in degrees.
    pub x: &'a [f64],
    /// y, or latitude in degrees.
    pub y: &'a [f64],
    /// Weight.
    pub weight: &'a [u64],
}

/// Merges demand with one and the same cover set, as [`super::merge`] does with a relation: rows sorted by set, points
/// without a site or without weight left out. Coordinates must be finite and at most 1e12 in size, degrees in range.
///
/// Costs a look at every point and every edge of its cell, about three at a million points and a thousand sites.
pub fn merged_rows(demand: Points<'_>, sites: (&[f64], &[f64]), reach: Reach) -> Vec<MergedRow> {
    let Some(extent) = Extent::of(demand.x, demand.y) else { return Vec::new() };
    let grid = Arrangement::new(sites.0, sites.1, reach, extent, demand.x.len());
    let part = demand.x.len().div_ceil(rayon::current_num_threads()).max(LEAST_PART);
    let parts = demand.x.par_chunks(part).zip(demand.y.par_chunks(part)).zip(demand.weight.par_chunks(part));
    let tally = parts
        .map(|((x, y), weight)| {
            let mut tally = Tally::new(&grid);
            tally.count(&grid, Points { x, y, weight });
            tally
        })
        .reduce_with(Tally::joined);
    tally.map(|tally| tally.rows(&grid)).unwrap_or_default()
}

/// Spreads the bits of small keys over a table.
#[derive(Debug, Default, Clone, Copy)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.write_u64(u64::from(*b)));
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = spread(self.0.rotate_left(29) ^ n);
    }
}

/// A number that looks like chance; 0 does as well.
fn spread(n: u64) -> u64 {
    chance::mixed(n.wrapping_add(chance::STEP))
}

/// Weight per cell and combination of edges.
#[derive(Debug, Clone)]
struct Tally {
    /// Cells with few edges: a counter per combination.
    counted: Vec<u64>,
    /// Cells with more: by cell and combination.
    masked: HashMap<(u32, u64), u64, BuildHasherDefault<Spread>>,
    /// Cells with very many: by cell and the edges crossed.
    listed: BTreeMap<(u32, Vec<SiteIndex>), u64>,
}

impl Tally {
    fn new(grid: &Arrangement) -> Self {
        let counters = grid.starts.last().map_or(0, |s| s.counters as usize);
        Self { counted: vec![0; counters], masked: HashMap::default(), listed: BTreeMap::new() }
    }

    fn count(&mut self, grid: &Arrangement, demand: Points<'_>) {
        grid.masks((demand.x, demand.y), |point, cell, mask| {
            let weight = demand.weight[point];
            if weight == 0 {
                return;
            }
            let (start, end) = (grid.starts[cell], grid.starts[cell + 1]);
            let edges = &grid.edges[start.edges as usize..end.edges as usize];
            if start.counters < end.counters {
                self.counted[start.counters as usize + mask as usize] += weight;
            } else if edges.len() <= MASKED_EDGES {
                *self.masked.entry((cell as u32, mask)).or_default() += weight;
            } else {
                let (x, y) = (demand.x[point], demand.y[point]);
                let crossed: Vec<SiteIndex> =
                    edges.chunks(MASKED_EDGES).flat_map(|edges| chosen(edges, grid.mask(edges, x, y))).collect();
                *self.listed.entry((cell as u32, crossed)).or_default() += weight;
            }
        });
    }

    fn joined(mut self, other: Self) -> Self {
        self.counted.iter_mut().zip(other.counted).for_each(|(a, b)| *a += b);
        for (key, weight) in other.masked {
            *self.masked.entry(key).or_default() += weight;
        }
        for (key, weight) in other.listed {
            *self.listed.entry(key).or_default() += weight;
        }
        self
    }

    /// Merges combinations of one cover set, cell by cell along the rows of the grid.
    fn rows(self, grid: &Arrangement) -> Vec<MergedRow> {
        let mut masked: Vec<((u32, u64), u64)> = self.masked.into_iter().collect();
        masked.sort_unstable();
        let (mut masked, mut listed) = (masked.into_iter().peekable(), self.listed.into_iter().peekable());
        let mut sets = Sets::default();
        // The sum of what sites are spread to stands for a set; that of the sites inside is kept up to date.
        let (mut inside, mut sum, mut turns, mut set) = (Vec::new(), 0u64, Vec::new(), Vec::new());
        for row in 0..grid.rows {
            turns.clear();
            for run in grid.runs(row) {
                turns.extend([(run.from, run.site), (run.to, run.site)]);
            }
            turns.sort_unstable();
            let mut turn = turns.iter().peekable();
            for column in 0..grid.columns as u32 {
                // A site is entered where it is not inside yet, and left where it is.
                while let Some((_, site)) = turn.next_if(|t| t.0 <= column) {
                    match inside.binary_search(site) {
                        Ok(at) => {
                            sum = sum.wrapping_sub(spread(u64::from(inside.remove(at))));
                        }
                        Err(at) => {
                            inside.insert(at, *site);
                            sum = sum.wrapping_add(spread(u64::from(*site)));
                        }
                    }
                }
                let cell = row * grid.columns + column as usize;
                let (start, end) = (grid.starts[cell], grid.starts[cell + 1]);
                let edges = &grid.edges[start.edges as usize..end.edges as usize];
                for (mask, &weight) in (0..).zip(&self.counted[start.counters as usize..end.counters as usize]) {
                    if weight > 0 {
                        let sum = union(&inside, sum, chosen(edges, mask), &mut set);
                        sets.add(&set, sum, weight);
                    }
                }
                while let Some(((_, mask), weight)) = masked.next_if(|m| m.0.0 == cell as u32) {
                    let sum = union(&inside, sum, chosen(edges, mask), &mut set);
                    sets.add(&set, sum, weight);
                }
                while let Some(((_, crossed), weight)) = listed.next_if(|l| l.0.0 == cell as u32) {
                    let sum = union(&inside, sum, crossed.iter().copied(), &mut set);
                    sets.add(&set, sum, weight);
                }
            }
            inside.clear();
            sum = 0;
        }
        sets.sorted()
    }
}

/// The edges whose bit is set.
fn chosen(edges: &[SiteIndex], mut mask: u64) -> impl Iterator<Item = SiteIndex> {
    std::iter::from_fn(move || {
        let bit = mask.trailing_zeros() as usize;
        mask &= mask.wrapping_sub(1);
        edges.get(bit).copied()
    })
}

/// Two ascending lists without a common site, as one; returns the sum of its sites, `sum` being that of the first.
fn union(inside: &[SiteIndex], mut sum: u64, edges: impl Iterator<Item = SiteIndex>, set: &mut Vec<SiteIndex>) -> u64 {
    set.clear();
    let mut from = 0;
    for site in edges {
        let to = from + inside[from..].partition_point(|&s| s < site);
        set.extend_from_slice(&inside[from..to]);
        set.push(site);
        sum = sum.wrapping_add(spread(u64::from(site)));
        from = to;
    }
    set.extend_from_slice(&inside[from..]);
    sum
}

/// Cover sets, each once, in one piece of memory.
#[derive(Debug, Default)]
struct Sets {
    sites: Vec<SiteIndex>,
    /// Per set its hash, its end in `sites` and its weight.
    sets: Vec<(u64, usize, u64)>,
    /// Open addressing over `sets`, counted from 1; 0 is free. A power of two, at most half full.
    slots: Vec<u32>,
}

impl Sets {
    /// Adds weight to a set; `sum` is that of its sites, each spread.
    fn add(&mut self, set: &[SiteIndex], sum: u64, weight: u64) {
        if set.is_empty() {
            return;
        }
        if self.slots.len() < 2 * (self.sets.len() + 1) {
            self.grow();
        }
        let hash = spread(sum);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(row) = self.slots[at].checked_sub(1) {
            if self.sets[row as usize].0 == hash && self.set(row as usize) == set {
                self.sets[row as usize].2 += weight;
                return;
            }
            at = (at + 1) & mask;
        }
        self.sites.extend_from_slice(set);
        self.sets.push((hash, self.sites.len(), weight));
        self.slots[at] = self.sets.len() as u32;
    }

    fn set(&self, row: usize) -> &[SiteIndex] {
        let start = if row == 0 { 0 } else { self.sets[row - 1].1 };
        &self.sites[start..self.sets[row].1]
    }

    fn grow(&mut self) {
        self.slots = vec![0; (4 * (self.sets.len() + 1)).next_power_of_two().max(1024)];
        let mask = self.slots.len() - 1;
        for (row, (hash, ..)) in (1..).zip(&self.sets) {
            let mut at = *hash as usize & mask;
            while self.slots[at] != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = row;
        }
    }

    /// As rows, sorted by set. The first four sites decide most comparisons and fit a number.
    fn sorted(&self) -> Vec<MergedRow> {
        let first = |row: usize| {
            let four = self.set(row).iter().take(4);
            (0..4).zip(four).fold(0u128, |key, (i, &s)| key | (u128::from(s) + 1) << (96 - 32 * i))
        };
        let mut order: Vec<(u128, u32)> = (0..self.sets.len()).map(|row| (first(row), row as u32)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.set(a.1 as usize).cmp(self.set(b.1 as usize))));
        let row = |(_, row): (u128, u32)| {
            let (row, sites) = (row as usize, self.set(row as usize).to_vec());
            MergedRow { sites, weight: self.sets[row].2 }
        };
        order.into_iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::merge;
    use crate::model::{Metres, Position};
    use crate::travel::geodesic;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    type Columns = (Vec<f64>, Vec<f64>);

    fn brute(
        demand: &Columns,
        weight: &[u64],
        sites: &Columns,
        holds: impl Fn(usize, usize) -> bool,
    ) -> Vec<MergedRow> {
        let sets: Vec<Vec<SiteIndex>> = (0..demand.0.len())
            .map(|d| (0..sites.0.len()).filter(|&s| holds(d, s)).map(|s| s as SiteIndex).collect())
            .collect();
        merge(sets.iter().zip(weight).map(|(set, w)| (&set[..], *w)))
    }

    fn checked(demand: &Columns, sites: &Columns, reach: Reach) -> Result<(), TestCaseError> {
        let weight: Vec<u64> = (0..demand.0.len() as u64).map(|i| i * 7 % 5).collect();
        let points = Points { x: &demand.0, y: &demand.1, weight: &weight };
        let found = merged_rows(points, (&sites.0, &sites.1), reach);
        let expected = match reach {
            Reach::Planar(r) => brute(demand, &weight, sites, |d, s| {
                let (dx, dy) = (demand.0[d] - sites.0[s], demand.1[d] - sites.1[s]);
                dx * dx + dy * dy <= r * r
            }),
            Reach::Geodesic(r) => {
                let at = |c: &Columns, i: usize| Position::new(c.0[i], c.1[i]).expect("in range");
                brute(demand, &weight, sites, |d, s| geodesic(at(demand, d), at(sites, s)) <= r)
            }
        };
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn columns(points: Vec<(f64, f64)>) -> Columns {
        points.into_iter().unzip()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

        #[test]
        fn streamed_rows_are_those_of_brute_force_in_the_plane(
            demand in prop::collection::vec((0.0..30.0f64, 0.0..30.0f64), 1..400),
            sites in prop::collection::vec((-2.0..32.0f64, -2.0..32.0f64), 1..90),
            radius in prop::sample::select(vec![0.0, 0.3, 2.0, 5.5, 14.0, 60.0]),
            shift in prop::sample::select(vec![0.0, -1e3, 1e9]),
            scale in prop::sample::select(vec![1.0, 1e-6, 1e6]),
            onto in 0usize..400,
            flat in prop::bool::weighted(0.1),
        ) {
            let place = |(x, y): (f64, f64)| (x * scale + shift, if flat { shift } else { y * scale + shift });
            let demand = columns(demand.into_iter().map(place).collect());
            let mut sites = columns(sites.into_iter().map(place).collect());
            // One site stands on a demand point, and in every second case the limit is exactly the length of a pair.
            let on = onto % demand.0.len();
            (sites.0[0], sites.1[0]) = (demand.0[on], demand.1[on]);
            let (dx, dy) = (demand.0[0] - sites.0[onto % sites.0.len()], demand.1[0] - sites.1[onto % sites.0.len()]);
            let radius = if onto % 2 == 0 { dx.hypot(dy) } else { radius * scale };
            checked(&demand, &sites, Reach::Planar(radius))?;
        }

        #[test]
        fn streamed_rows_are_those_of_brute_force_on_whole_numbers_where_many_pairs_lie_on_the_limit(
            demand in prop::collection::vec((0i32..12, 0i32..12), 1..200),
            sites in prop::collection::vec((0i32..12, 0i32..12), 1..80),
            radius in 0i32..8,
        ) {
            let place = |(x, y): (i32, i32)| (f64::from(x), f64::from(y));
            let (demand, sites) = (demand.into_iter().map(place).collect(), sites.into_iter().map(place).collect());
            checked(&columns(demand), &columns(sites), Reach::Planar(f64::from(radius)))?;
        }

        #[test]
        fn streamed_rows_are_those_of_brute_force_on_the_ellipsoid(
            lon in prop::sample::select(vec![124.0, 179.99, -180.0, 0.0]),
            lat in prop::sample::select(vec![0.0, 50.4, 71.2, 89.9, -89.95]),
            spread in prop::sample::select(vec![0.05, 1.0, 40.0]),
            demand in prop::collection::vec((-1.0..1.0f64, -1.0..1.0f64), 1..150),
            sites in prop::collection::vec((-1.0..1.0f64, -1.0..1.0f64), 1..40),
            metres in prop::sample::select(vec![0.0, 962.0, 30_000.0, 2_500_000.0, 19_000_000.0, 30_000_000.0]),
            onto in 0usize..400,
        ) {
            let place = |(x, y): (f64, f64)| {
                let lat = (lat + y * spread).clamp(-90.0, 90.0);
                let lon = lon + x * spread / lat.to_radians().cos().max(0.02);
                ((lon + 540.0).rem_euclid(360.0) - 180.0, lat)
            };
            let demand = columns(demand.into_iter().map(place).collect());
            let sites = columns(sites.into_iter().map(place).collect());
            let (d, s) = (onto % demand.0.len(), onto % sites.0.len());
            let at = |c: &Columns, i: usize| Position::new(c.0[i], c.1[i]).expect("in range");
            let limit = if onto % 2 == 0 { geodesic(at(&demand, d), at(&sites, s)) } else { Metres(metres) };
            checked(&demand, &sites, Reach::Geodesic(limit))?;
        }
    }

    #[test]
    fn a_cell_that_more_edges_cross_than_a_word_has_bits_is_merged_all_the_same() {
        let sites = columns((0..300).map(|i| (f64::from(i) * 1e-3, 0.0)).collect());
        let demand = columns((0..500).map(|i| (1.0 + f64::from(i) * 1e-3, f64::from(i % 3) * 1e-3)).collect());
        checked(&demand, &sites, Reach::Planar(1.1)).expect("as brute force");
    }

    #[test]
    fn no_demand_and_no_sites_give_no_rows() {
        let none = Points { x: &[], y: &[], weight: &[] };
        assert!(merged_rows(none, (&[1.0], &[1.0]), Reach::Planar(1.0)).is_empty());
        let one = Points { x: &[1.0], y: &[1.0], weight: &[1] };
        assert!(merged_rows(one, (&[], &[]), Reach::Planar(1.0)).is_empty());
    }
}
