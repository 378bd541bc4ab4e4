//! How long is a straight line on the Earth? WGS84 geodesics, and bounds on them that cost a square root.
//! A file of its own because geodesics (`geographiclib-rs`) and earth-centred coordinates are used nowhere else.

use crate::model::{Metres, Position};
use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};
use std::sync::LazyLock;

/// Semi-major axis of WGS84, metres.
const A: f64 = 6_378_137.0;
/// Flattening of WGS84.
const F: f64 = 1.0 / 298.257_223_563;
/// Smallest radius of curvature anywhere on the ellipsoid, `b^2 / a` (along the meridian at the equator), metres.
const MIN_CURVATURE_RADIUS: f64 = A * (1.0 - F) * (1.0 - F);
/// More than the rounding of any computation here, metres: inside it the geodesic itself decides.
const SLACK: f64 = 1e-6;

static WGS84: LazyLock<Geodesic> = LazyLock::new(Geodesic::wgs84);

/// A point in earth-centred, earth-fixed coordinates, metres. Near the poles and across the antimeridian it is as
/// ordinary as anywhere else, which is why the index lives in this space and not in degrees.
pub type Ecef = [f64; 3];

/// Earth-centred coordinates of a point on the ellipsoid.
pub fn ecef(p: Position) -> Ecef {
    let (sin_lat, cos_lat) = p.lat().to_radians().sin_cos();
    let (sin_lon, cos_lon) = p.lon().to_radians().sin_cos();
    let e2 = F * (2.0 - F);
    let n = A / (1.0 - e2 * sin_lat * sin_lat).sqrt();
    [n * cos_lat * cos_lon, n * cos_lat * sin_lon, n * (1.0 - e2) * sin_lat]
}

/// Straight distance through the Earth, metres.
pub fn chord(a: Ecef, b: Ecef) -> f64 {
    let d = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt()
}

/// Length of the geodesic (Karney 2013, good to 15 nanometres).
pub fn geodesic(a: Position, b: Position) -> Metres {
    let s12: f64 = WGS84.inverse(a.lat(), a.lon(), b.lat(), b.lon());
    Metres(s12)
}

/// Length in metres of the geodesic from `a` to `b`, its azimuth in degrees at `a`, and at `b` leading on.
pub fn geodesic_and_azimuths(a: Position, b: Position) -> (f64, f64, f64) {
    let (s12, at_a, at_b, _): (f64, f64, f64, f64) = WGS84.inverse(a.lat(), a.lon(), b.lat(), b.lon());
    (s12, at_a, at_b)
}

/// The point `length` metres from `from` in direction `azimuth` (degrees, clockwise from north).
pub fn destination(from: Position, azimuth: f64, length: Metres) -> Position {
    let (lat, lon): (f64, f64) = WGS84.direct(from.lat(), from.lon(), azimuth, length.0);
    Position::new(lon.clamp(-180.0, 180.0), lat.clamp(-90.0, 90.0)).unwrap_or(from)
}

/// Largest chord that a geodesic of this length can have: the length itself, with slack.
pub fn chord_reach(length: Metres) -> f64 {
    length.0 + SLACK
}

/// A chord at most this long belongs to a geodesic within the limit, see [`within`]; negative where none does.
pub fn chord_within(limit: Metres) -> f64 {
    let half_turn = ((limit.0 - 2.0 * SLACK) / (2.0 * MIN_CURVATURE_RADIUS)).min(std::f64::consts::FRAC_PI_2);
    2.0 * MIN_CURVATURE_RADIUS * half_turn.sin() - SLACK
}

/// Whether the geodesic from `a` to `b` is at most `limit`.
///
/// A geodesic is never shorter than its chord, and, because its curvature is nowhere above that of a circle of radius
/// `R = b^2/a`, never longer than the arc of that circle over the same chord (Schur's comparison theorem):
/// `chord <= s <= 2 R asin(chord / 2R)`. At 1 km the two differ by a micrometre, so the exact geodesic is
/// computed only for pairs within micrometres of the limit.
pub fn within(a: (Position, Ecef), b: (Position, Ecef), limit: Metres) -> bool {
    let c = chord(a.1, b.1);
    if c > chord_reach(limit) {
        return false;
    }
    longest(c) + SLACK <= limit.0 || geodesic(a.0, b.0) <= limit
}

/// Longest geodesic over a chord; infinite where the comparison circle is too small to say.
fn longest(chord: f64) -> f64 {
    let sine = chord / (2.0 * MIN_CURVATURE_RADIUS);
    if sine >= 1.0 { f64::INFINITY } else { 2.0 * MIN_CURVATURE_RADIUS * sine.asin() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn at(lon: f64, lat: f64) -> Position {
        Position::new(lon, lat).expect("a test coordinate in range")
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]
        #[test]
        fn the_geodesic_lies_between_its_two_bounds(
            lon in -180.0..180.0f64, lat in -90.0..90.0f64, azimuth in 0.0..360.0f64, length in 0.0..2_000_000.0f64,
        ) {
            let a = at(lon, lat);
            let b = destination(a, azimuth, Metres(length));
            let s = geodesic(a, b).0;
            let c = chord(ecef(a), ecef(b));
            prop_assert!(c <= s + SLACK, "chord {c} above geodesic {s}");
            prop_assert!(s <= longest(c) + SLACK, "geodesic {s} above {}", longest(c));
        }
    }

    #[test]
    fn a_pair_exactly_on_the_limit_is_inside_and_a_nanometre_less_is_not() {
        for (a, b) in [(at(124.1, 50.4), at(124.11, 50.41)), (at(179.999, 71.0), at(-179.99, 71.001))] {
            let s = geodesic(a, b);
            assert!(within((a, ecef(a)), (b, ecef(b)), s));
            assert!(!within((a, ecef(a)), (b, ecef(b)), Metres(s.0 - 1e-9 - s.0 * 1e-15)));
        }
    }

    #[test]
    fn published_geodesic_jfk_to_lhr() {
        // GeographicLib's documented example: 5551.759 km.
        let s = geodesic(at(-73.8, 40.6), at(-0.5, 51.6));
        assert!((s.0 - 5_551_759.4).abs() < 0.1, "{s:?}");
    }
}
