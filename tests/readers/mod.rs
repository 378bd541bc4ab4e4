//! Every reader, given bytes that anybody could have made. A file of its own because the fuzz targets in `fuzz/` hand it what
//! they invent, and `tests/corpus.rs` what they have kept: the same way in for both.
//!
//! Formats that pack what they hold are taken apart, so that a changed byte meets the reader and not only a checksum: parts of a
//! workbook, of a Shapefile and of a bare problem stand one after the other, parted by [`PART`].

use doorstep::model::Lang;
use doorstep::read::{self, Axes, Encoding, Faults, Reading, TableFiles};
use std::cell::RefCell;
use std::fs;
use std::io::Write;
use std::path::Path;

/// A reader: what it does with bytes. It returns, whatever they are, or has a fault.
pub type Reader = fn(&[u8]);

/// Every reader by the name of its target.
pub const READERS: [(&str, Reader); 9] = [
    ("csv", csv),
    ("geojson", geojson),
    ("geopackage", geopackage),
    ("geoparquet", geoparquet),
    ("plan_toml", plan_toml),
    ("roads", roads),
    ("shapefile", shapefile),
    ("tables", tables),
    ("workbook", workbook),
];

/// Hands bytes to the reader of that name.
pub fn read(name: &str, bytes: &[u8]) {
    let (_, reader) = READERS.iter().find(|(known, _)| *known == name).expect("a reader of that name");
    reader(bytes);
}

/// What stands between the parts of a file that has several: a line that no format has.
pub const PART: &[u8] = b"\n=====PART=====\n";

const PLAN: &str = "name = \"p\"\ntarget = 2\n[[circle]]\nminutes = 15\nmode = \"walk\"\n";
const RESIDENCES: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[122.53,52.97]},"properties":{"id":"R1","population":120}}]}"#;
const LAYERS: [&str; 6] = ["residences", "clusters", "stations", "candidates", "boundaries", "progress"];
/// What a plan may say of a layer.
const SAID: [&str; 4] = [
    "",
    "datum = \"gcj02\"\n",
    "datum = \"epsg:4527\"\nencoding = \"gb18030\"\n",
    "datum = \"bd09\"\ncolumns = { population = \"id\" }\n",
];

thread_local! {
    /// One folder for each thread: a new one for every input would take longer than the reader.
    static FOLDER: RefCell<Option<tempfile::TempDir>> = const { RefCell::new(None) };
}

/// A folder with these files and no other.
fn folder(files: &[(String, &[u8])], work: impl FnOnce(&Path)) {
    FOLDER.with_borrow_mut(|kept| {
        let dir = kept.get_or_insert_with(|| tempfile::tempdir().expect("a temporary folder")).path();
        for entry in fs::read_dir(dir).expect("there") {
            fs::remove_file(entry.expect("an entry").path()).expect("removed");
        }
        for (name, bytes) in files {
            fs::write(dir.join(name), bytes).expect("written");
        }
        work(dir);
    });
}

/// Whatever is wrong can be said in both languages.
fn said<T>(read: Result<T, Faults>) -> Option<T> {
    let said = |faults: Faults| {
        assert!(!faults.list().is_empty());
        assert!(!faults.say(Lang::Zh).is_empty() && !faults.say(Lang::En).is_empty());
    };
    read.map_err(said).ok()
}

/// Reads the bytes as a layer; which one, and what the plan says of it, is as good as drawn by their number.
fn layer(suffix: &str, parts: &[(&str, &[u8])], length: usize) {
    let (layer, says) = (LAYERS[length % LAYERS.len()], SAID[length / LAYERS.len() % SAID.len()]);
    let plan = format!("{PLAN}[layers.{layer}]\n{says}");
    let mut files: Vec<(String, &[u8])> = parts.iter().map(|(end, bytes)| (format!("{layer}.{end}"), *bytes)).collect();
    files.push(("plan.toml".into(), plan.as_bytes()));
    if layer != "residences" {
        files.push(("residences.geojson".into(), RESIDENCES.as_bytes()));
    }
    folder(&files, |dir| {
        let reading = Reading {
            encoding: (suffix == "csv" && length.is_multiple_of(7)).then(|| Encoding::parse("gb18030")).flatten(),
            ..Reading::default()
        };
        let read = said(read::open_with(dir, &reading));
        if let Some(plan) = read {
            read::doubts(&plan, &[]);
            said(read::progress(dir, &plan.stations, &reading));
        }
    });
}

