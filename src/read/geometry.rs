//! Are these coordinates a place on Earth, of the type the layer takes?
//! A file of its own because every reader's coordinates pass here: behind it there is no NaN, no swapped axis and no open
//! ring, on which the geometry library would panic or answer nonsense.

use super::fault_words::Kind;
use super::rings;
use super::row::Findings;
use crate::model::{Position, Shape};
use geo::{Coord, LineString, MultiPolygon, Point, Polygon};
use geojson::GeometryValue;

/// The field that a fault names.
const FIELD: &str = "coordinates";
/// Beyond this a coordinate is no mistyped angle any more, but a length.
const NO_ANGLE: f64 = 1_000.0;
/// Square metres of a place: the largest counties have some 200,000 km2, and what is larger is no place where people live.
const LARGEST_PLACE: f64 = 400_000e6;

/// A site: a point, or a multipoint of one.
pub(super) fn point(geometry: &GeometryValue, found: &mut Findings) -> Option<Position> {
    match geometry {
        GeometryValue::Point { coordinates } => position(coordinates.as_slice(), found),
        GeometryValue::MultiPoint { coordinates } if coordinates.is_empty() => empty(found),
        GeometryValue::MultiPoint { coordinates } if coordinates.len() == 1 => {
            position(coordinates[0].as_slice(), found)
        }
        other => wrong(other, "Point", found),
    }
}

/// A place: a point or an area.
pub(super) fn shape(geometry: &GeometryValue, found: &mut Findings) -> Option<Shape> {
    match geometry {
        GeometryValue::Point { .. } => point(geometry, found).map(Shape::Point),
        GeometryValue::MultiPoint { coordinates } if coordinates.len() < 2 => point(geometry, found).map(Shape::Point),
        GeometryValue::Polygon { .. } | GeometryValue::MultiPolygon { .. } => {
            let area = area(geometry, found)?;
            let size = geo::ChamberlainDuquetteArea::chamberlain_duquette_unsigned_area(&area);
            if size > LARGEST_PLACE {
                let value = Some(format!("{:.0} km2", size / 1e6));
                found.field("geometry", value, None, Kind::TooWide { most_km2: LARGEST_PLACE / 1e6 });
                return None;
            }
            Some(Shape::Area(Box::new(area)))
        }
        other => wrong(other, "Point, Polygon, MultiPolygon", found),
    }
}

/// An outline.
pub(super) fn area(geometry: &GeometryValue, found: &mut Findings) -> Option<MultiPolygon<f64>> {
    let parts = match geometry {
        GeometryValue::Polygon { coordinates } => std::slice::from_ref(coordinates),
        GeometryValue::MultiPolygon { coordinates } => coordinates.as_slice(),
        other => return wrong(other, "Polygon, MultiPolygon", found),
    };
    if parts.iter().flatten().all(Vec::is_empty) {
        return empty(found);
    }
    let before = found.list.len();
    let mut polygons = Vec::with_capacity(parts.len());
    for part in parts {
        // An empty hole takes nothing away and an empty part adds nothing.
        let mut rings = part.iter().filter(|r| !r.is_empty()).map(|r| ring(r, found)).collect::<Vec<_>>().into_iter();
        if let Some(Some(outer)) = rings.next() {
            polygons.push(Polygon::new(outer, rings.flatten().collect()));
        }
    }
    if found.list.len() > before {
        return None;
    }
    let area = MultiPolygon::new(polygons);
    if let Some((at, kind)) = rings::fault(&area) {
        found.field(FIELD, Some(shown(at.x, at.y)), None, kind);
        return None;
    }
    Some(area)
}

/// One closed ring; only its first bad position is a fault, lest a projected outline be a thousand of them.
fn ring(positions: &[geojson::Position], found: &mut Findings) -> Option<LineString<f64>> {
    let coords: Option<Vec<Coord<f64>>> =
        positions.iter().map(|p| position(p.as_slice(), found).map(|p| Coord { x: p.lon(), y: p.lat() })).collect();
    let coords = coords?;
    let (first, last) = (coords[0], coords[coords.len() - 1]);
    if first != last {
        found.field(
            FIELD,
            Some(format!("{} … {}", shown(first.x, first.y), shown(last.x, last.y))),
            None,
            Kind::RingOpen,
        );
        return None;
    }
    if coords.len() < 4 {
        found.field(FIELD, Some(shown(first.x, first.y)), None, Kind::RingShort { found: coords.len() });
        return None;
    }
    Some(LineString::new(coords))
}

