//! Which towns deserve an inset? A file of its own: it looks at the ground only, never at the sheet.
//!
//! What matters are stations and large gaps.
//! 1. Those within a few circles of each other are one *town* (single linkage).
//! 2. A town too large for any inset is cut into windows, greedily: the window that holds most of what no
//!    earlier one holds comes first. Greedy covers at least 63 % of the weight that the best choice of as many windows
//!    would (Nemhauser, Wolsey, Fisher 1978).
//!
//! Cost: points squared to link, windows times points squared to cut, with at most [`MOST`] points.

use super::frame::extent;
use super::projection::{Plane, Projection};
use super::scene::Scene;
use crate::model::{PlaceLayer, Position};

/// Points that are looked at; beyond, the least important are left to the overview.
const MOST: usize = 400;
/// A gap counts from this share of all residents, and a town without a station from [`LARGE_TOWN`].
const LARGE_GAP: f64 = 0.005;
/// Share of all residents whose gaps make a town worth an inset of its own.
const LARGE_TOWN: f64 = 0.015;

/// Something that should be seen up close.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interest {
    pub at: Position,
    /// People affected.
    pub people: f64,
    pub station: bool,
}

/// What one inset is to show.
#[derive(Debug, Clone)]
pub(super) struct Window {
    /// What it holds.
    pub points: Vec<Position>,
    /// Width and height of the ground that its points span, metres.
    pub span: (f64, f64),
    /// People affected.
    pub people: f64,
    /// How many stations it holds.
    pub stations: usize,
}

/// Stations that serve, and gaps that are large; most people first. The second answer is the least number of
/// people for which a town without a station is worth an inset.
pub(super) fn interests(scene: &Scene<'_>) -> (Vec<Interest>, f64) {
    let residents: f64 = scene.spots.iter().filter(|s| s.layer == PlaceLayer::Residences).map(|s| s.people).sum();
    let stations =
        scene.pins.iter().filter(|p| p.kind.serves()).map(|p| Interest { at: p.at, people: p.people, station: true });
    let gaps = scene
        .spots
        .iter()
        .filter(|s| s.layer == PlaceLayer::Residences)
        .map(|s| Interest { at: s.at, people: s.people * s.split[2], station: false })
        .filter(|g| g.people > LARGE_GAP * residents);
    let mut all: Vec<Interest> = stations.chain(gaps).collect();
    // Stable: equals keep the order of the scene.
    all.sort_by(|a, b| b.station.cmp(&a.station).then(b.people.total_cmp(&a.people)));
    all.truncate(MOST);
    (all, LARGE_TOWN * residents)
}

/// The distance of the two stations that stand closest, metres; 0 for the same place, infinite where there are fewer than two.
pub(super) fn closest_stations(points: &[Interest]) -> f64 {
    let stations: Vec<Position> = points.iter().filter(|p| p.station).map(|p| p.at).collect();
    let projection = Projection::about(stations.iter().copied());
    let plane: Vec<Plane> = stations.iter().map(|&at| projection.forward(at)).collect();
    let pairs = plane.iter().enumerate().flat_map(|(i, a)| plane[..i].iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| (a.east - b.east).hypot(a.north - b.north)).fold(f64::INFINITY, f64::min)
}

/// Towns: points that a chain of steps of at most `link` metres connects, cut where they are wider or higher than
/// `side` metres. Together they hold every station, and every gap but those of towns without a station and with fewer than
/// `least` people; those with stations first, then by people.
pub(super) fn windows(points: &[Interest], link: f64, side: f64, least: f64) -> Vec<Window> {
    let projection = Projection::about(points.iter().map(|p| p.at));
    let plane: Vec<Plane> = points.iter().map(|p| projection.forward(p.at)).collect();
    let mut out: Vec<Window> = Vec::new();
    for town in towns(&plane, link) {
        let (w, h) = span(&town, &plane);
        let parts = if w <= side && h <= side { vec![town] } else { cut(town, points, &plane, side) };
        out.extend(parts.into_iter().map(|part| Window {
            points: part.iter().map(|&i| points[i].at).collect(),
            span: span(&part, &plane),
            people: part.iter().map(|&i| points[i].people).sum(),
            stations: part.iter().filter(|&&i| points[i].station).count(),
        }));
    }
    out.retain(|w| w.stations > 0 || w.people >= least);
    out.sort_by(|a, b| (b.stations > 0).cmp(&(a.stations > 0)).then(b.people.total_cmp(&a.people)));
    out
}

