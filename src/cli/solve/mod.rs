//! `doorstep solve`: a bare location problem, without a plan folder. A folder of its own because it has inputs, words and an
//! answer of its own: `problem.rs` turns tables into a problem, `answer.rs` says what was found, `end.rs` ends a search early.
//! It is long, over 400 lines, because it holds every flag of every model with its help.
//!
//! To add a model: one variant of [`Model`], one arm in [`solve`], cases against brute force in `tests/solve.rs`.

mod answer;
mod end;
mod near;
mod problem;
mod proof;
mod travel;

use super::commands::print;
use super::progress::Progress;
use super::{Common, Failure};
use crate::read::{self, Axes, TableFiles};
use crate::siting::{Apart, BranchAndBound, Fewest, Infeasible, Watch, p_center, p_median};
use crate::travel::SiteIndex;
use answer::{Answer, Size, Status, Taken};
use clap::{Args, Subcommand, ValueEnum};
use problem::{Covering, Sites};
use proof::Claim;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Pairs that a search without a clock may look at: a count, so that runs repeat.
const WORK: usize = 3_000_000_000;

/// What is asked of a bare problem.
#[derive(Debug, Subcommand)]
pub enum Model {
    /// Most weight within reach of P stations
    Mclp {
        /// Stations, those of --open included
        #[arg(long, value_name = "P")]
        stations: u32,
        /// The problem.
        #[command(flatten)]
        ask: Ask,
        /// Its reach and conditions.
        #[command(flatten)]
        cover: Cover,
        /// What counts beyond being within reach, and what else is wanted.
        #[command(flatten)]
        serve: Serve,
    },
    /// Fewest stations that cover all that can be covered
    SetCover {
        /// The problem.
        #[command(flatten)]
        ask: Ask,
        /// Its reach and conditions.
        #[command(flatten)]
        cover: Cover,
        /// Also write what proves the answer; the file is JSON
        #[arg(long, value_name = "FILE", conflicts_with_all = ["counties", "budget", "spacing"])]
        certificate: Option<PathBuf>,
    },
    /// Fewest stations that cover a share of the weight
    PartialCover {
        /// Share of all weight, 0.9 for 90 percent
        #[arg(long, value_name = "SHARE", value_parser = share)]
        share: f64,
        /// The problem.
        #[command(flatten)]
        ask: Ask,
        /// Its reach and conditions.
        #[command(flatten)]
        cover: Cover,
        /// Also write what proves the answer; the file is JSON
        #[arg(long, value_name = "FILE", conflicts_with_all = ["counties", "budget", "spacing"])]
        certificate: Option<PathBuf>,
    },
    /// Least weighted travel
    PMedian {
        /// The problem.
        #[command(flatten)]
        ask: Ask,
        /// Its number of stations.
        #[command(flatten)]
        assign: Assign,
    },
    /// Least worst travel
    PCenter {
        /// The problem.
        #[command(flatten)]
        ask: Ask,
        /// Its number of stations.
        #[command(flatten)]
        assign: Assign,
    },
}

/// The tables of a bare problem, and what is said of single sites.
#[derive(Debug, Clone, Args)]
pub struct Ask {
    /// Demand: id,x,y,weight (.csv or .parquet)
    #[arg(long, value_name = "FILE")]
    pub demand: PathBuf,
    /// Sites: id,x,y and, where they matter, cost,capacity,county (.csv or .parquet)
    #[arg(long, value_name = "FILE")]
    pub sites: PathBuf,
    /// What x and y are: degrees of longitude and latitude, or a plane
    #[arg(long, value_enum, default_value = "geodesic")]
    pub metric: Metric,
    /// Travel costs instead of coordinates: site,demand,cost; a pair that is absent is out of reach
    #[arg(long, value_name = "FILE", conflicts_with = "metric")]
    pub times: Option<PathBuf>,
    /// Stations that exist: they are kept, count among P, cost nothing and may stand close together
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub open: Vec<String>,
    /// Sites that must not be used
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub forbid: Vec<String>,
    /// Stop after this long with the best so far
    #[arg(long, value_name = "SECONDS", value_parser = length)]
    pub time_limit: Option<f64>,
    /// Stop when the bound is this near, as a share: 0.01 for one percent
    #[arg(long, value_name = "G", value_parser = length, default_value_t = 0.0)]
    pub gap: f64,
}

