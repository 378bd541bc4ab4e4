//! Who lies inside the circle of a site? The index of `circle.rs` turned round: over origins, asked by site. A file of its own
//! because whoever moves one site must not ask every origin again.

use super::earth::{self, Ecef};
use super::{Origin, Standard};
use crate::model::{Metres, Position};
use rstar::RTree;
use rstar::primitives::GeomWithData;

type Entry = GeomWithData<Ecef, u32>;

/// Origins in R-trees over earth-centred coordinates, one per standard, so that small circles are not searched with the
/// reach of large ones.
pub struct Catchments {
    positions: Vec<Position>,
    trees: Vec<RTree<Entry>>,
}

impl Catchments {
    /// Indexes origins, which come in the order of their `index`; `standards` is how many standards there are.
    pub fn new(origins: &[Origin], standards: usize) -> Self {
        let mut entries: Vec<Vec<Entry>> = vec![Vec::new(); standards];
        for origin in origins {
            entries[origin.standard].push(Entry::new(earth::ecef(origin.position), origin.index as u32));
        }
        let positions = origins.iter().map(|o| o.position).collect();
        Self { positions, trees: entries.into_iter().map(RTree::bulk_load).collect() }
    }

    /// Origins within their own standard of a site, ascending: exactly those for which [`super::Circles`] finds it.
    pub fn of(&self, site: Position, standards: &[Standard]) -> Vec<u32> {
        let there = (site, earth::ecef(site));
        let mut found = Vec::new();
        for (tree, standard) in self.trees.iter().zip(standards) {
            let by_chord = earth::chord_reach(standard.radius);
            for entry in tree.locate_within_distance(there.1, by_chord * by_chord * (1.0 + 1e-12)) {
                let here = (self.positions[entry.data as usize], *entry.geom());
                if earth::within(here, there, standard.radius) {
                    found.push(entry.data);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Indexed positions to which a geodesic from `from` is at most `radius` long, ascending, whatever their standard.
    pub fn within(&self, from: Position, radius: Metres) -> Vec<u32> {
        let here = (from, earth::ecef(from));
        let by_chord = earth::chord_reach(radius);
        let mut found = Vec::new();
        for tree in &self.trees {
            for entry in tree.locate_within_distance(here.1, by_chord * by_chord * (1.0 + 1e-12)) {
                if earth::within(here, (self.positions[entry.data as usize], *entry.geom()), radius) {
                    found.push(entry.data);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// The origin nearest to a point, by chord, the lowest among equals; `None` when there is none.
    pub fn nearest(&self, to: Position) -> Option<u32> {
        let there = earth::ecef(to);
        let of = |tree: &RTree<Entry>| tree.nearest_neighbor(&there).map(|e| (earth::chord(*e.geom(), there), e.data));
        self.trees.iter().filter_map(of).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(_, i)| i)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Circle, Limit, Metres, Mode, TravelSettings};
    use crate::travel::{Circles, TravelModel};

    #[test]
    fn a_catchment_holds_exactly_the_origins_that_reach_the_site() {
        let mut state = 7u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let travel = TravelSettings::default();
        let standard = |metres| {
            Standard::new(&Circle { setting: None, limit: Limit::Radius(Metres(metres)), mode: Mode::Walk }, &travel)
        };
        for (lon, lat) in [(124.0, 50.4), (179.99, 66.0), (0.0, 0.0), (20.0, 89.9)] {
            let mut at = || {
                let x = (lon + 0.2 * (random() - 0.5) + 540.0_f64).rem_euclid(360.0) - 180.0;
                Position::new(x, (lat + 0.2 * (random() - 0.5)).min(90.0)).expect("in range")
            };
            let mut origins: Vec<Origin> =
                (0..400).map(|index| Origin { index, position: at(), standard: index % 2 }).collect();
            let sites: Vec<Position> = (0..40).map(|_| at()).collect();
            origins[7].position = sites[3];
            let standards = [standard(900.0), standard(earth::geodesic(origins[1].position, sites[0]).0)];
            let (catchments, circles) = (Catchments::new(&origins, 2), Circles::new(sites.iter().copied(), &standards));
            let mut expected: Vec<Vec<u32>> = vec![Vec::new(); sites.len()];
            for origin in &origins {
                let mut reached = Vec::new();
                circles.reach(origin, &mut reached);
                reached.iter().for_each(|&s| expected[s as usize].push(origin.index as u32));
            }
            for (site, expected) in sites.iter().zip(expected) {
                assert_eq!(catchments.of(*site, &standards), expected, "{site:?}");
            }
            assert_eq!(catchments.nearest(sites[3]), Some(7));
        }
    }
}