/// One position; a height is allowed and left out.
fn position(numbers: &[f64], found: &mut Findings) -> Option<Position> {
    let (lon, lat) = match *numbers {
        [] => return empty(found),
        [lon, lat] | [lon, lat, _] => (lon, lat),
        _ => {
            let listed = numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(", ");
            let value = super::fault::shown(&format!("[{listed}]"));
            found.field(FIELD, Some(value), None, Kind::OrdinateCount { found: numbers.len() });
            return None;
        }
    };
    let kind = match Position::new(lon, lat) {
        Some(_) if lon == 0.0 && lat == 0.0 => Kind::NullIsland,
        Some(position) => return Some(position),
        None if !lon.is_finite() || !lat.is_finite() => Kind::NanToken,
        None if lon.abs() > NO_ANGLE || lat.abs() > NO_ANGLE => Kind::Projected,
        None if lon.abs() <= 90.0 && lat.abs() <= 180.0 => Kind::Swapped,
        None => Kind::OutOfRange,
    };
    found.field(FIELD, Some(shown(lon, lat)), None, kind);
    None
}

fn empty<T>(found: &mut Findings) -> Option<T> {
    found.field("geometry", None, None, Kind::EmptyGeometry);
    None
}

fn wrong<T>(geometry: &GeometryValue, wanted: &'static str, found: &mut Findings) -> Option<T> {
    found.field("geometry.type", Some(geometry.type_name().to_owned()), None, Kind::WrongGeometry { wanted });
    None
}

fn shown(x: f64, y: f64) -> String {
    super::fault::shown(&format!("[{x}, {y}]"))
}

/// A point that stands for a shape when a layer is asked where it lies: inside an area even where that is bent.
pub(super) fn inside(shape: &Shape) -> Option<Point<f64>> {
    match shape {
        Shape::Point(position) => Some(position.point()),
        Shape::Area(area) => geo::InteriorPoint::interior_point(area.as_ref()),
    }
}

/// Any position of a shape, where only the neighbourhood matters.
pub(super) fn anywhere(shape: &Shape) -> Option<Point<f64>> {
    match shape {
        Shape::Point(position) => Some(position.point()),
        Shape::Area(area) => first_corner(area),
    }
}

/// The first corner of an area.
pub(super) fn first_corner(area: &MultiPolygon<f64>) -> Option<Point<f64>> {
    area.0.first().and_then(|polygon| polygon.exterior().0.first()).map(|corner| Point::from(*corner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(geometry: GeometryValue) -> Vec<&'static str> {
        let mut found = Findings::new(0, None);
        let made = shape(&geometry, &mut found);
        assert_eq!(made.is_none(), !found.list.is_empty(), "a shape or a fault, never both or neither");
        found.list.iter().map(|f| f.kind.code()).collect()
    }

    fn at(numbers: &[f64]) -> Vec<&'static str> {
        kinds(GeometryValue::Point { coordinates: numbers.to_vec().into() })
    }

    #[test]
    fn a_position_is_refused_for_the_reason_that_helps_most() {
        assert!(at(&[122.5, 52.9]).is_empty());
        assert!(at(&[122.5, 52.9, 480.0]).is_empty());
        assert!(at(&[-180.0, -90.0]).is_empty());
        assert_eq!(at(&[52.9, 122.5]), ["swapped"]);
        assert_eq!(at(&[500_000.0, 5_860_000.0]), ["projected"]);
        assert_eq!(at(&[200.0, 10.0]), ["out_of_range"]);
        assert_eq!(at(&[0.0, 0.0]), ["null_island"]);
        assert_eq!(at(&[1.0]), ["ordinate_count"]);
        assert_eq!(at(&[1.0, 2.0, 3.0, 4.0, 5.0]), ["ordinate_count"]);
        assert_eq!(at(&[]), ["empty_geometry"]);
        assert_eq!(at(&[f64::NAN, 2.0]), ["nan_token"]);
    }

    #[test]
    fn a_bend_is_represented_by_a_point_inside_it() {
        let u: Vec<[f64; 2]> = vec![
            [1.0, 1.0],
            [4.0, 1.0],
            [4.0, 4.0],
            [3.9, 4.0],
            [3.9, 1.1],
            [1.1, 1.1],
            [1.1, 4.0],
            [1.0, 4.0],
            [1.0, 1.0],
        ];
        let ring = u.into_iter().map(geojson::Position::from).collect();
        let mut found = Findings::new(0, None);
        let shape = shape(&GeometryValue::Polygon { coordinates: vec![ring] }, &mut found).expect("a valid area");
        let Shape::Area(area) = &shape else { panic!("an area stays one") };
        assert!(geo::Contains::contains(area.as_ref(), &inside(&shape).expect("areas have an inside")));
    }
}
