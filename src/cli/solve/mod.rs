//! `doorstep solve`: a bare location problem, without a plan folder. A folder of its own because it has inputs, words and an
//! answer of its own: `problem.rs` turns tables into a problem, `answer.rs` says what was found, `end.rs` ends a search early.
//!
//! To add a model: one variant of [`Model`], one arm in [`solve`], cases against brute force in `tests/solve.rs`.

mod answer;
mod end;
mod problem;
mod travel;

use super::commands::print;
use super::progress::Progress;
use super::{Common, Failure};
use crate::read::{self, Axes, TableFiles};
use crate::siting::{BranchAndBound, Fewest, Infeasible, Watch, p_center, p_median};
use crate::travel::SiteIndex;
use answer::{Answer, Size, Status, Taken};
use clap::{Args, Subcommand, ValueEnum};
use problem::{Covering, Sites};
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
        /// Stop after this long with the best so far
        #[arg(long, value_name = "SECONDS", value_parser = length)]
        time_limit: Option<f64>,
        /// Stop when the bound is this near, as a share: 0.01 for one percent
        #[arg(long, value_name = "G", value_parser = length, default_value_t = 0.0)]
        gap: f64,
    },
    /// Fewest stations that cover all that can be covered
    SetCover {
        /// The problem.
        #[command(flatten)]
        ask: Ask,
        /// Its reach and conditions.
        #[command(flatten)]
        cover: Cover,
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
}

/// What covering asks for beside tables, and its conditions.
#[derive(Debug, Clone, Args)]
pub struct Cover {
    /// The reach: metres (geodesic), the files' unit (planar) or the unit of --times
    #[arg(long, value_name = "R", value_parser = length)]
    pub within: f64,
    /// Least and most stations per county: county,min,max
    #[arg(long, value_name = "FILE")]
    pub counties: Option<PathBuf>,
    /// The most that new stations may cost together
    #[arg(long, value_name = "B", value_parser = length)]
    pub budget: Option<f64>,
    /// Least distance between two stations, in the unit of --within
    #[arg(long, value_name = "R", value_parser = length, conflicts_with = "times")]
    pub spacing: Option<f64>,
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

    fn cover(&self) -> Option<&Cover> {
        match self {
            Self::Mclp { cover, .. } | Self::SetCover { cover, .. } | Self::PartialCover { cover, .. } => Some(cover),
            Self::PMedian { .. } | Self::PCenter { .. } => None,
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
}

/// Solves a bare problem and prints the answer.
///
/// # Errors
/// Faults of the tables, wrong ids on the command line, or [`Failure::NoPlan`] when no choice meets the conditions.
pub fn solve(model: &Model, common: &Common) -> Result<(), Failure> {
    let lang = common.lang.unwrap_or_default();
    let (ask, cover) = (model.ask(), model.cover());
    let progress = Progress::new(common.quiet || common.json, lang);
    let mut taken = Taken { start: Instant::now(), ..Taken::default() };
    let tables = read::tables(&TableFiles {
        demand: &ask.demand,
        sites: &ask.sites,
        times: ask.times.as_deref(),
        counties: cover.and_then(|c| c.counties.as_deref()),
        axes: ask.axes(),
        costs: cover.is_some_and(|c| c.budget.is_some()),
    })?;
    let sites = Sites::new(ask, &tables)?;
    taken.read = taken.lap();
    progress.stage(crate::job::Stage::Cover);
    let (found, size) = match model {
        Model::Mclp { cover, .. } | Model::SetCover { cover, .. } | Model::PartialCover { cover, .. } => {
            let mut covering = sites.covering(ask, cover, &tables);
            taken.cover = taken.lap();
            progress.stage(crate::job::Stage::Site);
            let found = match model {
                Model::Mclp { stations, time_limit, gap, .. } => {
                    covering.problem.choose = *stations as usize;
                    most(&covering, *time_limit, *gap, &progress)
                }
                Model::PartialCover { share, .. } => fewest(&covering, covering.share(*share)),
                _ => fewest(&covering, covering.coverable()),
            };
            (found.map_err(|why| covering.words(&why, &sites)), Size::of(&tables, &covering.problem))
        }
        Model::PMedian { assign, .. } | Model::PCenter { assign, .. } => {
            let travel = sites.travel(ask, assign, &tables);
            taken.cover = taken.lap();
            progress.stage(crate::job::Stage::Site);
            let found = match model {
                Model::PMedian { .. } => p_median::solve(&travel.costs, WORK).map(|a| (a, travel.weight_scale)),
                _ => p_center::solve(&travel.costs, WORK).map(|a| (a, 1.0)),
            };
            let found = found.map(|(answer, weight_scale)| {
                let unit = travel.scale * weight_scale;
                Found {
                    covered: tables.demand.weight.iter().sum(),
                    objective: answer.objective as f64 / unit,
                    bound: answer.bound as f64 / unit,
                    gap: relative(answer.objective - answer.bound, answer.objective),
                    chosen: answer.chosen,
                }
            });
            (found.map_err(|why| travel.words(&why, &sites, &tables)), travel.size(&tables))
        }
    };
    taken.solve = taken.lap();
    drop(progress);
    let total = tables.demand.weight.iter().sum();
    let status = match found {
        Ok(Found { chosen, covered, objective, bound, gap }) => {
            let stations = chosen.iter().map(|&s| sites.id(s)).collect();
            Status::Found { objective, bound, gap, stations, covered: (covered, total) }
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

/// The most weight that a number of stations covers.
fn most(covering: &Covering, seconds: Option<f64>, gap: f64, progress: &Progress) -> Result<Found, Infeasible> {
    let watch = Arc::new(Watch::content_with(gap));
    end::on_signal_or_clock(&watch, seconds);
    progress.follow(&watch, covering.scale);
    // A clock replaces the count of work, which is there so that runs without a clock repeat.
    let method = seconds.map_or_else(BranchAndBound::default, |_| BranchAndBound { work: usize::MAX });
    let found = method.watched(&covering.problem, &[], &watch)?;
    Ok(Found {
        covered: covering.weight(found.objective),
        objective: covering.weight(found.objective),
        bound: covering.weight(found.bound),
        gap: relative(found.bound - found.objective, found.bound),
        chosen: found.chosen,
    })
}

/// The fewest stations that cover `least` units.
fn fewest(covering: &Covering, least: u64) -> Result<Found, Infeasible> {
    let found = Fewest { least, work: WORK }.solve(&covering.problem)?;
    let stations = found.chosen.len() as u64;
    Ok(Found {
        covered: covering.weight(found.covered),
        objective: stations as f64,
        bound: found.bound as f64,
        gap: relative(stations - found.bound, stations),
        chosen: found.chosen,
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
