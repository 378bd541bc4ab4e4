//! How is the page laid out? Title above, map at the left (or above, on a high sheet), numbers and legend beside it,
//! notices below. A file of its own: it decides where everything stands and leaves the rest to the others.

use super::arrange::{Arrangement, HEADING, Task, arrange};
use super::contents::{self, Inset, Style};
use super::frame::Frame;
use super::legend::{self, Shown};
use super::mark::{Anchor, Marks};
use super::merge::Group;
use super::palette::{BLACK, GREY, WHITE};
use super::paper::{EM, Pt, Rect};
use super::scale_bar::{self, Bar};
use super::scene::{PinKind, Scene};
use super::sheet_size::Canvas;
use super::{symbols, table, windows};
use crate::job::Outcome;
use crate::model::{Lang, PlaceLayer};
use crate::report::{font, number, words};
use crate::siting::Proof;

const MARGIN: f64 = 2.2 * EM;
/// Width of the column of numbers and legend.
const PANEL: f64 = 27.0 * EM;
/// Space between map and panel.
const GUTTER: f64 = 1.6 * EM;
/// Height of the strip with the scale bars.
const STRIP: f64 = 2.2 * EM;
/// Distance of symbols from the border of the overview.
const FRAME_MARGIN: f64 = 2.6 * EM;
/// Most lines of the plan's notice.
const NOTICE_LINES: usize = 4;

/// The frames of a sheet: where what is drawn.
pub(super) struct Frames {
    /// The overview, or the only frame.
    pub overview: Frame,
    pub insets: Vec<Inset>,
}

/// The whole sheet as marks.
pub(super) fn sheet(outcome: &Outcome, scene: &Scene<'_>, canvas: &Canvas, lang: Lang) -> Marks {
    let mut marks = Marks::default();
    let page = Rect::new(0.0, 0.0, canvas.width, canvas.height);
    marks.rect(&page, WHITE);
    let page = page.inset(MARGIN);
    let top = title(&mut marks, outcome, scene, &page, lang);
    let bottom = foot(&mut marks, outcome, &page, lang);
    let (map, numbers, key) = split(&Rect::new(page.left, top, page.right, bottom));

    let room = Rect::new(map.left, map.top, map.right, map.bottom - STRIP);
    let frames = frames(scene, &room, canvas);
    let shown = draw_frames(&mut marks, scene, &frames, lang);
    strip(&mut marks, &frames, canvas, &Rect::new(map.left, map.bottom - STRIP, map.right, map.bottom), lang);

    let end = table::draw(&mut marks, outcome, scene, numbers, lang);
    let key = key.unwrap_or(Rect::new(numbers.left, end + 1.3 * EM, numbers.right, page.bottom));
    legend::draw(&mut marks, outcome, scene, shown, key, lang);
    marks
}

/// Map, numbers, and the legend where it does not follow the numbers.
fn split(body: &Rect) -> (Rect, Rect, Option<Rect>) {
    if body.width() > 1.15 * body.height() {
        let edge = body.right - PANEL;
        let map = Rect::new(body.left, body.top, edge - GUTTER, body.bottom);
        // The legend takes about this much below the numbers.
        return (map, Rect::new(edge, body.top, body.right, body.bottom - 33.0 * EM), None);
    }
    let edge = body.bottom - 33.0 * EM;
    let half = (body.left + body.right) / 2.0;
    (
        Rect::new(body.left, body.top, body.right, edge - GUTTER),
        Rect::new(body.left, edge, half - GUTTER / 2.0, body.bottom),
        Some(Rect::new(half + GUTTER / 2.0, edge, body.right, body.bottom)),
    )
}

/// What is drawn where.
pub(super) fn frames(scene: &Scene<'_>, room: &Rect, canvas: &Canvas) -> Frames {
    let points = scene.extremes();
    let radius = scene.radii.first().map_or(1000.0, |r| r.0);
    // A frame shows a few circles even around a single point.
    let least = 3.0 * radius;
    let ground = Frame::fit(*room, &points, FRAME_MARGIN, least).spread(&points, least);
    let (interests, least_town) = windows::interests(scene);
    let Arrangement { overview, insets, scale } =
        arrange(&Task { room: *room, ground, radius, points: &interests, least: least_town, per_mm: canvas.per_mm });
    let insets = insets
        .into_iter()
        .enumerate()
        .map(|(i, (rect, window))| {
            let frame = Frame::about(rect, &window.points, scale);
            Inset { letter: letter(i), town: town(scene, &frame), frame, points: window.points }
        })
        .collect();
    Frames { overview: Frame::fit(overview, &points, FRAME_MARGIN, least), insets }
}

/// A, B, ... Z, AA, AB, ...
fn letter(i: usize) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "below 26")]
    let last = char::from(b'A' + (i % 26) as u8);
    if i < 26 { last.to_string() } else { letter(i / 26 - 1) + &last.to_string() }
}

