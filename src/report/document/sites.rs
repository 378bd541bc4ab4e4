//! What does the report say of stations: when each comes, what it brings, how many more would help, and which places stay without?
//! A file of its own because these are the tables of `plan.rs` that speak of sites and gaps.

use super::plan::table;
use super::{GAPS_ON_PAPER, Table};
use crate::job::{Outcome, Review};
use crate::measure::SiteRef;
use crate::model::{Lang, Minutes};
use crate::report::gap_table::both_ways;
use crate::report::number::people;
use crate::report::words;
use crate::report::workbook::Cell;

pub(super) fn phases(outcome: &Outcome, lang: Lang) -> Table {
    let row = |p: &crate::measure::PhaseOutcome| {
        let names: Vec<&str> = p.sites.iter().map(|&i| outcome.candidates[i].name.as_str()).collect();
        vec![
            Cell::text(&*p.name),
            Cell::Count(p.stations as f64),
            Cell::Count(p.reach.covered.0),
            Cell::or_empty(p.reach.share(), Cell::Share),
            Cell::text(names.join(lang.pick("、", ", "))),
        ]
    };
    let columns = lang.pick(
        ["阶段", "站点总数", "覆盖居民", "覆盖率", "到此阶段的新站"],
        ["Phase", "Stations", "Residents", "Share", "New stations by then"],
    );
    table(lang.pick("分期", "phases"), &columns, &[2, 2, 2, 2, 9], outcome.phases.iter().map(row).collect())
}

pub(super) fn proposal(outcome: &Outcome, lang: Lang) -> Table {
    let row = |p: &crate::measure::Proposal| {
        let site = &outcome.candidates[p.candidate];
        let loss = match p.loss_if_refused {
            Some(loss) if p.loss_proved => Cell::Count(loss.0),
            Some(loss) => Cell::text(format!("~{}", people(loss.0))),
            None => Cell::text(lang.pick("不可缺", "indispensable")),
        };
        vec![
            Cell::Count(p.rank as f64),
            Cell::text(&*site.id),
            Cell::text(&*site.name),
            Cell::or_empty(site.county.as_deref(), Cell::text),
            Cell::or_empty(outcome.folder.plan.phases.get(p.phase), |phase| Cell::text(&*phase.name)),
            Cell::Count(p.covered.0),
            Cell::Count(p.gain.0),
            loss,
        ]
    };
    let columns = lang.pick(
        ["序", "编号", "建议站点", "县（市、区）", "阶段", "圈内居民", "新增覆盖", "不采纳的损失"],
        ["No.", "Id", "Station", "County", "Phase", "In its circle", "It adds", "If refused"],
    );
    table(
        lang.pick("建议新建", "proposal"),
        &columns,
        &[2, 4, 7, 4, 3, 3, 3, 4],
        outcome.proposals.iter().map(row).collect(),
    )
}

pub(super) fn curve(outcome: &Outcome, lang: Lang) -> Table {
    let target = outcome.existing() + outcome.proposals.len();
    let row = |p: &crate::measure::CurvePoint| {
        let share = (outcome.curve.total > 0.0).then(|| p.objective / outcome.curve.total);
        vec![
            Cell::Count(p.stations as f64),
            Cell::Count(p.covered.0),
            Cell::or_empty(share, Cell::Share),
            Cell::text(if p.proved {
                lang.pick("已证明最优", "proved")
            } else {
                lang.pick("未证明", "not proved")
            }),
            if p.stations == target { Cell::text(lang.pick("← 目标", "← target")) } else { Cell::Empty },
        ]
    };
    let columns = lang.pick(
        ["站点总数", "覆盖居民", "加权覆盖率", "证明", "目标"],
        ["Stations", "Residents", "Weighted share", "Proof", "Target"],
    );
    // Every number about the target, then every fifth.
    let told = |p: &&crate::measure::CurvePoint| p.stations <= target + 3 || p.stations.is_multiple_of(5);
    let rows = outcome.curve.points.iter().filter(told).map(row).collect();
    table(lang.pick("站数与覆盖", "curve"), &columns, &[2, 2, 2, 2, 2], rows)
}

pub(super) fn gaps(outcome: &Outcome, review: &Review, lang: Lang) -> Table {
    // Where the plan does not go by the circle, both: how far the promise is from the way.
    let minutes = |place: usize, own: Option<Minutes>| match &outcome.comparison {
        None => Cell::or_empty(own, |m| Cell::Count(m.0)),
        Some(_) => {
            let whole = |m: Option<Minutes>| m.map_or("–".to_owned(), |m| people(m.0));
            Cell::text(format!("{} / {}", whole(both_ways(outcome, place)[0]), whole(own)))
        }
    };
    let row = |(i, gap): (usize, &crate::measure::Gap)| {
        let place = &outcome.folder.places[gap.place];
        let cover = &outcome.cover[gap.place];
        let mut close = words::remedy(outcome, gap.remedy, lang);
        if let Some(candidate) = words::closes_with(gap.remedy) {
            close = format!("{} · {close}", outcome.site(SiteRef::Candidate(candidate)).1);
        }
        if let Some(at) = review.visits.get(i).copied().flatten() {
            close = visit(&outcome.folder.places[at].name, lang);
        }
        vec![
            Cell::Count((i + 1) as f64),
            Cell::text(&*place.name),
            Cell::text(words::county(place.county.as_deref(), lang)),
            Cell::Count(gap.people.0),
            Cell::or_empty(cover.nearest, |n| Cell::text(outcome.site(n.site).1)),
            minutes(gap.place, cover.nearest.map(|n| n.minutes)),
            Cell::text(words::reason(gap.reason, lang)),
            Cell::text(close),
        ]
    };
    let mut columns = lang.pick(
        ["序", "地点", "县（市、区）", "未覆盖人数", "最近站点", "分钟", "原因", "如何补上"],
        ["No.", "Place", "County", "People", "Nearest station", "Min.", "Reason", "What would close it"],
    );
    if outcome.comparison.is_some() {
        columns[5] = lang.pick("分钟：直线 / 路网", "Min.: circle / road");
    }
    let listed = table(
        lang.pick("缺口", "gaps"),
        &columns,
        &[2, 5, 4, 3, 6, 3, 4, 8],
        outcome.gaps.iter().enumerate().map(row).collect(),
    );
    Table { on_paper: GAPS_ON_PAPER, ..listed }
}

/// Where people are met whom no building reaches.
pub(crate) fn visit(place: &str, lang: Lang) -> String {
    lang.pick(format!("流动服务：定期到“{place}”"), format!("outreach: scheduled visits to {place}"))
}
