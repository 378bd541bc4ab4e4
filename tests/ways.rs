//! Circle and road side by side: doubts about datums against roads, minutes by both in the gap list, outreach by the road.

#[path = "osm/mod.rs"]
mod osm;

use doorstep::model::{Lang, Position};
use doorstep::report::gap_table;
use doorstep::{job, read};
use osm::Extract;
use std::f64::consts::PI;
use std::fs;
use std::path::Path;
use std::process::Command;

/// GCJ-02 of a WGS84 position: the formula that everybody uses, written again.
fn gcj02(lon: f64, lat: f64) -> (f64, f64) {
    let (x, y, e2) = (lon - 105.0, lat - 35.0, 0.006_693_421_622_965_943);
    let wave = |amplitude: f64, argument: f64| amplitude * argument.sin();
    let common = |a: f64| (wave(20.0, 6.0 * a * PI) + wave(20.0, 2.0 * a * PI)) * 2.0 / 3.0;
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + common(x)
        + (wave(20.0, y * PI) + wave(40.0, y / 3.0 * PI)) * 2.0 / 3.0
        + (wave(160.0, y / 12.0 * PI) + wave(320.0, y * PI / 30.0)) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + common(x)
        + (wave(20.0, x * PI) + wave(40.0, x / 3.0 * PI)) * 2.0 / 3.0
        + (wave(150.0, x / 12.0 * PI) + wave(300.0, x / 30.0 * PI)) * 2.0 / 3.0;
    let magic = 1.0 - e2 * lat.to_radians().sin().powi(2);
    let (across, along) =
        (6_378_245.0 / magic.sqrt() * lat.to_radians().cos(), 6_378_245.0 * (1.0 - e2) / (magic * magic.sqrt()));
    (lon + (east / across).to_degrees(), lat + (north / along).to_degrees())
}

/// xorshift with a fixed seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn part(&mut self) -> f64 {
        self.below(1_000_000) as f64 / 1e6
    }
}

/// A town like the centre of Helsinki: 30 by 30 streets, 60 to 140 m apart; and addresses some metres off the streets.
fn town(dir: &Path) -> Vec<(f64, f64)> {
    let mut chance = Chance(7);
    let metre = (1.0 / (111_320.0 * 52.0f64.to_radians().cos()), 1.0 / 111_320.0);
    let mut streets = |start: f64, metre: f64| -> Vec<f64> {
        let mut at = start;
        (0..30)
            .map(|_| {
                at += (60.0 + 80.0 * chance.part()) * metre;
                at
            })
            .collect()
    };
    let (lons, lats) = (streets(124.1, metre.0), streets(52.0, metre.1));
    let mut extract = Extract::default();
    let id = |column: usize, row: usize| (row * 30 + column + 1) as i64;
    for (row, lat) in lats.iter().enumerate() {
        for (column, lon) in lons.iter().enumerate() {
            extract = extract.node(id(column, row), *lon, *lat, "");
        }
    }
    for i in 0..30 {
        let along: Vec<i64> = (0..30).map(|c| id(c, i)).collect();
        let across: Vec<i64> = (0..30).map(|r| id(i, r)).collect();
        extract = extract.way(1000 + i as i64, &along, "highway=residential");
        extract = extract.way(2000 + i as i64, &across, "highway=residential");
    }
    extract.write(&dir.join("roads.osm.pbf"));
    (0..200)
        .map(|_| {
            // Beside a street between two crossings, two to six metres off.
            let (column, row) = (8 + chance.below(14) as usize, 8 + chance.below(14) as usize);
            let off = (2.0 + 4.0 * chance.part()) * if chance.below(2) == 0 { 1.0 } else { -1.0 };
            let part = chance.part();
            if chance.below(2) == 0 {
                (lons[column] + part * (lons[column + 1] - lons[column]), lats[row] + off * metre.1)
            } else {
                (lons[column] + off * metre.0, lats[row] + part * (lats[row + 1] - lats[row]))
            }
        })
        .collect()
}

fn written(dir: &Path, datum: &str, addresses: &[(f64, f64)]) {
    let plan = format!(
        "name = \"城区\"\ntarget = 1\n[[circle]]\nminutes = 5\nmode = \"walk\"\n[travel]\nmodel = \"roads\"\n[layers.residences]\ndatum = \"{datum}\"\n"
    );
    fs::write(dir.join("plan.toml"), plan).expect("written");
    let rows: String =
        addresses.iter().enumerate().map(|(i, (lon, lat))| format!("R{i},3,{lon:.6},{lat:.6}\n")).collect();
    fs::write(dir.join("residences.csv"), format!("id,population,lon,lat\n{rows}")).expect("written");
}

fn check(dir: &Path) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_doorstep"))
        .arg("check")
        .arg(dir)
        .args(["--lang", "en"])
        .output()
        .expect("runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("UTF-8")
}

