//! Where do two service circles cross? The points from which both demand points are just served.
//! A file of its own because only the derivation of candidates asks.

use super::circle::neighbours;
use super::earth::{self, destination, geodesic_and_azimuths};
use super::{Origin, Standard};
use crate::model::{Metres, Position};
use rayon::prelude::*;

/// Crossings are put this far inside both circles, metres, so that rounding cannot put them outside.
const INSIDE: f64 = 0.001;
/// Newton steps; the first guess is good to metres and each step squares the error.
const STEPS: usize = 6;

/// All crossings of the circles around the origins, sorted by origin; `None` when more than `most_pairs` circles overlap.
pub fn crossings(origins: &[Origin], standards: &[Standard], most_pairs: usize) -> Option<Vec<Position>> {
    let radius = |i: usize| standards[origins[i].standard].radius.0;
    let widest = (0..origins.len()).map(radius).fold(0.0, f64::max);
    let points: Vec<Position> = origins.iter().map(|o| o.position).collect();
    let pairs = neighbours(&points, |i| Metres(radius(i) + widest), most_pairs.saturating_mul(2))?;
    let overlapping: Vec<(usize, usize)> = pairs.into_iter().filter(|(i, j)| i < j).collect();
    let found: Vec<Vec<Position>> = overlapping
        .par_iter()
        .map(|&(i, j)| {
            let circle = |i: usize| (points[i], Metres(radius(i) - INSIDE));
            crossing(circle(i), circle(j))
        })
        .collect();
    Some(found.into_iter().flatten().collect())
}

/// The two points at the given lengths from two centres, or none where the circles do not cross.
fn crossing(a: (Position, Metres), b: (Position, Metres)) -> Vec<Position> {
    let (d, towards, _) = geodesic_and_azimuths(a.0, b.0);
    let (ra, rb) = (a.1.0, b.1.0);
    if d <= 0.0 || d > ra + rb || d < (ra - rb).abs() {
        return Vec::new();
    }
    let along = (d * d + ra * ra - rb * rb) / (2.0 * d);
    let turn = (along / ra).clamp(-1.0, 1.0).acos().to_degrees();
    [turn, -turn].iter().filter_map(|t| refine(destination(a.0, towards + t, a.1), a, b)).collect()
}

/// Newton's method on the two lengths: the length to a centre grows by one metre per metre away from it.
fn refine(mut p: Position, a: (Position, Metres), b: (Position, Metres)) -> Option<Position> {
    for _ in 0..STEPS {
        let (sa, _, za) = geodesic_and_azimuths(a.0, p);
        let (sb, _, zb) = geodesic_and_azimuths(b.0, p);
        let (fa, fb) = (a.1.0 - sa, b.1.0 - sb);
        let ((ea, na), (eb, nb)) = (za.to_radians().sin_cos(), zb.to_radians().sin_cos());
        let determinant = ea * nb - eb * na;
        if determinant.abs() < 1e-9 {
            break;
        }
        let east = (fa * nb - fb * na) / determinant;
        let north = (ea * fb - eb * fa) / determinant;
        p = destination(p, east.atan2(north).to_degrees(), Metres(east.hypot(north)));
    }
    let fits = |c: (Position, Metres)| earth::geodesic(c.0, p).0 <= c.1.0 + INSIDE;
    (fits(a) && fits(b)).then_some(p)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> Position {
        Position::new(lon, lat).expect("in range")
    }

    #[test]
    fn crossings_lie_just_inside_both_circles_at_any_latitude() {
        for (lon, lat) in [(124.1, 50.4), (179.999, 71.0), (10.0, 0.0), (10.0, 89.5)] {
            let (a, b) = (at(lon, lat), destination(at(lon, lat), 60.0, Metres(1500.0)));
            let found = crossing((a, Metres(962.0)), (b, Metres(7692.0 / 5.0)));
            assert_eq!(found.len(), 2, "at {lon} {lat}");
            for p in found {
                let (sa, sb) = (geodesic_to(a, p), geodesic_to(b, p));
                assert!((962.0 - sa).abs() < INSIDE && (7692.0 / 5.0 - sb).abs() < INSIDE, "{sa} {sb}");
            }
        }
    }

    fn geodesic_to(a: Position, b: Position) -> f64 {
        earth::geodesic(a, b).0
    }

    #[test]
    fn circles_apart_or_one_inside_the_other_do_not_cross() {
        let a = at(124.1, 50.4);
        let near = destination(a, 0.0, Metres(100.0));
        assert!(crossing((a, Metres(50.0)), (near, Metres(49.0))).is_empty());
        assert!(crossing((a, Metres(500.0)), (near, Metres(300.0))).is_empty());
        assert!(crossing((a, Metres(500.0)), (a, Metres(500.0))).is_empty());
    }
}
