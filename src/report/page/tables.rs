//! What does the page say in tables? Coverage by county and group, phases, the proposal, the gap list. A file of its
//! own because these are lists of the outcome as it is; what needs explaining is `basis.rs`.

use super::markup::{Column, Html, Kind, escape, table};
use crate::job::Outcome;
use crate::measure::{Change, SiteRef};
use crate::model::Lang;
use crate::report::number::{decimals, people, percent};
use crate::report::words;

/// Rows of the gap list on paper; the rest is in gaps.csv.
const GAPS_SHOWN: usize = 60;
/// Alternatives named per station on paper; all of them are in proposal.geojson.
const ALTERNATIVES_SHOWN: usize = 3;

pub(super) fn section(title: &str, note: &str, content: &Html) -> Html {
    let note = if note.is_empty() { String::new() } else { format!("<p class=\"note\">{}</p>", escape(note)) };
    Html::markup(format!("<section><h2>{}</h2>{content}{note}</section>", escape(title)))
}

fn change_columns(first: &'static str, lang: Lang) -> [Column; 7] {
    [
        Column(first, Kind::Text),
        Column(lang.pick("人数", "People"), Kind::Number),
        Column(lang.pick("现状覆盖", "Today"), Kind::Number),
        Column(lang.pick("方案覆盖", "After"), Kind::Number),
        Column(lang.pick("现状", "Share today"), Kind::Number),
        Column(lang.pick("方案", "Share after"), Kind::Number),
        Column("", Kind::Text),
    ]
}

fn change_row(name: &str, change: &Change) -> Vec<Html> {
    let (today, after) = (change.today, change.proposed);
    vec![
        Html::text(name),
        Html::text(&people(after.people.0)),
        Html::text(&people(today.covered.0)),
        Html::text(&people(after.covered.0)),
        Html::text(&percent(today.share())),
        Html::text(&percent(after.share())),
        bar(today.share(), after.share()),
    ]
}

/// Share today and after as one bar.
fn bar(today: Option<f64>, after: Option<f64>) -> Html {
    let (Some(today), Some(after)) = (today, after) else { return Html::default() };
    let wide = |share: f64| share.clamp(0.0, 1.0) * 100.0;
    Html::markup(format!(
        "<span class=\"bar\" aria-hidden=\"true\"><i class=\"after\" style=\"width:{:.1}%\"></i>\
         <i class=\"today\" style=\"width:{:.1}%\"></i></span>",
        wide(after),
        wide(today)
    ))
}

pub(super) fn counties(outcome: &Outcome, lang: Lang) -> Html {
    let shares = &outcome.shares;
    let mut rows: Vec<_> =
        shares.by_county.iter().map(|(c, change)| change_row(words::county(c.as_deref(), lang), change)).collect();
    rows.push(change_row(lang.pick("合计", "All counties"), &shares.total));
    let columns = change_columns(lang.pick("县（市、区）", "County"), lang);
    let note = lang.pick(
        "现状只计已运营站点；方案计入已运营、在建、已列入计划和建议新建的全部站点。条形：深色为现状，浅色为方案。",
        "Today counts open stations only; after counts open, building, planned and proposed ones. Bars: dark is today, light is after.",
    );
    section(lang.pick("各县（市、区）覆盖情况", "Coverage by county"), note, &table("change", &columns, rows, true))
}

/// By setting, by group, and clusters: left out where the data say nothing.
pub(super) fn breakdowns(outcome: &Outcome, lang: Lang) -> Html {
    let shares = &outcome.shares;
    let settings = shares.by_setting.iter().map(|(s, change)| {
        let name = lang.pick("居民 · ", "Residents, ").to_owned() + words::setting(*s, lang);
        (name, change)
    });
    let groups = shares.by_group.iter().map(|(g, change)| (words::group(g, lang).to_owned(), change));
    let clusters = (lang.pick("集聚区从业或到访人员", "Workers and visitors of clusters").to_owned(), &shares.clusters);
    let rows: Vec<_> = settings
        .chain(groups)
        .chain([clusters])
        .filter(|(_, change)| change.proposed.people.0 > 0.0)
        .map(|(name, change)| change_row(&name, change))
        .collect();
    if rows.is_empty() {
        return Html::default();
    }
    let columns = change_columns(lang.pick("城乡与重点群体", "Setting and group"), lang);
    section(
        lang.pick("城乡与重点群体覆盖情况", "Coverage by setting and group"),
        "",
        &table("change", &columns, rows, false),
    )
}

