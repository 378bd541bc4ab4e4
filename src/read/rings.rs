//! Do the rings of an area cross themselves or each other?
//! A file of its own because the geometry library's own check compares every segment with every other: a county outline of
//! 100,000 points would take minutes. Here an R-tree finds the segments that can meet; about n log n for real outlines.
//! Whether two segments meet is decided by exact predicates.
//!
//! 1. Every ring encloses ground and no two segments of one ring meet, but for neighbours in their common point.
//! 2. Rings of one polygon meet in points at most, holes lie inside the outline and apart from each other.
//! 3. Parts share no ground. They may share a border, which counts nothing twice.

use super::fault_words::Kind;
use geo::coordinate_position::CoordPos;
use geo::dimensions::Dimensions;
use geo::kernels::Orientation;
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{BoundingRect, Coord, GeoNum, Kernel, Line, LineString, MultiPolygon, Polygon, PreparedGeometry, Relate};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// Up to here comparing all segments is quicker than building a tree.
const FEW: usize = 40;

/// The first thing wrong with an area of closed rings of finite coordinates, and where.
pub(super) fn fault(area: &MultiPolygon<f64>) -> Option<(Coord<f64>, Kind)> {
    let mut edges = Vec::new();
    for (part, polygon) in area.iter().enumerate() {
        for (ring, line) in std::iter::once(polygon.exterior()).chain(polygon.interiors()).enumerate() {
            if is_flat(line) {
                return Some((line.0[0], Kind::NoArea));
            }
            push_edges(line, part, ring, &mut edges);
        }
    }
    crossing(&edges).or_else(|| holes(area)).or_else(|| parts(area))
}

/// Whether all of a ring is on one line. (Its area would not do: that of a bow tie may be 0 too.)
fn is_flat(ring: &LineString<f64>) -> bool {
    let first = ring.0[0];
    let Some(second) = ring.0.iter().copied().find(|c| *c != first) else { return true };
    ring.0.iter().all(|c| <f64 as GeoNum>::Ker::orient2d(first, second, *c) == Orientation::Collinear)
}

/// A segment of a ring, and where in the area it is.
#[derive(Debug, Clone, Copy)]
struct Edge {
    line: Line<f64>,
    part: usize,
    ring: usize,
    /// Place in the ring, and how many segments the ring has.
    place: (usize, usize),
}

fn push_edges(ring: &LineString<f64>, part: usize, number: usize, edges: &mut Vec<Edge>) {
    // A position written twice in a row is common and harmless.
    let lines: Vec<Line<f64>> = ring.lines().filter(|l| l.start != l.end).collect();
    let all = lines.len();
    edges.extend(lines.into_iter().enumerate().map(|(i, line)| Edge { line, part, ring: number, place: (i, all) }));
}

/// The first two segments that meet where they must not.
fn crossing(edges: &[Edge]) -> Option<(Coord<f64>, Kind)> {
    let aabb = |e: &Edge| AABB::from_corners(e.line.start.into(), e.line.end.into());
    if edges.len() <= FEW {
        return edges.iter().enumerate().find_map(|(i, a)| edges[i + 1..].iter().find_map(|b| meet(a, b)));
    }
    let boxes: Vec<GeomWithData<Rectangle<[f64; 2]>, usize>> =
        edges.iter().enumerate().map(|(i, e)| GeomWithData::new(Rectangle::from_aabb(aabb(e)), i)).collect();
    let tree = RTree::bulk_load(boxes);
    edges.iter().enumerate().find_map(|(i, a)| {
        let mut near: Vec<usize> =
            tree.locate_in_envelope_intersecting(&aabb(a)).map(|b| b.data).filter(|j| *j > i).collect();
        // The tree's order is its own business; the fault shown is always the first.
        near.sort_unstable();
        near.into_iter().find_map(|j| meet(a, &edges[j]))
    })
}

