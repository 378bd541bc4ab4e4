//! In which datum are a file's coordinates, and where is that in WGS84?
//! A file of its own because conversion happens once, on reading: behind it every coordinate is WGS84. The shift of GCJ-02
//! is published nowhere; the formula is the one that everybody uses. Projections are `projection.rs`.

use super::fault_words::Kind;
use super::projection::Projection;
use geojson::{GeometryValue, Position};
use std::f64::consts::PI;
use std::sync::Arc;

/// A datum that coordinates may be in.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Datum {
    /// GPS, OpenStreetMap.
    Wgs84,
    /// Tianditu and official maps; equal to WGS84 at this use's accuracy.
    Cgcs2000,
    /// Amap, Tencent: WGS84 shifted by up to 700 m inside China.
    Gcj02,
    /// Baidu: GCJ-02, shifted once more.
    Bd09,
    /// A projection with an EPSG code, or one that a .prj file describes.
    Projected(Arc<Projection>),
}

/// Values of `datum` in `plan.toml`.
pub(super) const KNOWN: &str = "wgs84, cgcs2000, gcj02, bd09, epsg:4527 …";

impl Datum {
    /// A datum by its name in `plan.toml`; the kind says why it is none.
    pub(super) fn parse(text: &str) -> Result<Self, Kind> {
        let plain: String = text.to_lowercase().chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect();
        match plain.as_str() {
            "wgs84" => Ok(Self::Wgs84),
            "cgcs2000" => Ok(Self::Cgcs2000),
            "gcj02" => Ok(Self::Gcj02),
            "bd09" | "bd09ll" => Ok(Self::Bd09),
            _ => match plain.strip_prefix("epsg:").map(str::parse) {
                Some(Ok(code)) => Self::epsg(code),
                _ => Err(Kind::OtherDatum { known: KNOWN }),
            },
        }
    }

    /// The datum of an EPSG code.
    pub(super) fn epsg(code: u32) -> Result<Self, Kind> {
        match code {
            4326 | 4979 => Ok(Self::Wgs84),
            4490 | 4480 => Ok(Self::Cgcs2000),
            _ => Projection::epsg(code).map(|p| Self::Projected(Arc::new(p))),
        }
    }

    /// The datum that a heading such as `经度（GCJ-02）` or `高德经度` declares.
    pub(super) fn of_heading(heading: &str) -> Option<Self> {
        let plain: String = heading.to_lowercase().chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect();
        let says = |words: &[&str]| words.iter().any(|word| plain.contains(word));
        if says(&["gcj02", "火星", "高德", "腾讯"]) {
            Some(Self::Gcj02)
        } else if says(&["bd09", "百度"]) {
            Some(Self::Bd09)
        } else if says(&["wgs84", "gps"]) {
            Some(Self::Wgs84)
        } else if says(&["cgcs2000", "国家2000", "天地图"]) {
            Some(Self::Cgcs2000)
        } else {
            None
        }
    }

    /// Its name, as outputs record it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Wgs84 => "wgs84".into(),
            Self::Cgcs2000 => "cgcs2000".into(),
            Self::Gcj02 => "gcj02".into(),
            Self::Bd09 => "bd09".into(),
            Self::Projected(projection) => projection.name.clone(),
        }
    }

    /// Whether its coordinates are degrees.
    pub(super) fn is_degrees(&self) -> bool {
        !matches!(self, Self::Projected(_))
    }

    /// A position in WGS84; `None` where a projection has no such place.
    pub(super) fn to_wgs84(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        match self {
            Self::Wgs84 | Self::Cgcs2000 => Some((x, y)),
            Self::Gcj02 => Some(gcj02_to_wgs84(x, y)),
            Self::Bd09 => {
                let (x, y) = bd09_to_gcj02(x, y);
                Some(gcj02_to_wgs84(x, y))
            }
            Self::Projected(projection) => projection.to_degrees(x, y),
        }
    }

    /// Converts every position of a geometry; the first that has no place is given back.
    pub(super) fn convert(&self, geometry: &mut GeometryValue) -> Result<(), (f64, f64)> {
        if matches!(self, Self::Wgs84 | Self::Cgcs2000) {
            return Ok(());
        }
        let one = |p: &mut Position| {
            let [x, y] = *p.as_slice().first_chunk::<2>().unwrap_or(&[0.0, 0.0]);
            // What is no position at all is refused later, in its own words.
            if p.as_slice().len() < 2 || !x.is_finite() || !y.is_finite() || (x == 0.0 && y == 0.0) {
                return Ok(());
            }
            let (lon, lat) = self.to_wgs84(x, y).ok_or((x, y))?;
            *p = Position::from([lon, lat]);
            Ok(())
        };
        match geometry {
            GeometryValue::Point { coordinates } => one(coordinates),
            GeometryValue::MultiPoint { coordinates } | GeometryValue::LineString { coordinates } => {
                coordinates.iter_mut().try_for_each(one)
            }
            GeometryValue::Polygon { coordinates } | GeometryValue::MultiLineString { coordinates } => {
                coordinates.iter_mut().flatten().try_for_each(one)
            }
            GeometryValue::MultiPolygon { coordinates } => coordinates.iter_mut().flatten().flatten().try_for_each(one),
            GeometryValue::GeometryCollection { .. } => Ok(()),
        }
    }
}

