//! What does the report on a plan say, block by block? A file of its own because it is the content, in two languages, and
//! nothing of any file format. It is long, over 400 lines, because it is one document from the first page to the hashes.

use super::{Block, Document, GAPS_ON_PAPER, ROWS_ON_PAPER, Table, size_of};
use crate::job::{Outcome, Review, Variation};
use crate::measure::{Change, Evenness, SiteRef};
use crate::model::{Lang, Model, Season};
use crate::read::doubts;
use crate::report::number::{Num, decimals, people, percent};
use crate::report::words;
use crate::report::workbook::Cell;
use crate::siting::Proof;

/// Fills a document.
pub(super) fn document(outcome: &Outcome, review: &Review, lang: Lang, map: Vec<u8>) -> Document {
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
        Some(lang.pick(
            "站点不变，只改变标准，按直线服务圈计算；以公里计的标准不随分钟数改变。",
            "The stations stay, the standard changes, by straight-line circles; standards in kilometres do not change with the minutes.",
        )),
    );
    section(&mut blocks, lang.pick("多建或少建几站", "More stations or fewer"), curve(outcome, lang), None);
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
        None,
    );
    blocks
}

fn section(blocks: &mut Vec<Block>, title: &str, table: Table, note: Option<&str>) {
    if table.rows.is_empty() {
        return;
    }
    blocks.push(Block::Heading(title.to_owned()));
    blocks.push(Block::Table(table));
    blocks.extend(note.map(|note| Block::Note(note.to_owned())));
}

fn table(name: &'static str, columns: &[&str], widths: &[u32], rows: Vec<Vec<Cell>>) -> Table {
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
    let mut blocks: Vec<Block> = outcome.folder.plan.notice.iter().map(|n| Block::Note(n.clone())).collect();
    blocks.push(Block::Paragraph(lang.pick(
        format!(
            "目前 {} 个已运营站点覆盖居民的 {today}。建议新建 {new} 个，建成后共 {} 个站点，覆盖居民的 {after}（{} 人），仍有 {left} 人在服务圈外。{proof}",
            outcome.open(),
            existing + new,
            people(total.proposed.covered.0)
        ),
        format!(
            "Today {} open stations cover {today} of the residents. With {new} new ones, {} in all, {after} would be covered ({} people); {left} stay outside. {proof}",
            outcome.open(),
            existing + new,
            people(total.proposed.covered.0)
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

fn phases(outcome: &Outcome, lang: Lang) -> Table {
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

fn proposal(outcome: &Outcome, lang: Lang) -> Table {
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
        &[1, 2, 5, 3, 2, 2, 2, 3],
        outcome.proposals.iter().map(row).collect(),
    )
}

fn equity(blocks: &mut Vec<Block>, outcome: &Outcome, review: &Review, lang: Lang) {
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

fn sensitivity(outcome: &Outcome, review: &Review, lang: Lang) -> Table {
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
    let columns = lang.pick(
        ["标准", "现状覆盖率", "方案覆盖率", "方案覆盖居民"],
        ["Standard", "Share today", "Share after", "Residents after"],
    );
    table(lang.pick("敏感性", "sensitivity"), &columns, &[4, 2, 2, 2], rows)
}

fn curve(outcome: &Outcome, lang: Lang) -> Table {
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

fn gaps(outcome: &Outcome, review: &Review, lang: Lang) -> Table {
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
            Cell::or_empty(cover.nearest, |n| Cell::Count(n.minutes.0)),
            Cell::text(words::reason(gap.reason, lang)),
            Cell::text(close),
        ]
    };
    let columns = lang.pick(
        ["序", "地点", "县（市、区）", "未覆盖人数", "最近站点", "分钟", "原因", "如何补上"],
        ["No.", "Place", "County", "People", "Nearest station", "Min.", "Reason", "What would close it"],
    );
    let listed = table(
        lang.pick("缺口", "gaps"),
        &columns,
        &[1, 3, 3, 2, 4, 2, 3, 5],
        outcome.gaps.iter().enumerate().map(row).collect(),
    );
    Table { on_paper: GAPS_ON_PAPER, ..listed }
}

/// Where people are met whom no building reaches.
pub(crate) fn visit(place: &str, lang: Lang) -> String {
    lang.pick(format!("流动服务：定期到“{place}”"), format!("outreach: scheduled visits to {place}"))
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
    blocks.push(Block::Paragraph(lang.pick(
        format!(
            "目标函数为加权覆盖人数 {}；已证明任何方案不超过 {}。方法：{}。certificate.json 可由不信任本程序的人复核。",
            people(c.objective),
            people(c.bound),
            words::method(&c.method, lang)
        ),
        format!(
            "The objective is {} weighted people covered; it is proved that none covers more than {}. Method: {}. certificate.json lets anybody check it who does not trust this program.",
            people(c.objective),
            people(c.bound),
            words::method(&c.method, lang)
        ),
    )));
}

fn inputs(outcome: &Outcome, lang: Lang) -> Table {
    let row = |input: &crate::model::Input| {
        vec![
            Cell::text(words::input_layer(&input.layer, lang)),
            Cell::text(&*input.file),
            Cell::Count(input.features as f64),
            Cell::or_empty(input.datum.as_deref(), Cell::text),
            Cell::text(&*input.sha256),
        ]
    };
    let columns =
        lang.pick(["图层", "文件", "要素数", "坐标基准", "SHA-256"], ["Layer", "File", "Features", "Datum", "SHA-256"]);
    table(lang.pick("数据来源", "inputs"), &columns, &[2, 3, 2, 2, 6], outcome.folder.inputs.iter().map(row).collect())
}

/// What a reader must know of the data.
pub(crate) fn quality(outcome: &Outcome, lang: Lang) -> Vec<String> {
    let folder = &outcome.folder;
    let mut lines = Vec::new();
    let mut say = |n: usize, zh: String, en: String| {
        if n > 0 {
            lines.push(lang.pick(zh, en));
        }
    };
    let no_county = folder.places.iter().filter(|p| p.county.is_none()).count();
    say(no_county, format!("{no_county} 处没有县区。"), format!("{no_county} places have no county."));
    let no_setting = folder.places.iter().filter(|p| p.setting.is_none()).count();
    say(no_setting, format!("{no_setting} 处没有注明城乡。"), format!("{no_setting} places state no setting."));
    let empty = folder.places.iter().filter(|p| p.people.0 == 0.0).count();
    say(empty, format!("{empty} 处人数为 0。"), format!("{empty} places have no people."));
    let areas = folder.places.iter().filter(|p| matches!(p.shape, crate::model::Shape::Area(_))).count();
    say(areas, format!("{areas} 处为面，按 H3 格网分摊。"), format!("{areas} places are areas, spread over H3 cells."));
    let edge = outcome.evidence.at_the_limit.len();
    say(
        edge,
        format!("{edge} 对地点与站点恰在标准边缘。"),
        format!("{edge} pairs of place and site are right at the limit."),
    );
    lines.extend(doubts(folder, &[]).iter().map(|d| d.say(lang)));
    if lines.is_empty() {
        lines.push(lang.pick("未发现数据问题。", "No problem was found in the data.").to_owned());
    }
    lines
}
