//! What a run has to say beside its numbers: remarks for the reader, and why there is no outcome.
//! A file of its own because these are words and the orchestrator is steps.

use crate::model::Lang;
use crate::siting::{Conflict, Infeasible};
use crate::travel::roads::RoadError;

/// Something that was done on the way and that a reader must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// Candidates were derived from every place and every crossing of circles.
    CandidatesDerived,
    /// Candidates were derived, but the demand was too dense to try every place and crossing.
    CandidatesThinned,
    /// Candidates were derived from every place, because circles do not decide.
    CandidatesAtPlaces,
    /// The plan already has its target, or more: nothing is proposed.
    TargetReached,
    /// So many demand points have no road near them.
    PlacesOffRoad(usize),
    /// So many stand on an island of road.
    PlacesOnIslands(usize),
    /// So many are nearest to an island of road and were led to the main network.
    PlacesPastIslands(usize),
    /// So many stations and candidates have no road near them.
    SitesOffRoad(usize),
}

impl Remark {
    /// How many it is about, where it counts.
    pub fn count(self) -> Option<usize> {
        match self {
            Self::PlacesOffRoad(n) | Self::PlacesOnIslands(n) | Self::PlacesPastIslands(n) | Self::SitesOffRoad(n) => {
                Some(n)
            }
            _ => None,
        }
    }

    /// In words.
    pub fn say(self, lang: Lang) -> String {
        let counted = |zh: &str, en: &str| {
            let n = self.count().unwrap_or(0).to_string();
            lang.pick(zh, en).replace("{n}", &n)
        };
        let fixed = match self {
            Self::PlacesOffRoad(_) => {
                return counted(
                    "{n} 个需求点附近没有可通行的道路，按不可达计算，列入缺口清单。",
                    "{n} demand points have no road near them: they count as out of reach and are in the gap list.",
                );
            }
            Self::PlacesOnIslands(_) => {
                return counted("{n} 个需求点附近只有孤立路段。", "{n} demand points are near an island of road only.");
            }
            Self::PlacesPastIslands(_) => {
                return counted(
                    "{n} 个需求点最近的是孤立路段，改接主网。",
                    "{n} demand points are nearest to an island of road and were led to the main network.",
                );
            }
            Self::SitesOffRoad(_) => {
                return counted(
                    "{n} 个站点或候选点附近没有可通行的道路，无人可达。",
                    "{n} stations or candidates have no road near them: nobody reaches them.",
                );
            }
            Self::CandidatesAtPlaces => lang.pick(
                "未提供候选点：以各居住点、集聚区本身为候选点（按路网计算时没有服务圈交点）。",
                "No candidates were given: every place itself was one (travel over roads has no crossings of circles).",
            ),
            Self::CandidatesDerived => lang.pick(
                "未提供候选点：候选点由全部居住点、集聚区及其服务圈的交点推算得出。",
                "No candidates were given: they were derived from every place and every crossing of service circles.",
            ),
            Self::CandidatesThinned => lang.pick(
                "未提供候选点：因点位过密，候选点由抽稀后的居住点与集聚区推算，可能漏掉更优点位。",
                "No candidates were given: demand is so dense that only a thinned set of places was tried; better sites may exist.",
            ),
            Self::TargetReached => lang.pick(
                "现有、在建和已定站点已达到目标，未提出新站点。",
                "Existing, building and planned stations already reach the target: nothing is proposed.",
            ),
        };
        fixed.to_owned()
    }
}

/// Why a plan has no outcome.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// The conditions conflict.
    #[error("{}", no_plan(.conflict, .smallest.as_deref(), .sites, Lang::En))]
    Infeasible {
        /// What was met first.
        conflict: Infeasible,
        /// The smallest set of conditions that conflict; `None` when it is not proved that any do.
        smallest: Option<Box<Conflict>>,
        /// Ids of the candidates, for the words.
        sites: Vec<String>,
    },
    /// The roads cannot be used.
    #[error("{en}")]
    Roads {
        /// Why, in Chinese.
        zh: String,
        /// Why, in English.
        en: String,
    },
}

impl From<RoadError> for JobError {
    fn from(e: RoadError) -> Self {
        Self::Roads { zh: e.say(Lang::Zh), en: e.say(Lang::En) }
    }
}

impl JobError {
    /// In words.
    pub fn say(&self, lang: Lang) -> String {
        match self {
            Self::Infeasible { conflict, smallest, sites } => no_plan(conflict, smallest.as_deref(), sites, lang),
            Self::Roads { zh, en } => lang.pick(zh, en).clone(),
        }
    }
}

fn no_plan(met: &Infeasible, smallest: Option<&Conflict>, sites: &[String], lang: Lang) -> String {
    let in_words = |why: &Infeasible| why.say(lang, |s| sites.get(s as usize).cloned().unwrap_or_default());
    match smallest {
        None => in_words(met),
        Some(smallest) => {
            let why = smallest.why.as_ref().map(|why| in_words(why) + lang.pick("", " "));
            why.unwrap_or_default() + &smallest.say(lang)
        }
    }
}
