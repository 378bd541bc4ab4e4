//! How much is covered, county by county? The headline and the table beside the map. A file of its own because it reads
//! the outcome's shares and nothing of the map.

use super::mark::{Anchor, Marks};
use super::palette::{ADDED, BLACK, GREY, PALE, TODAY, WHITE};
use super::paper::{EM, Pt, Rect};
use super::scene::Scene;
use crate::job::Outcome;
use crate::measure::{Change, Share};
use crate::model::Lang;
use crate::report::{font, number, words};

const ROW: f64 = 1.62 * EM;

/// One line of the table.
struct Row {
    name: String,
    change: Change,
}

/// Draws headline and table; counties that do not fit above `bottom` are summed up in one line. Returns where it ends.
pub(super) fn draw(marks: &mut Marks, outcome: &Outcome, scene: &Scene<'_>, at: Rect, lang: Lang) -> f64 {
    let mut y = headline(marks, outcome, scene, &at, lang);
    let right = |part: f64| at.left + part * at.width();
    let columns = [right(0.46), right(0.62), right(0.78)];
    let bar = (right(0.81), at.right);

    y += 1.1 * EM;
    let heads = [lang.pick("常住人口", "Residents"), lang.pick("现状", "Today"), lang.pick("方案后", "After")];
    marks.text(Pt::new(at.left, y), lang.pick("县区", "County"), 0.85 * EM, Anchor::Start, GREY);
    for (x, head) in columns.iter().zip(heads) {
        marks.text(Pt::new(*x, y), head, 0.85 * EM, Anchor::End, GREY);
    }
    y += 0.5 * EM;
    marks.line(vec![Pt::new(at.left, y), Pt::new(at.right, y)], BLACK, 7.0);

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few dozen rows at most")]
    let room = ((at.bottom - y) / ROW - 1.0).max(2.0) as usize;
    let mut rows = rows(outcome, scene, room, lang);
    rows.push(Row { name: lang.pick("合计", "Total").to_owned(), change: outcome.shares.total });
    let last = rows.len() - 1;
    for (i, row) in rows.iter().enumerate() {
        if i == last {
            marks.line(vec![Pt::new(at.left, y), Pt::new(at.right, y)], BLACK, 7.0);
        } else if i > 0 {
            marks.line(vec![Pt::new(at.left, y), Pt::new(at.right, y)], PALE, 3.0);
        }
        y += ROW;
        let base = y - 0.5 * EM;
        let name = font::shortened(&row.name, EM, columns[0] - at.left - 4.6 * EM);
        marks.text(Pt::new(at.left, base), name, EM, Anchor::Start, BLACK);
        let Change { today, proposed } = row.change;
        let cells = [number::people(today.people.0), number::percent(today.share()), number::percent(proposed.share())];
        for (x, cell) in columns.iter().zip(cells) {
            marks.text(Pt::new(*x, base), cell, EM, Anchor::End, BLACK);
        }
        share_bar(marks, &Rect::new(bar.0, base - 0.72 * EM, bar.1, base + 0.02 * EM), today, proposed);
    }
    marks.line(vec![Pt::new(at.left, y), Pt::new(at.right, y)], BLACK, 7.0);
    y
}

/// The one number leadership asks for: the share today and after.
fn headline(marks: &mut Marks, outcome: &Outcome, scene: &Scene<'_>, at: &Rect, lang: Lang) -> f64 {
    let change = match scene.county {
        Some(county) => of_county(outcome, county),
        None => outcome.shares.total,
    };
    let y = at.top + 3.0 * EM;
    let caption = lang.pick("居民覆盖率", "Residents within reach");
    marks.text(Pt::new(at.left, at.top + 0.9 * EM), caption, EM, Anchor::Start, GREY);
    let big = 2.3 * EM;
    let today = number::percent(change.today.share());
    let after = number::percent(change.proposed.share());
    let mut x = at.left;
    marks.text(Pt::new(x, y), today.clone(), big, Anchor::Start, TODAY);
    x += font::width(&today, big) + 0.7 * EM;
    let (tail, tip) = (Pt::new(x, y - 0.8 * EM), Pt::new(x + 2.2 * EM, y - 0.8 * EM));
    marks.line(vec![tail, tip], BLACK, 0.14 * EM);
    marks.line(vec![tip.shifted(-0.5 * EM, -0.4 * EM), tip, tip.shifted(-0.5 * EM, 0.4 * EM)], BLACK, 0.14 * EM);
    x += 2.9 * EM;
    marks.text(Pt::new(x, y), after, big, Anchor::Start, BLACK);
    let stations = scene.pins.iter().filter(|p| p.kind.serves());
    let (open, all) = (stations.clone().filter(|p| p.kind.is_open()).count(), stations.count());
    let line = match lang {
        Lang::Zh => format!("站点：现运营 {open} 个，方案后 {all} 个"),
        Lang::En => format!("Stations: {open} open today, {all} after the proposal"),
    };
    marks.text(Pt::new(at.left, y + 1.5 * EM), line, EM, Anchor::Start, BLACK);
    y + 2.6 * EM
}

fn rows(outcome: &Outcome, scene: &Scene<'_>, room: usize, lang: Lang) -> Vec<Row> {
    let named = |(county, change): &(Option<std::sync::Arc<str>>, Change)| Row {
        name: words::county(county.as_deref(), lang).to_owned(),
        change: *change,
    };
    let all = &outcome.shares.by_county;
    if let Some(county) = scene.county {
        return all.iter().filter(|(c, _)| c.as_deref() == Some(county)).map(named).collect();
    }
    let mut order: Vec<_> = all.iter().collect();
    // Stable: equals stay sorted by name.
    order.sort_by(|a, b| b.1.today.people.0.total_cmp(&a.1.today.people.0));
    if order.len() <= room {
        return order.into_iter().map(named).collect();
    }
    let rest = order.split_off(room.saturating_sub(1));
    let mut rows: Vec<Row> = order.into_iter().map(named).collect();
    let name = match lang {
        Lang::Zh => format!("其他 {} 个", rest.len()),
        Lang::En => format!("{} others", rest.len()),
    };
    rows.push(Row { name, change: rest.iter().fold(Change::default(), |sum, (_, c)| plus(sum, *c)) });
    rows
}

fn of_county(outcome: &Outcome, county: &str) -> Change {
    outcome.shares.by_county.iter().find(|(c, _)| c.as_deref() == Some(county)).map(|(_, c)| *c).unwrap_or_default()
}

fn plus(a: Change, b: Change) -> Change {
    let sum = |a: Share, b: Share| Share { people: a.people + b.people, covered: a.covered + b.covered };
    Change { today: sum(a.today, b.today), proposed: sum(a.proposed, b.proposed) }
}

/// Today dark, added light, the rest empty.
fn share_bar(marks: &mut Marks, at: &Rect, today: Share, after: Share) {
    let x = |share: Option<f64>| at.left + share.unwrap_or(0.0).clamp(0.0, 1.0) * at.width();
    marks.rect(at, WHITE);
    for (from, to, ink) in [(at.left, x(today.share()), TODAY), (x(today.share()), x(after.share()), ADDED)] {
        if to - from >= 1.0 {
            marks.rect(&Rect::new(from, at.top, to, at.bottom), ink);
        }
    }
    marks.outline(at, GREY, 4.0);
}