pub(super) fn phases(outcome: &Outcome, lang: Lang) -> Html {
    if outcome.phases.is_empty() {
        return Html::default();
    }
    let columns = [
        Column(lang.pick("阶段", "Phase"), Kind::Word),
        Column(lang.pick("站点总数", "Stations"), Kind::Number),
        Column(lang.pick("其中建议新建", "Proposed"), Kind::Number),
        Column(lang.pick("覆盖居民", "Residents"), Kind::Number),
        Column(lang.pick("覆盖率", "Share"), Kind::Number),
        Column(lang.pick("同等站数单独最优", "Best alone"), Kind::Number),
        Column(lang.pick("分期代价（加权人数）", "Price of nesting, weighted"), Kind::Number),
    ];
    let row = |p: &crate::measure::PhaseOutcome| {
        let price = p.best_alone_objective - p.objective;
        let part = if p.best_alone_objective > 0.0 { price / p.best_alone_objective } else { 0.0 };
        vec![
            Html::text(&p.name),
            Html::text(&p.stations.to_string()),
            Html::text(&p.sites.len().to_string()),
            Html::text(&people(p.reach.covered.0)),
            Html::text(&percent(p.reach.share())),
            Html::text(&people(p.best_alone.0)),
            Html::text(&format!("{} ({})", people(price), percent(Some(part)))),
        ]
    };
    let note = lang.pick(
        "各阶段前后衔接：前一阶段建成的站点后一阶段保留。“单独最优”是只看该阶段、不顾后续时同等站数能覆盖的居民；分期代价是两者按目标函数的差。",
        "Phases are nested: what one opens, the next keeps. “Best alone” is what as many stations would cover if no later phase mattered; the price of nesting is the difference in the objective.",
    );
    let rows = outcome.phases.iter().map(row).collect();
    section(lang.pick("分期实施", "Phases"), note, &table("phases", &columns, rows, false))
}

pub(super) fn proposal(outcome: &Outcome, lang: Lang) -> Html {
    if outcome.proposals.is_empty() {
        return Html::default();
    }
    let columns = [
        Column(lang.pick("序", "No."), Kind::Number),
        Column(lang.pick("建议站点", "Station"), Kind::Text),
        Column(lang.pick("县区", "County"), Kind::Text),
        Column(lang.pick("阶段", "Phase"), Kind::Word),
        Column(lang.pick("圈内居民", "In its circle"), Kind::Number),
        Column(lang.pick("新增覆盖", "It adds"), Kind::Number),
        Column(lang.pick("不采纳损失", "If refused"), Kind::Number),
        Column(lang.pick("不采纳时的替代", "Instead"), Kind::Text),
    ];
    let given = outcome.folder.candidates.as_deref().unwrap_or_default();
    let row = |(i, p): (usize, &crate::measure::Proposal)| {
        let site = &outcome.candidates[p.candidate];
        let phase = outcome.folder.plan.phases.get(p.phase).map_or("–", |phase| &phase.name);
        let required = outcome.folder.plan.limits.required.contains(&site.id);
        let marked = if required {
            format!("{} · {}", site.id, lang.pick("规划指定", "required"))
        } else {
            site.id.clone()
        };
        // A derived site says which given candidate is nearest.
        let marked = match outcome.buildable.get(i) {
            Some(near) => {
                let (name, metres) = (&given[near.candidate].name, people(near.distance.0));
                lang.pick(
                    format!("{marked} · 最近候选点 {name}，{metres} 米"),
                    format!("{marked} · nearest candidate {name}, {metres} m"),
                )
            }
            None => marked,
        };
        let loss = match p.loss_if_refused {
            Some(loss) if p.loss_proved => people(loss.0),
            Some(loss) => format!("~{}", people(loss.0)),
            None if p.loss_proved => lang.pick("不可缺", "indispensable").to_owned(),
            None => lang.pick("未找到替代", "none found").to_owned(),
        };
        vec![
            Html::text(&p.rank.to_string()),
            Html::with_aside(&site.name, &marked),
            Html::text(site.county.as_deref().unwrap_or("–")),
            Html::text(phase),
            Html::text(&people(p.covered.0)),
            Html::text(&people(p.gain.0)),
            Html::text(&loss),
            Html::text(&alternatives(outcome, &p.alternatives, lang)),
        ]
    };
    let note = lang.pick(
        "“新增覆盖”是在现有站点和序号更小的站点之外增加的居民。“不采纳损失”是去掉该站后重新求解，所得最好方案比本方案少覆盖的居民；负数表示它是规划指定的，或按权重更看重集聚区和重点群体。带“~”的数未经证明，可能有更好的替代。“不可缺”表示没有它就没有满足条件的方案。",
        "“It adds” is residents beyond existing stations and lower numbers. “If refused” is what the best plan without the station, solved anew, covers less; below zero where the plan requires it or clusters and groups weigh more. With “~” it is not proved: a better replacement may exist. “Indispensable”: no plan without it meets the conditions.",
    );
    let rows = outcome.proposals.iter().enumerate().map(row).collect();
    section(lang.pick("建议新建站点", "Proposed stations"), note, &table("proposal", &columns, rows, false))
}

