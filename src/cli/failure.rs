//! Why a command ended without its answer, and with which exit code. A file of its own so that codes are decided once.

use crate::job::JobError;
use crate::model::Lang;
use crate::read::Faults;
use crate::report::ReportError;
use crate::report::map::MapError;
use crate::travel::roads::RoadError;
use crate::web::WebError;

/// A command that failed.
#[derive(Debug)]
pub enum Failure {
    /// The input is wrong.
    Faults(Faults),
    /// The question has no answer.
    Job(JobError),
    /// An output could not be made or put in place.
    Report(ReportError),
    /// A map could not be drawn.
    Map(MapError),
    /// The server could not start or go on.
    Web(WebError),
    /// The command line asks for something that is not there.
    Usage {
        /// In Chinese.
        zh: String,
        /// In English.
        en: String,
    },
    /// No choice meets the conditions of a bare problem.
    NoPlan {
        /// Why, in Chinese.
        zh: String,
        /// Why, in English.
        en: String,
        /// The answer that `--json` prints all the same.
        answer: Box<serde_json::Value>,
    },
    /// Roads cannot be used.
    Roads(RoadError),
    /// A file could not be written.
    Output {
        /// In Chinese.
        zh: String,
        /// In English.
        en: String,
    },
    /// Stdout could not be written.
    Stdout(std::io::Error),
}

impl Failure {
    /// 1 when there is no answer or a run failed, 2 when the command line or the input is wrong.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Job(JobError::Roads { .. }) => 2,
            Self::Faults(_) | Self::Usage { .. } | Self::Roads(_) => 2,
            Self::Map(e) if e.is_usage() => 2,
            Self::Report(e) if e.is_usage() => 2,
            Self::Job(_)
            | Self::NoPlan { .. }
            | Self::Output { .. }
            | Self::Report(_)
            | Self::Map(_)
            | Self::Web(_)
            | Self::Stdout(_) => 1,
        }
    }

    /// In words.
    pub fn say(&self, lang: Lang) -> String {
        match self {
            Self::Faults(faults) => faults.say(lang),
            Self::Job(e @ JobError::Roads { .. }) => e.say(lang),
            Self::Job(e) => format!("{}{}", lang.pick("没有可行方案：", "no answer: "), e.say(lang)),
            Self::Report(e) => e.say(lang),
            Self::Map(e) => e.say(lang),
            Self::Web(e) => e.say(lang),
            Self::Usage { zh, en } | Self::Output { zh, en } => lang.pick(zh.clone(), en.clone()),
            Self::NoPlan { zh, en, .. } => {
                format!("{}{}", lang.pick("没有可行方案：", "no answer: "), lang.pick(zh, en))
            }
            Self::Roads(e) => e.say(lang),
            Self::Stdout(e) => format!("{}{e}", lang.pick("无法写到标准输出：", "cannot write to stdout: ")),
        }
    }
}

impl From<Faults> for Failure {
    fn from(e: Faults) -> Self {
        Self::Faults(e)
    }
}

impl From<JobError> for Failure {
    fn from(e: JobError) -> Self {
        Self::Job(e)
    }
}

impl From<ReportError> for Failure {
    fn from(e: ReportError) -> Self {
        Self::Report(e)
    }
}

impl From<MapError> for Failure {
    fn from(e: MapError) -> Self {
        Self::Map(e)
    }
}

impl From<WebError> for Failure {
    fn from(e: WebError) -> Self {
        Self::Web(e)
    }
}

impl From<RoadError> for Failure {
    fn from(e: RoadError) -> Self {
        Self::Roads(e)
    }
}
