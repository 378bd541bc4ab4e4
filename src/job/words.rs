//! What a run has to say beside its numbers: remarks for the reader, and why there is no outcome.
//! A file of its own because these are words and the orchestrator is steps.

use crate::model::Lang;
use crate::siting::{Conflict, Infeasible};

/// Something that was done on the way and that a reader must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// Candidates were derived from every place and every crossing of circles.
    CandidatesDerived,
    /// Candidates were derived, but the demand was too dense to try every place and crossing.
    CandidatesThinned,
    /// The plan already has its target, or more: nothing is proposed.
    TargetReached,
}

impl Remark {
    /// In words.
    pub fn say(self, lang: Lang) -> &'static str {
        match self {
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
        }
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
}

impl JobError {
    /// In words.
    pub fn say(&self, lang: Lang) -> String {
        let Self::Infeasible { conflict, smallest, sites } = self;
        no_plan(conflict, smallest.as_deref(), sites, lang)
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
