//! What does the report say of who has it how far, and of other standards? A file of its own because it is about people where
//! `sites.rs` is about stations; the page of the report shows the same blocks.

use super::plan::{section, table};
use super::{Block, Table};
use crate::job::{Outcome, Review, Variation};
use crate::measure::{self, Evenness};
use crate::model::{Lang, Model, Season};
use crate::report::number::{people, percent};
use crate::report::words;
use crate::report::workbook::Cell;

pub(super) fn equity(blocks: &mut Vec<Block>, outcome: &Outcome, review: &Review, lang: Lang) {
    let e = &review.equity;
    let cells = |of: fn(&Evenness) -> Option<f64>| {
        let cell = |side: &Option<Evenness>| Cell::or_empty(side.as_ref().and_then(of), Cell::Measure);
        [cell(&e.today), cell(&e.proposed)]
    };
    let row = |name: &str, of: fn(&Evenness) -> Option<f64>| -> Vec<Cell> {
        std::iter::once(Cell::text(name)).chain(cells(of)).collect()
    };
    let rows = vec![
        row(lang.pick("到最近站点的平均分钟数", "Mean minutes to the nearest station"), |e| Some(e.mean)),
        row(lang.pick("九成居民不超过的分钟数", "Minutes that nine in ten do not exceed"), |e| {
            Some(e.ninth_decile)
        }),
        row(lang.pick("基尼系数（分钟数，0 为完全均等）", "Gini of minutes (0: the same for all)"), |e| Some(e.gini)),
        row(lang.pick("帕尔马比（最远一成与最近四成）", "Palma ratio (farthest tenth over nearest four)"), |e| e.palma),
    ];
    if e.today.is_none() && e.proposed.is_none() {
        return;
    }
    let columns = lang.pick(["公平性指标", "现状", "方案"], ["Equity", "Today", "After"]);
    let mut notes = vec![match outcome.folder.plan.travel.model {
        Model::Circle => {
            lang.pick("分钟数按直线服务圈的标准折算。", "Minutes are by the straight-line standard.").to_owned()
        }
        Model::Roads => lang.pick("分钟数按路网计算。", "Minutes are over the roads.").to_owned(),
        Model::Times => lang.pick("分钟数为给定时间。", "Minutes are the given times.").to_owned(),
    }];
    if outcome.comparison.is_some() && e.without_way.iter().any(|people| *people > 0.0) {
        let [today, after] = e.without_way.map(people);
        notes.push(lang.pick(
            format!("无路可达任何站点的居民未计入：现状 {today} 人，方案后 {after} 人。"),
            format!("Residents whom no way leads to any station are left out: {today} today, {after} after."),
        ));
    }
    if let Some((county, share)) = &e.worst_county {
        let share = percent(Some(*share));
        notes.push(lang.pick(
            format!("方案后覆盖率最低的县区：{county}，{share}。"),
            format!("Least covered county after: {county}, {share}."),
        ));
    }
    if let Some((group, share)) = &e.worst_group {
        let (group, share) = (words::group(group, lang), percent(Some(*share)));
        notes.push(lang.pick(
            format!("方案后覆盖率最低的群体：{group}，{share}。"),
            format!("Least covered group after: {group}, {share}."),
        ));
    }
    section(
        blocks,
        lang.pick("公平性", "Equity"),
        table(lang.pick("公平性", "equity"), &columns, &[6, 2, 2], rows),
        Some(&notes.join(" ")),
    );
    let groups = outcome.shares.by_group.iter().map(|(group, change)| {
        vec![
            Cell::text(words::group(group, lang)),
            Cell::Count(change.proposed.people.0),
            Cell::or_empty(change.today.share(), Cell::Share),
            Cell::or_empty(change.proposed.share(), Cell::Share),
        ]
    });
    let groups: Vec<_> = groups.collect();
    if !groups.is_empty() {
        let columns = lang
            .pick(["重点群体", "人数", "现状覆盖率", "方案覆盖率"], ["Group", "People", "Share today", "Share after"]);
        blocks.push(Block::Table(table(lang.pick("重点群体", "groups"), &columns, &[4, 2, 2, 2], groups)));
    }
}

pub(super) fn sensitivity(outcome: &Outcome, review: &Review, lang: Lang) -> Table {
    let own = &outcome.shares.total;
    let mut rows = vec![vec![
        Cell::text(lang.pick("本方案的标准", "The plan's own standard")),
        Cell::or_empty(own.today.share(), Cell::Share),
        Cell::or_empty(own.proposed.share(), Cell::Share),
        Cell::Count(own.proposed.covered.0),
    ]];
    rows.extend(review.variants.iter().map(|v| {
        let name = match v.variation {
            Variation::Minutes(minutes) => lang.pick(format!("{minutes} 分钟"), format!("{minutes} minutes")),
            Variation::Season(Season::Winter) => lang.pick("冬季速度", "Winter speeds").to_owned(),
            Variation::Season(_) => lang.pick("夏季速度", "Summer speeds").to_owned(),
        };
        vec![
            Cell::Text(name),
            Cell::or_empty(v.today.share(), Cell::Share),
            Cell::or_empty(v.proposed.share(), Cell::Share),
            Cell::Count(v.proposed.covered.0),
        ]
    }));
    if let Some(circle) = outcome.comparison.as_ref().map(|c| &c.circle) {
        let total = measure::shares(&outcome.folder.places, &circle.today, &circle.proposed).total;
        rows.push(vec![
            Cell::text(lang.pick("直线服务圈", "Straight-line circle")),
            Cell::or_empty(total.today.share(), Cell::Share),
            Cell::or_empty(total.proposed.share(), Cell::Share),
            Cell::Count(total.proposed.covered.0),
        ]);
    }
    let columns = lang.pick(
        ["标准", "现状覆盖率", "方案覆盖率", "方案覆盖居民"],
        ["Standard", "Share today", "Share after", "Residents after"],
    );
    table(lang.pick("敏感性", "sensitivity"), &columns, &[4, 2, 2, 2], rows)
}

/// Under the table of other standards.
pub(super) fn standards_note(outcome: &Outcome, lang: Lang) -> &'static str {
    match outcome.folder.plan.travel.model {
        Model::Circle => lang.pick(
            "站点不变，只改变标准，按直线服务圈计算；以公里计的标准不随分钟数改变。",
            "The stations stay, the standard changes, by straight-line circles; standards in kilometres do not change with the minutes.",
        ),
        Model::Roads => lang.pick(
            "站点不变，只改变标准，按路网计算；“直线服务圈”为同样的标准按直线计算。以公里计的标准不随分钟数改变。",
            "The stations stay, the standard changes, over the roads; “circle” is the same standard in a straight line. Standards in kilometres do not change with the minutes.",
        ),
        Model::Times => lang.pick(
            "站点不变，只改变标准，按给定时间计算；“直线服务圈”为同样的标准按直线计算。",
            "The stations stay, the standard changes, by the given times; “circle” is the same standard in a straight line.",
        ),
    }
}
