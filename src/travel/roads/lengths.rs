//! How long is a short line on the ellipsoid? Lengths of segments of roads and of links to them. A file of its own because
//! millions of segments cannot afford a geodesic each, and a road must not be measured by a sphere (0.3 % off).

use crate::model::{Metres, Position};
use crate::travel::geodesic;

/// Semi-major axis of WGS84, metres, and its first eccentricity squared.
const A: f64 = 6_378_137.0;
const E2: f64 = 0.006_694_379_990_141_316;
/// Segments up to this size in degrees are measured on the plane that touches their middle.
const SHORT_DEGREES: f64 = 0.1;
/// Latitude from which on they are not.
const POLAR: f64 = 85.0;

/// A point of a road: longitude and latitude in 1e-7 degrees.
pub type Point = [i32; 2];

/// Metres per 1e-7 degree of longitude and latitude around a latitude in degrees.
pub fn scale(lat: f64) -> (f64, f64) {
    let (sin, cos) = lat.to_radians().sin_cos();
    let w2 = 1.0 - E2 * sin * sin;
    let (n, unit) = (A / w2.sqrt(), 1e-7f64.to_radians());
    (n * cos * unit, n * (1.0 - E2) / w2 * unit)
}

/// A point of a road as a position.
pub fn position(p: Point) -> Position {
    let degrees = |unit: i32, most: f64| (f64::from(unit) * 1e-7).clamp(-most, most);
    Position::new(degrees(p[0], 180.0), degrees(p[1], 90.0)).expect("clamped into range")
}

/// A position as a point of a road, rounded to 1e-7 degrees (11 mm at most).
#[cfg(test)]
pub fn point(p: Position) -> Point {
    [(p.lon() * 1e7).round() as i32, (p.lat() * 1e7).round() as i32]
}

/// Length of a segment.
///
/// Below a tenth of a degree by the radii of curvature at its middle, which is within 1 mm of the geodesic at 2 km and 2 cm at
/// 10 km; above by the geodesic.
pub fn segment(a: Point, b: Point) -> Metres {
    let lat = (f64::from(a[1]) + f64::from(b[1])) * 0.5e-7;
    let d = [f64::from(b[0]) - f64::from(a[0]), f64::from(b[1]) - f64::from(a[1])];
    if d[0].abs().max(d[1].abs()) > SHORT_DEGREES * 1e7 || lat.abs() > POLAR {
        return geodesic(position(a), position(b));
    }
    let (x, y) = scale(lat);
    Metres((d[0] * x).hypot(d[1] * y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() })]
        #[test]
        fn a_short_segment_is_as_long_as_its_geodesic(
            lon in -179.0..179.0f64, lat in -84.0..84.0f64, dx in -0.02..0.02f64, dy in -0.02..0.02f64,
        ) {
            let (a, b) = (Position::new(lon, lat).expect("in range"), Position::new(lon + dx, lat + dy).expect("in range"));
            let (a, b) = (point(a), point(b));
            let exact = geodesic(position(a), position(b)).0;
            let own = segment(a, b).0;
            prop_assert!((own - exact).abs() <= 0.001 + exact * 2e-6, "{own} for {exact}");
        }
    }

    #[test]
    fn a_long_ferry_and_one_across_the_antimeridian_are_geodesics() {
        let (a, b) = ([1_799_900_000, 100_000_000], [-1_799_900_000, 100_000_000]);
        assert!((segment(a, b).0 - 2192.6).abs() < 1.0, "{:?}", segment(a, b));
    }
}