fn geojson(bytes: &[u8]) {
    layer("geojson", &[("geojson", bytes)], bytes.len());
}

fn csv(bytes: &[u8]) {
    layer("csv", &[("csv", bytes)], bytes.len());
}

fn geopackage(bytes: &[u8]) {
    layer("gpkg", &[("gpkg", bytes)], bytes.len());
}

fn geoparquet(bytes: &[u8]) {
    layer("parquet", &[("parquet", bytes)], bytes.len());
}

fn plan_toml(bytes: &[u8]) {
    let files = [("plan.toml".to_owned(), bytes), ("residences.geojson".to_owned(), RESIDENCES.as_bytes())];
    folder(&files, |dir| {
        read::language(dir);
        said(read::open(dir));
        said(read::plan_without_layers(dir));
    });
}

fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(PART.len()).position(|piece| piece == PART) {
        parts.push(&rest[..at]);
        rest = &rest[at + PART.len()..];
    }
    parts.push(rest);
    parts
}

/// Parts: .shp, .dbf, .prj, .cpg; those that are missing are not there.
fn shapefile(bytes: &[u8]) {
    let named: Vec<(&str, &[u8])> = ["shp", "dbf", "prj", "cpg"].into_iter().zip(parts(bytes)).collect();
    layer("shp", &named, bytes.len());
}

/// Bytes that start as a zip does, or parts, each after its name and a line break.
fn workbook(bytes: &[u8]) {
    if bytes.starts_with(b"PK") {
        return layer("xlsx", &[("xlsx", bytes)], bytes.len());
    }
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for part in parts(bytes) {
        let end = part.iter().position(|b| *b == b'\n').unwrap_or(part.len());
        let name = String::from_utf8_lossy(&part[..end]).into_owned();
        // Two parts of one name, or a name that no zip takes, are not what is tried here.
        if zip.start_file(name, stored).is_ok() {
            zip.write_all(part.get(end + 1..).unwrap_or_default()).expect("memory takes it");
        }
    }
    if let Ok(zip) = zip.finish() {
        layer("xlsx", &[("xlsx", zip.get_ref())], bytes.len());
    }
}

/// An OSM extract.
fn roads(bytes: &[u8]) {
    use doorstep::travel::roads::{Keep, Roads};
    folder(&[("roads.osm.pbf".into(), bytes)], |dir| match Roads::open(&dir.join("roads.osm.pbf"), Keep::Fresh) {
        Ok(roads) => assert!(roads.network.is_sound()),
        Err(error) => assert!(!error.to_string().is_empty()),
    });
}

/// Parts: demand, sites, times, counties; Parquet where they start so. The first is read as points and as features, too.
fn tables(bytes: &[u8]) {
    let parts = parts(bytes);
    let suffix = |part: &[u8]| if part.starts_with(b"PAR1") { "parquet" } else { "csv" };
    let names: Vec<String> = ["demand", "sites", "times", "counties"]
        .iter()
        .zip(&parts)
        .map(|(n, p)| format!("{n}.{}", suffix(p)))
        .collect();
    let mut files: Vec<(String, &[u8])> = names.iter().cloned().zip(parts.iter().copied()).collect();
    files.push(("points.geojson".into(), parts[0]));
    folder(&files, |dir| {
        said(read::points(&[&dir.join(&names[0]), &dir.join("points.geojson")]));
        let at: Vec<_> = names.iter().map(|n| dir.join(n)).collect();
        let [demand, sites, rest @ ..] = &at[..] else { return };
        for axes in [Axes::Degrees, Axes::Planar, Axes::Absent] {
            let files = TableFiles {
                demand,
                sites,
                times: rest.first().map(|p| &**p),
                counties: rest.get(1).map(|p| &**p),
                axes,
                costs: bytes.len().is_multiple_of(2),
            };
            said(read::tables(&files));
        }
    });
}
