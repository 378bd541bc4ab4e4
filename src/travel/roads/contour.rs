//! Where does a field meet a limit? Marching squares over a lattice of costs: rings that close, do not cross, and say what
//! is inside (Lorensen and Cline 1987, in the plane). A file of its own because it knows lattices and rings and nothing of roads.
//!
//! Rings run with the inside on their left, so outer rings come out anticlockwise and holes clockwise, as RFC 7946 wants them.
//! Where two inside points touch only over a corner they are kept apart. Cost: linear in the lattice.

use super::search::UNREACHED;
use geo::{Coord, LineString, MultiPolygon, Polygon};

/// Costs by row and column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lattice<'a> {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) costs: &'a [u32],
}

/// A side of a cell: between two lattice points, the lower one and whether it goes right or up.
type Side = u32;

impl Lattice<'_> {
    fn cost(&self, x: i64, y: i64) -> u32 {
        if x < 0 || y < 0 || x >= self.width as i64 || y >= self.height as i64 {
            return UNREACHED;
        }
        self.costs[y as usize * self.width + x as usize]
    }
}

/// The area of all points with at most this cost; `at` says where a lattice point is.
pub(super) fn area(lattice: &Lattice<'_>, limit: u32, at: impl Fn(f64, f64) -> Coord<f64>) -> MultiPolygon<f64> {
    // Cells have corners at lattice points, with a rim of outside points around the lattice.
    let (columns, rows) = (lattice.width + 1, lattice.height + 1);
    let side = |x: usize, y: usize, up: bool| -> Side { (2 * (y * (columns + 1) + x) + usize::from(up)) as u32 };
    let mut next: Vec<Side> = vec![u32::MAX; 2 * (columns + 1) * (rows + 1)];
    let mut starts: Vec<Side> = Vec::new();
    let inside = |x: i64, y: i64| lattice.cost(x, y) <= limit;
    let mut link = |from: Side, to: Side| {
        next[from as usize] = to;
        starts.push(from);
    };
    for y in 0..rows {
        // Corners of the cell between lattice rows y - 1 and y.
        let (mut bottom_left, mut top_left) = (false, false);
        for x in 0..columns {
            let (bottom_right, top_right) = (inside(x as i64, y as i64 - 1), inside(x as i64, y as i64));
            let case = u8::from(bottom_left)
                | u8::from(bottom_right) << 1
                | u8::from(top_right) << 2
                | u8::from(top_left) << 3;
            (bottom_left, top_left) = (bottom_right, top_right);
            if case == 0 || case == 15 {
                continue;
            }
            let (bottom, top) = (side(x, y, false), side(x, y + 1, false));
            let (left, right) = (side(x, y, true), side(x + 1, y, true));
            // Each line has the inside on its left.
            match case {
                1 => link(bottom, left),
                2 => link(right, bottom),
                3 => link(right, left),
                4 => link(top, right),
                5 => {
                    link(bottom, left);
                    link(top, right);
                }
                6 => link(top, bottom),
                7 => link(top, left),
                8 => link(left, top),
                9 => link(bottom, top),
                10 => {
                    link(right, bottom);
                    link(left, top);
                }
                11 => link(right, top),
                12 => link(left, right),
                13 => link(bottom, right),
                _ => link(left, bottom),
            }
        }
    }
    // Side (x, y, up) lies between rim coordinates (x, y) and (x, y) + one step; lattice coordinates are one less.
    let crossing = |side: Side| {
        let (cell, up) = ((side / 2) as usize, side % 2 == 1);
        let (x, y) = ((cell % (columns + 1)) as i64 - 1, (cell / (columns + 1)) as i64 - 1);
        let (a, b) = (lattice.cost(x, y), if up { lattice.cost(x, y + 1) } else { lattice.cost(x + 1, y) });
        let share = match (a == UNREACHED, b == UNREACHED) {
            (false, false) => (f64::from(limit) - f64::from(a)) / (f64::from(b) - f64::from(a)),
            _ => 0.5,
        };
        // Never onto a lattice point, so that rings do not touch.
        let share = share.clamp(0.05, 0.95);
        if up { (x as f64, y as f64 + share) } else { (x as f64 + share, y as f64) }
    };
    let mut rings: Vec<Vec<(f64, f64)>> = Vec::new();
    for start in starts {
        let mut ring = Vec::new();
        let mut here = start;
        while next[here as usize] != u32::MAX {
            ring.push(crossing(here));
            here = std::mem::replace(&mut next[here as usize], u32::MAX);
        }
        if ring.len() > 2 {
            rings.push(ring);
        }
    }
    polygons(rings, at)
}

/// Twice the signed area.
fn winding(ring: &[(f64, f64)]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum()
}

fn holds(ring: &[(f64, f64)], p: (f64, f64)) -> bool {
    let next = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(next)
        .filter(|(a, b)| (a.1 > p.1) != (b.1 > p.1) && p.0 < a.0 + (p.1 - a.1) / (b.1 - a.1) * (b.0 - a.0))
        .count()
        % 2
        == 1
}

