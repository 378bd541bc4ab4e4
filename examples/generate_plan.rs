//! Writes a plan folder of any size, to measure with: made-up towns, the same bytes for the same flags.
//!
//! Towns have log-normal sizes; four places in five stand in or near one, the others are scattered over a prefecture
//! of 280 by 240 km somewhere in China's latitudes. Features are written as they are drawn, so that a million
//! places take no more memory than a thousand.
//!
//! `cargo run --release --example generate_plan -- my-large-plan --places 100000 --candidates 2000`

#[path = "make_daxinganling/chance.rs"]
mod chance;

use chance::Chance;
use clap::Parser;
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes a made-up plan folder.
#[derive(Parser, Clone)]
pub struct Size {
    /// Folder to write, made when absent.
    pub folder: PathBuf,
    /// Residences; one business cluster comes with every 200 of them.
    #[arg(long, default_value_t = 100_000)]
    pub places: usize,
    /// Candidates.
    #[arg(long, default_value_t = 2_000)]
    pub candidates: usize,
    /// Stations that exist; the target is 40 more.
    #[arg(long, default_value_t = 20)]
    pub stations: usize,
    /// Counties, at least 1.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub counties: u32,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Share of the urban residences that are drawn as quarters, 0 to 1.
    #[arg(long, default_value_t = 0.0)]
    pub polygons: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let size = Size::parse();
    generate(&size)?;
    eprintln!("{}", size.folder.display());
    Ok(())
}

