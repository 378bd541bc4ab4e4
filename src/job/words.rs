//! What a run has to say beside its numbers: remarks for the reader, and why there is no outcome.
//! A file of its own because these are words and the orchestrator is steps.

use crate::model::{Lang, Objective};
use crate::siting::{Conflict, Infeasible};
use crate::travel::roads::RoadError;

/// Something that was done on the way and that a reader must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// Candidates were derived from every place and every crossing of circles.
    CandidatesDerived,
    /// Candidates were derived, but the demand was too dense to try every place and crossing.
    CandidatesThinned,
    /// Candidates were derived, and no place in the plane serves what none of them serves: the proof holds for the whole plane.
    WholePlane,
    /// Stations have room for so many people: the objective counts people who are assigned to one.
    RoomCounts,
    /// A second station within reach adds to the objective.
    SecondStation,
    /// Coverage beyond the standard counts in part.
    Fades,
    /// Every county reaches a share of its residents first.
    EachCounty,
    /// The worst county comes first.
    WorstCountyFirst,
    /// Phases are planned for their weighted sum.
    PhasesSummed,
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
        let counted = |zh: &str, one: &str, many: &str| {
            let n = self.count().unwrap_or(0);
            lang.pick(zh, if n == 1 { one } else { many }).replace("{n}", &n.to_string())
        };
        let fixed = match self {
            Self::PlacesOffRoad(_) => {
                return counted(
                    "{n} 个需求点附近没有可通行的道路，按不可达计算，列入缺口清单。",
                    "{n} demand point has no road near it: it counts as out of reach and is in the gap list.",
                    "{n} demand points have no road near them: they count as out of reach and are in the gap list.",
                );
            }
            Self::PlacesOnIslands(_) => {
                return counted(
                    "{n} 个需求点附近只有孤立路段。",
                    "{n} demand point is near an island of road only.",
                    "{n} demand points are near an island of road only.",
                );
            }
            Self::PlacesPastIslands(_) => {
                return counted(
                    "{n} 个需求点最近的是孤立路段，改接主网。",
                    "{n} demand point is nearest to an island of road and was led to the main network.",
                    "{n} demand points are nearest to an island of road and were led to the main network.",
                );
            }
            Self::SitesOffRoad(_) => {
                return counted(
                    "{n} 个站点或候选点附近没有可通行的道路，无人可达。",
                    "{n} station or candidate has no road near it: nobody reaches it.",
                    "{n} stations or candidates have no road near them: nobody reaches them.",
                );
            }
            Self::CandidatesAtPlaces => lang.pick(
                "未提供候选点：以各居住点、集聚区本身为候选点（按路网计算时没有服务圈交点）。",
                "No candidates were given: every place itself was one (travel over roads has no crossings of circles).",
            ),
            Self::CandidatesDerived => lang.pick(
                "候选点由全部居住点、集聚区及其服务圈的交点推算得出。",
                "Candidates were derived from every place and every crossing of service circles.",
            ),
            Self::CandidatesThinned => lang.pick(
                "因点位过密，候选点由抽稀后的居住点与集聚区推算，可能漏掉更优点位。",
                "Candidates were derived, but demand is so dense that only a thinned set of places was tried; better sites may exist.",
            ),
            Self::WholePlane => lang.pick(
                "推算的候选点包含有限支配集：平面上任何一点所能服务的，其中必有一点也能服务，因此证明对整个平面有效。",
                "The derived candidates are a finite dominating set: whatever a station anywhere in the plane would serve, one of them serves. The proof holds for the whole plane.",
            ),
            Self::RoomCounts => lang.pick(
                "目标按站点容量计算：每人分配到一个有余量的站点；覆盖率仍按是否在服务圈内统计。",
                "The objective counts people for whom a station within reach has room; shares still count who is inside a circle.",
            ),
            Self::SecondStation => lang.pick(
                "目标计入后备覆盖：服务圈内有第二个站点时另加权重；覆盖率不受影响。",
                "The objective counts a second station within reach as well; shares do not.",
            ),
            Self::Fades => lang.pick(
                "目标计入标准以外的部分覆盖（按距离分级折减）；覆盖率只按标准统计。",
                "The objective counts people beyond the standard in part; shares count the standard only.",
            ),
            Self::EachCounty => lang.pick(
                "先使每个县区达到要求的居民覆盖率，再求加权覆盖最多。",
                "Every county reaches the share of residents that is asked for; as many weighted people as possible come after that.",
            ),
            Self::WorstCountyFirst => lang.pick(
                "先使覆盖率最低的县区尽可能高，再求加权覆盖最多。",
                "The share of the worst county is as large as it can be; as many weighted people as possible come after that.",
            ),
            Self::PhasesSummed => lang.pick(
                "各期按权重求和取最优：证明针对加权和，末期单独可能还有更好的方案。",
                "Phases are planned for their weighted sum: the proof is about the sum, and the last phase alone may have a better plan.",
            ),
            Self::TargetReached => lang.pick(
                "现有、在建和已定站点已达到目标，未提出新站点。",
                "Existing, building and planned stations already reach the target: nothing is proposed.",
            ),
        };
        fixed.to_owned()
    }
}

/// What an objective other than the usual one means for the reader.
pub(super) fn of_objective(objective: &Objective) -> Vec<Remark> {
    let said = [
        (objective.capacity, Remark::RoomCounts),
        (objective.second_station > 0.0, Remark::SecondStation),
        (!objective.fade.is_empty(), Remark::Fades),
        (objective.each_county.is_some(), Remark::EachCounty),
        (objective.worst_county_first, Remark::WorstCountyFirst),
        (!objective.phases.is_empty(), Remark::PhasesSummed),
    ];
    said.into_iter().filter(|(asked, _)| *asked).map(|(_, remark)| remark).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_said_as_one() {
        let remarks = [Remark::PlacesOffRoad, Remark::PlacesOnIslands, Remark::PlacesPastIslands, Remark::SitesOffRoad];
        for remark in remarks {
            let (one, many) = (remark(1).say(Lang::En), remark(2).say(Lang::En));
            assert!(one.starts_with("1 ") && !one.contains(" have ") && !one.contains("points"), "{one}");
            assert!(many.starts_with("2 ") && !many.contains(" has ") && !many.contains(" it "), "{many}");
            assert!(remark(1).say(Lang::Zh).starts_with("1 个"));
        }
    }
}