/// Where two segments meet and must not.
fn meet(a: &Edge, b: &Edge) -> Option<(Coord<f64>, Kind)> {
    let met = line_intersection(a.line, b.line)?;
    let (at, along) = match met {
        LineIntersection::SinglePoint { intersection, is_proper } => (intersection, is_proper),
        LineIntersection::Collinear { intersection } => (intersection.start, true),
    };
    let collinear = matches!(met, LineIntersection::Collinear { .. });
    if a.part != b.part {
        return (along && !collinear).then_some((at, Kind::PartsOverlap));
    }
    if a.ring != b.ring {
        return along.then_some((at, Kind::BadHole));
    }
    let ((i, all), (j, _)) = (a.place, b.place);
    let neighbours = j == i + 1 || (i == 0 && j + 1 == all);
    (!neighbours || collinear).then_some((at, Kind::RingCrosses))
}

/// A hole that leaves its outline or shares ground with another.
fn holes(area: &MultiPolygon<f64>) -> Option<(Coord<f64>, Kind)> {
    area.iter().filter(|polygon| !polygon.interiors().is_empty()).find_map(|polygon| {
        let outline = Polygon::new(polygon.exterior().clone(), Vec::new());
        let outline = PreparedGeometry::from(&outline);
        let holes: Vec<Polygon<f64>> =
            polygon.interiors().iter().map(|ring| Polygon::new(ring.clone(), Vec::new())).collect();
        let outside = holes.iter().find(|hole| !outline.relate(*hole).is_contains());
        let found = outside.or_else(|| overlapping(&holes));
        found.map(|hole| (hole.exterior().0[0], Kind::BadHole))
    })
}

fn parts(area: &MultiPolygon<f64>) -> Option<(Coord<f64>, Kind)> {
    overlapping(&area.0).map(|part| (part.exterior().0[0], Kind::PartsOverlap))
}

