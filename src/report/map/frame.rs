//! A window onto the ground: a rectangle of the sheet with its own plane and scale. A file of its own because the
//! overview, every inset and a single frame are the same thing to everyone who draws into them.

use super::paper::{Pt, Rect};
use super::projection::{Plane, Projection};
use crate::model::Position;

/// A window onto the ground, north up at its centre.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub rect: Rect,
    /// Sheet units per metre.
    pub scale: f64,
    projection: Projection,
    centre: Plane,
}

impl Frame {
    /// The largest scale at which all points are inside, `margin` sheet units from the border, and at which the frame
    /// still shows `least` metres: points may coincide.
    pub fn fit(rect: Rect, points: &[Position], margin: f64, least: f64) -> Self {
        let projection = Projection::about(points.iter().copied());
        let (low, high) = extent_of(&projection, points);
        let room = |length: f64| (length - 2.0 * margin).max(1.0);
        let scale = (room(rect.width()) / (high.east - low.east).max(least))
            .min(room(rect.height()) / (high.north - low.north).max(least));
        Self { rect, scale, projection, centre: middle(low, high) }
    }

    /// A frame of a given scale in the middle of the points.
    pub fn about(rect: Rect, points: &[Position], scale: f64) -> Self {
        let projection = Projection::about(points.iter().copied());
        let (low, high) = extent_of(&projection, points);
        Self { rect, scale, projection, centre: middle(low, high) }
    }

    pub fn at(&self, p: Position) -> Pt {
        self.at_degrees(p.lon(), p.lat())
    }

    pub fn at_degrees(&self, lon: f64, lat: f64) -> Pt {
        let p = self.projection.forward_degrees(lon, lat);
        let middle = self.rect.centre();
        Pt::new(
            middle.x + (p.east - self.centre.east) * self.scale,
            middle.y - (p.north - self.centre.north) * self.scale,
        )
    }

    /// Whether a point is inside, far enough from the border for its symbol.
    pub fn holds(&self, p: Position, margin: f64) -> bool {
        self.rect.inset(margin).contains(self.at(p))
    }

    /// Width and height of what the points span, in metres, each at least `least`.
    pub fn spread(&self, points: &[Position], least: f64) -> (f64, f64) {
        let (low, high) = extent_of(&self.projection, points);
        ((high.east - low.east).max(least), (high.north - low.north).max(least))
    }
}

/// Least and greatest coordinates of the points.
pub(super) fn extent(points: &[Plane]) -> (Plane, Plane) {
    let mut low = Plane { east: f64::INFINITY, north: f64::INFINITY };
    let mut high = Plane { east: f64::NEG_INFINITY, north: f64::NEG_INFINITY };
    for p in points {
        low = Plane { east: low.east.min(p.east), north: low.north.min(p.north) };
        high = Plane { east: high.east.max(p.east), north: high.north.max(p.north) };
    }
    if points.is_empty() { Default::default() } else { (low, high) }
}

fn extent_of(projection: &Projection, points: &[Position]) -> (Plane, Plane) {
    extent(&points.iter().map(|&p| projection.forward(p)).collect::<Vec<_>>())
}

fn middle(low: Plane, high: Plane) -> Plane {
    Plane { east: (low.east + high.east) / 2.0, north: (low.north + high.north) / 2.0 }
}
