//! What does coverage look like against the number of stations? The curve as a small drawing, inline in the page and alone for a
//! document. A file of its own because it is drawn, with its own scales, where the rest of the page is text.

use super::markup::{Html, escape};
use crate::job::Outcome;
use crate::model::{Lang, counted};
use crate::report::font;
use crate::report::number::percent;
use std::fmt::Write;

/// The sheet, in units of about a third of a millimetre on A4.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 236.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 22.0;
const BOTTOM: f64 = 34.0;
/// How far the words about all candidates reach, in which the line of the target would run through them.
const CROSSED: f64 = 150.0;
/// Numbers under the horizontal axis at most.
const TICKS: usize = 12;

/// Where a number of stations and a share stand on the sheet.
struct Scale {
    first: usize,
    last: usize,
}

impl Scale {
    fn x(&self, stations: usize) -> f64 {
        let part = (stations - self.first) as f64 / (self.last - self.first).max(1) as f64;
        LEFT + part * (WIDTH - LEFT - RIGHT)
    }

    fn y(share: f64) -> f64 {
        TOP + (1.0 - share.clamp(0.0, 1.0)) * (HEIGHT - TOP - BOTTOM)
    }
}

/// What the page's style sheet says, for a drawing that stands alone.
const STYLE: &str = "text { fill: #5a6675; } .strong { fill: #1a2330; } line { stroke: #d3dae2; stroke-width: .8; } \
    .most { stroke: #9fabb8; stroke-dasharray: 2 3; } .target { stroke: #c8862a; stroke-dasharray: 5 3; stroke-width: 1.2; } \
    .open { fill: #9cc3e0; fill-opacity: .45; } .found { fill: none; stroke: #14466f; stroke-width: 1.4; } \
    .proved { fill: #14466f; } .unproved { fill: #fff; stroke: #14466f; } .plan { fill: #c8862a; stroke: #fff; stroke-width: 1.2; }";
/// Width of a drawing that stands alone, in millimetres: the text of A4.
const ALONE: f64 = 170.0;

/// The curve for a page. Nothing where there is none.
pub(super) fn curve(outcome: &Outcome, lang: Lang) -> Html {
    let Some(marks) = marks(outcome, lang) else { return Html::default() };
    let label = escape(name(lang));
    Html::markup(format!(
        "<svg class=\"curve\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{label}\">{marks}</svg>"
    ))
}

/// The same curve as a document of its own, and what it is called; `None` where there is none.
pub(crate) fn drawing(outcome: &Outcome, lang: Lang) -> Option<(String, &'static str)> {
    let marks = marks(outcome, lang)?;
    let high = ALONE * HEIGHT / WIDTH;
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{ALONE}mm\" height=\"{high}mm\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"{}\" font-size=\"10.5\"><style>{STYLE}</style>{marks}</svg>",
        font::FAMILIES
    );
    Some((svg, name(lang)))
}

fn name(lang: Lang) -> &'static str {
    lang.pick("覆盖率随站点数变化的曲线", "Coverage by number of stations")
}

