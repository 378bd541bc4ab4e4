//! The gap list and what it has to be read with, as a workbook: `gaps.xlsx`. A file of its own because it says which
//! sheets and columns there are; how cells are written is `workbook.rs`.

use super::parameters::parameters;
use super::{COLUMNS, rows};
use crate::job::{Outcome, review};
use crate::measure::Change;
use crate::model::Lang;
use crate::report::document::{self, visit};
use crate::report::error::ReportError;
use crate::report::words;
use crate::report::workbook::{self, About, Cell, Sheet};

const GAPS_ZH: [&str; 14] = [
    "编号",
    "名称",
    "图层",
    "县区",
    "城乡",
    "未覆盖人数",
    "标准（分钟）",
    "最近站点",
    "到最近站点（分钟）",
    "原因",
    "可补位候选点",
    "何时补位或流动服务",
    "直线服务圈（分钟）",
    "路网（分钟）",
];

/// The workbook: gaps, counties, groups, proposal, stations, phases and parameters; headings in `lang`.
///
/// Ids are text cells, nothing is a formula, and the creation date is the outcome's, so that bytes repeat.
///
/// # Errors
/// [`ReportError::TooManyRows`] or [`ReportError::TextTooLong`] where Excel ends.
pub fn xlsx(outcome: &Outcome, lang: Lang) -> Result<Vec<u8>, ReportError> {
    let about = About {
        title: &outcome.folder.plan.name,
        date: outcome.date,
        // On every Windows since Vista; elsewhere Excel takes what has the characters.
        font: lang.pick(Some("Microsoft YaHei"), None),
    };
    let sheets = vec![
        gaps(outcome, lang),
        counties(outcome, lang),
        groups(outcome, lang),
        proposal(outcome, lang),
        stations(outcome, lang),
        phases(outcome, lang),
        parameters(outcome, lang),
        quality(outcome, lang),
    ];
    workbook::xlsx(&about, sheets)
}

fn gaps(outcome: &Outcome, lang: Lang) -> Sheet<'_> {
    let mut columns = lang.pick(GAPS_ZH, COLUMNS).to_vec();
    columns.extend(lang.pick(["最近站点名称", "候选点名称"], ["nearest_station_name", "closes_with_name"]));
    columns.extend(lang.pick(["排序", "流动服务地点"], ["rank", "outreach_at"]));
    // People of the groups that stay outside, in proportion: counts are per place.
    let groups: Vec<&str> = outcome.shares.by_group.iter().map(|(group, _)| &**group).collect();
    columns.extend(groups.iter().map(|group| words::group(group, lang)));
    let visits = review(outcome).visits;
    let name = move |i: usize| Cell::text(&*outcome.candidates[i].name);
    let cells = move |(i, (row, gap)): (usize, (super::Row<'_>, &crate::measure::Gap))| {
        let place = &outcome.folder.places[gap.place];
        let nearest = outcome.cover[gap.place].nearest;
        let part = if place.people.0 > 0.0 { gap.people.0 / place.people.0 } else { 1.0 };
        let at = visits.get(i).copied().flatten();
        let mut cells = vec![
            Cell::text(row.id),
            Cell::text(row.name),
            Cell::text(words::layer(place.layer, lang)),
            Cell::or_empty(row.county, Cell::text),
            Cell::text(words::setting(place.setting, lang)),
            Cell::Count(row.people.0),
            Cell::Measure(row.minutes.0),
            Cell::or_empty(row.nearest_station, Cell::text),
            Cell::or_empty(row.nearest_minutes, |n| Cell::Measure(n.0)),
            Cell::text(words::reason(row.reason, lang)),
            Cell::or_empty(row.closes_with, Cell::text),
            Cell::text(row.phase_or_outreach),
            Cell::or_empty(row.minutes_by_circle, |n| Cell::Measure(n.0)),
            Cell::or_empty(row.minutes_by_road, |n| Cell::Measure(n.0)),
            Cell::or_empty(nearest, |n| Cell::text(outcome.site(n.site).1)),
            Cell::or_empty(words::closes_with(gap.remedy), name),
            Cell::Count(count(i + 1)),
            Cell::or_empty(at, |at| Cell::text(visit(&outcome.folder.places[at].name, lang))),
        ];
        cells.extend(groups.iter().map(|g| Cell::or_empty(place.groups.get(*g), |n| Cell::Count(n * part))));
        cells
    };
    let rows = rows(outcome, lang).zip(&outcome.gaps).enumerate().map(cells);
    Sheet { name: lang.pick("缺口清单", "gaps"), columns, rows: Box::new(rows) }
}

