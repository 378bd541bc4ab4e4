//! `doorstep times` and `doorstep reach`: travel over a road network, without a plan folder. A folder of its own because both
//! share what is asked of roads: `times.rs` and `reach.rs` are one command each, `words.rs` says what was left out.

mod reach;
mod times;
mod words;

pub use reach::{ReachArgs, reach};
pub use times::{TimesArgs, times};

use super::Failure;
use crate::model::{Metres, Mode, Position, TravelSettings};
use crate::read::{self, PointTable};
use crate::travel::roads::{Flow, Ground, Island, Journey, Keep, Measure, Profile, Roads, Snap, Speeds};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// What both commands ask of roads.
#[derive(Debug, Clone, Args)]
pub struct RoadArgs {
    /// Roads: an OpenStreetMap extract, .osm.pbf
    #[arg(long, value_name = "FILE")]
    pub roads: PathBuf,
    /// How people travel
    #[arg(long, value_enum)]
    pub mode: ModeArg,
    /// Bare ground or snow
    #[arg(long, value_enum, default_value = "summer")]
    pub season: SeasonArg,
    /// Walking speed in summer, km/h: one speed on every way that is open to people on foot
    #[arg(long, value_name = "KMH", value_parser = speed, default_value_t = 5.0)]
    pub walk_kmh: f64,
    /// Cycling speed in summer, km/h
    #[arg(long, value_name = "KMH", value_parser = speed, default_value_t = 15.0)]
    pub bike_kmh: f64,
    /// Farthest that a point may lie from its road, metres; beyond that it is unsnapped and listed
    #[arg(long, value_name = "METRES", value_parser = metres, default_value_t = 500.0)]
    pub snap_m: f64,
    /// Which way people travel: to the sites, as people do who use a service, or from them
    #[arg(long, value_enum, default_value = "to-sites")]
    pub direction: DirectionArg,
    /// Read the roads anew and keep nothing beside them
    #[arg(long)]
    pub no_cache: bool,
}

/// How people travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModeArg {
    /// On foot.
    Walk,
    /// By bicycle.
    Bike,
    /// By car.
    Drive,
}

/// Season of the travel times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SeasonArg {
    /// Bare ground.
    Summer,
    /// Snow.
    Winter,
    /// The slower of the two; unreachable in one is unreachable, ground that one does not reach is not drawn.
    Both,
}

/// Which way people travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DirectionArg {
    /// From places to sites.
    ToSites,
    /// From sites to places.
    FromSites,
}

impl RoadArgs {
    fn mode(&self) -> Mode {
        match self.mode {
            ModeArg::Walk => Mode::Walk,
            ModeArg::Bike => Mode::Bike,
            ModeArg::Drive => Mode::Drive,
        }
    }

    fn flow(&self) -> Flow {
        match self.direction {
            DirectionArg::ToSites => Flow::ToSites,
            DirectionArg::FromSites => Flow::FromSites,
        }
    }

    fn grounds(&self) -> &'static [Ground] {
        match self.season {
            SeasonArg::Summer => &[Ground::Summer],
            SeasonArg::Winter => &[Ground::Winter],
            SeasonArg::Both => &Ground::ALL,
        }
    }

    fn snap(&self) -> Metres {
        Metres(self.snap_m)
    }

    fn open(&self) -> Result<Roads, Failure> {
        Ok(Roads::open(&self.roads, if self.no_cache { Keep::Fresh } else { Keep::Cached })?)
    }

    /// The network as the mode sees it in one season.
    fn profile(&self, roads: &Roads, ground: Ground) -> Result<Profile, Failure> {
        let travel = TravelSettings { walk_kmh: self.walk_kmh, bike_kmh: self.bike_kmh, ..TravelSettings::default() };
        let speeds = Speeds::new(self.mode(), ground, &travel, &travel.roads);
        Ok(roads.profile(&speeds, Measure::Time)?)
    }
}

/// What cannot be reached by any road, and what stands on an island of road: positions in a table.
#[derive(Debug, Clone, Default)]
struct LeftOut {
    unsnapped: Vec<usize>,
    on_island: Vec<usize>,
    passed_island: Vec<usize>,
}