/// Writes the folder.
pub fn generate(size: &Size) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(&size.folder)?;
    let land = Land::new(size);
    let mut layer = Layer::create(&size.folder, "residences")?;
    let mut chance = Chance::of(&format!("residences {}", size.seed));
    for i in 0..size.places {
        residence(&land, size, i, &mut chance, &mut layer)?;
    }
    layer.finish()?;

    let mut layer = Layer::create(&size.folder, "clusters")?;
    let mut chance = Chance::of(&format!("clusters {}", size.seed));
    for i in 0..size.places / 200 {
        let spot = land.spot(0.95, &mut chance);
        let (kind, zh) = if chance.unit() < 0.5 { ("industry", "产业园") } else { ("footfall", "市场") };
        let people = log_normal(400.0, 0.9, &mut chance).round();
        let (id, setting, county) = (i + 1, spot.setting, land.county(spot));
        layer.feature(
            &format!(r#""id":"K{id}","name":"{zh}{id}","county":"{county}","setting":"{setting}","kind":"{kind}","people":{people}"#),
            &spot.point(),
        )?;
    }
    layer.finish()?;

    let mut stations = vec![0_usize; land.counties.len()];
    let mut layer = Layer::create(&size.folder, "stations")?;
    let mut chance = Chance::of(&format!("stations {}", size.seed));
    for i in 0..size.stations {
        let spot = land.spot(1.0, &mut chance);
        let status = ["open", "open", "open", "open", "building", "planned"][i % 6];
        stations[land.county_index(spot)] += 1;
        let (id, county) = (i + 1, land.county(spot));
        layer.feature(
            &format!(r#""id":"S{id}","name":"服务站{id}","county":"{county}","status":"{status}","kind":"standard""#),
            &spot.point(),
        )?;
    }
    layer.finish()?;

    let mut candidates = vec![0_usize; land.counties.len()];
    let mut layer = Layer::create(&size.folder, "candidates")?;
    let mut chance = Chance::of(&format!("candidates {}", size.seed));
    for i in 0..size.candidates {
        let spot = land.spot(0.7, &mut chance);
        let host = ["community", "village", "bank", "market"][(chance.unit() * 4.0) as usize];
        let cost = chance.between(40.0, 200.0).round() * 1_000.0;
        candidates[land.county_index(spot)] += 1;
        let (id, county) = (i + 1, land.county(spot));
        layer.feature(
            &format!(r#""id":"C{id}","name":"备选点{id}","county":"{county}","host":"{host}","cost":{cost}"#),
            &spot.point(),
        )?;
    }
    layer.finish()?;
    std::fs::write(size.folder.join("plan.toml"), plan(size, &stations, &candidates))?;
    Ok(())
}

/// A spot, and whether it is in a town.
#[derive(Clone, Copy)]
struct Spot {
    lon: f64,
    lat: f64,
    setting: &'static str,
}

impl Spot {
    fn offset(self, east_m: f64, north_m: f64) -> Self {
        let lat = self.lat + north_m / METRES_PER_DEGREE;
        Self { lon: self.lon + east_m / (METRES_PER_DEGREE * self.lat.to_radians().cos()), lat, ..self }
    }

    fn text(self) -> String {
        format!("[{:.6},{:.6}]", self.lon, self.lat)
    }

    fn point(self) -> String {
        format!(r#"{{"type":"Point","coordinates":{}}}"#, self.text())
    }

    /// A rectangle of 120 to 500 m, counter-clockwise, as a quarter.
    fn quarter(self, chance: &mut Chance) -> String {
        let (x, y) = (chance.between(60.0, 250.0), chance.between(60.0, 250.0));
        let ring = [(-x, -y), (x, -y), (x, y), (-x, y), (-x, -y)].map(|(e, n)| self.offset(e, n).text());
        format!(r#"{{"type":"Polygon","coordinates":[[{}]]}}"#, ring.join(","))
    }
}

const METRES_PER_DEGREE: f64 = 111_320.0;
const EAST_M: f64 = 280_000.0;
const NORTH_M: f64 = 240_000.0;

/// A town: its middle, how far it spreads, and the sum of the sizes up to and including it.
struct Town {
    middle: Spot,
    spread_m: f64,
    up_to: f64,
}

/// The prefecture: towns, and counties as the middles of their parts.
struct Land {
    corner: Spot,
    towns: Vec<Town>,
    counties: Vec<Spot>,
}

impl Land {
    fn new(size: &Size) -> Self {
        let mut chance = Chance::of(&format!("land {}", size.seed));
        let corner = Spot { lon: chance.between(100.0, 118.0), lat: chance.between(24.0, 46.0), setting: "rural" };
        let anywhere = |chance: &mut Chance| corner.offset(chance.between(0.0, EAST_M), chance.between(0.0, NORTH_M));
        let counties = (0..size.counties).map(|_| anywhere(&mut chance)).collect();
        let mut up_to = 0.0;
        let towns = (0..(size.places / 500).clamp(12, 100))
            .map(|_| {
                let weight = log_normal(1.0, 1.1, &mut chance);
                up_to += weight;
                Town { middle: anywhere(&mut chance), spread_m: 900.0 * weight.sqrt().max(0.4), up_to }
            })
            .collect();
        Self { corner, towns, counties }
    }

    /// In or near a town by its size, or anywhere.
    fn spot(&self, in_towns: f64, chance: &mut Chance) -> Spot {
        if chance.unit() >= in_towns {
            return self.corner.offset(chance.between(0.0, EAST_M), chance.between(0.0, NORTH_M));
        }
        let all = self.towns[self.towns.len() - 1].up_to;
        let drawn = chance.unit() * all;
        let town = &self.towns[self.towns.partition_point(|t| t.up_to <= drawn).min(self.towns.len() - 1)];
        let (east, north) = (town.spread_m * normal(chance), town.spread_m * normal(chance));
        // Beyond twice the spread a town has ended; the small ones are villages altogether.
        let urban = town.spread_m > 500.0 && east.hypot(north) < 2.0 * town.spread_m;
        Spot { setting: if urban { "urban" } else { "rural" }, ..town.middle.offset(east, north) }
    }

    fn county_index(&self, spot: Spot) -> usize {
        let squared = |c: &Spot| {
            let east = (c.lon - spot.lon) * spot.lat.to_radians().cos();
            east * east + (c.lat - spot.lat) * (c.lat - spot.lat)
        };
        (0..self.counties.len())
            .min_by(|&a, &b| squared(&self.counties[a]).total_cmp(&squared(&self.counties[b])))
            .unwrap_or(0)
    }

    fn county(&self, spot: Spot) -> String {
        county_name(self.county_index(spot))
    }
}

fn county_name(index: usize) -> String {
    format!("第{:02}县", index + 1)
}

fn residence(land: &Land, size: &Size, i: usize, chance: &mut Chance, layer: &mut Layer) -> std::io::Result<()> {
    let spot = land.spot(0.8, chance);
    let urban = spot.setting == "urban";
    // A prefecture of some three million, in however many places.
    let typical = 3.0e6 / size.places as f64;
    let people = log_normal(if urban { typical } else { typical / 2.0 }, 0.8, chance).round().max(1.0);
    let mut count = |low: f64, high: f64| (people * chance.between(low, high)).round();
    let (unemployed, graduates, veterans) = (count(0.02, 0.05), count(0.005, 0.02), count(0.005, 0.015));
    let migrants = if urban { count(0.02, 0.05) } else { count(0.1, 0.2) };
    let drawn = chance.unit();
    let kind = if drawn < 0.01 { "relocation" } else { "settlement" };
    let geometry = if urban && chance.unit() < size.polygons { spot.quarter(chance) } else { spot.point() };
    let (id, county, setting) = (i + 1, land.county(spot), spot.setting);
    layer.feature(
        &format!(
            concat!(
                r#""id":"R{}","name":"居民点{}","county":"{}","setting":"{}","kind":"{}","population":{},"#,
                r#""groups":{{"unemployed":{},"graduates":{},"veterans":{},"migrant_workers":{}}}"#
            ),
            id, id, county, setting, kind, people, unemployed, graduates, veterans, migrants
        ),
        &geometry,
    )
}

/// `plan.toml`: 40 more stations in four phases, and a most per county that leaves room for them.
fn plan(size: &Size, stations: &[usize], candidates: &[usize]) -> String {
    let proposed = size.candidates.min(40);
    // Room per county so that a few counties cannot take all, yet all together can.
    let mut room = (proposed * 2).div_ceil(stations.len());
    while candidates.iter().map(|&c| c.min(room)).sum::<usize>() < proposed {
        room += 1;
    }
    let mut text = format!(
        "name = \"生成的规划 {places} × {sites}\"\nlang = \"zh\"\ntarget = {target}\nnotice.zh = \"随机生成，不代表任何地方\"\nnotice.en = \"Made up at random; no place on earth\"\n",
        places = size.places,
        sites = size.candidates,
        target = size.stations + proposed,
    );
    let names: Vec<String> = (0..stations.len()).map(|i| format!("\"{}\"", county_name(i))).collect();
    text += &format!("counties = [{}]\n", names.join(", "));
    let mut before = 0;
    for year in 1..=4 {
        let total = size.stations + proposed * year / 4;
        // A phase that adds nothing would not be a phase.
        if total > before {
            text += &format!("[[phase]]\nname = \"第{year}年\"\nstations = {total}\n");
        }
        before = total;
    }
    text += r#"
[[circle]]
setting = "urban"
minutes = 15
mode = "walk"
[[circle]]
setting = "rural"
minutes = 15
mode = "drive"
[travel]
model = "circle"
detour = 1.3
season = "summer"
walk_kmh = 5.0
drive_kmh = 40.0
[weights]
residences = 1.0
clusters = 0.5
groups = { unemployed = 1.0 }
kinds = { relocation = 1.5 }
[limits.counties]
"#;
    for (i, existing) in stations.iter().enumerate() {
        text += &format!("\"{}\" = {{ max = {} }}\n", county_name(i), existing + room);
    }
    text
}

/// A layer being written, one feature per line.
struct Layer {
    out: BufWriter<File>,
    first: bool,
}

impl Layer {
    fn create(folder: &Path, name: &str) -> std::io::Result<Self> {
        let mut out = BufWriter::new(File::create(folder.join(name).with_extension("geojson"))?);
        out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
        Ok(Self { out, first: true })
    }

    fn feature(&mut self, properties: &str, geometry: &str) -> std::io::Result<()> {
        if !std::mem::take(&mut self.first) {
            self.out.write_all(b",\n")?;
        }
        write!(self.out, r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{geometry}}}"#)
    }

    fn finish(mut self) -> std::io::Result<()> {
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()
    }
}

/// Standard normal, by Box and Muller.
fn normal(chance: &mut Chance) -> f64 {
    // 1 - u is in (0, 1], so the logarithm is finite.
    (-2.0 * (1.0 - chance.unit()).ln()).sqrt() * (std::f64::consts::TAU * chance.unit()).cos()
}

fn log_normal(median: f64, sigma: f64, chance: &mut Chance) -> f64 {
    median * (sigma * normal(chance)).exp()
}