/// What covering asks for beside tables, and its conditions.
#[derive(Debug, Clone, Args)]
pub struct Cover {
    /// The reach: metres (geodesic), the files' unit (planar) or the unit of --times
    #[arg(long, value_name = "R", value_parser = length)]
    pub within: f64,
    /// Conditions on sites together.
    #[command(flatten)]
    pub limits: Limits,
}

/// Conditions on sites together, whatever the model.
#[derive(Debug, Clone, Args)]
pub struct Limits {
    /// Least and most stations per county: county,min,max
    #[arg(long, value_name = "FILE")]
    pub counties: Option<PathBuf>,
    /// The most that new stations may cost together
    #[arg(long, value_name = "B", value_parser = length)]
    pub budget: Option<f64>,
    /// Least distance between two stations, in the unit of --metric
    #[arg(long, value_name = "R", value_parser = length, conflicts_with = "times")]
    pub spacing: Option<f64>,
}

/// What only `mclp` asks.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Stations have room for so many people as the sites' capacity says (empty: for everybody), in the unit of weight
    #[arg(long, conflicts_with_all = ["backup", "fade"])]
    pub capacity: bool,
    /// What a second station within reach adds, as a share of the first
    #[arg(long, value_name = "SHARE", value_parser = share, conflicts_with = "fade")]
    pub backup: Option<f64>,
    /// Farther reaches in which weight counts in part, as R:PART[,R:PART..], for example 1800:0.5
    #[arg(long, value_name = "R:PART", value_delimiter = ',', value_parser = ring)]
    pub fade: Vec<(f64, f64)>,
    /// Also list every plan within this share of the best: 0.01 for one percent
    #[arg(long, value_name = "G", value_parser = share)]
    pub near: Option<f64>,
    /// Plans listed at most, the best of them
    #[arg(long, value_name = "N", default_value_t = 20, requires = "near", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub plans: u32,
    /// Also write what proves the answer; the file is JSON
    #[arg(long, value_name = "FILE")]
    pub certificate: Option<PathBuf>,
}

/// What the models ask that send everybody to a station.
#[derive(Debug, Clone, Args)]
pub struct Assign {
    /// Stations, those of --open included
    #[arg(long, value_name = "P")]
    pub stations: u32,
    /// Nobody may be sent farther than this, in the unit of --metric or --times [default: no limit]
    #[arg(long, value_name = "R", value_parser = length)]
    pub within: Option<f64>,
    /// Conditions on sites together.
    #[command(flatten)]
    pub limits: Limits,
    /// Also write what proves the answer; the file is JSON
    #[arg(long, value_name = "FILE")]
    pub certificate: Option<PathBuf>,
}

/// What x and y of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Metric {
    /// Degrees on the WGS84 ellipsoid; lengths in metres.
    Geodesic,
    /// A plane; lengths in its unit.
    Planar,
}

impl Ask {
    fn axes(&self) -> Axes {
        match (&self.times, self.metric) {
            (Some(_), _) => Axes::Absent,
            (None, Metric::Geodesic) => Axes::Degrees,
            (None, Metric::Planar) => Axes::Planar,
        }
    }
}

impl Model {
    fn name(&self) -> &'static str {
        match self {
            Self::Mclp { .. } => "mclp",
            Self::SetCover { .. } => "set-cover",
            Self::PartialCover { .. } => "partial-cover",
            Self::PMedian { .. } => "p-median",
            Self::PCenter { .. } => "p-center",
        }
    }

    fn ask(&self) -> &Ask {
        match self {
            Self::Mclp { ask, .. }
            | Self::SetCover { ask, .. }
            | Self::PartialCover { ask, .. }
            | Self::PMedian { ask, .. }
            | Self::PCenter { ask, .. } => ask,
        }
    }

    fn serve(&self) -> Option<&Serve> {
        match self {
            Self::Mclp { serve, .. } => Some(serve),
            _ => None,
        }
    }

    fn limits(&self) -> &Limits {
        match self {
            Self::Mclp { cover, .. } | Self::SetCover { cover, .. } | Self::PartialCover { cover, .. } => &cover.limits,
            Self::PMedian { assign, .. } | Self::PCenter { assign, .. } => &assign.limits,
        }
    }
}

