//! What does a bureau director read? One page, self-contained and printable on A4: the numbers, the map, the tables,
//! the proof in plain words, the gap list, and what it all rests on.
//!
//! No script, no request: style and map are inline, and a content policy in the page forbids everything else.
//! To add a section: a function from the outcome to `markup::Html` in `tables.rs`, `negotiation.rs` or `basis.rs`, and its line here.

mod basis;
pub(crate) mod chart;
mod markup;
mod negotiation;
mod tables;
mod travel;

use super::number::{people, percent, shown};
use super::words;
use crate::job::Outcome;
use crate::model::{Lang, PlaceLayer, counted};
use markup::{Html, escape};

pub(crate) const STYLE: &str = include_str!("style.css");
/// Nothing may be loaded or run; the page's own style is all there is.
pub(crate) const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The report as one HTML document in `lang`, with `map_svg` (an SVG document of [`super::map`]) inline.
///
/// All text from the data is escaped; `map_svg` is taken as it is, from its `<svg` on, and left out where it is none.
pub fn html(outcome: &Outcome, lang: Lang, map_svg: &str) -> String {
    let name = escape(&outcome.folder.plan.name);
    let kind = lang.pick("服务站布局方案", "Siting proposal");
    let sections = [
        header(outcome, lang),
        figures(outcome, lang),
        findings(outcome, lang),
        tables::counties(outcome, lang),
        tables::phases(outcome, lang),
        basis::certificate(outcome, lang),
        // The first sheet is the answer; the map has the second to itself.
        map(outcome, lang, map_svg),
        tables::breakdowns(outcome, lang),
        tables::proposal(outcome, lang),
        negotiation::negotiation(outcome, lang),
        Html::markup(super::document::review_sections(outcome, lang)),
        tables::gaps(outcome, lang),
        travel::travel(outcome, lang),
        basis::standards(outcome, lang),
        basis::inputs(outcome, lang),
        footer(outcome, lang),
    ];
    let body = sections.map(|s| s.to_string()).join("\n");
    let code = lang.pick("zh-CN", "en");
    format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"doorstep {version}\">\n<title>{name} · {kind}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n",
        version = env!("CARGO_PKG_VERSION"),
    )
}

fn header(outcome: &Outcome, lang: Lang) -> Html {
    let plan = &outcome.folder.plan;
    let remarks = outcome.remarks.iter().map(|r| r.say(lang));
    let notice = plan.notice.iter().map(|n| n.say(lang).to_owned());
    let lines: String = notice.chain(remarks).map(|l| format!("<p>{}</p>", escape(&l))).collect();
    let notice = if lines.is_empty() { lines } else { format!("<div class=\"notice\">{lines}</div>") };
    Html::markup(format!(
        "<header><p class=\"kind\"><span>{}</span><time datetime=\"{}\">{}</time></p><h1>{}</h1>{notice}</header>",
        lang.pick("服务站布局方案", "Siting proposal"),
        outcome.date,
        date(outcome.date, lang),
        escape(&plan.name),
    ))
}

fn date(date: time::Date, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月{}日", date.year(), u8::from(date.month()), date.day()),
        Lang::En => format!("{} {} {}", date.day(), date.month(), date.year()),
    }
}

