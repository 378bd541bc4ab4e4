//! The sample's `plan.toml`, with comments that explain every key.
//! A file of its own because it is a text for planners to start from.

use super::layer::id;
use super::sites::Candidate;
use super::source::COUNTIES;

/// Said on every map and report made from the sample.
pub const NOTICE: &str = "示例数据：村（社区）名称与县区人口总数（2020年普查）为实，乡镇驻地为实际或近似位置；\
    其余位置、分村人口、群体人数、产业集聚区、站点与备选点均为估算或示意，不作工作依据。\
    地名坐标部分来自 GeoNames（CC BY 4.0）。";

/// The same for readers of English.
const NOTICE_EN: &str = "Sample data: names of villages and communities and county totals (census of 2020) are real, township seats real or \
    near where they are; all other positions, residents per village, groups, clusters, stations and candidates are estimated or made up, not a \
    basis for work. Some coordinates of places come from GeoNames (CC BY 4.0).";

/// A station must be here: a border village that many visit.
const REQUIRED: &str = "北极村便民服务站";
/// No station may be here.
const FORBIDDEN: [&str; 2] = ["图强镇综合市场", "古驿社区人社服务平台"];

/// `plan.toml`; the candidates give the ids of the required and forbidden ones.
pub fn plan(candidates: &[Candidate]) -> Result<String, String> {
    let find = |name: &str| {
        let index = candidates.iter().position(|c| c.name == name).ok_or_else(|| format!("no candidate {name}"))?;
        Ok::<_, String>(format!("\"{}\"", id('C', index)))
    };
    let counties: Vec<String> = COUNTIES.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let forbidden: Result<Vec<String>, String> = FORBIDDEN.iter().map(|name| find(name)).collect();
    Ok(TEMPLATE
        .replace("{notice}", NOTICE)
        .replace("{notice_en}", NOTICE_EN)
        .replace("{counties}", &counties.join(", "))
        .replace("{required}", &find(REQUIRED)?)
        .replace("{forbidden}", &forbidden?.join(", ")))
}

const TEMPLATE: &str = r#"# 示例规划，由 examples/make_daxinganling 生成；数据来源见 data/README.md
# Sample plan, written by examples/make_daxinganling; data/README.md says what is real and what is not

name = "大兴安岭地区“家门口”就业服务站（示例）"
lang = "zh"                     # 默认语言 zh 或 en · default language
target = 20                     # 期末站点总数：已开、在建、已定与新建议之和 · stations at the end, existing ones included
# 印在每张图和每份报告上；只有一种语言时写 notice = "…" · on every map and report; in one language alone: notice = "…"
notice.zh = "{notice}"
notice.en = "{notice_en}"
counties = [{counties}]

# 分期：前一期开的后一期保留，stations 为当期末累计数 · phases are nested, stations = the total by then
[[phase]]
name = "2024"
stations = 7
[[phase]]
name = "2025"
stations = 14
[[phase]]
name = "2026"
stations = 20

# 服务圈：第一条符合的即为该处标准 · the first that fits a place is its standard
[[circle]]                      # 城镇：步行15分钟，直线约962米 · 962 m as the crow flies
setting = "urban"
minutes = 15
mode = "walk"
[[circle]]                      # 农村：车行15分钟，直线约7.7公里 · 7.7 km; or: kilometres = 5
setting = "rural"
minutes = 15
mode = "drive"

[travel]
model = "circle"                # 直线圈 · straight-line circle
detour = 1.3                    # 道路长度与直线之比 · road length over straight line
season = "summer"               # summer、winter 或 both
walk_kmh = 5.0
drive_kmh = 40.0

[weights]
residences = 1.0                # 每名居民 · per resident
clusters = 0.5                  # 每名从业者或日均到访者 · per worker or daily visitor
groups = { unemployed = 1.0 }   # 每名失业人员另加 · extra per unemployed person
kinds = { relocation = 1.5 }    # 易地搬迁安置区的系数 · factor for resettlement areas

[limits]
spacing_km = 0.5                # 任意两站最小间距 · least distance between two stations
required = [{required}]             # 必设 · must be in the proposal
forbidden = [{forbidden}]    # 不可用 · must not be
budget = 3_000_000.0            # 新建站点费用合计上限（元）· most the proposed stations may cost together

[limits.counties]               # 每县区最少、最多站数，含已有 · per county, existing ones included
"漠河市" = { min = 2, max = 6 }
"呼玛县" = { min = 2, max = 5 }
"塔河县" = { min = 2, max = 5 }
"加格达奇区" = { min = 4, max = 8 }
"松岭区" = { min = 1, max = 3 }
"新林区" = { min = 2, max = 4 }
"呼中区" = { min = 1, max = 3 }
"#;
