//! How do shapes stand in GeoJSON? RFC 7946: right-hand rings, seven decimals. A file of its own so that no layer
//! writes a coordinate any other way.

use crate::model::{Position, Shape};
use crate::report::number::degrees;
use geo::orient::{Direction, Orient};
use geojson::{Geometry, GeometryValue};

/// A place's shape.
pub(super) fn shape(shape: &Shape) -> Geometry {
    match shape {
        Shape::Point(position) => point(*position),
        Shape::Area(area) => polygons(&area.orient(Direction::Default)),
    }
}

/// A point.
pub(super) fn point(position: Position) -> Geometry {
    Geometry::new(GeometryValue::Point { coordinates: [degrees(position.lon()), degrees(position.lat())].into() })
}

/// Polygons whose rings already follow the right-hand rule; one polygon stays a `Polygon`.
pub(super) fn polygons(area: &geo::MultiPolygon<f64>) -> Geometry {
    let mut parts: Vec<_> = area.iter().map(rings).collect();
    Geometry::new(match parts.len() {
        1 => GeometryValue::Polygon { coordinates: parts.remove(0) },
        _ => GeometryValue::MultiPolygon { coordinates: parts },
    })
}

fn rings(polygon: &geo::Polygon<f64>) -> Vec<Vec<geojson::Position>> {
    let ring = |line: &geo::LineString<f64>| line.coords().map(|c| [degrees(c.x), degrees(c.y)].into()).collect();
    std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
}
