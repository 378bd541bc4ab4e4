//! Which datum does well-known text of a reference system describe? A file of its own because .prj files have no code,
//! only a description; it is understood where its ellipsoid is that of WGS84 or CGCS2000.

use super::FileDatum;
use crate::read::datum::Datum;
use crate::read::fault::shown;
use crate::read::fault_words::Kind;
use crate::read::projection::Projection;
use std::fmt::Write as _;
use std::sync::Arc;

/// The datum that a text describes.
pub(super) fn datum(text: &str) -> FileDatum {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() || text.to_lowercase().contains("undefined") {
        return FileDatum::Silent;
    }
    let name = shown(first_quoted(text).unwrap_or("?"));
    let upper = text.to_uppercase();
    if let Some(code) = last_epsg(&upper) {
        return match Datum::epsg(code) {
            Ok(datum) => FileDatum::Says(datum),
            Err(kind) => FileDatum::Refused(format!("EPSG:{code}"), kind),
        };
    }
    let Some((axis, flattening)) = ellipsoid(&upper) else { return FileDatum::Refused(name, Kind::OtherCrs) };
    let is = |rf: f64| (axis - 6_378_137.0).abs() < 0.01 && (flattening - rf).abs() < 1e-7;
    // The two differ by a tenth of a millimetre; what the datum is called decides whether a shift lies hidden.
    let named =
        ["WGS_1984", "WGS 84", "WGS84", "CGCS2000", "CHINA_2000", "CHINA GEODETIC", "CHINA_GEODETIC", "CGCS_2000"];
    if !(is(298.257_223_563) || is(298.257_222_101)) || !named.iter().any(|n| upper.contains(n)) {
        return FileDatum::Refused(name, Kind::OtherCrs);
    }
    if upper.starts_with("GEOGCS") {
        return FileDatum::Says(if is(298.257_223_563) { Datum::Wgs84 } else { Datum::Cgcs2000 });
    }
    match projected(&upper, axis, flattening).and_then(|definition| Projection::of(name.clone(), &definition)) {
        Some(projection) => FileDatum::Says(Datum::Projected(Arc::new(projection))),
        None => FileDatum::Refused(name, Kind::OtherCrs),
    }
}

/// The code of the whole, which stands last.
fn last_epsg(upper: &str) -> Option<u32> {
    let tail = upper.trim_end_matches([']', ' ', '\r', '\n']);
    let at = tail.rfind("AUTHORITY[").or(tail.rfind("ID["))?;
    // Anything after it would mean that it names a part.
    if tail[at..].contains(']') {
        return None;
    }
    // The authority of a part of the last level is closed by two or more brackets, the whole's by one of its own.
    if upper.trim_end().len() - tail.len() > 2 {
        return None;
    }
    let digits: String = tail[at..].split("EPSG").nth(1)?.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn first_quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

/// Numbers after the name of an element such as `SPHEROID["x",a,b`.
fn ellipsoid(upper: &str) -> Option<(f64, f64)> {
    let at = upper.find("SPHEROID[").or(upper.find("ELLIPSOID["))?;
    let mut numbers = upper[at..].split('"').nth(2)?.split([',', ']']).filter_map(|n| n.trim().parse::<f64>().ok());
    Some((numbers.next()?, numbers.next()?))
}

fn projected(upper: &str, axis: f64, flattening: f64) -> Option<String> {
    let after = |name: &str| {
        let at = upper.find(&format!("PARAMETER[\"{name}\""))?;
        upper[at..].split(['"']).nth(2)?.split([',', ']']).find_map(|n| n.trim().parse::<f64>().ok())
    };
    if !["TRANSVERSE_MERCATOR", "GAUSS_KRUGER"].iter().any(|p| upper.contains(&format!("PROJECTION[\"{p}\""))) {
        return None;
    }
    // The unit of the whole is the last one.
    let unit = upper
        .rfind("UNIT[")
        .and_then(|at| upper[at..].split('"').nth(2)?.split([',', ']']).find_map(|n| n.trim().parse::<f64>().ok()));
    if unit != Some(1.0) {
        return None;
    }
    let mut definition = format!("+proj=tmerc +a={axis} +rf={flattening} +units=m +no_defs");
    for (name, key, default) in [
        ("LATITUDE_OF_ORIGIN", "lat_0", Some(0.0)),
        ("CENTRAL_MERIDIAN", "lon_0", None),
        ("SCALE_FACTOR", "k", Some(1.0)),
        ("FALSE_EASTING", "x_0", Some(0.0)),
        ("FALSE_NORTHING", "y_0", Some(0.0)),
    ] {
        // Writing into a String cannot fail.
        let _ = write!(definition, " +{key}={}", after(name).or(default)?);
    }
    Some(definition)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GEOGRAPHIC: &str = r#"GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

    fn esri(datum: &str) -> String {
        format!(
            r#"PROJCS["CGCS2000_3_Degree_GK_Zone_41",{datum},PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",41500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",123.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#
        )
    }

    #[test]
    fn a_description_without_a_code_is_understood_by_its_numbers() {
        assert!(matches!(datum(GEOGRAPHIC), FileDatum::Says(Datum::Cgcs2000)));
        let FileDatum::Says(described) = datum(&esri(GEOGRAPHIC)) else { panic!("understood") };
        let coded = Datum::epsg(4529).expect("zone 41 of three degrees");
        let (a, b) = (described.to_wgs84(41_468_000.0, 5_870_000.0), coded.to_wgs84(41_468_000.0, 5_870_000.0));
        let ((ax, ay), (bx, by)) = (a.expect("a place"), b.expect("a place"));
        assert!((ax - bx).abs() < 1e-9 && (ay - by).abs() < 1e-9, "{ax} {ay} {bx} {by}");
    }

    #[test]
    fn other_datums_and_nonsense_are_refused_and_an_empty_text_says_nothing() {
        let xian = GEOGRAPHIC
            .replace("D_China_2000", "D_Xian_1980")
            .replace("GCS_China_Geodetic_Coordinate_System_2000", "GCS_Xian_1980")
            .replace("\"CGCS2000\",6378137.0,298.257222101", "\"Xian_1980\",6378140.0,298.257");
        for text in [xian.as_str(), "PROJCS", "nonsense [[[", "GEOGCS[\"x\",SPHEROID[\"WGS_1984\",1,2]]"] {
            assert!(matches!(datum(text), FileDatum::Refused(..)), "{text}");
        }
        assert!(matches!(datum(" \n"), FileDatum::Silent));
    }

    #[test]
    fn a_code_of_the_whole_counts_and_that_of_a_part_does_not() {
        let coded = r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],UNIT["degree",0.0174,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]"#;
        assert!(matches!(datum(coded), FileDatum::Says(Datum::Wgs84)));
        let part =
            r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]]]]"#;
        assert!(matches!(datum(part), FileDatum::Says(Datum::Wgs84)));
    }
}
