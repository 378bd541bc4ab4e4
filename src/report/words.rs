//! What are things called on paper, in Chinese and English? A file of its own because the page, the workbook and the
//! tables must use the same words for the same thing.

use crate::job::{Outcome, Remark};
use crate::measure::{GapReason, LimitKind, Remedy};
use crate::model::{Lang, Mode, Objective, PlaceLayer, Setting, Status};
use crate::siting::Worst;

/// Shown on every map and report that has no review number.
pub(crate) fn internal_use(lang: Lang) -> &'static str {
    lang.pick("内部工作用图", "Internal working map")
}

/// A county, or that none is stated.
pub(crate) fn county(county: Option<&str>, lang: Lang) -> &str {
    county.unwrap_or(lang.pick("未注明县区", "County not stated"))
}

/// A setting, or that none is stated.
pub(crate) fn setting(setting: Option<Setting>, lang: Lang) -> &'static str {
    match setting {
        Some(Setting::Urban) => lang.pick("城镇", "urban"),
        Some(Setting::Rural) => lang.pick("农村", "rural"),
        None => lang.pick("未注明", "not stated"),
    }
}

/// The layer of a place.
pub(crate) fn layer(layer: PlaceLayer, lang: Lang) -> &'static str {
    match layer {
        PlaceLayer::Residences => lang.pick("居民点", "residences"),
        PlaceLayer::Clusters => lang.pick("集聚区", "clusters"),
    }
}

/// The status of a station.
pub(crate) fn status(status: Status, lang: Lang) -> &'static str {
    match status {
        Status::Open => lang.pick("已运营", "open"),
        Status::Building => lang.pick("在建", "building"),
        Status::Planned => lang.pick("已列入计划", "planned"),
        Status::Closed => lang.pick("已关闭", "closed"),
    }
}

/// How people travel.
pub(crate) fn mode(mode: Mode, lang: Lang) -> &'static str {
    match mode {
        Mode::Walk => lang.pick("步行", "on foot"),
        Mode::Bike => lang.pick("骑行", "by bicycle"),
        Mode::Drive => lang.pick("驾车或乘车", "by car or bus"),
    }
}

/// A group's name: the ones of the national notices in words, any other as the plan writes it.
pub(crate) fn group(name: &str, lang: Lang) -> &str {
    match name {
        "unemployed" => lang.pick("失业人员", "unemployed"),
        "young_unemployed" => lang.pick("青年失业人员", "young unemployed"),
        "graduates" => lang.pick("高校毕业生", "graduates"),
        "veterans" => lang.pick("退役军人", "veterans"),
        "migrant_workers" => lang.pick("农民工", "rural migrant workers"),
        "disabled" => lang.pick("残疾人", "disabled people"),
        "low_income" => lang.pick("低收入家庭人员", "low-income households"),
        "roads" => lang.pick("路网", "roads"),
        "times" => lang.pick("行程时间", "travel times"),
        other => other,
    }
}

/// What would house a station; a word of the plan's own is shown as it is.
pub(crate) fn host(name: &str, lang: Lang) -> &str {
    match name {
        "community" => lang.pick("社区", "community"),
        "village" => lang.pick("村", "village"),
        "township" => lang.pick("乡镇", "township"),
        "bank" => lang.pick("银行网点", "bank"),
        "market" => lang.pick("市场", "market"),
        "park" => lang.pick("园区", "business park"),
        other => other,
    }
}

/// An input layer.
pub(crate) fn input_layer(name: &str, lang: Lang) -> &str {
    match name {
        "plan" => lang.pick("规划", "plan"),
        "residences" => lang.pick("居民点", "residences"),
        "clusters" => lang.pick("集聚区", "clusters"),
        "stations" => lang.pick("服务站", "stations"),
        "candidates" => lang.pick("候选点", "candidates"),
        "boundaries" => lang.pick("县区界线", "boundaries"),
        other => other,
    }
}

/// Why a place stays uncovered, exactly as the machine formats say it in either language.
pub(crate) fn reason_code(reason: GapReason) -> &'static str {
    match reason {
        GapReason::NoRoad => "no road near",
        GapReason::NoCandidate => "no candidate within reach",
        GapReason::CutByTarget => "cut by the target",
        GapReason::CutByLimit(_) => "cut by a limit",
    }
}

/// Why a place stays uncovered, for reading.
pub(crate) fn reason(reason: GapReason, lang: Lang) -> &'static str {
    let code = reason_code(reason);
    match reason {
        GapReason::NoRoad => lang.pick("附近无道路", code),
        GapReason::NoCandidate => lang.pick("范围内无候选点", code),
        GapReason::CutByTarget => lang.pick("受目标限制", code),
        GapReason::CutByLimit(_) => lang.pick("受条件限制", code),
    }
}

/// A limit of the plan.
pub(crate) fn limit(limit: LimitKind, lang: Lang) -> &'static str {
    match limit {
        LimitKind::Forbidden => lang.pick("列为不可用", "forbidden"),
        LimitKind::CountyMax => lang.pick("县区站数上限", "county maximum"),
        LimitKind::Spacing => lang.pick("站点最小间距", "spacing"),
        LimitKind::Budget => lang.pick("预算", "budget"),
    }
}

