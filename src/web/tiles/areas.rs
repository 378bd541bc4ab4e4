//! How does a polygon look on a tile? Its corners weighed once, those that matter at a zoom kept, clipped to the tile and
//! rounded. A file of its own because points need none of it.

use super::grid::{self, BUFFER, EXTENT, Tile, World};
use geojson::{GeometryValue, Position};

/// A corner on the unit square, and the square of the distance by which a ring would move without it (infinite for the
/// corners that a ring stands on).
#[derive(Debug, Clone, Copy)]
struct Corner {
    x: f64,
    y: f64,
    weight: f64,
}

/// A polygon or several, ready to be drawn at any zoom.
#[derive(Debug)]
pub(super) struct Area {
    /// Index of the feature.
    pub index: u32,
    /// Its middle, where it is drawn once it is too small for a shape.
    pub middle: World,
    /// West, north, east, south on the world.
    bounds: [u32; 4],
    /// Rings by polygon, the outer one first; the last corner is not repeated.
    polygons: Vec<Vec<Vec<Corner>>>,
}

/// Rings of a polygon in units of a tile, the outer one first.
pub(super) type Drawn = Vec<Vec<(i32, i32)>>;

impl Area {
    /// From a feature's geometry and bounds in degrees; `None` for a point.
    pub(super) fn new(index: u32, geometry: &GeometryValue, [west, south, east, north]: [f64; 4]) -> Option<Self> {
        let ring = |ring: &Vec<Position>| weighed(ring.iter().map(|p| grid::unit(p[0], p[1])).collect());
        let polygons = match geometry {
            GeometryValue::Polygon { coordinates } => vec![coordinates.iter().map(ring).collect()],
            GeometryValue::MultiPolygon { coordinates } => {
                coordinates.iter().map(|polygon| polygon.iter().map(ring).collect()).collect()
            }
            _ => return None,
        };
        let (low, high) = (grid::world(west, north), grid::world(east, south));
        let half = |a: u32, b: u32| a + (b - a) / 2;
        let middle = (half(low.0, high.0), half(low.1, high.1));
        Some(Self { index, middle, bounds: [low.0, low.1, high.0, high.1], polygons })
    }

    /// Whether it touches a square of the world (west, north, east, south).
    pub(super) fn touches(&self, square: [i64; 4]) -> bool {
        let [west, north, east, south] = self.bounds.map(i64::from);
        east >= square[0] && west < square[2] && south >= square[1] && north < square[3]
    }

    /// Whether both sides are shorter than this, in units of the world.
    pub(super) fn is_smaller(&self, side: i64) -> bool {
        let [west, north, east, south] = self.bounds.map(i64::from);
        east - west < side && south - north < side
    }

    /// Its polygons on a tile; corners that move a ring by less than `tolerance` units are left out.
    pub(super) fn on(&self, tile: Tile, tolerance: f64) -> Vec<Drawn> {
        let scale = f64::from(1u32 << tile.z) * EXTENT as f64;
        let least = (tolerance / scale).powi(2);
        let (x0, y0) = (f64::from(tile.x) * EXTENT as f64, f64::from(tile.y) * EXTENT as f64);
        let mut all = Vec::new();
        for polygon in &self.polygons {
            let mut drawn = Drawn::new();
            for (i, ring) in polygon.iter().enumerate() {
                let kept = ring.iter().filter(|c| c.weight >= least);
                let local: Vec<(f64, f64)> = kept.map(|c| (c.x * scale - x0, c.y * scale - y0)).collect();
                match rounded(&clipped(local)) {
                    Some(ring) => drawn.push(ring),
                    // Without its outer ring nothing of a polygon is here; a hole too small to be seen is none.
                    None if i == 0 => break,
                    None => {}
                }
            }
            if !drawn.is_empty() {
                all.push(drawn);
            }
        }
        all
    }
}

/// Weighs the corners of a closed ring as Douglas and Peucker (1973) would drop them, once for all tolerances: a corner's
/// weight is never above that of the corner that cut its stretch, so what is kept at a zoom is a ring.
fn weighed(mut ring: Vec<(f64, f64)>) -> Vec<Corner> {
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    let mut corners: Vec<Corner> = ring.iter().map(|&(x, y)| Corner { x, y, weight: 0.0 }).collect();
    if corners.len() < 4 {
        for corner in &mut corners {
            corner.weight = f64::INFINITY;
        }
        return corners;
    }
    let first = ring[0];
    let square = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2);
    let farthest = (1..ring.len()).max_by(|a, b| square(ring[*a], first).total_cmp(&square(ring[*b], first)));
    let farthest = farthest.unwrap_or(1);
    (corners[0].weight, corners[farthest].weight) = (f64::INFINITY, f64::INFINITY);
    ring.push(first);
    let mut open = vec![(0, farthest, f64::INFINITY), (farthest, ring.len() - 1, f64::INFINITY)];
    while let Some((from, to, most)) = open.pop() {
        let off = |i: usize| from_segment(ring[i], ring[from], ring[to]);
        let Some(cut) = (from + 1..to).max_by(|a, b| off(*a).total_cmp(&off(*b)).then(b.cmp(a))) else { continue };
        let weight = off(cut).min(most);
        corners[cut].weight = weight;
        open.extend([(from, cut, weight), (cut, to, weight)]);
    }
    corners
}

