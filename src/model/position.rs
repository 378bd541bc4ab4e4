//! Where something is: one validated WGS84 point. A file of its own so that no unchecked coordinate gets further.

use serde::Serialize;

/// A point in degrees, WGS84 (CGCS2000 is the same at this use's accuracy): finite, lon in [-180, 180], lat in [-90, 90].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Position {
    lon: f64,
    lat: f64,
}

impl Position {
    /// `None` when a coordinate is not finite or out of range.
    pub fn new(lon: f64, lat: f64) -> Option<Self> {
        // A NaN fails both comparisons, so it is refused with the rest.
        ((-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat)).then_some(Self { lon, lat })
    }

    /// Longitude in degrees.
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Latitude in degrees.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// As a `geo` point, x = lon.
    pub fn point(self) -> geo::Point<f64> {
        geo::Point::new(self.lon, self.lat)
    }
}