/// When a gap could close, or that visits have to.
pub(crate) fn remedy(outcome: &Outcome, remedy: Remedy, lang: Lang) -> String {
    match remedy {
        Remedy::Extra { extra, .. } => {
            let last = outcome.phases.last().map_or(lang.pick("目标完成", "the target"), |p| p.name.as_str());
            match lang {
                Lang::Zh => format!("{last}之后：增设第{extra}站"),
                Lang::En => format!("after {last}: station +{extra}"),
            }
        }
        Remedy::Lift { limit: kind, .. } => match lang {
            Lang::Zh => format!("限制解除后：{}", limit(kind, lang)),
            Lang::En => format!("when the limit is lifted: {}", limit(kind, lang)),
        },
        Remedy::Outreach => lang.pick("流动服务", "outreach").to_owned(),
    }
}

/// The candidate that would close a gap: an index into `Outcome::candidates`.
pub(crate) fn closes_with(remedy: Remedy) -> Option<usize> {
    match remedy {
        Remedy::Extra { candidate, .. } | Remedy::Lift { candidate, .. } => Some(candidate),
        Remedy::Outreach => None,
    }
}

/// The kind of a station; a word of the plan's own is shown as it is.
pub(crate) fn station_kind(name: &str, lang: Lang) -> &str {
    match name {
        "standard" => lang.pick("标准站", "standard"),
        "gig_market" => lang.pick("零工市场", "gig-work market"),
        "post" => lang.pick("就业驿站", "post"),
        "bank_counter" => lang.pick("社银合作网点", "bank counter"),
        other => other,
    }
}

/// A kind of residence or cluster, as the weights name it.
pub(crate) fn place_kind(name: &str, lang: Lang) -> &str {
    match name {
        "settlement" => lang.pick("一般居民点", "settlement"),
        "relocation" => lang.pick("易地搬迁集中安置区", "relocation area"),
        "college" => lang.pick("高校", "college"),
        "industry" => lang.pick("产业集聚区", "industry cluster"),
        "footfall" => lang.pick("人流密集区", "busy place"),
        other => other,
    }
}

/// A remark as programs read it; [`Remark::say`] is for people.
pub(crate) fn remark_code(remark: Remark) -> &'static str {
    match remark {
        Remark::CandidatesDerived => "candidates_derived",
        Remark::CandidatesThinned => "candidates_thinned",
        Remark::WholePlane => "whole_plane",
        Remark::RoomCounts => "room_counts",
        Remark::SecondStation => "second_station",
        Remark::Fades => "fades",
        Remark::EachCounty => "each_county",
        Remark::WorstCountyFirst => "worst_county_first",
        Remark::PhasesSummed => "phases_summed",
        Remark::CandidatesAtPlaces => "candidates_at_places",
        Remark::PlacesOffRoad(_) => "places_off_road",
        Remark::PlacesOnIslands(_) => "places_on_islands",
        Remark::PlacesPastIslands(_) => "places_past_islands",
        Remark::SitesOffRoad(_) => "sites_off_road",
        Remark::TargetReached => "target_reached",
    }
}

/// What the objective of a plan counts.
pub(crate) fn counted(objective: &Objective, lang: Lang) -> &'static str {
    match objective {
        o if o.capacity => lang.pick("有站点余量的加权人数", "weighted people with room"),
        o if !o.phases.is_empty() => lang.pick("各期加权人数之和", "weighted people, summed over the phases"),
        o if o.second_station > 0.0 => lang.pick("加权人数（含后备覆盖）", "weighted people, second stations included"),
        o if !o.fade.is_empty() => {
            lang.pick("加权人数（含标准外折减部分）", "weighted people, those beyond the standard in part")
        }
        _ => lang.pick("加权人数", "weighted people"),
    }
}

/// The share of the worst county, and how sure it is; `None` where it does not come first.
pub(crate) fn worst_county(worst: Option<&Worst>, lang: Lang) -> Option<String> {
    let worst = worst?;
    let percent = |share: f64| format!("{:.2}%", share * 100.0);
    let (share, bound) = (percent(worst.share), percent((worst.bound * 1e4).ceil() / 1e4));
    Some(match worst.proved {
        true => lang.pick(
            format!("每个县区的居民覆盖率都达到 {share}；已证明没有方案能使最低的县区更高。"),
            format!("Every county reaches {share} of its residents; it is proved that no proposal lets the worst county reach more."),
        ),
        false => lang.pick(
            format!("每个县区的居民覆盖率都达到 {share}；已证明没有方案能使最低的县区超过 {bound}。"),
            format!("Every county reaches {share} of its residents; it is proved that no proposal lets the worst county exceed {bound}."),
        ),
    })
}

/// How an answer was found and bounded; a method not listed here is named as it names itself.
pub(crate) fn method(name: &str, lang: Lang) -> &str {
    match name {
        "greedy + exchange, Lagrangian branch and bound" => lang.pick("贪心与交换求解，拉格朗日界分支定界证明", name),
        other => other,
    }
}
