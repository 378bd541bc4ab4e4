//! From degrees to metres on a plane: Lambert's azimuthal equal-area projection about the middle of what is drawn, with
//! both axes scaled to the ellipsoid there. North is up at the centre, no longitude is special (a plan across the
//! antimeridian is one piece), a single point is fine. Lengths are right to 0.1 % within 300 km of the centre.
//!
//! Snyder J. P. (1987): Map Projections, USGS Professional Paper 1395, chapter 24.

use crate::model::{Metres, Position};
use crate::travel::destination;

/// A point on a projected plane: metres east and north of its centre.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Plane {
    pub east: f64,
    pub north: f64,
}

/// A plane about one point.
#[derive(Debug, Clone)]
pub(super) struct Projection {
    lon0: f64,
    sin0: f64,
    cos0: f64,
    east: f64,
    north: f64,
}

impl Projection {
    /// The plane that touches the ellipsoid at the middle of the points; at 0, 0 when there are none.
    pub fn about(points: impl IntoIterator<Item = Position>) -> Self {
        let mut sum = [0.0_f64; 3];
        let mut first = None;
        for p in points {
            let (lon, lat) = (p.lon().to_radians(), p.lat().to_radians());
            first.get_or_insert((lon, lat));
            sum[0] += lat.cos() * lon.cos();
            sum[1] += lat.cos() * lon.sin();
            sum[2] += lat.sin();
        }
        let level = sum[0].hypot(sum[1]);
        // Points spread evenly around the globe have no middle: any of them will do.
        let (lon0, lat0) = if level.hypot(sum[2]) > 1e-9 {
            (sum[1].atan2(sum[0]), sum[2].atan2(level))
        } else {
            first.unwrap_or_default()
        };
        Self::at(lon0, lat0)
    }

    fn at(lon0: f64, lat0: f64) -> Self {
        const A: f64 = 6_378_137.0;
        const E2: f64 = 0.006_694_379_990_141_3;
        let w = 1.0 - E2 * lat0.sin().powi(2);
        Self { lon0, sin0: lat0.sin(), cos0: lat0.cos(), east: A / w.sqrt(), north: A * (1.0 - E2) / (w * w.sqrt()) }
    }

    pub fn forward(&self, p: Position) -> Plane {
        self.forward_degrees(p.lon(), p.lat())
    }

    pub fn forward_degrees(&self, lon: f64, lat: f64) -> Plane {
        let (dlon, lat) = (lon.to_radians() - self.lon0, lat.to_radians());
        let cos_c = self.sin0 * lat.sin() + self.cos0 * lat.cos() * dlon.cos();
        // The antipode of the centre is a circle, not a point: kept finite.
        let k = (2.0 / (1.0 + cos_c).max(1e-6)).sqrt();
        Plane {
            east: self.east * k * lat.cos() * dlon.sin(),
            north: self.north * k * (self.cos0 * lat.sin() - self.sin0 * lat.cos() * dlon.cos()),
        }
    }

    /// The points of a circle of true radius on the ground, as degrees.
    pub fn circle(centre: Position, radius_m: f64, points: usize) -> Vec<(f64, f64)> {
        (0..points)
            .map(|i| {
                #[expect(clippy::cast_precision_loss, reason = "a few dozen points")]
                let azimuth = 360.0 * i as f64 / points as f64;
                let on = destination(centre, azimuth, Metres(radius_m));
                (on.lon(), on.lat())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn position(lon: f64, lat: f64) -> Position {
        Position::new(lon, lat).expect("in range")
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(14), ..ProptestConfig::default() })]
        #[test]
        fn lengths_on_the_plane_are_geodesics_to_a_thousandth(
            lon in -180.0..180.0_f64, lat in -85.0..85.0_f64, azimuth in 0.0..360.0_f64, length in 10.0..300_000.0_f64,
        ) {
            let start = position(lon, lat);
            let end = destination(start, azimuth, Metres(length));
            let plane = Projection::about([start]);
            let p = plane.forward(end);
            let drawn = p.east.hypot(p.north);
            let true_length = crate::travel::geodesic(start, end).0;
            prop_assert!((drawn / true_length - 1.0).abs() < 0.001, "{drawn} for {true_length}");
        }
    }

    #[test]
    fn a_plan_across_the_antimeridian_is_one_piece() {
        let (a, b) = (position(179.9, 52.0), position(-179.9, 52.0));
        let plane = Projection::about([a, b]);
        let (p, q) = (plane.forward(a), plane.forward(b));
        assert!((q.east - p.east - 13_742.0).abs() < 40.0, "{p:?} {q:?}");
    }

    #[test]
    fn no_point_and_opposite_points_still_give_finite_numbers() {
        for plane in [Projection::about([]), Projection::about([position(0.0, 0.0), position(180.0, 0.0)])] {
            for p in [position(180.0, 0.0), position(-180.0, 90.0), position(0.0, 0.0)] {
                let q = plane.forward(p);
                assert!(q.east.is_finite() && q.north.is_finite());
            }
        }
    }
}