/// The four numbers to remember.
fn figures(outcome: &Outcome, lang: Lang) -> Html {
    let total = &outcome.shares.total;
    let (today, after) = (total.today, total.proposed);
    let points = match (today.share(), after.share()) {
        (Some(a), Some(b)) => {
            let points = super::number::decimals((b - a) * 100.0, 1);
            lang.pick(format!("提高 {points} 个百分点"), format!("up {points} percentage points"))
        }
        _ => lang.pick("没有居民数据", "no residents in the data").to_owned(),
    };
    let (existing, proposed) = (outcome.existing(), outcome.proposals.len());
    let clusters = outcome.gaps.iter().filter(|g| outcome.folder.places[g.place].layer == PlaceLayer::Clusters).count();
    let residences = outcome.gaps.len() - clusters;
    let (now, all) = (people(today.covered.0), people(after.people.0));
    let cells = [
        (
            lang.pick("居民覆盖率", "Residents within reach"),
            format!(
                "<span class=\"was\">{}</span><span class=\"to\">→</span>{}",
                percent(today.share()),
                percent(after.share())
            ),
            points,
        ),
        (
            lang.pick("覆盖居民（人）", "Residents covered"),
            people(after.covered.0),
            lang.pick(format!("现状 {now} · 共 {all}"), format!("today {now}, of {all}")),
        ),
        (
            lang.pick("服务站（个）", "Stations"),
            format!("{existing} + {proposed} = {}", existing + proposed),
            lang.pick("现有和在建 + 建议新建", "existing or decided + proposed").to_owned(),
        ),
        (
            lang.pick("仍未覆盖居民（人）", "Still uncovered"),
            people(after.people.0 - after.covered.0),
            lang.pick(
                format!("{residences} 处居民点、{clusters} 处集聚区"),
                format!(
                    "in {}; {}",
                    counted(residences, "residence", "residences"),
                    counted(clusters, "cluster", "clusters")
                ),
            ),
        ),
    ];
    let cells = cells.map(|(label, number, note)| {
        format!("<div><p class=\"label\">{label}</p><p class=\"number\">{number}</p><p class=\"note\">{note}</p></div>")
    });
    Html::markup(format!("<section class=\"figures\">{}</section>", cells.concat()))
}

/// The same in one sentence, to be read out.
fn findings(outcome: &Outcome, lang: Lang) -> Html {
    let total = &outcome.shares.total;
    let (open, existing, proposed) = (outcome.open(), outcome.existing(), outcome.proposals.len());
    let decided = existing - open;
    let (today, after) = (percent(total.today.share()), percent(total.proposed.share()));
    let added = people(total.proposed.covered.0 - total.today.covered.0);
    let all = existing + proposed;
    let mut text = lang.pick(
        format!("目前 {open} 个已运营站点的服务圈覆盖居民的 {today}。"),
        format!(
            "Today the {} of {} {} {today} of the residents. ",
            if open == 1 { "circle" } else { "circles" },
            counted(open, "open station", "open stations"),
            if open == 1 { "holds" } else { "hold" }
        ),
    );
    if decided > 0 {
        text += &lang.pick(
            format!("另有 {decided} 个站点在建或已列入计划。"),
            format!("Another {decided} are being built or planned. "),
        );
    }
    text += &lang.pick(
        format!("建议新建 {proposed} 个，全部建成后共 {all} 个站点，覆盖居民的 {after}，比目前多 {added} 人。"),
        format!(
            "With {} as proposed, all {all} hold {after} of the residents, {} than today.",
            counted(proposed, "new station", "new stations"),
            shown(&added, "more person", "more people")
        ),
    );
    Html::markup(format!("<p class=\"lead\">{text}</p>"))
}

fn map(outcome: &Outcome, lang: Lang, svg: &str) -> Html {
    let Some(start) = svg.find("<svg") else { return Html::default() };
    let line = match &outcome.folder.plan.review_number {
        Some(number) => {
            lang.pick(format!("审图号：{}", escape(number)), format!("Map review number {}", escape(number)))
        }
        None => words::internal_use(lang).to_owned(),
    };
    Html::markup(format!(
        "<figure class=\"map\">{}<figcaption>{} · {line}</figcaption></figure>",
        &svg[start..],
        lang.pick("服务圈覆盖图：现状与方案", "Coverage map: today and proposed"),
    ))
}

fn footer(outcome: &Outcome, lang: Lang) -> Html {
    let internal = match &outcome.folder.plan.review_number {
        Some(_) => String::new(),
        None => format!("<strong>{}</strong> · ", words::internal_use(lang)),
    };
    Html::markup(format!(
        "<footer>{internal}{} {} · {}</footer>",
        lang.pick("由 doorstep", "Made by doorstep"),
        lang.pick(format!("{} 生成", env!("CARGO_PKG_VERSION")), env!("CARGO_PKG_VERSION").to_owned()),
        date(outcome.date, lang),
    ))
}

#[cfg(test)]
mod tests;