/// What a search found, in the terms of the answer.
struct Found {
    chosen: Vec<SiteIndex>,
    /// Weight within reach.
    covered: f64,
    objective: f64,
    bound: f64,
    gap: f64,
    /// Other plans, where asked for.
    near: Option<near::Near>,
}

/// Solves a bare problem and prints the answer.
///
/// # Errors
/// Faults of the tables, wrong ids on the command line, or [`Failure::NoPlan`] when no choice meets the conditions.
pub fn solve(model: &Model, common: &Common) -> Result<(), Failure> {
    let lang = common.lang.unwrap_or_default();
    let (ask, limits) = (model.ask(), model.limits());
    let progress = Progress::new(common.quiet || common.json, lang);
    let mut taken = Taken { start: Instant::now(), ..Taken::default() };
    let tables = read::tables(&TableFiles {
        demand: &ask.demand,
        sites: &ask.sites,
        times: ask.times.as_deref(),
        counties: limits.counties.as_deref(),
        axes: ask.axes(),
        costs: limits.budget.is_some(),
    })?;
    let sites = Sites::new(ask, &tables)?;
    taken.read = taken.lap();
    progress.stage(crate::job::Stage::Cover);
    let (found, size) = match model {
        Model::Mclp { cover, .. } | Model::SetCover { cover, .. } | Model::PartialCover { cover, .. } => {
            let serve = model.serve();
            let certificate = match model {
                Model::SetCover { certificate, .. } | Model::PartialCover { certificate, .. } => certificate.as_deref(),
                _ => serve.and_then(|s| s.certificate.as_deref()),
            };
            if let Some(file) = certificate {
                crate::report::may_write_file(file, common.force)?;
            }
            let mut covering = sites.covering(ask, cover, serve, &tables)?;
            taken.cover = taken.lap();
            progress.stage(crate::job::Stage::Site);
            let found = match model {
                Model::Mclp { stations, serve, .. } => {
                    covering.problem.choose = *stations as usize;
                    most(&covering, ask, serve, &progress)
                }
                Model::PartialCover { share, .. } => fewest(&covering, covering.share(*share), ask, &progress),
                _ => fewest(&covering, covering.coverable(), ask, &progress),
            };
            if let (Some(file), Ok(found)) = (certificate, &found) {
                let claim = match model {
                    Model::Mclp { stations, serve, .. } => Claim::Most { stations: *stations, serve },
                    Model::PartialCover { share, .. } => {
                        Claim::Fewest { least: covering.share(*share), share: Some(*share) }
                    }
                    _ => Claim::Fewest { least: covering.coverable(), share: None },
                };
                let text = proof::certificate(&covering, ask, cover, claim, found, &sites)?;
                crate::report::write_file(file, text.as_bytes(), common.force)?;
            }
            (found.map_err(|why| covering.words(&why, &sites)), Size::of(&tables, &covering.problem))
        }
        Model::PMedian { assign, .. } | Model::PCenter { assign, .. } => {
            if let Some(file) = &assign.certificate {
                crate::report::may_write_file(file, common.force)?;
            }
            let travel = sites.travel(ask, assign, &tables);
            taken.cover = taken.lap();
            progress.stage(crate::job::Stage::Site);
            let median = matches!(model, Model::PMedian { .. });
            let unit = travel.scale * if median { travel.weight_scale } else { 1.0 };
            let (watch, work) = watched(ask, unit, &progress);
            let found = match median {
                true => p_median::watched(&travel.costs, work, &watch),
                false => p_center::watched(&travel.costs, work, &watch),
            };
            if let (Some(file), Ok(answer)) = (&assign.certificate, &found) {
                let text = proof::travel_certificate(&travel, ask, assign, median, answer, &sites)?;
                crate::report::write_file(file, text.as_bytes(), common.force)?;
            }
            let found = found.map(|answer| Found {
                covered: tables.demand.weight.iter().sum(),
                objective: answer.objective as f64 / unit,
                bound: answer.bound as f64 / unit,
                gap: relative(answer.objective - answer.bound, answer.objective),
                chosen: answer.chosen,
                near: None,
            });
            (found.map_err(|why| travel.words(&why, &sites, &tables)), travel.size(&tables))
        }
    };
    taken.solve = taken.lap();
    drop(progress);
    let total = tables.demand.weight.iter().sum();
    let status = match found {
        Ok(Found { chosen, covered, objective, bound, gap, near }) => {
            let stations = chosen.iter().map(|&s| sites.id(s)).collect();
            let near = near.map(|near| near.named(&sites));
            Status::Found { objective, bound, gap, stations, covered: (covered, total), near }
        }
        Err([zh, en]) => Status::Infeasible { zh, en },
    };
    let answer = Answer { model: model.name(), status, size, taken };
    if let Status::Infeasible { zh, en } = &answer.status {
        let (zh, en) = (zh.clone(), en.clone());
        return Err(Failure::NoPlan { zh, en, answer: Box::new(answer.json(lang)) });
    }
    if common.json {
        return print(&(answer.json(lang).to_string() + "\n"));
    }
    if common.quiet { Ok(()) } else { print(&answer.words(lang)) }
}