/// What people call the ground of an inset: its busiest existing station, else a proposed one, else its largest place.
fn town(scene: &Scene<'_>, frame: &Frame) -> String {
    let pins = scene.pins.iter().filter(|p| p.kind.serves() && frame.holds(p.at, 0.0));
    let pin = pins.max_by(|a, b| {
        let existing = |kind| matches!(kind, PinKind::Existing(_));
        existing(a.kind).cmp(&existing(b.kind)).then(a.people.total_cmp(&b.people))
    });
    let (name, county) = match pin {
        Some(pin) => (pin.name.as_str(), pin.county),
        None => scene.spots.iter().find(|s| frame.holds(s.at, 0.0)).map_or(("", None), |s| (s.name, s.county)),
    };
    match county.filter(|_| scene.county.is_none()) {
        Some(county) if !name.is_empty() => format!("{county} {name}"),
        _ => name.to_owned(),
    }
}

fn draw_frames(marks: &mut Marks, scene: &Scene<'_>, frames: &Frames, lang: Lang) -> Shown {
    let details: Vec<Vec<Group<'_>>> = frames.insets.iter().map(|i| contents::detail_groups(scene, &i.frame)).collect();
    let overview = if frames.insets.is_empty() {
        contents::detail_groups(scene, &frames.overview)
    } else {
        contents::overview_groups(scene, &frames.overview, &frames.insets)
    };
    let single = [&overview];
    let largest = details
        .iter()
        .chain(single.into_iter().filter(|_| details.is_empty()))
        .flatten()
        .map(|g| g.people)
        .fold(1.0, f64::max);
    let style = Style { people: round_up(largest) };

    let title = match (scene.county, frames.insets.is_empty()) {
        (Some(county), _) => county.to_owned(),
        (None, true) => lang.pick("覆盖图", "Coverage").to_owned(),
        (None, false) => lang.pick("全域总览", "Overview").to_owned(),
    };
    heading(marks, &frames.overview, None, &title, &[]);
    let far = if details.is_empty() { style } else { style.within(&overview, &frames.overview) };
    contents::draw(marks, scene, &frames.overview, &overview, &frames.insets, far);
    for (inset, groups) in frames.insets.iter().zip(&details) {
        heading(marks, &inset.frame, Some(&inset.letter), &inset.town, &reach_in(scene, &inset.frame, lang));
        contents::draw(marks, scene, &inset.frame, groups, &[], style);
    }
    Shown {
        style,
        far,
        merged: details.iter().flatten().chain(&overview).any(|g| g.places > 1),
        insets: !frames.insets.is_empty(),
    }
}

/// Letter and name at the left, numbers at the right, above a frame.
fn heading(marks: &mut Marks, frame: &Frame, letter: Option<&str>, name: &str, numbers: &[String]) {
    let rect = &frame.rect;
    let middle = rect.top - HEADING / 2.0 + 0.05 * EM;
    let base = middle + 0.36 * EM;
    let mut left = rect.left;
    if let Some(letter) = letter {
        symbols::letter_plate(marks, left, middle, letter);
        left += symbols::letter_plate_width(letter) + 0.4 * EM;
    }
    let small = 0.82 * EM;
    let room = rect.right - left;
    // Numbers give way to the name where both do not fit.
    let fits = |numbers: &&String| font::width(name, EM) + font::width(numbers, small) + 0.5 * EM <= room;
    if let Some(numbers) = numbers.iter().find(fits) {
        marks.text(Pt::new(rect.right, base), numbers, small, Anchor::End, GREY);
    }
    marks.text(Pt::new(left, base), font::shortened(name, EM, room), EM, Anchor::Start, BLACK);
}

/// Residents in a frame and the shares of them covered today and after, long and short.
fn reach_in(scene: &Scene<'_>, frame: &Frame, lang: Lang) -> Vec<String> {
    let (mut people, mut today, mut after) = (0.0, 0.0, 0.0);
    for s in scene.spots.iter().filter(|s| s.layer == PlaceLayer::Residences && frame.holds(s.at, 0.0)) {
        people += s.people;
        today += s.people * s.split[0];
        after += s.people * (s.split[0] + s.split[1]);
    }
    if people <= 0.0 {
        return Vec::new();
    }
    let whole = |part: f64| number::decimals(100.0 * part / people, 0);
    let shares = format!("{}→{}%", whole(today), whole(after));
    let people = number::people(people);
    let long = match lang {
        Lang::Zh => format!("{people} 人 · {shares}"),
        Lang::En => format!("{} · {shares}", number::shown(&people, "resident", "residents")),
    };
    vec![long, shares]
}

/// The least of 1, 2, 5 times a power of ten that is not below.
fn round_up(people: f64) -> f64 {
    let decade = 10.0_f64.powf(people.max(1.0).log10().floor());
    [1.0, 2.0, 5.0].iter().map(|s| s * decade).find(|n| *n >= people * (1.0 - 1e-9)).unwrap_or(10.0 * decade).max(20.0)
}