/// Puts each hole into the smallest ring around it.
fn polygons(rings: Vec<Vec<(f64, f64)>>, at: impl Fn(f64, f64) -> Coord<f64>) -> MultiPolygon<f64> {
    let (mut outer, mut holes) = (Vec::new(), Vec::new());
    for ring in rings {
        let area = winding(&ring);
        if area > 0.0 { outer.push((area, ring, Vec::new())) } else { holes.push(ring) }
    }
    outer.sort_by(|a, b| b.0.total_cmp(&a.0));
    for hole in holes {
        // The smallest that holds it: the last of those sorted by falling area.
        let around = outer.iter_mut().rev().find(|(_, ring, _)| holds(ring, hole[0]));
        if let Some((_, _, inner)) = around {
            inner.push(hole);
        }
    }
    let line = |ring: &[(f64, f64)]| {
        let closed = ring.iter().chain(ring.first());
        LineString::new(closed.map(|&(x, y)| at(x, y)).collect())
    };
    let polygons =
        outer.iter().map(|(_, ring, inner)| Polygon::new(line(ring), inner.iter().map(|h| line(h)).collect()));
    MultiPolygon::new(polygons.collect())
}

/// Square kilometres on the ellipsoid: rings in an equal-area cylinder of the authalic latitude (Snyder 1987).
pub(super) fn square_km(area: &MultiPolygon<f64>) -> f64 {
    let ring = |line: &LineString<f64>| {
        let flat: Vec<(f64, f64)> = line.0.iter().map(|c| (c.x.to_radians(), authalic(c.y))).collect();
        winding(&flat[..flat.len().saturating_sub(1)]) / 2.0
    };
    let of = |p: &Polygon<f64>| ring(p.exterior()) + p.interiors().iter().map(ring).sum::<f64>();
    area.0.iter().map(of).sum::<f64>() * 1e-6
}

/// Square metres per radian of longitude between the equator and a latitude.
fn authalic(lat: f64) -> f64 {
    const A: f64 = 6_378_137.0;
    const E2: f64 = 0.006_694_379_990_141_316;
    let e = E2.sqrt();
    let s = lat.to_radians().sin();
    A * A * (1.0 - E2) / 2.0 * (s / (1.0 - E2 * s * s) + (e * s).atanh() / e)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Validation;

    fn plain(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    #[test]
    fn a_hole_is_a_hole_and_an_island_in_it_is_a_polygon_of_its_own() {
        let side = 9;
        let costs: Vec<u32> = (0..side * side)
            .map(|i| {
                let far = ((i % side) as i64 - 4).abs().max(((i / side) as i64 - 4).abs());
                if far == 2 { UNREACHED } else { 10 }
            })
            .collect();
        let area = area(&Lattice { width: side, height: side, costs: &costs }, 10, plain);
        assert_eq!(area.0.len(), 2);
        assert_eq!([area.0[0].interiors().len(), area.0[1].interiors().len()], [1, 0]);
        assert!(area.is_valid());
    }

    #[test]
    fn rings_of_random_fields_are_valid_and_hold_exactly_the_points_within_the_limit() {
        let mut seed = 9u64;
        for case in 0..300 {
            let (width, height) = (1 + case % 13, 1 + case % 7);
            let costs: Vec<u32> = (0..width * height)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    [3, 8, 10, 11, 40, UNREACHED][(seed >> 33) as usize % 6]
                })
                .collect();
            let area = area(&Lattice { width, height, costs: &costs }, 10, plain);
            assert!(area.is_valid(), "case {case}: {costs:?}");
            for (i, cost) in costs.iter().enumerate() {
                let p = ((i % width) as f64, (i / width) as f64);
                let line = |l: &LineString<f64>| l.0[1..].iter().map(|c| (c.x, c.y)).collect::<Vec<_>>();
                let within = area
                    .0
                    .iter()
                    .any(|q| holds(&line(q.exterior()), p) && !q.interiors().iter().any(|h| holds(&line(h), p)));
                assert_eq!(within, *cost <= 10, "case {case}, point {p:?}: {costs:?}");
            }
        }
    }

    #[test]
    fn a_degree_between_parallels_has_its_area_on_the_ellipsoid() {
        let square = |lat: f64| {
            let ring =
                vec![plain(0.0, lat), plain(1.0, lat), plain(1.0, lat + 1.0), plain(0.0, lat + 1.0), plain(0.0, lat)];
            square_km(&MultiPolygon::new(vec![Polygon::new(LineString::new(ring), vec![])]))
        };
        // GeographicLib gives 12,308.778 where the upper side is a geodesic, which runs 0.314 above the parallel.
        assert!((square(0.0) - 12_308.464).abs() < 0.01, "{}", square(0.0));
        // The product of both radii of curvature at 50.5 degrees, times the cosine.
        assert!((square(50.0) - 7_892.2).abs() < 0.5, "{}", square(50.0));
    }
}
