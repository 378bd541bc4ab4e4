//! Where on Earth is a position in metres of a projection? The one file that knows `proj4rs`.
//! A file of its own because projections are bought, datums are not: only those are taken whose datum needs no shift.

use super::fault_words::Kind;
use proj4rs::Proj;
use proj4rs::transform::transform;

/// EPSG codes of Beijing 1954 and Xian 1980 projections: their shift to WGS84 is not public.
const OLD_CHINA: [std::ops::RangeInclusive<u32>; 3] = [2327..=2390, 2401..=2442, 21413..=21483];

/// What web maps are drawn in.
const WEB_MERCATOR: u32 = 3857;
const SPHERE: &str = "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +no_defs";

/// A projection on WGS84 or CGCS2000.
#[derive(Debug)]
pub(super) struct Projection {
    /// `epsg:4527`, or the name that a .prj file gives it.
    pub(super) name: String,
    proj: Proj,
    degrees: Proj,
}

impl PartialEq for Projection {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Projection {
    /// By EPSG code; the kind says why not.
    pub(super) fn epsg(code: u32) -> Result<Self, Kind> {
        let name = format!("epsg:{code}");
        let refuse = |why_zh: &'static str, why_en: &'static str| Kind::OtherEpsg { why_zh, why_en };
        if OLD_CHINA.iter().any(|range| range.contains(&code)) || matches!(code, 4214 | 4610) {
            return Err(refuse(
                "北京54、西安80到WGS84的转换参数不公开",
                "the shift from Beijing 1954 or Xian 1980 is not public",
            ));
        }
        let found = u16::try_from(code).ok().and_then(crs_definitions::from_code);
        let Some(found) = found else { return Err(refuse("不认识这个编号", "unknown code")) };
        if code == WEB_MERCATOR {
            // A sphere on purpose: its degrees are those of WGS84 as they stand.
            return Self::of(name, SPHERE)
                .ok_or_else(|| refuse("不支持这种投影", "this kind of projection is not supported"));
        }
        if !keeps_datum(found.proj4) {
            return Err(refuse("它的基准不是 WGS84 或 CGCS2000", "its datum is neither WGS84 nor CGCS2000"));
        }
        Self::of(name, found.proj4).ok_or_else(|| refuse("不支持这种投影", "this kind of projection is not supported"))
    }

    /// By a definition in the words of PROJ.
    pub(super) fn of(name: String, definition: &str) -> Option<Self> {
        // The extended form is exact far from the meridian too; the plain one drifts.
        let definition = definition.replace("+proj=tmerc", "+proj=etmerc");
        let proj = Proj::from_proj_string(&definition).ok()?;
        let degrees = Proj::from_proj_string("+proj=longlat +ellps=WGS84 +no_defs").ok()?;
        (!proj.is_latlong() && !proj.is_geocent()).then_some(Self { name, proj, degrees })
    }

    /// Longitude and latitude in degrees; `None` where the projection has no such place.
    pub(super) fn to_degrees(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let mut at = (x, y, 0.0);
        transform(&self.proj, &self.degrees, &mut at).ok()?;
        let (lon, lat) = (at.0.to_degrees(), at.1.to_degrees());
        (lon.is_finite() && lat.is_finite()).then_some((lon, lat))
    }
}

/// Whether a definition's datum is WGS84 or CGCS2000 (the ellipsoid GRS80, without a shift).
fn keeps_datum(definition: &str) -> bool {
    let ellipsoid = ["+datum=WGS84", "+ellps=WGS84", "+ellps=GRS80"].iter().any(|e| definition.contains(e));
    let shift = definition.split_whitespace().find_map(|part| part.strip_prefix("+towgs84="));
    let none = shift.is_none_or(|s| s.split(',').all(|n| n.parse::<f64>() == Ok(0.0)));
    ellipsoid && none && !definition.contains("+nadgrids") && !definition.contains("+pm=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauss_kruger_and_utm_agree_with_proj_to_a_centimetre() {
        // EPSG code, x, y, then longitude and latitude as PROJ 9 (pyproj) has them.
        for (code, x, y, lon, lat) in POINTS {
            let (a, b) = Projection::epsg(code).expect("a known code").to_degrees(x, y).expect("a place");
            let east = (a - lon) * 111_320.0 * lat.to_radians().cos();
            let off = east.hypot((b - lat) * 111_320.0);
            assert!(off < 0.01, "epsg:{code} {x} {y}: {a} {b}, off by {off} m");
        }
    }

    include!("projection_points.in");

    #[test]
    fn codes_whose_datum_is_another_are_refused_with_the_reason() {
        let why = |code| Projection::epsg(code).expect_err("refused").problem(crate::model::Lang::En);
        assert!(why(2383).contains("not public"), "{}", why(2383));
        assert!(why(27700).contains("neither WGS84 nor CGCS2000"), "{}", why(27700));
        assert!(why(1).contains("unknown code"));
    }
}
