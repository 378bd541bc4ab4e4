//! Why was a scenario not kept or found? A file of its own because every answer about scenarios may be one of these.

use crate::desk::DeskError;
use crate::model::Lang;
use thiserror::Error;

/// Why a scenario could not be kept or found.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// Somebody else saved, or there is none where one should be, or one where none should be.
    #[error("someone else has saved this scenario meanwhile; it is at revision {}", .0.map_or_else(|| "none".to_owned(), |r| r.to_string()))]
    Changed(Option<i64>),
    /// There is no such scenario.
    #[error("there is no scenario of this name")]
    Absent,
    /// The name cannot be used.
    #[error("a name has 1 to 100 characters, none of them a control character or a slash, and is not \"plan\"")]
    Name,
    /// The note is too long.
    #[error("a note has at most 4000 characters")]
    Note,
    /// There are too many.
    #[error("there are {0} scenarios already; delete some")]
    TooMany(usize),
    /// The file is none of ours.
    #[error("this is not a GeoPackage with a table of scenarios: {0}")]
    Foreign(String),
    /// The disk or the data base refuses.
    #[error("scenarios.gpkg cannot be used: {0}")]
    Database(String),
    /// The changes are wrong.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl StoreError {
    pub(super) fn database(e: impl std::fmt::Display) -> Self {
        Self::Database(e.to_string())
    }

    /// In words.
    pub fn say(&self, lang: Lang) -> String {
        match (lang, self) {
            (_, Self::Desk(e)) => e.say(lang),
            (Lang::En, _) => self.to_string(),
            (Lang::Zh, Self::Changed(Some(now))) => format!("他人已保存过此方案，现为第 {now} 版；请先打开最新版本"),
            (Lang::Zh, Self::Changed(None)) => "此方案已被他人删除".to_owned(),
            (Lang::Zh, Self::Absent) => "没有这个名称的方案".to_owned(),
            (Lang::Zh, Self::Name) => "名称为1至100个字符，不含控制字符和斜杠，且不能是 plan".to_owned(),
            (Lang::Zh, Self::Note) => "备注最多4000个字符".to_owned(),
            (Lang::Zh, Self::TooMany(n)) => format!("已有 {n} 个方案，请先删除一些"),
            (Lang::Zh, Self::Foreign(e)) => format!("不是含有方案表的 GeoPackage 文件：{e}"),
            (Lang::Zh, Self::Database(e)) => format!("无法使用 scenarios.gpkg：{e}"),
        }
    }
}