/// People, covered and share today and after, and what is gained.
fn change(change: &Change) -> [Cell; 6] {
    let (today, proposed) = (change.today, change.proposed);
    [
        Cell::Count(proposed.people.0),
        Cell::Count(today.covered.0),
        Cell::or_empty(today.share(), Cell::Share),
        Cell::Count(proposed.covered.0),
        Cell::or_empty(proposed.share(), Cell::Share),
        Cell::Count(proposed.covered.0 - today.covered.0),
    ]
}

/// The same below all rows: sums and shares by formula, so that whoever changes a row sees what follows.
fn summed(change: &Change) -> [Cell; 6] {
    let (today, proposed) = (change.today, change.proposed);
    let ratio = |share: Option<f64>, over| Cell::or_empty(share, |value| Cell::Ratio { value, over, under: 1 });
    [
        Cell::Sum(proposed.people.0),
        Cell::Sum(today.covered.0),
        ratio(today.share(), 2),
        Cell::Sum(proposed.covered.0),
        ratio(proposed.share(), 4),
        Cell::Sum(proposed.covered.0 - today.covered.0),
    ]
}

const CHANGE_ZH: [&str; 6] = ["人数", "现状覆盖人数", "现状覆盖率", "方案覆盖人数", "方案覆盖率", "新增覆盖人数"];
const CHANGE_EN: [&str; 6] =
    ["people", "covered today", "share today", "covered after", "share after", "newly covered"];

fn counties(outcome: &Outcome, lang: Lang) -> Sheet<'_> {
    let mut columns = vec![lang.pick("县区", "county")];
    columns.extend(lang.pick(CHANGE_ZH, CHANGE_EN));
    let shares = &outcome.shares;
    let total = (lang.pick("合计", "total"), &shares.total);
    let by_county = shares.by_county.iter().map(move |(c, change)| (words::county(c.as_deref(), lang), change));
    let rows = by_county.map(|(name, by)| [Cell::text(name)].into_iter().chain(change(by)).collect());
    let rows = rows.chain([[Cell::text(total.0)].into_iter().chain(summed(total.1)).collect()]);
    Sheet { name: lang.pick("各县区", "counties"), columns, rows: Box::new(rows) }
}

fn groups(outcome: &Outcome, lang: Lang) -> Sheet<'_> {
    let mut columns = lang.pick(["分类", "名称"], ["by", "name"]).to_vec();
    columns.extend(lang.pick(CHANGE_ZH, CHANGE_EN));
    let shares = &outcome.shares;
    let settings = shares.by_setting.iter().map(move |(setting, change)| {
        (lang.pick("城乡", "setting"), words::setting(*setting, lang).to_owned(), change)
    });
    let groups = shares
        .by_group
        .iter()
        .map(move |(group, change)| (lang.pick("重点群体", "group"), words::group(group, lang).to_owned(), change));
    let clusters = (
        lang.pick("产业与人流集聚区", "clusters"),
        lang.pick("从业或到访人数", "workers and visitors").to_owned(),
        &shares.clusters,
    );
    let cells = |(by, name, numbers): (&str, String, &Change)| {
        [Cell::text(by), Cell::Text(name)].into_iter().chain(change(numbers)).collect()
    };
    let rows = settings.chain(groups).chain([clusters]).map(cells);
    Sheet { name: lang.pick("城乡与群体", "groups"), columns, rows: Box::new(rows) }
}