impl LeftOut {
    fn of(snaps: &[Option<Snap>]) -> Self {
        let mut own = Self::default();
        for (i, snap) in snaps.iter().enumerate() {
            match snap.map(|s| s.island) {
                None => own.unsnapped.push(i),
                Some(Island::On) => own.on_island.push(i),
                Some(Island::Passed) => own.passed_island.push(i),
                Some(Island::No) => {}
            }
        }
        own
    }

    fn json(&self, table: &PointTable) -> serde_json::Value {
        let ids = |of: &[usize]| of.iter().map(|&i| table.ids.name(i)).collect::<Vec<_>>();
        serde_json::json!({
            "unsnapped": ids(&self.unsnapped),
            "on_island": ids(&self.on_island),
            "passed_island": ids(&self.passed_island),
        })
    }
}

/// The tables of these files, in their order; the faults of all of them at once.
fn tables<const N: usize>(paths: [&Path; N]) -> Result<[PointTable; N], Failure> {
    let mut tables = read::points(&paths)?.into_iter();
    Ok(paths.map(|_| tables.next().unwrap_or_default()))
}

/// One season's network with both tables snapped to it.
struct InSeason {
    profile: Profile,
    sites: Vec<Option<Snap>>,
    /// Empty where no places were asked about.
    places: Vec<Option<Snap>>,
}

impl InSeason {
    /// Every season that was asked for, in order.
    fn all(args: &RoadArgs, roads: &Roads, sites: &[Position], places: &[Position]) -> Result<Vec<Self>, Failure> {
        let of = |&ground: &Ground| {
            let profile = args.profile(roads, ground)?;
            let [sites, places] = [sites, places].map(|p| profile.snap(&roads.network, p, args.snap()));
            Ok(Self { profile, sites, places })
        };
        args.grounds().iter().map(of).collect()
    }

    /// Who is left out in any of these seasons, by the snaps that `of` takes from each.
    fn left_out(seasons: &[Self], of: fn(&Self) -> &[Option<Snap>]) -> LeftOut {
        let Some(first) = seasons.first() else { return LeftOut::default() };
        let snaps = of(first).iter().enumerate();
        LeftOut::of(&snaps.map(|(i, s)| s.filter(|_| seasons.iter().all(|x| of(x)[i].is_some()))).collect::<Vec<_>>())
    }
}

/// The slower of two seasons, for places that both reach.
fn slower(a: &[Journey], b: &[Journey]) -> Vec<Journey> {
    let both = a.iter().filter_map(|x| {
        let y = b[b.binary_search_by_key(&x.place, |y| y.place).ok()?];
        Some(if y.cost > x.cost { y } else { *x })
    });
    both.collect()
}

/// What the network is, for `--json`.
fn network_json(roads: &Roads, profile: &Profile) -> serde_json::Value {
    let parts = profile.graph.parts();
    let all: f64 = parts.iter().sum();
    let largest = parts.iter().copied().fold(0.0, f64::max);
    let tally = roads.network.tally;
    serde_json::json!({
        "from_cache": roads.from_cache,
        "junctions": roads.network.nodes.len(),
        "edges": roads.network.edge_count(),
        "km": rounded(roads.network.length_km(), 3),
        "open_km": rounded(all / 1000.0, 3),
        "main_part_share": rounded(if all > 0.0 { largest / all } else { 0.0 }, 6),
        "parts": parts.iter().filter(|p| **p > 0.0).count(),
        "ways": tally.ways,
        "missing_nodes": tally.missing_nodes,
        "restrictions": tally.restrictions,
        "restrictions_left_out": tally.restrictions_left_out,
    })
}

fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}

fn speed(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| (0.1..=300.0).contains(n));
    number.ok_or_else(|| "a speed from 0.1 to 300 km/h".to_owned())
}

fn metres(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| (0.0..=20_000.0).contains(n));
    number.ok_or_else(|| "metres from 0 to 20000".to_owned())
}

fn minutes(text: &str) -> Result<f64, String> {
    let number = text.trim().parse().ok().filter(|n| *n > 0.0 && *n <= 1440.0);
    number.ok_or_else(|| "minutes above 0 and up to 1440".to_owned())
}
