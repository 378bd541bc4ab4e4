//! What a person is told after `times` or `reach`: counts, and who was left out. A file of its own because it is read by people
//! and by nobody else.

use super::LeftOut;
use crate::model::Lang;
use crate::read::PointTable;
use crate::travel::roads::{Profile, Roads};
use std::fmt::Write;

/// Ids that are listed before the rest is only counted.
const LISTED: usize = 20;

/// Roads, parts, restrictions.
pub(super) fn network(roads: &Roads, profile: &Profile, lang: Lang) -> String {
    let parts = profile.graph.parts();
    let all: f64 = parts.iter().sum();
    let largest = parts.iter().copied().fold(0.0, f64::max);
    let others = parts.iter().filter(|p| **p > 0.0).count().saturating_sub(1);
    let share = if all > 0.0 { largest / all * 100.0 } else { 0.0 };
    let tally = roads.network.tally;
    let (km, ways) = (all / 1000.0, tally.ways);
    let mut text = lang.pick(
        format!("道路：{ways} 条，可通行 {km:.1} 公里；主网占 {share:.1}%，另有 {others} 片互不相通的部分。\n"),
        format!("Roads: {ways} ways, {km:.1} km open; {share:.1} % hang together, {others} other parts.\n"),
    );
    if tally.missing_nodes + tally.restrictions_left_out > 0 {
        let (cut, left) = (tally.missing_nodes, tally.restrictions_left_out);
        text += &lang.pick(
            format!("提取范围外被截断的节点 {cut} 个；未采用的转弯限制 {left} 条（成员缺失或限时）。\n"),
            format!("Nodes beyond the extract: {cut}; turn restrictions left out (a member missing, or for some hours only): {left}.\n"),
        );
    }
    text
}

/// Who was left out, or passed an island; empty when nobody was.
pub(super) fn left_out(what: &str, table: &PointTable, out: &LeftOut, snap_m: f64, lang: Lang) -> String {
    let mut text = String::new();
    let mut say = |ids: &[usize], zh: String, en: String| {
        if ids.is_empty() {
            return;
        }
        let named: Vec<&str> = ids.iter().take(LISTED).map(|&i| table.ids.name(i)).collect();
        let more = if ids.len() > LISTED { ", …" } else { "" };
        let (count, named) = (ids.len(), named.join(", "));
        let _ = match lang {
            Lang::Zh => writeln!(text, "{what}：{count} 个{zh}：{named}{more}"),
            Lang::En => writeln!(text, "{what}: {count} {en}: {named}{more}"),
        };
    };
    say(
        &out.unsnapped,
        format!("在 {snap_m} 米内没有道路，未计算"),
        format!("with no road within {snap_m} m, left out"),
    );
    say(&out.on_island, "附近只有孤立路段".to_owned(), "near an island of road only".to_owned());
    say(
        &out.passed_island,
        "最近的是孤立路段，改接主网".to_owned(),
        "nearest to an island of road, led to the main network instead".to_owned(),
    );
    text
}
