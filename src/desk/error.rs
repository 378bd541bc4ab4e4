//! What can be wrong with changes, and what to do about it? A file of its own because every path of the desk answers with it.

use crate::job::JobError;
use crate::model::Lang;
use thiserror::Error;

/// Why a desk has no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DeskError {
    /// The changes contradict the plan or themselves: every fault.
    #[error("{}", say(.0, Lang::En))]
    Changes(Vec<Fault>),
    /// The plan travels by given times, and these sites have none.
    #[error("{}", no_times(.0, Lang::En))]
    NoTimes(Vec<String>),
    /// The plan cannot be computed.
    #[error(transparent)]
    Job(#[from] JobError),
}

/// One fault of the changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Key of the changes.
    pub key: &'static str,
    /// What stands there.
    pub value: String,
    /// What is wrong with it and what to do, in Chinese and in English.
    pub why: (&'static str, &'static str),
}

impl DeskError {
    /// In words.
    pub fn say(&self, lang: Lang) -> String {
        match self {
            Self::Changes(faults) => say(faults, lang),
            Self::NoTimes(sites) => no_times(sites, lang),
            Self::Job(error) => error.say(lang),
        }
    }
}

fn say(faults: &[Fault], lang: Lang) -> String {
    let one = |f: &Fault| format!("{} {}: {}", f.key, f.value, lang.pick(f.why.0, f.why.1));
    faults.iter().map(one).collect::<Vec<_>>().join(lang.pick("；", "; "))
}

fn no_times(sites: &[String], lang: Lang) -> String {
    let sites = sites.join(", ");
    match lang {
        Lang::Zh => {
            format!("{sites}：方案采用给定的出行时间（times.csv），新增或移动的站点没有时间数据；请补充数据后重新启动")
        }
        Lang::En => format!(
            "{sites}: the plan travels by given times (times.csv), and sites that are added or moved have none; add them there and start again"
        ),
    }
}
