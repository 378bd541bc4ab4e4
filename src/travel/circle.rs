//! Travel by the straight-line circle: a place is served when a geodesic no longer than its radius leads to the site.
//! A file of its own because it is one of several travel models.

use super::earth::{self, Ecef};
use super::{Origin, SiteIndex, Standard, TravelModel};
use crate::model::{Metres, Minutes, Position};
use rstar::RTree;
use rstar::primitives::GeomWithData;

type Entry = GeomWithData<Ecef, SiteIndex>;

/// Sites in an R-tree over earth-centred coordinates.
///
/// The tree answers by chord, which is never longer than the geodesic, so no pair is lost at any latitude or across
/// the antimeridian; `earth::within` then decides exactly.
pub struct Circles<'a> {
    standards: &'a [Standard],
    sites: Vec<Position>,
    tree: RTree<Entry>,
}

impl<'a> Circles<'a> {
    /// Indexes the sites; `SiteIndex` is their position in the slice.
    pub fn new(sites: impl IntoIterator<Item = Position>, standards: &'a [Standard]) -> Self {
        let sites: Vec<Position> = sites.into_iter().collect();
        let entries = (0..).zip(&sites).map(|(i, &p)| Entry::new(earth::ecef(p), i)).collect();
        Self { standards, tree: RTree::bulk_load(entries), sites }
    }
}

impl TravelModel for Circles<'_> {
    fn reach(&self, origin: &Origin, out: &mut Vec<SiteIndex>) {
        let radius = self.standards[origin.standard].radius;
        let here = (origin.position, earth::ecef(origin.position));
        let start = out.len();
        let by_chord = earth::chord_reach(radius);
        for entry in self.tree.locate_within_distance(here.1, by_chord * by_chord * (1.0 + 1e-12)) {
            let there = (self.sites[entry.data as usize], *entry.geom());
            if earth::within(here, there, radius) {
                out.push(entry.data);
            }
        }
        out[start..].sort_unstable();
    }

    fn nearest(&self, origin: &Origin) -> Option<(SiteIndex, Minutes)> {
        let here = earth::ecef(origin.position);
        let mut best: Option<(Metres, SiteIndex)> = None;
        for entry in self.tree.nearest_neighbor_iter(&here) {
            if best.is_some_and(|(s, _)| earth::chord(here, *entry.geom()) > earth::chord_reach(s)) {
                break;
            }
            let s = earth::geodesic(origin.position, self.sites[entry.data as usize]);
            if best.is_none_or(|b| (s, entry.data) < b) {
                best = Some((s, entry.data));
            }
        }
        best.map(|(s, i)| (i, self.standards[origin.standard].time(s)))
    }
}

/// For every point the others that are less than `spacing` away, ascending.
pub fn closer_than(points: &[Position], spacing: Metres) -> Vec<Vec<SiteIndex>> {
    let mut near = vec![Vec::new(); points.len()];
    for (i, j) in neighbours(points, |_| spacing, usize::MAX).into_iter().flatten() {
        if earth::geodesic(points[i.min(j)], points[i.max(j)]) < spacing {
            near[i].push(j as SiteIndex);
        }
    }
    near
}

/// Pairs `(i, j)`, `i != j`, of points whose chord is at most `reach(i)`, sorted; `None` when there are more than `most`.
pub fn neighbours(
    points: &[Position],
    reach: impl Fn(usize) -> Metres + Sync,
    most: usize,
) -> Option<Vec<(usize, usize)>> {
    let circles = Circles::new(points.iter().copied(), &[]);
    let mut pairs = Vec::new();
    for (i, &p) in points.iter().enumerate() {
        let by_chord = earth::chord_reach(reach(i));
        let found = circles.tree.locate_within_distance(earth::ecef(p), by_chord * by_chord * (1.0 + 1e-12));
        let start = pairs.len();
        pairs.extend(found.map(|entry| (i, entry.data as usize)).filter(|(i, j)| i != j));
        if pairs.len() > most {
            return None;
        }
        pairs[start..].sort_unstable();
    }
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Circle, Limit, Mode, TravelSettings};
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn radius(metres: f64) -> Vec<Standard> {
        let travel = TravelSettings::default();
        vec![Standard::new(&Circle { setting: None, limit: Limit::Radius(Metres(metres)), mode: Mode::Walk }, &travel)]
    }

    fn brute(sites: &[Position], from: Position, radius: Metres) -> Vec<SiteIndex> {
        (0..).zip(sites).filter(|(_, s)| earth::geodesic(from, **s) <= radius).map(|(i, _)| i).collect()
    }

    /// Points thrown around a centre, wrapped over the antimeridian and clamped at the pole.
    fn scattered(lon: f64, lat: f64, spread: f64, at: &[(f64, f64)]) -> Vec<Position> {
        at.iter()
            .map(|(x, y)| {
                let lat = (lat + y * spread).clamp(-90.0, 90.0);
                let lon = (lon + x * spread / lat.to_radians().cos().max(0.02) + 540.0).rem_euclid(360.0) - 180.0;
                Position::new(lon, lat).expect("wrapped into range")
            })
            .collect()
    }

    #[test]
    fn two_points_exactly_the_spacing_apart_are_not_too_near() {
        let points: Vec<Position> =
            [(124.10, 50.4), (124.11, 50.4), (124.2, 50.4)].iter().filter_map(|&(x, y)| Position::new(x, y)).collect();
        let apart = earth::geodesic(points[0], points[1]);
        assert_eq!(closer_than(&points, apart), vec![Vec::<SiteIndex>::new(); 3]);
        assert_eq!(closer_than(&points, Metres(apart.0 + 0.001)), vec![vec![1], vec![0], vec![]]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, rng_seed: RngSeed::Fixed(2), ..ProptestConfig::default() })]
        #[test]
        fn the_tree_loses_no_pair_that_brute_force_over_geodesics_finds(
            lon in prop::sample::select(vec![124.0, 179.99, -180.0, 0.0]),
            lat in prop::sample::select(vec![0.0, 50.4, 71.2, 89.9, -89.95]),
            at in prop::collection::vec((-1.0..1.0f64, -1.0..1.0f64), 2..60),
            exact in 0usize..60,
        ) {
            let points = scattered(lon, lat, 0.05, &at);
            let (from, sites) = points.split_first().expect("at least two");
            // Every second case puts the limit exactly on one of the pairs.
            let limit = if exact.is_multiple_of(2) {
                earth::geodesic(*from, sites[exact % sites.len()])
            } else {
                Metres(2_500.0)
            };
            let standards = radius(limit.0);
            let circles = Circles::new(sites.iter().copied(), &standards);
            let origin = Origin { index: 0, position: *from, standard: 0 };
            let mut found = Vec::new();
            circles.reach(&origin, &mut found);
            prop_assert_eq!(&found, &brute(sites, *from, limit));

            let nearest = sites.iter().map(|s| earth::geodesic(*from, *s).0).fold(f64::INFINITY, f64::min);
            let (at, minutes) = circles.nearest(&origin).expect("there are sites");
            prop_assert_eq!(earth::geodesic(*from, sites[at as usize]).0, nearest);
            prop_assert_eq!(minutes, standards[0].time(Metres(nearest)));
        }
    }
}
