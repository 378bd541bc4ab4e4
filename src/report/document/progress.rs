//! What has been done of the plan, by month, quarter or year? The two annexes that a bureau owes: the task plan (stations per
//! county and year) and the work report. A file of its own because it reads the log, which no other report does; which days
//! count is `period.rs`.

use super::period::{Period, year_of};
use super::{Block, Document, ROWS_ON_PAPER, Table};
use crate::job::Outcome;
use crate::model::{Lang, ProgressEntry, Station, Status, counted};
use crate::report::workbook::Cell;
use crate::report::{
    number::{people, shown},
    words,
};
use std::collections::{BTreeMap, BTreeSet};
use time::{Date, Month};

/// A station as it stood at the end of the period.
struct Standing<'a> {
    station: &'a Station,
    /// `None` where nothing had begun.
    status: Option<Status>,
    since: Option<Date>,
    due: Option<Date>,
    late: bool,
    opened_now: bool,
    /// People served in the period and since the year began; `None` where nobody recorded it.
    served: Option<f64>,
    served_in_year: Option<f64>,
    problem: Option<&'a str>,
    next_step: Option<&'a str>,
}

fn standing<'a>(station: &'a Station, log: &[&'a ProgressEntry], period: Period) -> Standing<'a> {
    let until: Vec<&&ProgressEntry> = log.iter().filter(|e| e.date <= period.last).collect();
    let change = until.iter().rev().find_map(|e| Some((e.status?, e.date)));
    let by_opening = station.opened.filter(|opened| *opened <= period.last).map(|opened| (Status::Open, opened));
    // A log that says nothing of the status yet leaves what the plan says today.
    let logged = log.iter().any(|e| e.status.is_some());
    let (status, since) = match (change.or(by_opening), logged) {
        (Some((status, since)), _) => (Some(status), Some(since)),
        (None, true) => (None, None),
        (None, false) => (Some(station.status).filter(|s| *s != Status::Open || station.opened.is_none()), None),
    };
    let due = until.iter().rev().find_map(|e| e.due);
    let sum = |from: Date| {
        let served: Vec<f64> = until.iter().filter(|e| e.date >= from).filter_map(|e| e.served).collect();
        (!served.is_empty()).then(|| served.iter().sum())
    };
    let year_began = Date::from_calendar_date(period.first.year(), Month::January, 1).unwrap_or(period.first);
    // What stood in the way of a station that is not open yet still does.
    let pending = status != Some(Status::Open);
    let latest = |text: fn(&ProgressEntry) -> Option<&str>| {
        until.iter().rev().filter(|e| pending || e.date >= period.first).find_map(|e| text(e))
    };
    Standing {
        station,
        status,
        since,
        due,
        late: due.is_some_and(|due| due <= period.last) && !matches!(status, Some(Status::Open | Status::Closed)),
        opened_now: status == Some(Status::Open) && since.is_some_and(|since| period.holds(since)),
        served: sum(period.first),
        served_in_year: sum(year_began),
        problem: latest(|e| e.problem.as_deref()),
        next_step: latest(|e| e.next_step.as_deref()),
    }
}

/// The work report of a period with its two annexes.
pub fn progress(outcome: &Outcome, log: &[ProgressEntry], period: Period, lang: Lang) -> Document {
    let mut by_station: BTreeMap<&str, Vec<&ProgressEntry>> = BTreeMap::new();
    for entry in log {
        by_station.entry(&entry.station).or_default().push(entry);
    }
    let none = Vec::new();
    let standings: Vec<Standing<'_>> = outcome
        .folder
        .stations
        .iter()
        .map(|s| standing(s, by_station.get(s.id.as_str()).unwrap_or(&none), period))
        .collect();
    let mut blocks = summary(outcome, &standings, period, lang);
    blocks.push(Block::Heading(lang.pick("附件1 任务计划表", "Annex 1: task plan").into()));
    blocks.push(Block::Table(tasks(outcome, lang)));
    blocks.push(Block::Note(
        lang.pick(
            "各阶段列为该阶段建议新建的站点数；附件的正式格式以上级通知为准。",
            "Phase columns count the stations proposed for that phase; the official form of the annex is the one of the notice.",
        )
        .into(),
    ));
    blocks.push(Block::Heading(lang.pick("附件2 工作情况统计表", "Annex 2: work report").into()));
    blocks.push(Block::Table(work(outcome, &standings, lang)));
    blocks.push(Block::Heading(lang.pick("站点情况", "Stations").into()));
    blocks.push(Block::Table(list(&standings, lang)));
    blocks.push(Block::Note(
        lang.pick(
            "“逾期”：计划完成日期已到而未运营。服务人数只计台账中记录的，空白表示没有记录。",
            "Late: due by the end of the period and not open. People served are those the log records; blank means no record.",
        )
        .into(),
    ));
    Document {
        title: outcome.folder.plan.name.clone(),
        subtitle: format!("{} · {}", lang.pick("工作情况报告", "Work report"), period.say(lang)),
        footer: format!("doorstep {} · {}", env!("CARGO_PKG_VERSION"), outcome.date),
        lang,
        date: Some(outcome.date),
        blocks,
    }
}

fn count(n: usize) -> Cell {
    Cell::Count(n as f64)
}

fn summary(outcome: &Outcome, standings: &[Standing<'_>], period: Period, lang: Lang) -> Vec<Block> {
    let with = |status| standings.iter().filter(|s| s.status == Some(status)).count();
    let (open, building, planned) = (with(Status::Open), with(Status::Building), with(Status::Planned));
    let new = standings.iter().filter(|s| s.opened_now).count();
    let late = standings.iter().filter(|s| s.late).count();
    let served: Vec<f64> = standings.iter().filter_map(|s| s.served).collect();
    let target = outcome.folder.plan.target;
    let mut blocks = vec![Block::Paragraph(lang.pick(
        format!(
            "截至{}，已运营站点 {open} 个，在建 {building} 个，列入计划 {planned} 个；本期新增运营 {new} 个；规划目标 {target} 个，尚差 {} 个。",
            period.last,
            target.saturating_sub(open)
        ),
        format!(
            "On {}, {} open, {building} being built, {planned} planned; {new} opened in this period. The target is {target}: {} still to open.",
            period.last,
            counted(open, "station is", "stations are"),
            target.saturating_sub(open)
        ),
    ))];
    if !served.is_empty() {
        let sum = people(served.iter().sum());
        blocks.push(Block::Paragraph(lang.pick(
            format!("本期记录服务 {sum} 人次（{} 个站点有记录）。", served.len()),
            format!(
                "{} recorded as served in this period, by {}.",
                shown(&sum, "person was", "people were"),
                counted(served.len(), "station", "stations")
            ),
        )));
    }
    if late > 0 {
        blocks.push(Block::Paragraph(lang.pick(
            format!("逾期站点 {late} 个，见下表。"),
            format!("{} late: see below.", counted(late, "station is", "stations are")),
        )));
    }
    // A phase that is named after a year ends with it.
    for phase in &outcome.folder.plan.phases {
        let digits: String = phase.name.chars().filter(char::is_ascii_digit).take(4).collect();
        let ended = year_of(&digits).is_some_and(|year| {
            year < period.last.year() || (year == period.last.year() && u8::from(period.last.month()) == 12)
        });
        if ended && open < phase.stations {
            blocks.push(Block::Paragraph(lang.pick(
                format!("阶段“{}”应有 {} 个站点，实际运营 {open} 个，未完成。", phase.name, phase.stations),
                format!(
                    "Phase {} called for {}; {open} are open: not reached.",
                    phase.name,
                    counted(phase.stations, "station", "stations")
                ),
            )));
        }
    }
    blocks
}

/// Every county of stations and proposals, by name; `None` last.
fn counties(outcome: &Outcome) -> Vec<Option<&str>> {
    let stations = outcome.folder.stations.iter().map(|s| s.county.as_deref());
    let proposed = outcome.proposals.iter().map(|p| outcome.candidates[p.candidate].county.as_deref());
    let known = outcome.shares.by_county.iter().map(|(c, _)| c.as_deref());
    let all: BTreeSet<Option<&str>> = stations.chain(proposed).chain(known).collect();
    let (none, mut named): (Vec<_>, Vec<_>) = all.into_iter().partition(Option::is_none);
    named.extend(none);
    named
}

/// Stations per county and phase.
fn tasks(outcome: &Outcome, lang: Lang) -> Table {
    let phases = &outcome.folder.plan.phases;
    let mut columns =
        vec![lang.pick("县（市、区）", "County").to_owned(), lang.pick("现有和在建", "Existing or decided").to_owned()];
    columns.extend(phases.iter().map(|p| p.name.clone()));
    columns.push(lang.pick("合计", "Total").to_owned());
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut sums = vec![0usize; phases.len() + 2];
    for county in counties(outcome) {
        let existing =
            outcome.folder.stations.iter().filter(|s| s.status.counts() && s.county.as_deref() == county).count();
        let mut numbers = vec![existing];
        numbers.extend((0..phases.len()).map(|phase| {
            outcome
                .proposals
                .iter()
                .filter(|p| p.phase == phase && outcome.candidates[p.candidate].county.as_deref() == county)
                .count()
        }));
        numbers.push(numbers.iter().sum());
        for (sum, n) in sums.iter_mut().zip(&numbers) {
            *sum += n;
        }
        rows.push(
            std::iter::once(Cell::text(words::county(county, lang))).chain(numbers.into_iter().map(count)).collect(),
        );
    }
    let total =
        std::iter::once(Cell::text(lang.pick("合计", "Total"))).chain(sums.into_iter().map(|n| Cell::Sum(n as f64)));
    rows.push(total.collect());
    let mut widths = vec![3, 2];
    widths.resize(columns.len(), 1);
    Table { name: lang.pick("任务计划", "tasks"), columns, widths, rows, total: true, on_paper: ROWS_ON_PAPER }
}

/// What was done, per county.
fn work(outcome: &Outcome, standings: &[Standing<'_>], lang: Lang) -> Table {
    let columns = lang.pick(
        [
            "县（市、区）",
            "列入计划",
            "在建",
            "已运营",
            "本期新增运营",
            "逾期",
            "本期服务人数",
            "本年服务人数",
            "存在问题",
            "下一步",
        ],
        [
            "County",
            "Planned",
            "Building",
            "Open",
            "Opened now",
            "Late",
            "Served",
            "Served this year",
            "Problems",
            "Next step",
        ],
    );
    let mut rows = Vec::new();
    let mut sums = [0.0; 7];
    for county in counties(outcome) {
        let own: Vec<&Standing<'_>> = standings.iter().filter(|s| s.station.county.as_deref() == county).collect();
        let with = |status| own.iter().filter(|s| s.status == Some(status)).count() as f64;
        let served = |of: fn(&Standing<'_>) -> Option<f64>| {
            let all: Vec<f64> = own.iter().filter_map(|s| of(s)).collect();
            (!all.is_empty()).then(|| all.iter().sum::<f64>())
        };
        let (now, year) = (served(|s| s.served), served(|s| s.served_in_year));
        let numbers = [
            with(Status::Planned),
            with(Status::Building),
            with(Status::Open),
            own.iter().filter(|s| s.opened_now).count() as f64,
            own.iter().filter(|s| s.late).count() as f64,
        ];
        for (sum, n) in sums.iter_mut().zip(numbers.into_iter().chain([now.unwrap_or(0.0), year.unwrap_or(0.0)])) {
            *sum += n;
        }
        let say = |of: fn(&Standing<'_>) -> Option<String>| {
            let all: Vec<String> = own.iter().filter_map(|s| of(s)).collect();
            if all.is_empty() { Cell::Empty } else { Cell::text(all.join(lang.pick("；", "; "))) }
        };
        let mut row = vec![Cell::text(words::county(county, lang))];
        row.extend(numbers.map(Cell::Count));
        row.extend([Cell::or_empty(now, Cell::Count), Cell::or_empty(year, Cell::Count)]);
        row.push(say(|s| s.problem.map(|p| format!("{}: {p}", s.station.name))));
        row.push(say(|s| s.next_step.map(|n| format!("{}: {n}", s.station.name))));
        rows.push(row);
    }
    let mut total = vec![Cell::text(lang.pick("合计", "Total"))];
    total.extend(sums.map(Cell::Sum));
    total.extend([Cell::Empty, Cell::Empty]);
    rows.push(total);
    Table {
        name: lang.pick("工作情况", "work"),
        columns: columns.map(str::to_owned).to_vec(),
        widths: vec![10, 8, 8, 6, 8, 5, 7, 8, 12, 12],
        rows,
        total: true,
        on_paper: ROWS_ON_PAPER,
    }
}

/// Every station.
fn list(standings: &[Standing<'_>], lang: Lang) -> Table {
    let columns = lang.pick(
        ["编号", "名称", "县（市、区）", "状态", "自", "计划完成", "逾期", "本期服务人数", "存在问题", "下一步"],
        ["Id", "Name", "County", "Status", "Since", "Due", "Late", "Served", "Problem", "Next step"],
    );
    let day = |date: Option<Date>| Cell::or_empty(date, |d| Cell::text(d.to_string()));
    let row = |s: &Standing<'_>| {
        vec![
            Cell::text(&*s.station.id),
            Cell::text(&*s.station.name),
            Cell::text(words::county(s.station.county.as_deref(), lang)),
            Cell::text(s.status.map_or(lang.pick("未开始", "not begun"), |status| words::status(status, lang))),
            day(s.since),
            day(s.due),
            if s.late { Cell::text(lang.pick("逾期", "late")) } else { Cell::Empty },
            Cell::or_empty(s.served, Cell::Count),
            Cell::or_empty(s.problem, Cell::text),
            Cell::or_empty(s.next_step, Cell::text),
        ]
    };
    Table {
        name: lang.pick("站点", "stations"),
        columns: columns.map(str::to_owned).to_vec(),
        widths: vec![6, 13, 9, 8, 12, 12, 6, 8, 9, 9],
        rows: standings.iter().map(row).collect(),
        total: false,
        on_paper: ROWS_ON_PAPER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn entry(date: Date, status: Option<Status>, due: Option<Date>, served: Option<f64>) -> ProgressEntry {
        ProgressEntry { station: "S1".into(), date, status, due, served, problem: None, next_step: None }
    }

    #[test]
    fn a_station_stands_as_its_log_says_and_is_late_only_once_it_is_due() {
        let outcome = crate::report::fixture::outcome();
        let station = Station { opened: None, ..outcome.folder.stations[0].clone() };
        let log = [
            entry(date!(2026 - 02 - 01), Some(Status::Planned), Some(date!(2026 - 08 - 31)), None),
            entry(date!(2026 - 05 - 10), Some(Status::Building), None, None),
            entry(date!(2026 - 10 - 20), Some(Status::Open), None, Some(30.0)),
            entry(date!(2026 - 11 - 20), None, None, Some(12.0)),
        ];
        let log: Vec<&ProgressEntry> = log.iter().collect();
        let at = |quarter: &str| standing(&station, &log, Period::quarter(quarter).expect("a quarter"));
        assert_eq!(at("2025Q4").status, None);
        assert_eq!((at("2026Q2").status, at("2026Q2").late), (Some(Status::Building), false));
        assert_eq!((at("2026Q3").status, at("2026Q3").late), (Some(Status::Building), true));
        let end = at("2026Q4");
        assert_eq!((end.status, end.late, end.opened_now), (Some(Status::Open), false, true));
        assert_eq!((end.served, end.served_in_year), (Some(42.0), Some(42.0)));
        assert_eq!(at("2027Q1").served, None);
        assert!(!at("2027Q1").opened_now);
    }
}