/// Square of the distance of a point from a segment.
fn from_segment(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 { (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (p.0 - a.0 - t * dx).powi(2) + (p.1 - a.1 - t * dy).powi(2)
}

/// The part of a ring on the tile and its margin (Sutherland and Hodgman 1974).
fn clipped(mut ring: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let (low, high) = (-(BUFFER as f64), (EXTENT + BUFFER) as f64);
    let inside = |p: &(f64, f64)| p.0 >= low && p.0 <= high && p.1 >= low && p.1 <= high;
    if ring.iter().all(inside) {
        return ring;
    }
    for edge in [
        &(|p: &(f64, f64)| p.0 - low) as &dyn Fn(&(f64, f64)) -> f64,
        &|p: &(f64, f64)| high - p.0,
        &|p: &(f64, f64)| p.1 - low,
        &|p: &(f64, f64)| high - p.1,
    ] {
        let mut kept = Vec::with_capacity(ring.len() + 4);
        for (i, to) in ring.iter().enumerate() {
            let from = &ring[(i + ring.len() - 1) % ring.len()];
            let (a, b) = (edge(from), edge(to));
            if (a < 0.0) != (b < 0.0) {
                let t = a / (a - b);
                kept.push((from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1)));
            }
            if b >= 0.0 {
                kept.push(*to);
            }
        }
        ring = kept;
    }
    ring
}

/// The ring on whole units without repetitions; `None` where nothing of it has an area.
fn rounded(ring: &[(f64, f64)]) -> Option<Vec<(i32, i32)>> {
    #[expect(clippy::cast_possible_truncation, reason = "clipped to a few thousand units")]
    let mut whole: Vec<(i32, i32)> = ring.iter().map(|p| (p.0.round() as i32, p.1.round() as i32)).collect();
    whole.dedup();
    while whole.len() > 1 && whole.first() == whole.last() {
        whole.pop();
    }
    (whole.len() >= 3 && twice_area(&whole) != 0).then_some(whole)
}

/// Twice the area by the surveyor's formula.
pub(super) fn twice_area(ring: &[(i32, i32)]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(f64, f64)]) -> GeometryValue {
        let position = |&(x, y): &(f64, f64)| Position::from([x, y]);
        GeometryValue::Polygon { coordinates: vec![points.iter().chain(points.first()).map(position).collect()] }
    }

    fn circle(corners: u32, radius: f64) -> GeometryValue {
        let at = |i: u32| {
            let angle = f64::from(i) * std::f64::consts::TAU / f64::from(corners);
            (124.0 + radius * angle.cos(), 50.0 + radius * angle.sin())
        };
        ring(&(0..corners).map(at).collect::<Vec<_>>())
    }

    #[test]
    fn fewer_corners_are_drawn_the_farther_one_looks_and_never_fewer_than_three() {
        let area = Area::new(0, &circle(720, 0.5), [123.5, 49.5, 124.5, 50.5]).expect("an area");
        let mut before = 0;
        for z in 5..=10u8 {
            let (x, y) = area.middle;
            let tile = Tile { z, x: x >> (32 - u32::from(z)), y: y >> (32 - u32::from(z)) };
            let corners: usize = area.on(tile, 1.0).iter().flatten().map(Vec::len).sum();
            assert!(corners >= 3, "zoom {z}");
            // Farther in, the middle's tile holds a part of the circle only.
            if z <= 7 {
                assert!(corners >= before, "zoom {z}: {corners} after {before}");
                before = corners;
            }
        }
    }

    #[test]
    fn a_tile_inside_of_an_area_is_filled_up_to_its_margin() {
        let area = Area::new(
            0,
            &ring(&[(100.0, 20.0), (140.0, 20.0), (140.0, 60.0), (100.0, 60.0)]),
            [100.0, 20.0, 140.0, 60.0],
        );
        let (x, y) = grid::world(120.0, 45.0);
        let tile = Tile { z: 10, x: x >> 22, y: y >> 22 };
        let drawn = area.expect("an area").on(tile, 1.0);
        assert_eq!(twice_area(&drawn[0][0]).abs(), 2 * (EXTENT + 2 * BUFFER).pow(2));
    }

    #[test]
    fn what_lies_elsewhere_is_not_drawn() {
        let area = Area::new(0, &circle(72, 0.5), [123.5, 49.5, 124.5, 50.5]).expect("an area");
        let tile = Tile { z: 10, x: 0, y: 0 };
        assert!(area.on(tile, 1.0).is_empty());
        assert!(!area.touches(tile.square(BUFFER)));
    }
}
