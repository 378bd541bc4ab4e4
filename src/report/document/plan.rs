//! What does the report on a plan say, block by block? A file of its own because it is the content, in two languages, and
//! nothing of any file format: the first page and the order of what follows. Stations are told in `sites.rs`, who has it how far
//! and under which standard in `fairness.rs`, what it all rests on in `sources.rs`.

use super::fairness::{equity, sensitivity, standards_note};
use super::sites::{curve, gaps, phases, proposal};
use super::sources::{inputs, quality};
use super::{Block, Document, ROWS_ON_PAPER, Table, size_of};
use crate::job::{Outcome, Review};
use crate::measure::Change;
use crate::model::{Lang, counted};
use crate::report::number::{Num, decimals, people, percent, shown};
use crate::report::words;
use crate::report::workbook::Cell;
use crate::siting::{Proof, meets};

/// Fills a document; `map` is a PNG, `drawn` the curve as one and what it is called.
pub(super) fn document(
    outcome: &Outcome,
    review: &Review,
    lang: Lang,
    map: Vec<u8>,
    drawn: Option<(Vec<u8>, &'static str)>,
) -> Document {
    let mut blocks = summary(outcome, lang);
    blocks.push(Block::Table(counties(outcome, lang)));
    let (width, height) = size_of(&map);
    let line = outcome.folder.plan.review_number.as_ref().map_or_else(
        || words::internal_use(lang).to_owned(),
        |number| lang.pick(format!("审图号：{number}"), format!("Map review number {number}")),
    );
    blocks.push(Block::Picture { png: map, width, height, caption: line });
    section(&mut blocks, lang.pick("分期实施", "Phases"), phases(outcome, lang), None);
    section(
        &mut blocks,
        lang.pick("每个新站带来什么", "What each new station brings"),
        proposal(outcome, lang),
        Some(lang.pick(
            "“不采纳的损失”是去掉该站并重新求解后少覆盖的居民；带 ~ 的尚未证明。",
            "“If refused” is what is lost when the station is left out and the rest is solved again; ~ is not proved.",
        )),
    );
    equity(&mut blocks, outcome, review, lang);
    section(
        &mut blocks,
        lang.pick("换一个标准会怎样", "Under another standard"),
        sensitivity(outcome, review, lang),
        Some(standards_note(outcome, lang)),
    );
    section(&mut blocks, lang.pick("多建或少建几站", "More stations or fewer"), curve(outcome, lang), None);
    if let Some((png, caption)) = drawn {
        // Between the heading and its table.
        let (width, height) = size_of(&png);
        let at = blocks.len().saturating_sub(1);
        blocks.insert(at, Block::Picture { png, width, height, caption: caption.to_owned() });
    }
    section(&mut blocks, lang.pick("仍未覆盖的地点", "Places still uncovered"), gaps(outcome, review, lang), None);
    method(&mut blocks, outcome, lang);
    section(&mut blocks, lang.pick("数据来源与质量", "Data and their quality"), inputs(outcome, lang), None);
    let quality = quality(outcome, lang);
    blocks.extend(quality.into_iter().map(Block::Paragraph));
    Document {
        title: outcome.folder.plan.name.clone(),
        subtitle: format!("{} · {}", lang.pick("服务站布局方案报告", "Report on the siting proposal"), outcome.date),
        footer: format!("{} · doorstep {}", words::internal_use(lang), env!("CARGO_PKG_VERSION")),
        lang,
        date: Some(outcome.date),
        blocks,
    }
}

/// Sections that the page of the report has beside its own.
pub(crate) fn more(outcome: &Outcome, review: &Review, lang: Lang) -> Vec<Block> {
    let mut blocks = Vec::new();
    equity(&mut blocks, outcome, review, lang);
    section(
        &mut blocks,
        lang.pick("换一个标准会怎样", "Under another standard"),
        sensitivity(outcome, review, lang),
        Some(standards_note(outcome, lang)),
    );
    blocks
}

pub(super) fn section(blocks: &mut Vec<Block>, title: &str, table: Table, note: Option<&str>) {
    if table.rows.is_empty() {
        return;
    }
    blocks.push(Block::Heading(title.to_owned()));
    blocks.push(Block::Table(table));
    blocks.extend(note.map(|note| Block::Note(note.to_owned())));
}

pub(super) fn table(name: &'static str, columns: &[&str], widths: &[u32], rows: Vec<Vec<Cell>>) -> Table {
    Table {
        name,
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        widths: widths.to_vec(),
        rows,
        total: false,
        on_paper: ROWS_ON_PAPER,
    }
}

fn summary(outcome: &Outcome, lang: Lang) -> Vec<Block> {
    let total = &outcome.shares.total;
    let (existing, new) = (outcome.existing(), outcome.proposals.len());
    let (today, after) = (percent(total.today.share()), percent(total.proposed.share()));
    let left = people(total.proposed.people.0 - total.proposed.covered.0);
    let c = &outcome.certificate;
    let proof = match c.proof {
        Proof::Optimal => lang.pick(
            "已证明最优：在同样的候选点和条件下没有更好的方案。".to_owned(),
            "Proved optimal: under the same candidates and conditions no proposal is better.".to_owned(),
        ),
        Proof::Feasible => {
            let gap = decimals((c.gap * 1e4).ceil() / 100.0, 2);
            lang.pick(
                format!("可行：任何方案至多再好 {gap}%。"),
                format!("Feasible: no proposal can be better by more than {gap}%."),
            )
        }
    };
    let mut blocks: Vec<Block> =
        outcome.folder.plan.notice.iter().map(|n| Block::Note(n.say(lang).to_owned())).collect();
    blocks.push(Block::Paragraph(lang.pick(
        format!(
            "目前 {} 个已运营站点覆盖居民的 {today}。建议新建 {new} 个，建成后共 {} 个站点，覆盖居民的 {after}（{} 人），仍有 {left} 人在服务圈外。{proof}",
            outcome.open(),
            existing + new,
            people(total.proposed.covered.0)
        ),
        format!(
            "Today {} {today} of the residents. With {new} new, {} in all, {after} would be covered ({}); {left} {} outside. {proof}",
            counted(outcome.open(), "open station covers", "open stations cover"),
            existing + new,
            shown(&people(total.proposed.covered.0), "person", "people"),
            if left == "1" { "stays" } else { "stay" }
        ),
    )));
    blocks.extend(outcome.remarks.iter().map(|remark| Block::Note(remark.say(lang).to_owned())));
    blocks
}

fn counties(outcome: &Outcome, lang: Lang) -> Table {
    let row = |name: &str, change: &Change| {
        vec![
            Cell::text(name),
            Cell::Count(change.proposed.people.0),
            Cell::Count(change.today.covered.0),
            Cell::or_empty(change.today.share(), Cell::Share),
            Cell::Count(change.proposed.covered.0),
            Cell::or_empty(change.proposed.share(), Cell::Share),
        ]
    };
    let shares = &outcome.shares;
    let mut rows: Vec<Vec<Cell>> =
        shares.by_county.iter().map(|(c, change)| row(words::county(c.as_deref(), lang), change)).collect();
    let t = &shares.total;
    let ratio = |share: crate::measure::Share, over| {
        Cell::or_empty(share.share(), |value| Cell::Ratio { value, over, under: 1 })
    };
    rows.push(vec![
        Cell::text(lang.pick("合计", "All counties")),
        Cell::Sum(t.proposed.people.0),
        Cell::Sum(t.today.covered.0),
        ratio(t.today, 2),
        Cell::Sum(t.proposed.covered.0),
        ratio(t.proposed, 4),
    ]);
    let columns = lang.pick(
        ["县（市、区）", "居民", "现状覆盖", "现状覆盖率", "方案覆盖", "方案覆盖率"],
        ["County", "Residents", "Covered today", "Share today", "Covered after", "Share after"],
    );
    Table { total: true, ..table(lang.pick("各县区", "counties"), &columns, &[4, 2, 2, 2, 2, 2], rows) }
}

fn method(blocks: &mut Vec<Block>, outcome: &Outcome, lang: Lang) {
    let c = &outcome.certificate;
    blocks.push(Block::Heading(lang.pick("方法与证明", "Method and certificate").into()));
    let standards: Vec<String> = outcome
        .standards
        .iter()
        .map(|s| {
            let whom = s.setting.map_or(lang.pick("全部", "all"), |x| words::setting(Some(x), lang));
            format!(
                "{whom}: {} {}, r = {} m",
                words::mode(s.mode, lang),
                lang.pick(format!("{} 分钟", Num(s.minutes.0)), format!("{} min", Num(s.minutes.0))),
                decimals(s.radius.0, 0)
            )
        })
        .collect();
    blocks.push(Block::Paragraph(format!(
        "{}{}",
        lang.pick("服务圈标准：", "Standards: "),
        standards.join(lang.pick("；", "; "))
    )));
    let checked = checked(outcome, lang);
    blocks.push(Block::Paragraph(lang.pick(
        format!(
            "目标函数为加权覆盖人数 {}；已证明任何方案不超过 {}。方法：{}。{checked}",
            people(c.objective),
            people(c.bound),
            words::method(&c.method, lang)
        ),
        format!(
            "The objective is {} weighted people covered; it is proved that none covers more than {}. Method: {}. {checked}",
            people(c.objective),
            people(c.bound),
            words::method(&c.method, lang)
        ),
    )));
}

/// What someone who does not trust this program can check of the proof.
fn checked(outcome: &Outcome, lang: Lang) -> String {
    if outcome.evidence.leaves.nodes.is_empty() {
        return lang.pick(
            "这一目标的证明由本程序的搜索完成，certificate.json 还不含其证明树，暂不能在程序之外复核。",
            "This objective is proved by the program's own search; certificate.json does not hold its tree yet, so that it cannot be checked from outside.",
        )
        .to_owned();
    }
    if !outcome.folder.plan.objective.phases.is_empty() {
        return lang.pick(
            "certificate.json 可由不信任本程序的人复核，但只就最后一期本身而言，不含各期之和。",
            "certificate.json lets anybody check it who does not trust this program, of the last phase on its own, not of the sum over phases.",
        )
        .to_owned();
    }
    let (leaves, worst) = (&outcome.evidence.leaves, &outcome.evidence.worst);
    let whole = meets(leaves.objective, leaves.bound) && worst.as_ref().is_none_or(|w| !w.tree.nodes.is_empty());
    if outcome.certificate.proof == Proof::Optimal && !whole {
        let most = people(leaves.bound as f64 / outcome.evidence.units_per_person);
        return lang.pick(
            format!("其中可在程序之外复核的部分较弱：certificate.json 只证明任何方案不超过 {most}。"),
            format!(
                "What can be checked from outside is less: certificate.json proves that none covers more than {most}."
            ),
        );
    }
    lang.pick(
        "certificate.json 可由不信任本程序的人复核。",
        "certificate.json lets anybody check it who does not trust this program.",
    )
    .to_owned()
}
