//! Which places, and which whole cells of a grid in degrees, does the circle around a site hold? A file of its own because
//! coverage at the size of a country asks about cells first and about places only at the edge.

use super::earth::{self, Ecef};
use crate::model::{Metres, Position};

/// More than any radius of curvature of WGS84 (`a^2 / b` is 6,399,594 m), metres.
const WIDEST_CURVATURE: f64 = 6_399_600.0;
/// Less than any radius of curvature of a meridian (`a (1 - e^2)` is 6,335,439 m), metres.
const LEAST_CURVATURE: f64 = 6_335_400.0;
/// Metres that no rounding here reaches.
const SLACK: f64 = 1e-4;

/// The circle around a site.
#[derive(Debug, Clone, Copy)]
pub struct Disc {
    position: Position,
    centre: Ecef,
    limit: Metres,
    /// A chord at most this long is surely within; one longer than the second surely not.
    sure: (f64, f64),
}

/// A row of cells of a grid in degrees.
#[derive(Debug, Clone, Copy)]
pub struct Band {
    /// Distance from the axis and height above the equator of the cells' centres, metres.
    centre: (f64, f64),
    /// No point of a cell is farther than this from its centre, metres.
    spread: f64,
    /// Distance from the axis at the latitude nearest to a pole, metres.
    nearest_axis: f64,
}

impl Disc {
    /// All within `limit` of a site.
    pub fn new(position: Position, limit: Metres) -> Self {
        let sure = (earth::chord_within(limit), earth::chord_reach(limit));
        Self { position, centre: earth::ecef(position), limit, sure }
    }

    /// The site.
    pub fn position(&self) -> Position {
        self.position
    }

    /// A place, ready to be asked about.
    pub fn place(position: Position) -> (Position, Ecef) {
        (position, earth::ecef(position))
    }

    /// Whether the geodesic from a place is no longer than the limit, exactly.
    pub fn holds(&self, place: (Position, Ecef)) -> bool {
        earth::within(place, (self.position, self.centre), self.limit)
    }

    /// The row of cells between two latitudes, each `width` degrees wide.
    pub fn band(low: f64, high: f64, width: f64) -> Band {
        let flat = |lat: f64| {
            let [x, y, z] = Position::new(0.0, lat).map(earth::ecef).expect("a latitude within the poles");
            (x.hypot(y), z)
        };
        let widest = if low <= 0.0 && high >= 0.0 { 0.0 } else { low.abs().min(high.abs()) };
        let nearest = low.abs().max(high.abs());
        // Along the meridian to the latitude of a point and along that circle of latitude to the point.
        let along = (high - low).to_radians() + width.to_radians() * (widest.to_radians().cos() + 1e-9);
        Band {
            centre: flat(f64::midpoint(low, high)),
            spread: WIDEST_CURVATURE * along / 2.0 + SLACK,
            nearest_axis: flat(nearest).0,
        }
    }

    /// Degrees of longitude on either side of the site outside of which no place of a band is held; `None` when none is.
    ///
    /// A meridian arc is at least `LEAST_CURVATURE` times its difference in latitude. Two points at distances p and q from
    /// the axis and longitudes d apart are at least `2 sqrt(p q) sin(d / 2)` apart.
    pub fn half_width(&self, band: &Band, (low, high): (f64, f64)) -> Option<f64> {
        let lat = self.position.lat();
        let apart = (low - lat).max(lat - high).max(0.0).to_radians();
        if apart * LEAST_CURVATURE > self.limit.0 + SLACK {
            return None;
        }
        let axis = (self.centre[0].hypot(self.centre[1]) * band.nearest_axis).sqrt();
        let sine = (self.sure.1 + SLACK) / (2.0 * axis);
        Some(if sine < 0.999 { 2.0 * sine.asin().to_degrees() * (1.0 + 1e-9) + 1e-9 } else { 180.0 })
    }

    /// Whether the cell of a band whose centre has this sine and cosine of longitude is held whole (`true`), not at all
    /// (`false`), or has to be measured place by place.
    pub fn of_cell(&self, band: &Band, (sin, cos): (f64, f64)) -> Option<bool> {
        let (p, z) = band.centre;
        let chord = earth::chord(self.centre, [p * cos, p * sin, z]);
        if chord + band.spread <= self.sure.0 {
            Some(true)
        } else if chord - band.spread > self.sure.1 {
            Some(false)
        } else {
            None
        }
    }
}