fn alternatives(outcome: &Outcome, sites: &[usize], lang: Lang) -> String {
    if sites.is_empty() {
        return "–".to_owned();
    }
    let names: Vec<&str> = sites.iter().take(ALTERNATIVES_SHOWN).map(|&i| &*outcome.candidates[i].name).collect();
    let mut text = names.join(lang.pick("、", ", "));
    if sites.len() > ALTERNATIVES_SHOWN {
        let more = sites.len() - ALTERNATIVES_SHOWN;
        text += &lang.pick(format!("等 {} 处", sites.len()), format!(" and {more} more"));
    }
    text
}

pub(super) fn gaps(outcome: &Outcome, lang: Lang) -> Html {
    let title = lang.pick("仍未覆盖的地点", "Places still uncovered");
    if outcome.gaps.is_empty() {
        let none = lang.pick("没有：每一处都在服务圈内。", "None: every place is within reach.");
        return section(title, "", &Html::markup(format!("<p>{none}</p>")));
    }
    let columns = [
        Column(lang.pick("地点", "Place"), Kind::Text),
        Column(lang.pick("县区", "County"), Kind::Text),
        Column(lang.pick("人数", "People"), Kind::Number),
        Column(lang.pick("最近站点", "Nearest station"), Kind::Text),
        Column(lang.pick("分钟 / 标准", "Min. / standard"), Kind::Number),
        Column(lang.pick("原因", "Reason"), Kind::Text),
        Column(lang.pick("补位方式", "What would close it"), Kind::Text),
    ];
    let row = |gap: &crate::measure::Gap| {
        let place = &outcome.folder.places[gap.place];
        let cover = &outcome.cover[gap.place];
        let site = |site: SiteRef| outcome.site(site).1;
        let nearest = cover.nearest.map_or("–".to_owned(), |n| decimals(n.minutes.0, 0));
        let when = words::remedy(outcome, gap.remedy, lang);
        let close = match words::closes_with(gap.remedy) {
            Some(i) => Html::with_aside(site(SiteRef::Candidate(i)), &when),
            None => Html::text(&when),
        };
        vec![
            Html::with_aside(&place.name, &place.id),
            Html::with_aside(place.county.as_deref().unwrap_or("–"), words::setting(place.setting, lang)),
            Html::text(&people(gap.people.0)),
            Html::text(cover.nearest.map_or("–", |n| site(n.site))),
            Html::text(&format!("{nearest} / {}", decimals(outcome.standards[cover.standard].minutes.0, 0))),
            Html::text(words::reason(gap.reason, lang)),
            close,
        ]
    };
    let more = outcome.gaps.len().saturating_sub(GAPS_SHOWN);
    let note = match (more, lang) {
        (0, Lang::Zh) => "按未覆盖人数排列；“分钟”是从地点中部到最近站点的时间；片区只有一部分在圈外时，它可能小于标准，人数只计圈外部分。".to_owned(),
        (0, Lang::En) => "By people uncovered. Minutes are from the middle of a place to the nearest station; where only a part of a quarter is outside they can be below the standard, and people are those outside.".to_owned(),
        (n, Lang::Zh) => {
            format!(
                "按未覆盖人数排列，此处列前 {GAPS_SHOWN} 处；其余 {n} 处见 gaps.csv 和 gaps.xlsx。“分钟”是从地点中部到最近站点的时间；片区只有一部分在圈外时，它可能小于标准，人数只计圈外部分。"
            )
        }
        (n, Lang::En) => format!(
            "By people uncovered, the first {GAPS_SHOWN}; {n} more are in gaps.csv and gaps.xlsx. Minutes are from the middle of a place to the nearest station; where only a part of a quarter is outside they can be below the standard, and people are those outside."
        ),
    };
    let rows = outcome.gaps.iter().take(GAPS_SHOWN).map(row).collect();
    section(title, &note, &table("gaps", &columns, rows, false))
}