/// Share of all weighted people by number of stations, with what is proved to be impossible, the target and the proposal.
/// `None` where there are fewer than two points or nobody to cover.
fn marks(outcome: &Outcome, lang: Lang) -> Option<String> {
    let curve = &outcome.curve;
    let (first, last) = (curve.points.first()?, curve.points.last()?);
    if curve.points.len() < 2 || curve.total <= 0.0 {
        return None;
    }
    let target = outcome.existing() + outcome.proposals.len();
    let scale = Scale { first: first.stations, last: last.stations.max(target) };
    let share = |weighted: f64| weighted / curve.total;
    let mut svg = String::new();
    axes(&mut svg, &scale, lang);

    // Between the curve and its bound lies what is neither reached nor ruled out.
    let point = |stations: usize, value: f64| format!("{:.1},{:.1}", scale.x(stations), Scale::y(share(value)));
    let found: Vec<String> = curve.points.iter().map(|p| point(p.stations, p.objective)).collect();
    if curve.points.iter().any(|p| !p.proved) {
        let bounds = curve.points.iter().rev().map(|p| point(p.stations, p.bound));
        let ring: Vec<String> = found.iter().cloned().chain(bounds).collect();
        put(&mut svg, format_args!("<polygon class=\"open\" points=\"{}\"/>", ring.join(" ")));
    }
    let most = Scale::y(share(curve.coverable));
    put(
        &mut svg,
        format_args!("<line class=\"most\" x1=\"{LEFT}\" y1=\"{most:.1}\" x2=\"{}\" y2=\"{most:.1}\"/>", WIDTH - RIGHT),
    );
    let all = percent(Some(share(curve.coverable)));
    let all = lang.pick(format!("全部候选点合计 {all}"), format!("all candidates together {all}"));
    // Beside the line of the target where that would run through the words.
    let at = Some(scale.x(target)).filter(|x| (LEFT..LEFT + CROSSED).contains(x)).unwrap_or(LEFT);
    put(&mut svg, format_args!("<text x=\"{:.1}\" y=\"{:.1}\">{all}</text>", at + 4.0, most + 11.0));
    put(&mut svg, format_args!("<polyline class=\"found\" points=\"{}\"/>", found.join(" ")));
    for p in &curve.points {
        let (x, y) = (scale.x(p.stations), Scale::y(share(p.objective)));
        let class = if p.proved { "proved" } else { "unproved" };
        put(&mut svg, format_args!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.2\"/>"));
    }

    let (x, reached) = (scale.x(target), share(outcome.certificate.objective));
    let y = Scale::y(reached);
    put(
        &mut svg,
        format_args!("<line class=\"target\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{}\"/>", HEIGHT - BOTTOM),
    );
    put(&mut svg, format_args!("<circle class=\"plan\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\"/>"));
    let plan = lang.pick(
        format!("本方案：{target} 站，{}", percent(Some(reached))),
        format!("the proposal: {}, {}", counted(target, "station", "stations"), percent(Some(reached))),
    );
    // The side with more room.
    let (anchor, shift) = if x > WIDTH / 2.0 { ("end", -6.0) } else { ("start", 6.0) };
    put(
        &mut svg,
        format_args!(
            "<text class=\"strong\" text-anchor=\"{anchor}\" x=\"{:.1}\" y=\"{:.1}\">{plan}</text>",
            x + shift,
            TOP - 8.0
        ),
    );
    Some(svg)
}

fn axes(svg: &mut String, scale: &Scale, lang: Lang) {
    for fifth in 0..=5 {
        let y = Scale::y(f64::from(fifth) / 5.0);
        put(
            svg,
            format_args!("<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{}\" y2=\"{y:.1}\"/>", WIDTH - RIGHT),
        );
        put(
            svg,
            format_args!("<text text-anchor=\"end\" x=\"{}\" y=\"{:.1}\">{}%</text>", LEFT - 5.0, y + 3.5, fifth * 20),
        );
    }
    let step = (scale.last - scale.first).div_ceil(TICKS).max(1);
    let base = HEIGHT - BOTTOM;
    for stations in (scale.first..=scale.last).step_by(step) {
        let x = scale.x(stations);
        put(svg, format_args!("<text text-anchor=\"middle\" x=\"{x:.1}\" y=\"{:.1}\">{stations}</text>", base + 13.0));
    }
    let name = lang.pick("站点总数（含现有、在建和已定）", "stations, existing and decided ones included");
    put(
        svg,
        format_args!(
            "<text text-anchor=\"middle\" x=\"{:.1}\" y=\"{:.1}\">{name}</text>",
            (LEFT + WIDTH - RIGHT) / 2.0,
            HEIGHT - 5.0
        ),
    );
}

fn put(svg: &mut String, what: std::fmt::Arguments<'_>) {
    svg.write_fmt(what).expect("writing to a string cannot fail");
}
