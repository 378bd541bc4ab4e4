//! What can be wrong with roads, in words and with what to do. A file of its own because people read it.

use crate::model::Lang;
use crate::travel::osm::OsmError;

/// Why roads cannot be used.
#[derive(Debug)]
pub enum RoadError {
    /// The file cannot be read as OSM PBF.
    File {
        /// Path, as the caller knows it.
        file: String,
        /// Why.
        source: OsmError,
    },
    /// Nothing in it can be travelled.
    NoRoads {
        /// Path.
        file: String,
        /// By whom; `None` for anybody.
        mode: Option<&'static str>,
    },
    /// Nobody and nothing asked about is anywhere near the roads.
    Elsewhere {
        /// Path.
        file: String,
        /// South-west and north-east corner of the roads: longitude, latitude.
        roads: [[f64; 2]; 2],
        /// Those of what was asked about.
        asked: [[f64; 2]; 2],
    },
}

/// The English wording; where a language was chosen use [`RoadError::say`].
impl std::fmt::Display for RoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for RoadError {}

impl RoadError {
    /// In words.
    pub fn say(&self, lang: Lang) -> String {
        match self {
            Self::File { file, source } => {
                let (problem, remedy) = match source {
                    OsmError::Io(e) => (
                        lang.pick(format!("无法读取（{e}）"), format!("cannot be read ({e})")),
                        lang.pick("请检查路径和权限。", "Check path and permissions."),
                    ),
                    OsmError::NotPbf => (
                        lang.pick("不是 OSM PBF 文件", "not an OSM PBF file").to_owned(),
                        lang.pick(
                            "请提供 .osm.pbf 提取文件；.osm 或 .osm.gz 请先用 osmium cat 转换。",
                            "Give an .osm.pbf extract; convert .osm or .osm.gz with osmium cat.",
                        ),
                    ),
                    OsmError::Damaged(at) => (
                        lang.pick(format!("在字节 {at} 处被截断或损坏"), format!("truncated or damaged at byte {at}")),
                        lang.pick("请重新下载或重新导出该文件。", "Download or export the file again."),
                    ),
                    OsmError::Unknown(what) => (
                        lang.pick(
                            format!("需要 {what}，本程序不支持"),
                            format!("needs {what}, which is not understood"),
                        ),
                        lang.pick(
                            "请用 osmium cat 转换为 zlib 压缩的普通 PBF。",
                            "Convert it with osmium cat to a plain PBF packed with zlib.",
                        ),
                    ),
                };
                lang.pick(format!("{file}：{problem}。{remedy}"), format!("{file}: {problem}. {remedy}"))
            }
            Self::NoRoads { file, mode } => {
                let (zh, en) = match mode {
                    Some("walk") => ("没有可步行的道路", "no road that is open to people on foot"),
                    Some("bike") => ("没有可骑行的道路", "no road that is open to bicycles"),
                    Some("drive") => ("没有可行车的道路", "no road that is open to cars"),
                    _ => ("没有道路", "no roads"),
                };
                lang.pick(
                    format!("{file}：{zh}。请提供包含该地区道路的提取文件，或选择其他出行方式。"),
                    format!("{file}: {en}. Give an extract that holds the area's roads, or another mode."),
                )
            }
            Self::Elsewhere { file, roads, asked } => {
                let shown =
                    |b: &[[f64; 2]; 2]| format!("{:.3},{:.3} .. {:.3},{:.3}", b[0][0], b[0][1], b[1][0], b[1][1]);
                let (roads, asked) = (shown(roads), shown(asked));
                lang.pick(
                    format!("{file}：道路范围（{roads}）与点位范围（{asked}）不相交。请提供该地区的提取文件，并检查坐标是否为 WGS84。"),
                    format!(
                        "{file}: the roads ({roads}) are elsewhere than the places ({asked}). Give an extract of the area, and check that the coordinates are WGS84."
                    ),
                )
            }
        }
    }
}