/// What follows a search and ends it, and how many pairs it may look at: a clock replaces the count, which is there so that runs
/// without a clock repeat.
fn watched(ask: &Ask, scale: f64, progress: &Progress) -> (Arc<Watch>, usize) {
    let watch = Arc::new(Watch::content_with(ask.gap));
    end::on_signal_or_clock(&watch, ask.time_limit);
    progress.follow(&watch, scale);
    (watch, ask.time_limit.map_or(WORK, |_| usize::MAX))
}

/// The most weight that a number of stations covers, or serves.
fn most(covering: &Covering, ask: &Ask, serve: &Serve, progress: &Progress) -> Result<Found, Infeasible> {
    let (watch, _) = watched(ask, covering.scale, progress);
    let method = ask.time_limit.map_or_else(BranchAndBound::default, |_| BranchAndBound { work: usize::MAX });
    let found = Apart(method).watched(&covering.problem, &[], &watch)?;
    let near = serve.near.map(|within| near::Near::of(covering, &found, within, serve.plans as usize));
    Ok(Found {
        covered: covering.reached(&found.chosen),
        objective: covering.weight(found.objective),
        bound: covering.weight(found.bound),
        gap: relative(found.bound - found.objective, found.bound),
        chosen: found.chosen,
        near,
    })
}

/// The fewest stations that cover `least` units.
fn fewest(covering: &Covering, least: u64, ask: &Ask, progress: &Progress) -> Result<Found, Infeasible> {
    let (watch, work) = watched(ask, 1.0, progress);
    let found = Fewest { least, work }.watched(&covering.problem, &watch)?;
    let stations = found.chosen.len() as u64;
    Ok(Found {
        covered: covering.weight(found.covered),
        objective: stations as f64,
        bound: found.bound as f64,
        gap: relative(stations - found.bound, stations),
        chosen: found.chosen,
        near: None,
    })
}

/// A difference as a share; 0 of nothing.
fn relative(difference: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { difference as f64 / of as f64 }
}

fn length(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| (0.0..=1e12).contains(n));
    number.ok_or_else(|| "a number from 0 to 1e12".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| (0.0..=1.0).contains(n));
    number.ok_or_else(|| "a share from 0 to 1".to_owned())
}

fn ring(text: &str) -> Result<(f64, f64), String> {
    let parts = text.split_once(':').and_then(|(reach, part)| Some((length(reach).ok()?, share(part).ok()?)));
    parts
        .filter(|(_, part)| *part > 0.0 && *part < 1.0)
        .ok_or_else(|| "a reach and a part, such as 1800:0.5".to_owned())
}
