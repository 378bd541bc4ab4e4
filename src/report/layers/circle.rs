//! Which ground is within a radius of a station, as a polygon? A file of its own because a circle on the ellipsoid is
//! not a circle in degrees: at 70 degrees north it is three times as wide as it is high, and across the antimeridian
//! it is two pieces.

use crate::model::{Metres, Position};
use geo::{Coord, Destination, Geodesic, LineString, MultiPolygon, Polygon};

/// Corners of a circle: five degrees apart, so an edge runs at most 0.1 % of the radius inside the true circle.
pub(super) const CORNERS: u32 = 72;

/// The polygon whose corners lie `radius` from `centre` along WGS84 geodesics (Karney 2013), counterclockwise.
///
/// RFC 7946, section 3.1.9: across the antimeridian it is cut into two pieces. A circle with a pole inside runs along
/// the pole from -180 to 180.
pub(super) fn circle(centre: Position, radius: Metres) -> MultiPolygon<f64> {
    let corner = |i: u32| {
        let azimuth = -360.0 * f64::from(i) / f64::from(CORNERS);
        let at = Geodesic.destination(centre.point(), azimuth, radius.0);
        Coord { x: at.x(), y: at.y() }
    };
    let mut corners: Vec<Coord<f64>> = (0..CORNERS).map(corner).collect();
    unwrap(&mut corners);
    // Once around a pole, the longitude does not come back to where it started.
    let turn = corners[0].x - corners[corners.len() - 1].x;
    if turn.abs() > 180.0 {
        let pole = 90.0_f64.copysign(centre.lat());
        let (first, end) = (corners[0], corners[0].x - 360.0_f64.copysign(turn));
        corners.extend([Coord { x: end, y: first.y }, Coord { x: end, y: pole }, Coord { x: first.x, y: pole }]);
    }
    // Longitudes now run on beyond 180 or below -180: each world is cut out and moved home.
    let pieces = [-360.0, 0.0, 360.0].into_iter().filter_map(|shift| {
        let moved: Vec<_> = corners.iter().map(|c| Coord { x: c.x + shift, y: c.y }).collect();
        let inside = keep(&keep(&moved, |c| c.x + 180.0), |c| 180.0 - c.x);
        let wide = inside.iter().any(|c| c.x > -180.0) && inside.iter().any(|c| c.x < 180.0);
        (wide && inside.len() > 2).then(|| Polygon::new(LineString::new(inside), Vec::new()))
    });
    MultiPolygon::new(pieces.collect())
}

/// Makes longitudes continuous from corner to corner.
fn unwrap(corners: &mut [Coord<f64>]) {
    for i in 1..corners.len() {
        let step = corners[i].x - corners[i - 1].x;
        corners[i].x -= 360.0 * (step / 360.0).round();
    }
}

/// The part of a ring where `inside` is at least 0 (Sutherland and Hodgman 1974, one edge); `inside` is linear.
fn keep(ring: &[Coord<f64>], inside: impl Fn(&Coord<f64>) -> f64) -> Vec<Coord<f64>> {
    let mut kept = Vec::with_capacity(ring.len() + 2);
    for (i, to) in ring.iter().enumerate() {
        let from = &ring[(i + ring.len() - 1) % ring.len()];
        let (a, b) = (inside(from), inside(to));
        if (a < 0.0) != (b < 0.0) {
            let t = a / (a - b);
            kept.push(Coord { x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) });
        }
        if b >= 0.0 {
            kept.push(*to);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, Distance};

    fn at(lon: f64, lat: f64, radius: f64) -> MultiPolygon<f64> {
        circle(Position::new(lon, lat).expect("in range"), Metres(radius))
    }

    fn degrees(c: &Coord<f64>) -> geo::Point<f64> {
        geo::Point::new(crate::report::number::degrees(c.x), crate::report::number::degrees(c.y))
    }

    #[test]
    fn every_corner_lies_on_the_radius_to_a_centimetre_at_any_latitude_even_as_written() {
        for lat in [0.0, 39.9, 52.97, 70.0, -84.9, 89.0] {
            for radius in [823.7, 962.0, 5000.0] {
                let polygon = at(122.5, lat, radius);
                assert_eq!(polygon.0.len(), 1);
                assert_eq!(polygon.0[0].exterior().0.len(), CORNERS as usize + 1);
                for corner in polygon.0[0].exterior().coords() {
                    let length = Geodesic.distance(geo::Point::new(122.5, lat), degrees(corner));
                    assert!((length - radius).abs() < 0.01, "lat {lat} radius {radius}: {length}");
                }
            }
        }
    }

    #[test]
    fn rings_follow_the_right_hand_rule() {
        for (lon, lat) in [(122.5, 52.97), (-70.0, -30.0), (179.999, 65.0), (-179.999, 65.0), (10.0, 89.99)] {
            for piece in &at(lon, lat, 5000.0) {
                assert!(piece.signed_area() > 0.0, "{lon} {lat}");
            }
        }
    }

    #[test]
    fn a_circle_across_the_antimeridian_is_cut_into_two_pieces_that_meet_there() {
        for lon in [179.99, -179.99, 180.0, -180.0] {
            let pieces = at(lon, 65.0, 5000.0);
            assert_eq!(pieces.0.len(), 2, "{lon}");
            let mut edges = Vec::new();
            for piece in &pieces {
                let xs: Vec<f64> = piece.exterior().coords().map(|c| c.x).collect();
                assert!(xs.iter().all(|x| (-180.0..=180.0).contains(x)));
                assert!(xs.iter().all(|x| *x > 0.0) || xs.iter().all(|x| *x < 0.0), "{lon}: {xs:?}");
                let mut lats: Vec<f64> =
                    piece.exterior().coords().filter(|c| c.x.abs() == 180.0).map(|c| c.y).collect();
                lats.sort_by(f64::total_cmp);
                lats.dedup();
                edges.push(lats);
            }
            assert_eq!(edges[0].first(), edges[1].first());
            assert_eq!(edges[0].last(), edges[1].last());
            let whole = at(100.0, 65.0, 5000.0).unsigned_area();
            assert!((pieces.unsigned_area() / whole - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_circle_around_a_pole_runs_along_the_pole() {
        for (lon, lat) in [(10.0, 89.99), (-120.0, -89.98), (0.0, 90.0)] {
            let pieces = at(lon, lat, 5000.0);
            let xs: Vec<f64> = pieces.iter().flat_map(|p| p.exterior().coords().map(|c| c.x)).collect();
            assert!(xs.contains(&-180.0) && xs.contains(&180.0) && xs.iter().all(|x| x.abs() <= 180.0));
            assert!(pieces.iter().flat_map(|p| p.exterior().coords()).any(|c| c.y.abs() == 90.0));
        }
    }
}
