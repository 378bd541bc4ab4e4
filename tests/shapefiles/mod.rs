//! A layer of GeoJSON as a Shapefile in UTF-8 and WGS84, written as the format says and not by the program: all points or all areas.

use serde_json::Value;
use std::fs;
use std::path::Path;

const WGS84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
/// Bytes of a column: the most that a dBase text may have is 254.
const WIDE: u8 = 250;

/// Writes `name.shp`, `.dbf`, `.prj` and `.cpg` into a folder.
pub fn write(dir: &Path, name: &str, features: &[Value]) {
    let records = features.iter().zip(1u32..).map(|(feature, number)| {
        let content = shape(&feature["geometry"]);
        let words = u32::try_from(content.len() / 2).expect("small");
        [&number.to_be_bytes()[..], &words.to_be_bytes(), &content].concat()
    });
    let mut shp = vec![0u8; 100];
    shp[..4].copy_from_slice(&9994u32.to_be_bytes());
    shp.extend(records.flatten());
    let put = |suffix: &str, bytes: &[u8]| fs::write(dir.join(name).with_extension(suffix), bytes).expect("written");
    put("shp", &shp);
    put("dbf", &table(features));
    put("prj", WGS84.as_bytes());
    put("cpg", b"UTF-8");
}

fn shape(geometry: &Value) -> Vec<u8> {
    let pair = |at: &Value| [at[0].as_f64().expect("x"), at[1].as_f64().expect("y")].map(f64::to_le_bytes).concat();
    if geometry["type"] == "Point" {
        return [&1u32.to_le_bytes()[..], &pair(&geometry["coordinates"])].concat();
    }
    let array = |v: &Value| v.as_array().expect("an array").clone();
    let parts = if geometry["type"] == "Polygon" {
        vec![geometry["coordinates"].clone()]
    } else {
        array(&geometry["coordinates"])
    };
    // Outlines run clockwise here and against the clock in GeoJSON; of one part the first ring is the outline.
    let rings: Vec<Vec<Value>> = parts
        .iter()
        .flat_map(|part| array(part).into_iter().enumerate())
        .map(|(nth, ring)| {
            let mut corners = array(&ring);
            let x = |i: usize| corners[i][0].as_f64().expect("x");
            let y = |i: usize| corners[i][1].as_f64().expect("y");
            let turn: f64 = (1..corners.len()).map(|i| x(i - 1) * y(i) - x(i) * y(i - 1)).sum();
            if (turn > 0.0) == (nth == 0) {
                corners.reverse();
            }
            corners
        })
        .collect();
    let number = |n: usize| u32::try_from(n).expect("small").to_le_bytes();
    let mut out = [&5u32.to_le_bytes()[..], &[0; 32], &number(rings.len())].concat();
    out.extend(number(rings.iter().map(Vec::len).sum()));
    let mut start = 0;
    for ring in &rings {
        out.extend(number(start));
        start += ring.len();
    }
    out.extend(rings.iter().flatten().flat_map(pair));
    out
}

fn table(features: &[Value]) -> Vec<u8> {
    let mut names: Vec<&String> =
        features.iter().flat_map(|f| f["properties"].as_object().expect("properties").keys()).collect();
    names.sort();
    names.dedup();
    let length = 1 + names.len() * usize::from(WIDE);
    let start = 33 + 32 * names.len();
    let short = |n: usize| u16::try_from(n).expect("small").to_le_bytes();
    let mut out = vec![3, 126, 6, 30];
    out.extend(u32::try_from(features.len()).expect("small").to_le_bytes());
    out.extend(short(start));
    out.extend(short(length));
    out.resize(32, 0);
    for name in &names {
        let mut field = [0u8; 32];
        assert!(name.len() <= 10, "{name} is longer than a heading of dBase may be");
        field[..name.len()].copy_from_slice(name.as_bytes());
        (field[11], field[16]) = (b'C', WIDE);
        out.extend(field);
    }
    out.push(0x0d);
    for feature in features {
        out.push(b' ');
        for name in &names {
            let text = match &feature["properties"][name.as_str()] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let mut cell = text.into_bytes();
            assert!(cell.len() <= usize::from(WIDE), "{name}");
            cell.resize(usize::from(WIDE), b' ');
            out.extend(cell);
        }
    }
    out
}