/// North arrow, the overview's scale and that of all insets.
fn strip(marks: &mut Marks, frames: &Frames, canvas: &Canvas, at: &Rect, lang: Lang) {
    let base = at.top + 1.6 * EM;
    scale_bar::north(marks, Pt::new(at.left + 0.6 * EM, base - 0.4 * EM), lang);
    let mut x = at.left + 3.6 * EM;
    let mut bars = vec![(lang.pick("总览", "Overview"), frames.overview.scale)];
    match frames.insets.first() {
        Some(inset) => bars.push((lang.pick("插图（统一比例）", "All insets"), inset.frame.scale)),
        None => bars[0].0 = lang.pick("比例尺", "Scale"),
    }
    for (i, (name, scale)) in bars.into_iter().enumerate() {
        let mut name = name.to_owned();
        // The ratio is true on paper only, and round for insets only.
        if let Some(per_mm) = canvas.per_mm.filter(|_| i == 1) {
            name += &format!(" 1:{}", number::people(1000.0 * per_mm / scale));
        }
        marks.text(Pt::new(x, base), name.clone(), 0.9 * EM, Anchor::Start, GREY);
        x += font::width(&name, 0.9 * EM) + 0.6 * EM;
        let bar = Bar::within((0.16 * at.width()).min(11.0 * EM), scale);
        x = scale_bar::draw(marks, Pt::new(x, base), &bar, lang) + 2.6 * EM;
    }
}

/// The plan's name and what the sheet shows; returns where the map may begin.
fn title(marks: &mut Marks, outcome: &Outcome, scene: &Scene<'_>, page: &Rect, lang: Lang) -> f64 {
    let name = &outcome.folder.plan.name;
    let room = page.width();
    let size = (2.2 * EM).min(2.2 * EM * room / font::width(name, 2.2 * EM).max(1.0)).max(1.4 * EM);
    let base = page.top + 1.9 * EM;
    marks.text(Pt::new(page.left, base), font::shortened(name, size, room), size, Anchor::Start, BLACK);
    let what = match scene.county {
        Some(county) => match lang {
            Lang::Zh => format!("{county} · 服务圈覆盖图：现状与建议方案"),
            Lang::En => format!("{county} · service circles: today and with the proposal"),
        },
        None => lang.pick("服务圈覆盖图：现状与建议方案", "Service circles: today and with the proposal").to_owned(),
    };
    let line = base + 1.65 * EM;
    let date = match lang {
        Lang::Zh => format!("制图日期 {}", outcome.date),
        Lang::En => format!("Drawn {}", outcome.date),
    };
    marks.text(Pt::new(page.left, line), what, 1.1 * EM, Anchor::Start, GREY);
    marks.text(Pt::new(page.right, line), date, EM, Anchor::End, GREY);
    line + 1.0 * EM
}

/// Proof, notice and the lines about use; returns where the map has to end.
fn foot(marks: &mut Marks, outcome: &Outcome, page: &Rect, lang: Lang) -> f64 {
    let small = 0.85 * EM;
    let step = 1.25 * EM;
    let plan = &outcome.folder.plan;
    let mut right = vec![words::internal_use(lang).to_owned()];
    if let Some(review) = &plan.review_number {
        right.push(format!("{}{review}", lang.pick("审图号：", "Map review number: ")));
    }
    let right_width = right.iter().map(|t| font::width(t, 1.1 * EM)).fold(0.0, f64::max).min(page.width() / 3.0);
    let room = page.width() - right_width - 2.0 * EM;
    let mut left = vec![font::shortened(&certificate(outcome, lang), small, room)];
    let notice = plan.notice.as_ref().map_or("", |n| n.say(lang));
    let mut lines = font::wrapped(notice, small, room);
    if lines.len() > NOTICE_LINES {
        let rest = lines.split_off(NOTICE_LINES - 1).concat();
        lines.push(font::shortened(&rest, small, room));
    }
    left.extend(lines);

    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    let height = left.len().max(right.len()) as f64 * step;
    let top = page.bottom - height;
    marks.line(vec![Pt::new(page.left, top - 0.35 * EM), Pt::new(page.right, top - 0.35 * EM)], GREY, 5.0);
    let mut y = top;
    for line in left {
        y += step;
        marks.text(Pt::new(page.left, y - 0.3 * EM), line, small, Anchor::Start, GREY);
    }
    y = top;
    for (i, line) in right.iter().enumerate() {
        y += step;
        let size = if i == 0 { 1.1 * EM } else { small };
        marks.text(
            Pt::new(page.right, y - 0.2 * EM),
            font::shortened(line, size, right_width + 1.0),
            size,
            Anchor::End,
            BLACK,
        );
    }
    top - 1.1 * EM
}

/// The proof of the proposal in one line. Never its seconds: a map is the same on every run.
fn certificate(outcome: &Outcome, lang: Lang) -> String {
    let c = &outcome.certificate;
    let gap = number::decimals(100.0 * c.gap, 2);
    match (c.proof, lang) {
        (Proof::Optimal, Lang::Zh) => "方案证明：最优（optimal），已证明同样条件下没有更好的方案".to_owned(),
        (Proof::Optimal, Lang::En) => {
            "Certificate: optimal; proved that no better proposal exists under the same conditions".to_owned()
        }
        (Proof::Feasible, Lang::Zh) => format!("方案证明：可行（feasible），与理论上界相差不超过 {gap}%"),
        (Proof::Feasible, Lang::En) => format!("Certificate: feasible, within {gap}% of the upper bound"),
    }
}