#[test]
fn addresses_that_fit_a_towns_roads_in_another_datum_are_doubted_with_their_median_shift() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let true_ones = town(dir.path());
    let amap: Vec<(f64, f64)> = true_ones.iter().map(|p| gcj02(p.0, p.1)).collect();
    written(dir.path(), "wgs84", &amap);
    let said = check(dir.path());
    let says = "residences: declared as wgs84, but these look like gcj02: median shift ";
    let shift = said.split(says).nth(1).unwrap_or_else(|| panic!("{said}")).split(' ').next().expect("a number");
    let mut shifts: Vec<f64> = amap
        .iter()
        .zip(&true_ones)
        .map(|(a, b)| {
            let [a, b] = [a, b].map(|p| Position::new(p.0, p.1).expect("on Earth"));
            doorstep::travel::geodesic(a, b).0
        })
        .collect();
    shifts.sort_by(f64::total_cmp);
    let shift: f64 = shift.parse().expect("metres");
    assert!((shift - shifts[100]).abs() < 3.0, "{shift} but {}", shifts[100]);
    assert!(said.contains("fit the roads much better"), "{said}");
    // The report says it as well.
    let outcome = job::run(read::open(dir.path()).expect("readable"), time::macros::date!(2026 - 06 - 30), |_| {})
        .expect("planned");
    assert_eq!(outcome.doubts.len(), 1);

    // In the right datum, and in the right one declared, nobody doubts.
    written(dir.path(), "gcj02", &amap);
    assert!(!check(dir.path()).contains("look like"));
    written(dir.path(), "wgs84", &true_ones);
    assert!(!check(dir.path()).contains("look like"));
    // Places all over the blocks say nothing of the datum, and nothing is said.
    let mut chance = Chance(11);
    let anywhere: Vec<(f64, f64)> =
        (0..200).map(|_| (124.115 + 0.02 * chance.part(), 52.007 + 0.012 * chance.part())).collect();
    written(dir.path(), "wgs84", &anywhere);
    assert!(!check(dir.path()).contains("look like"));
}

#[test]
fn the_gap_list_of_a_plan_over_roads_says_minutes_by_circle_and_by_road_in_every_format() {
    let outcome = {
        let folder = read::open(Path::new("data/helsinki")).expect("the sample");
        job::run(folder, time::macros::date!(2026 - 06 - 30), |_| {}).expect("planned")
    };
    let comparison = outcome.comparison.as_ref().expect("roads are compared");
    let text = String::from_utf8(gap_table::csv(&outcome, Lang::En, false).expect("written")).expect("UTF-8");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().expect("headings").clone();
    assert_eq!(heads.iter().skip(12).collect::<Vec<_>>(), ["minutes_by_circle", "minutes_by_road"]);
    let mut differ = 0;
    for (row, gap) in reader.records().zip(&outcome.gaps) {
        let row = row.expect("a row");
        let near = |text: &str, minutes: Option<f64>| match minutes {
            Some(minutes) => (text.parse::<f64>().expect("a number") - minutes).abs() < 1e-5,
            None => text.is_empty(),
        };
        let circle = comparison.nearest_by_circle[gap.place].map(|n| n.minutes.0);
        let road = outcome.cover[gap.place].nearest.map(|n| n.minutes.0);
        assert!(near(&row[12], circle) && near(&row[13], road), "{row:?}");
        differ += usize::from(row[12] != row[13]);
    }
    assert!(differ > 0 && !outcome.gaps.is_empty());
    let json = String::from_utf8(gap_table::geojson(&outcome, Lang::Zh)).expect("UTF-8");
    assert_eq!(json.matches("\"minutes_by_road\"").count(), outcome.gaps.len());
    let zh = {
        use calamine::{Reader, Xlsx};
        let bytes = gap_table::xlsx(&outcome, Lang::Zh).expect("written");
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
        let range = book.worksheet_range("缺口清单").expect("the sheet");
        range.rows().next().expect("headings").iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(zh.contains(&"直线服务圈（分钟）".to_owned()) && zh.contains(&"路网（分钟）".to_owned()), "{zh:?}");
}

#[test]
fn outreach_goes_to_the_market_that_is_nearest_by_the_road() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    // A river: the near market is across it, and the only bridge is far in the west.
    Extract::default()
        .node(1, 124.100, 52.000, "")
        .node(2, 124.130, 52.000, "")
        .node(3, 124.100, 52.004, "")
        .node(4, 124.130, 52.004, "")
        .node(5, 124.142, 52.000, "")
        .way(10, &[1, 2, 5], "highway=residential")
        .way(11, &[3, 4], "highway=residential")
        .way(12, &[1, 3], "highway=residential bridge=yes")
        .write(&dir.path().join("roads.osm.pbf"));
    fs::write(
        dir.path().join("plan.toml"),
        "name = \"河\"\ntarget = 1\n[[circle]]\nminutes = 5\nmode = \"walk\"\n[travel]\nmodel = \"roads\"\n",
    )
    .expect("written");
    fs::write(dir.path().join("residences.csv"), "id,population,lon_wgs84,lat_wgs84\nR1,30,124.130,52.000\n")
        .expect("written");
    let markets =
        "id,people,kind,lon_wgs84,lat_wgs84\nacross,0,footfall,124.130,52.004\nalong,0,footfall,124.142,52.000\n";
    fs::write(dir.path().join("clusters.csv"), markets).expect("written");
    fs::write(dir.path().join("candidates.csv"), "id,lon_wgs84,lat_wgs84\nC1,124.100,52.004\n").expect("written");
    let visited = |model: &str| {
        let plan = fs::read_to_string(dir.path().join("plan.toml")).expect("there");
        fs::write(dir.path().join("plan.toml"), plan.replace("\"roads\"", model)).expect("written");
        let folder = read::open(dir.path()).unwrap_or_else(|f| panic!("{}", f.say(Lang::En)));
        let outcome = job::run(folder, time::macros::date!(2026 - 06 - 30), |_| {}).expect("planned");
        let gap = outcome.gaps.iter().position(|g| outcome.folder.places[g.place].id == "R1").expect("a gap");
        let at = job::review(&outcome).visits[gap].expect("outreach");
        outcome.folder.places[at].id.clone()
    };
    assert_eq!(visited("\"roads\""), "along");
    assert_eq!(visited("\"circle\""), "across");
}