/// Semi-major axis and squared eccentricity of the ellipsoid of Krasovsky, on which the shift is computed.
const AXIS: f64 = 6_378_245.0;
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;
/// Where positions are shifted at all: a box, not the border.
const WEST: f64 = 72.004;
const EAST: f64 = 137.8347;
const SOUTH: f64 = 0.8293;
const NORTH: f64 = 55.8271;
/// Degrees to which an inverse is iterated: a tenth of a millimetre.
const CLOSE: f64 = 1e-9;
/// The shift changes by less than a thousandth per degree, so that five steps are enough and fifty a proof of a slip.
const STEPS: usize = 50;

fn is_shifted(lon: f64, lat: f64) -> bool {
    (WEST..=EAST).contains(&lon) && (SOUTH..=NORTH).contains(&lat)
}

/// How far GCJ-02 moves a position, in degrees, whether or not it lies in the box.
fn shift(lon: f64, lat: f64) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let waves = |a: f64| (20.0 * (6.0 * a * PI).sin() + 20.0 * (2.0 * a * PI).sin()) * 2.0 / 3.0;
    let root = x.abs().sqrt();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + waves(x)
        + (20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0
        + (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + waves(x)
        + (20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin()) * 2.0 / 3.0
        + (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    let radians = lat.to_radians();
    let magic = 1.0 - ECCENTRICITY * radians.sin().powi(2);
    let metres_north = AXIS * (1.0 - ECCENTRICITY) / (magic * magic.sqrt());
    let metres_east = AXIS / magic.sqrt() * radians.cos();
    ((east / metres_east).to_degrees(), (north / metres_north).to_degrees())
}

/// WGS84 to GCJ-02; outside of the box nothing moves.
pub(super) fn wgs84_to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    if !is_shifted(lon, lat) {
        return (lon, lat);
    }
    let (east, north) = shift(lon, lat);
    (lon + east, lat + north)
}

/// GCJ-02 to WGS84, by iteration: the point whose shifted position is the given one.
///
/// At the box's edge the forward function jumps. A position that a point inside is shifted to comes from there; one that
/// none is shifted to has not moved if it lies outside. Between the two nothing is published, and the point is taken as if
/// the shift went on.
pub(super) fn gcj02_to_wgs84(lon: f64, lat: f64) -> (f64, f64) {
    // Farther away than any shift reaches nothing has moved, and the formula would run off at the poles.
    if !(WEST - 0.1..=EAST + 0.1).contains(&lon) || !(SOUTH - 0.1..=NORTH + 0.1).contains(&lat) {
        return (lon, lat);
    }
    let (mut x, mut y) = (lon, lat);
    for _ in 0..STEPS {
        let (east, north) = shift(x, y);
        let (dx, dy) = (lon - x - east, lat - y - north);
        (x, y) = (x + dx, y + dy);
        if dx.abs() < CLOSE && dy.abs() < CLOSE {
            break;
        }
    }
    // Iteration ends a hair off: a point of the very edge is still inside.
    let inside = is_shifted(x, y) || is_shifted(x + CLOSE.copysign(105.0 - x), y + CLOSE.copysign(35.0 - y));
    if inside || is_shifted(lon, lat) { (x, y) } else { (lon, lat) }
}

/// GCJ-02 to BD-09: turned and stretched a little, then moved.
pub(super) fn gcj02_to_bd09(lon: f64, lat: f64) -> (f64, f64) {
    let wave = PI * 3000.0 / 180.0;
    let radius = lon.hypot(lat) + 0.000_02 * (lat * wave).sin();
    let angle = lat.atan2(lon) + 0.000_003 * (lon * wave).cos();
    (radius * angle.cos() + 0.0065, radius * angle.sin() + 0.006)
}

/// BD-09 to GCJ-02, by iteration.
fn bd09_to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    let (mut x, mut y) = (lon - 0.0065, lat - 0.006);
    for _ in 0..STEPS {
        let (bx, by) = gcj02_to_bd09(x, y);
        let (dx, dy) = (lon - bx, lat - by);
        (x, y) = (x + dx, y + dy);
        if dx.abs() < CLOSE && dy.abs() < CLOSE {
            break;
        }
    }
    (x, y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Metres between two positions that are close to each other.
    fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
        let east = (a.0 - b.0) * 111_320.0 * a.1.to_radians().cos();
        east.hypot((a.1 - b.1) * 111_320.0)
    }

    #[test]
    fn a_known_place_is_where_amap_and_baidu_put_it() {
        // Tiananmen in WGS84, and as the common implementations shift it.
        let (lon, lat) = wgs84_to_gcj02(116.391_349, 39.907_375);
        assert!((lon - 116.397_59).abs() < 2e-5 && (lat - 39.908_78).abs() < 2e-5, "{lon} {lat}");
        let (lon, lat) = gcj02_to_bd09(lon, lat);
        assert!((lon - 116.403_96).abs() < 3e-5 && (lat - 39.915_12).abs() < 5e-5, "{lon} {lat}");
    }

    #[test]
    fn in_the_north_east_the_shift_is_half_a_circle() {
        let there = (122.53, 52.97);
        let gcj = metres(Datum::Gcj02.of_wgs84(there.0, there.1), there);
        let bd = metres(Datum::Bd09.of_wgs84(there.0, there.1), there);
        assert!((475.0..623.0).contains(&gcj), "{gcj}");
        assert!((800.0..1376.0).contains(&bd), "{bd}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn both_inverses_are_good_to_a_centimetre_inside_the_box(lon in WEST..EAST, lat in SOUTH..NORTH) {
            for datum in [Datum::Gcj02, Datum::Bd09] {
                let (x, y) = datum.of_wgs84(lon, lat);
                let back = datum.to_wgs84(x, y).expect("degrees have a place");
                prop_assert!(metres(back, (lon, lat)) < 0.01, "{datum:?} {lon} {lat} -> {back:?}");
            }
        }

        #[test]
        fn the_inverse_leaves_what_lies_clear_of_the_box_where_it_is(lon in 138.0f64..180.0, lat in -80.0f64..80.0) {
            prop_assert_eq!(gcj02_to_wgs84(lon, lat), (lon, lat));
        }
    }

    #[test]
    fn along_the_edge_of_the_box_the_inverse_is_a_point_that_is_shifted_there_or_within_a_shift_of_it() {
        for step in 0..2000 {
            let part = f64::from(step) / 2000.0;
            let along = (WEST + part * (EAST - WEST), SOUTH + part * (NORTH - SOUTH));
            for (lon, lat) in [(WEST, along.1), (EAST, along.1), (along.0, SOUTH), (along.0, NORTH)] {
                for off in [-1e-3, -1e-7, 0.0, 1e-7, 1e-3] {
                    for given in [(lon + off, lat), (lon, lat + off)] {
                        let back = gcj02_to_wgs84(given.0, given.1);
                        assert!(metres(back, given) < 1000.0, "{given:?} -> {back:?}");
                    }
                    // From inside, the way there and back is exact however near the edge.
                    let inside = (lon - off.abs() * (lon - 105.0).signum(), lat - off.abs() * (lat - 28.0).signum());
                    if is_shifted(inside.0, inside.1) {
                        let (x, y) = wgs84_to_gcj02(inside.0, inside.1);
                        assert!(metres(gcj02_to_wgs84(x, y), inside) < 0.01, "{inside:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn names_and_headings_say_the_datum() {
        assert_eq!(Datum::parse("GCJ-02"), Ok(Datum::Gcj02));
        assert_eq!(Datum::parse("epsg:4490"), Ok(Datum::Cgcs2000));
        assert!(Datum::parse("epsg:4527").is_ok_and(|d| !d.is_degrees() && d.name() == "epsg:4527"));
        assert!(Datum::parse("mars").is_err() && Datum::parse("epsg:99999999999").is_err());
        assert_eq!(Datum::of_heading("高德经度"), Some(Datum::Gcj02));
        assert_eq!(Datum::of_heading("经度（BD-09）"), Some(Datum::Bd09));
        assert_eq!(Datum::of_heading("经度"), None);
    }
}