/// Single linkage: the connected parts of the graph of short steps, each in the order of the points.
fn towns(plane: &[Plane], link: f64) -> Vec<Vec<usize>> {
    let mut left: Vec<usize> = (0..plane.len()).collect();
    let mut towns = Vec::new();
    while let Some(&first) = left.first() {
        let mut town = vec![first];
        left.remove(0);
        let mut next = 0;
        while let Some(&at) = town.get(next) {
            let near = |&b: &usize| (plane[b].east - plane[at].east).hypot(plane[b].north - plane[at].north) <= link;
            town.extend(left.iter().copied().filter(near));
            left.retain(|b| !near(b));
            next += 1;
        }
        town.sort_unstable();
        towns.push(town);
    }
    towns
}

/// Cuts a town into windows of at most `side` metres.
fn cut(mut left: Vec<usize>, points: &[Interest], plane: &[Plane], side: f64) -> Vec<Vec<usize>> {
    let mut out = Vec::new();
    while !left.is_empty() {
        let mut best: Vec<usize> = Vec::new();
        let mut best_worth = (0, -1.0);
        for &a in &left {
            // The window with `a` in its middle, then moved to the middle of what that holds.
            let held = |centre: Plane| -> Vec<usize> {
                left.iter().copied().filter(|&b| within(centre, plane[b], side / 2.0)).collect()
            };
            let (low, high) = bounds(&held(plane[a]), plane);
            let centre = Plane { east: (low.east + high.east) / 2.0, north: (low.north + high.north) / 2.0 };
            let held = held(centre);
            let worth = (
                usize::from(held.iter().any(|&i| points[i].station)),
                held.iter().map(|&i| points[i].people).sum::<f64>(),
            );
            if !held.is_empty()
                && (best.is_empty() || worth.0 > best_worth.0 || (worth.0 == best_worth.0 && worth.1 > best_worth.1))
            {
                (best, best_worth) = (held, worth);
            }
        }
        left.retain(|i| !best.contains(i));
        out.push(best);
    }
    out
}

fn bounds(part: &[usize], plane: &[Plane]) -> (Plane, Plane) {
    let held: Vec<Plane> = part.iter().map(|&i| plane[i]).collect();
    extent(&held)
}

fn span(part: &[usize], plane: &[Plane]) -> (f64, f64) {
    let (low, high) = bounds(part, plane);
    (high.east - low.east, high.north - low.north)
}

fn within(centre: Plane, p: Plane, half: f64) -> bool {
    (p.east - centre.east).abs() <= half && (p.north - centre.north).abs() <= half
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(12), ..ProptestConfig::default() })]
        #[test]
        fn every_point_is_in_a_window_and_every_window_is_small_enough(
            raw in prop::collection::vec((121.0..127.0_f64, 50.0..53.0_f64, 0.0..9000.0_f64, any::<bool>()), 0..40),
            side in 1000.0..60_000.0_f64,
        ) {
            let points: Vec<Interest> = raw
                .iter()
                .map(|&(lon, lat, people, station)| Interest {
                    at: Position::new(lon, lat).expect("in range"), people, station,
                })
                .collect();
            let windows = windows(&points, 3000.0, side, 0.0);
            prop_assert_eq!(windows.iter().map(|w| w.points.len()).sum::<usize>(), points.len());
            for w in &windows {
                prop_assert!(w.span.0 <= side + 1e-6 && w.span.1 <= side + 1e-6);
            }
        }
    }
}