/// The first polygon that shares ground with another one.
fn overlapping(polygons: &[Polygon<f64>]) -> Option<&Polygon<f64>> {
    let mut boxes: Vec<_> = polygons.iter().filter_map(|p| Some((p.bounding_rect()?, p))).collect();
    boxes.sort_by(|a, b| a.0.min().x.total_cmp(&b.0.min().x));
    boxes.iter().enumerate().find_map(|(i, (a, polygon))| {
        boxes[i + 1..]
            .iter()
            .take_while(|(b, _)| b.min().x <= a.max().x)
            .filter(|(b, _)| b.min().y <= a.max().y && a.min().y <= b.max().y)
            .find(|(_, other)| {
                polygon.relate(*other).get(CoordPos::Inside, CoordPos::Inside) == Dimensions::TwoDimensional
            })
            .map(|_| *polygon)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Validation;
    use geo::polygon;
    use proptest::prelude::*;

    fn code(polygons: Vec<Polygon<f64>>) -> &'static str {
        fault(&MultiPolygon::new(polygons)).map_or("valid", |(_, kind)| kind.code())
    }

    fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
        geo::Rect::new((x, y), (x + side, y + side)).to_polygon()
    }

    fn with_hole(hole: &Polygon<f64>) -> Polygon<f64> {
        Polygon::new(square(0.0, 0.0, 10.0).exterior().clone(), vec![hole.exterior().clone()])
    }

    #[test]
    fn bow_ties_spikes_and_pinched_rings_are_found_and_plain_ones_are_not() {
        assert_eq!(code(vec![square(122.0, 52.0, 1.0)]), "valid");
        assert_eq!(
            code(vec![polygon![(x: 0., y: 0.), (x: 2., y: 2.), (x: 2., y: 0.), (x: 0., y: 1.)]]),
            "ring_crosses"
        );
        let spike = polygon![(x: 0., y: 0.), (x: 2., y: 0.), (x: 4., y: 0.), (x: 2., y: 0.), (x: 2., y: 2.)];
        assert_eq!(code(vec![spike]), "ring_crosses");
        let pinched =
            polygon![(x: 0., y: 0.), (x: 2., y: 0.), (x: 1., y: 1.), (x: 2., y: 2.), (x: 0., y: 2.), (x: 1., y: 1.)];
        assert_eq!(code(vec![pinched]), "ring_crosses");
        assert_eq!(code(vec![polygon![(x: 0., y: 0.), (x: 1., y: 1.), (x: 2., y: 2.)]]), "no_area");
        assert_eq!(
            code(vec![polygon![(x: 0., y: 0.), (x: 0., y: 0.), (x: 2., y: 0.), (x: 2., y: 2.), (x: 2., y: 2.)]]),
            "valid",
            "a position written twice is harmless"
        );
    }

    #[test]
    fn holes_lie_inside_and_parts_share_no_ground() {
        assert_eq!(code(vec![with_hole(&square(2.0, 2.0, 2.0))]), "valid");
        assert_eq!(code(vec![with_hole(&square(8.0, 8.0, 4.0))]), "bad_hole");
        assert_eq!(code(vec![with_hole(&square(20.0, 20.0, 4.0))]), "bad_hole");
        assert_eq!(code(vec![with_hole(&square(0.0, 2.0, 2.0))]), "bad_hole");
        assert_eq!(code(vec![square(0.0, 0.0, 1.0), square(1.0, 0.0, 1.0)]), "valid", "a shared border");
        assert_eq!(code(vec![square(0.0, 0.0, 1.0), square(0.5, 0.5, 1.0)]), "parts_overlap");
        assert_eq!(code(vec![square(0.0, 0.0, 1.0), square(0.0, 0.0, 1.0)]), "parts_overlap");
        assert_eq!(code(vec![square(0.0, 0.0, 9.0), square(1.0, 1.0, 1.0)]), "parts_overlap");
        assert_eq!(
            code(vec![with_hole(&square(2.0, 2.0, 4.0)), square(3.0, 3.0, 1.0)]),
            "valid",
            "an island in a lake"
        );
    }

    #[test]
    fn a_fine_outline_is_checked_in_a_moment() {
        let n = 100_000;
        let ring = |k: usize| {
            let (angle, r) = (k as f64 / f64::from(n) * std::f64::consts::TAU, 1.0 + 0.001 * (k % 7) as f64);
            (122.0 + r * angle.cos(), 52.0 + r * angle.sin())
        };
        let start = std::time::Instant::now();
        assert_eq!(code(vec![Polygon::new((0..n as usize).map(ring).collect(), Vec::new())]), "valid");
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(7), cases: 2000, ..ProptestConfig::default() })]

        /// The library's slow check is the oracle; where it finds a ring crossing itself, so do we.
        #[test]
        fn whatever_the_slow_check_finds_is_found(xy in proptest::collection::vec((0..6i32, 0..6i32), 3..9)) {
            let ring: LineString<f64> = xy.iter().map(|(x, y)| (f64::from(*x), f64::from(*y))).collect();
            let polygon = Polygon::new(ring, Vec::new());
            let ours = code(vec![polygon.clone()]);
            if !polygon.is_valid() {
                prop_assert_ne!(ours, "valid", "{:?}", xy);
            }
        }

        /// Holes and parts as well; only a shared border between parts is allowed here and not there. And nothing panics.
        #[test]
        fn no_hole_or_part_that_the_slow_check_refuses_is_let_through(
            parts in proptest::collection::vec(proptest::collection::vec(proptest::collection::vec((0..7i32, 0..7i32), 3..6), 1..3), 1..3)
        ) {
            let ring = |xy: &Vec<(i32, i32)>| xy.iter().map(|(x, y)| (f64::from(*x), f64::from(*y))).collect::<LineString<f64>>();
            let polygons = parts.iter().map(|rings| Polygon::new(ring(&rings[0]), rings[1..].iter().map(ring).collect()));
            let area = MultiPolygon::new(polygons.collect());
            let faults = area.validation_errors();
            let borders = faults.iter().all(|e| matches!(e, geo::algorithm::validation::InvalidMultiPolygon::ElementsTouchOnALine(..)));
            if !borders {
                prop_assert!(fault(&area).is_some(), "{:?}\n{:?}", parts, faults);
            }
        }

        /// The tree finds what comparing all segments finds.
        #[test]
        fn the_tree_loses_no_crossing(xy in proptest::collection::vec((0..1000i32, 0..1000i32), FEW + 1..FEW + 30)) {
            let ring: LineString<f64> = xy.iter().map(|(x, y)| (f64::from(*x), f64::from(*y))).collect();
            let polygon = Polygon::new(ring, Vec::new());
            let mut edges = Vec::new();
            push_edges(polygon.exterior(), 0, 0, &mut edges);
            let slow = edges.iter().enumerate().find_map(|(i, a)| edges[i + 1..].iter().find_map(|b| meet(a, b)));
            prop_assert_eq!(crossing(&edges), slow);
        }
    }
}