fn proposal(outcome: &Outcome, lang: Lang) -> Sheet<'_> {
    let columns = lang.pick(
        vec![
            "序号",
            "编号",
            "名称",
            "县区",
            "阶段",
            "圈内居民",
            "新增覆盖",
            "不采纳的损失",
            "替代候选点",
            "依托场所",
            "费用",
            "经度",
            "纬度",
        ],
        vec![
            "rank",
            "id",
            "name",
            "county",
            "phase",
            "covered",
            "gain",
            "loss_if_refused",
            "alternatives",
            "host",
            "cost",
            "lon",
            "lat",
        ],
    );
    let rows = outcome.proposals.iter().map(move |p| {
        let site = &outcome.candidates[p.candidate];
        let alternatives: Vec<&str> = p.alternatives.iter().map(|&i| &*outcome.candidates[i].id).collect();
        vec![
            Cell::Count(count(p.rank)),
            Cell::text(&*site.id),
            Cell::text(&*site.name),
            Cell::or_empty(site.county.as_deref(), Cell::text),
            Cell::or_empty(outcome.folder.plan.phases.get(p.phase), |phase| Cell::text(&*phase.name)),
            Cell::Count(p.covered.0),
            Cell::Count(p.gain.0),
            p.loss_if_refused.map_or_else(
                || Cell::text(lang.pick("不可缺：无可行替代方案", "indispensable: no plan without it")),
                |loss| Cell::Count(loss.0),
            ),
            Cell::text(alternatives.join(", ")),
            Cell::text(words::host(&site.host, lang)),
            Cell::or_empty(site.cost, Cell::Measure),
            Cell::text(format!("{:.6}", site.position.lon())),
            Cell::text(format!("{:.6}", site.position.lat())),
        ]
    });
    Sheet { name: lang.pick("建议新建", "proposal"), columns, rows: Box::new(rows) }
}

fn stations(outcome: &Outcome, lang: Lang) -> Sheet<'_> {
    let columns = lang.pick(
        vec!["编号", "名称", "县区", "状态", "类型", "启用日期", "服务能力（人）", "经度", "纬度"],
        vec!["id", "name", "county", "status", "kind", "opened", "capacity", "lon", "lat"],
    );
    let rows = outcome.folder.stations.iter().map(move |s| {
        vec![
            Cell::text(&*s.id),
            Cell::text(&*s.name),
            Cell::or_empty(s.county.as_deref(), Cell::text),
            Cell::text(words::status(s.status, lang)),
            Cell::text(words::station_kind(&s.kind, lang)),
            Cell::or_empty(s.opened, |date| Cell::text(date.to_string())),
            Cell::or_empty(s.capacity, Cell::Count),
            Cell::text(format!("{:.6}", s.position.lon())),
            Cell::text(format!("{:.6}", s.position.lat())),
        ]
    });
    Sheet { name: lang.pick("现有站点", "stations"), columns, rows: Box::new(rows) }
}

fn phases(outcome: &Outcome, lang: Lang) -> Sheet<'_> {
    let columns = lang.pick(
        vec![
            "阶段",
            "站点总数",
            "覆盖居民",
            "覆盖率",
            "单独最优覆盖居民",
            "加权覆盖",
            "单独最优加权覆盖",
            "分期代价（加权人数）",
            "阶段末建议站点",
        ],
        vec![
            "phase",
            "stations",
            "covered",
            "share",
            "best_alone",
            "objective",
            "best_alone_objective",
            "price of nesting",
            "sites",
        ],
    );
    let rows = outcome.phases.iter().map(|p| {
        let sites: Vec<&str> = p.sites.iter().map(|&i| &*outcome.candidates[i].id).collect();
        vec![
            Cell::text(&*p.name),
            Cell::Count(count(p.stations)),
            Cell::Count(p.reach.covered.0),
            Cell::or_empty(p.reach.share(), Cell::Share),
            Cell::Count(p.best_alone.0),
            Cell::Count(p.objective),
            Cell::Count(p.best_alone_objective),
            Cell::Count(p.best_alone_objective - p.objective),
            Cell::text(sites.join(", ")),
        ]
    });
    Sheet { name: lang.pick("分期", "phases"), columns, rows: Box::new(rows) }
}

fn quality(outcome: &Outcome, lang: Lang) -> Sheet<'_> {
    let rows = document::quality(outcome, lang).into_iter().map(|line| vec![Cell::Text(line)]);
    Sheet {
        name: lang.pick("数据质量", "quality"), columns: vec![lang.pick("说明", "finding")], rows: Box::new(rows)
    }
}

#[expect(clippy::cast_precision_loss, reason = "ranks and station totals are far below 2^53")]
fn count(n: usize) -> f64 {
    n as f64
}
