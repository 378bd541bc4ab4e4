//! What is there to negotiate? Other numbers of stations, the fewest for a share, stations that every good plan holds and
//! those that can be exchanged. A file of its own because it speaks of plans that are not proposed.

use super::chart;
use super::markup::{Column, Html, Kind, escape, table};
use super::tables::section;
use crate::job::Outcome;
use crate::measure::{CurveEnd, Extent, Fewest, NearPlan};
use crate::model::Lang;
use crate::report::number::{people, percent};

/// Near plans on paper; all that are known are in summary.json.
const PLANS_SHOWN: usize = 10;

/// The curve with the fewest stations, then near plans.
pub(super) fn negotiation(outcome: &Outcome, lang: Lang) -> Html {
    Html::markup(format!("{}{}", numbers(outcome, lang), plans(outcome, lang)))
}

fn numbers(outcome: &Outcome, lang: Lang) -> Html {
    let chart = chart::curve(outcome, lang);
    if outcome.curve.points.len() < 2 {
        return Html::default();
    }
    let columns = [
        Column(lang.pick("加权覆盖率", "Share"), Kind::Word),
        Column(lang.pick("最少站点总数", "Fewest stations"), Kind::Text),
    ];
    let row = |f: &Fewest| vec![Html::text(&format!("{:.0}%", f.share * 100.0)), Html::text(&fewest(outcome, f, lang))];
    let rows = outcome.curve.fewest.iter().map(row).collect();
    let end = match outcome.curve.end {
        CurveEnd::Everything => {
            lang.pick("曲线止于全部可覆盖人口都已覆盖之处。", "The curve ends where all that can be covered is.")
        }
        CurveEnd::NoMore => lang.pick(
            "曲线止于间距和候选点不再容纳更多站点之处。",
            "The curve ends where spacing and candidates leave room for no further station.",
        ),
        CurveEnd::NoneFound => lang.pick(
            "曲线止于未再找到满足间距的更多站点之处。",
            "The curve ends where no further station was found to keep its distance.",
        ),
        CurveEnd::Enough => "",
    };
    let note = lang.pick(
        "每一点是至多这么多站点所能覆盖的加权人数占全部加权人数的比例。曲线只守不可用点和间距；必设点、县区上下限和预算是针对目标站数的，不计入，因此曲线可能高于本方案，高出的部分就是这些条件的代价。实心点已证明最优；空心点未证明，浅色带是尚未排除的余地。",
        "Each point is the share of all weighted people that at most so many stations cover. Forbidden sites and spacing hold; required sites, county limits and the budget, which are about the target, are left aside. So the curve can lie above the proposal: the difference is what these conditions cost. Solid points are proved; hollow ones are not, and the light band is what is not ruled out.",
    );
    let content =
        Html::markup(format!("<div class=\"numbers\">{chart}{}</div>", table("fewest", &columns, rows, false)));
    section(
        lang.pick("多建或少建几站", "More stations or fewer"),
        &format!("{note}{}{end}", lang.pick("", " ")),
        &content,
    )
}

/// The fewest stations for a share, and how sure that is.
fn fewest(outcome: &Outcome, f: &Fewest, lang: Lang) -> String {
    let last = outcome.curve.points.last().map_or(0, |p| p.stations);
    match (f.enough, f.needed) {
        (Some(enough), Some(needed)) if enough <= needed => {
            lang.pick(format!("{enough} 站（已证明）"), format!("{enough} (proved)"))
        }
        (Some(enough), Some(needed)) => {
            lang.pick(format!("{needed} 至 {enough} 站"), format!("between {needed} and {enough}"))
        }
        (_, None) => lang.pick("现有候选点达不到（已证明）", "out of reach of these candidates (proved)").to_owned(),
        (None, Some(needed)) if needed > last => lang.pick(format!("多于 {last} 站"), format!("more than {last}")),
        (None, Some(needed)) => lang.pick(
            format!("至少 {needed} 站；{last} 站以内未找到"),
            format!("at least {needed}; none found up to {last}"),
        ),
    }
}

fn plans(outcome: &Outcome, lang: Lang) -> Html {
    let near = &outcome.near;
    if outcome.proposals.is_empty() {
        return Html::default();
    }
    let within = percent(Some(near.within));
    let names = |sites: &[usize]| -> String {
        let names: Vec<String> = sites.iter().map(|&i| escape(&outcome.candidates[i].name)).collect();
        names.join(lang.pick("、", ", "))
    };
    let mut content = String::from("<dl class=\"standings\">");
    for (term, sites) in [
        (lang.pick("固定点", "Fixed points"), &near.fixed),
        (lang.pick("可替换点", "Exchangeable"), &near.exchangeable),
        (lang.pick("未能判定", "Undecided"), &near.undecided),
    ] {
        if !sites.is_empty() {
            content += &format!("<dt>{term} · {}</dt><dd>{}</dd>", sites.len(), names(sites));
        }
    }
    content.push_str("</dl>");
    let proposal: Vec<usize> = outcome.proposals.iter().map(|p| p.candidate).collect();
    let others: Vec<&NearPlan> =
        near.plans.iter().filter(|plan| plan.sites.iter().any(|site| !proposal.contains(site))).collect();
    if !others.is_empty() {
        let columns = [
            Column(lang.pick("换下", "Instead of"), Kind::Text),
            Column(lang.pick("换上", "Take"), Kind::Text),
            Column(lang.pick("覆盖居民", "Residents"), Kind::Number),
            Column(lang.pick("加权人数少", "Weighted people less"), Kind::Number),
        ];
        let row = |plan: &&NearPlan| {
            let out: Vec<usize> = proposal.iter().copied().filter(|site| !plan.sites.contains(site)).collect();
            let new: Vec<usize> = plan.sites.iter().copied().filter(|site| !proposal.contains(site)).collect();
            vec![
                Html::markup(names(&out)),
                Html::markup(names(&new)),
                Html::text(&people(plan.covered.0)),
                Html::text(&people(outcome.certificate.objective - plan.objective)),
            ]
        };
        let rows = others.iter().take(PLANS_SHOWN).map(row).collect();
        content += &table("near", &columns, rows, false).to_string();
    }
    let count = near.plans.len();
    let extent =
        match near.extent {
            Extent::All => lang
                .pick(format!("这样的方案共有 {count} 个（已证明）"), format!("There are {count} such plans (proved)")),
            Extent::Best => lang.pick(
                format!("这样的方案多于 {count} 个，这里取最好的 {count} 个（已证明）"),
                format!("There are more than {count} such plans; these are the best {count} (proved)"),
            ),
            Extent::Found => lang
                .pick(format!("搜索未穷尽，共找到 {count} 个"), format!("The search was cut off; {count} were found")),
        };
    let shown = if others.len() > PLANS_SHOWN {
        lang.pick(
            format!("，表中列前 {PLANS_SHOWN} 个，其余见 summary.json。"),
            format!("; the first {PLANS_SHOWN} are shown, the rest is in summary.json."),
        )
    } else {
        lang.pick("，含本方案。", ", the proposal included.").to_owned()
    };
    let note = lang.pick(
        format!("满足全部条件、与本方案相差不超过 {within} 的方案：{extent}{shown}固定点在每一个这样的方案里；可替换点至少有一个这样的方案不用它。"),
        format!("Plans that meet every condition and cover at most {within} less than the proposal. {extent}{shown} Fixed points are in every such plan; at least one such plan does without an exchangeable one."),
    );
    section(lang.pick("哪些站点可以商量", "Which stations can be exchanged"), &note, &Html::markup(content))
}
