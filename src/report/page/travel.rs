//! Whom does the circle promise what the road does not keep, and whom does the winter take away? The section of the page that
//! compares ways to travel. A file of its own because plans by the circle have no such section.

use super::super::number::{Num, decimals, people, shown};
use super::markup::{Column, Html, Kind, escape, table};
use crate::job::Outcome;
use crate::measure::Moved;
use crate::model::{Lang, Model, PlaceLayer, counted};

/// Places that are listed by name.
const LISTED: usize = 40;

/// The section; empty for plans by the circle.
pub(super) fn travel(outcome: &Outcome, lang: Lang) -> Html {
    let Some(comparison) = &outcome.comparison else { return Html::markup(String::new()) };
    let places = &outcome.folder.places;
    let is_home = |i: usize| places[i].layer == PlaceLayer::Residences;
    let head = |i: usize| if is_home(i) { places[i].people.0 } else { 0.0 };
    let today: Vec<f64> = outcome.cover.iter().map(|c| c.today).collect();
    let proposed: Vec<f64> = outcome.cover.iter().map(|c| c.proposed).collect();
    let by_road = match outcome.folder.plan.travel.model {
        Model::Times => lang.pick("给定时间", "given times"),
        _ => lang.pick("路网", "road"),
    };
    let circle = lang.pick("直线服务圈", "circle");
    let mut rows = Vec::new();
    let mut row = |what: String, when: &str, from: &[f64], to: &[f64]| {
        let moved = Moved::between(from, to, head);
        let cell = |(places, residents): (usize, f64)| {
            lang.pick(
                format!("{places} 处，{} 人", people(residents)),
                format!(
                    "{}, {}",
                    counted(places, "place", "places"),
                    shown(&people(residents), "resident", "residents")
                ),
            )
        };
        rows.push(vec![
            Html::text(&what),
            Html::text(when),
            Html::text(&cell(moved.lost)),
            Html::text(&cell(moved.won)),
        ]);
    };
    let (now, after) = (lang.pick("现状", "today"), lang.pick("方案", "proposed"));
    row(format!("{circle} → {by_road}"), now, &comparison.circle.today, &today);
    row(format!("{circle} → {by_road}"), after, &comparison.circle.proposed, &proposed);
    if let Some([summer, winter]) = &comparison.seasons {
        let what = lang.pick("夏季 → 冬季", "summer → winter");
        row(what.to_owned(), now, &summer.today, &winter.today);
        row(what.to_owned(), after, &summer.proposed, &winter.proposed);
    }
    let columns = [
        Column(lang.pick("比较", "Comparison"), Kind::Text),
        Column(lang.pick("时点", "When"), Kind::Text),
        Column(lang.pick("不再覆盖", "No longer covered"), Kind::Text),
        Column(lang.pick("新增覆盖", "Newly covered"), Kind::Text),
    ];
    let counted = table("travel", &columns, rows, false);
    let listed = changed(outcome, &comparison.circle.proposed, &proposed, lang);
    Html::markup(format!(
        "<section><h2>{}</h2>{counted}{listed}<p class=\"note\">{}</p></section>",
        lang.pick("直线与路网、夏季与冬季", "Circle against road, summer against winter"),
        escape(lang.pick(
            "直线服务圈只是近似：河流、铁路、森林使实际路程更长。以上为同样站点在不同算法下的覆盖变化，人数只计居民。",
            "A circle is an approximation: rivers, railways and forests make the way longer. The same stations are judged in each way; people are residents.",
        ))
    ))
}

/// Places whose status after the proposal differs between circle and road, most people first.
fn changed(outcome: &Outcome, circle: &[f64], road: &[f64], lang: Lang) -> String {
    let places = &outcome.folder.places;
    let mut changed: Vec<usize> = (0..places.len()).filter(|&i| circle[i] != road[i]).collect();
    changed.sort_by(|&a, &b| places[b].people.0.total_cmp(&places[a].people.0).then(a.cmp(&b)));
    if changed.is_empty() {
        return String::new();
    }
    let columns = [
        Column(lang.pick("地点", "Place"), Kind::Text),
        Column(lang.pick("县区", "County"), Kind::Text),
        Column(lang.pick("人数", "People"), Kind::Number),
        Column(lang.pick("按直线", "By the circle"), Kind::Text),
        Column(lang.pick("按路网", "By the road"), Kind::Text),
        Column(lang.pick("最近站点（分钟）", "Nearest station, min"), Kind::Number),
    ];
    let share = |v: f64| match v {
        v if v >= 1.0 => lang.pick("覆盖", "covered").to_owned(),
        v if v <= 0.0 => lang.pick("未覆盖", "not covered").to_owned(),
        v => format!("{} %", decimals(v * 100.0, 0)),
    };
    let row = |&i: &usize| {
        let minutes = outcome.cover[i].nearest.map_or("-".to_owned(), |n| decimals(n.minutes.0, 1));
        vec![
            Html::text(&places[i].name),
            Html::text(places[i].county.as_deref().unwrap_or("-")),
            Html::text(&Num(places[i].people.0).to_string()),
            Html::text(&share(circle[i])),
            Html::text(&share(road[i])),
            Html::text(&minutes),
        ]
    };
    let more = changed.len().saturating_sub(LISTED);
    let note = if more == 0 {
        String::new()
    } else {
        let (zh, en) = (format!("另有 {more} 处。"), format!("And {more} more."));
        format!("<p class=\"note\">{}</p>", lang.pick(zh, en))
    };
    table("changed", &columns, changed.iter().take(LISTED).map(row).collect(), false).to_string() + &note
}
