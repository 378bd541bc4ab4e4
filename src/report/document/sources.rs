//! What does the report rest on? The inputs with their hashes, and what a reader must know of their quality. A file of its own
//! because the gap list's workbook says the same.

use super::Table;
use super::plan::table;
use crate::job::Outcome;
use crate::model::{Lang, counted};
use crate::report::words;
use crate::report::workbook::Cell;

pub(super) fn inputs(outcome: &Outcome, lang: Lang) -> Table {
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
    say(
        no_county,
        format!("{no_county} 处没有县区。"),
        format!("{} no county.", counted(no_county, "place has", "places have")),
    );
    let no_setting = folder.places.iter().filter(|p| p.setting.is_none()).count();
    say(
        no_setting,
        format!("{no_setting} 处没有注明城乡。"),
        format!("{} no setting.", counted(no_setting, "place states", "places state")),
    );
    let empty = folder.places.iter().filter(|p| p.people.0 == 0.0).count();
    say(empty, format!("{empty} 处人数为 0。"), format!("{} no people.", counted(empty, "place has", "places have")));
    let areas = folder.places.iter().filter(|p| matches!(p.shape, crate::model::Shape::Area(_))).count();
    say(
        areas,
        format!("{areas} 处为面，按 H3 格网分摊。"),
        format!("{}, spread over H3 cells.", counted(areas, "place is an area", "places are areas")),
    );
    let edge = outcome.evidence.at_the_limit.len();
    say(
        edge,
        format!("{edge} 对地点与站点恰在标准边缘。"),
        format!("{} right at the limit.", counted(edge, "pair of place and site is", "pairs of place and site are")),
    );
    lines.extend(outcome.doubts.iter().map(|d| d.say(lang)));
    if lines.is_empty() {
        lines.push(lang.pick("未发现数据问题。", "No problem was found in the data.").to_owned());
    }
    lines
}
