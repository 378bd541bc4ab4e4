//! What does the `plan.toml` of an import say? A file of its own because it is read by people afterwards: each line explained,
//! as `doorstep init` does.

use super::parts::{LAYERS, Parts};
use crate::model::Lang;
use std::fmt::Write as _;

/// The text of `plan.toml`.
pub(super) fn text(parts: &Parts, lang: Lang) -> String {
    let plan = &parts.plan;
    let (name, code) = (quoted(&plan.name), lang.code());
    let (target, urban, rural) = (plan.target, plan.minutes.urban, plan.minutes.rural);
    let mut text = lang.pick(
        format!(
            "# 由网页导入生成。各项含义见 doorstep init 生成的示例。\n\
             name = {name}\n\
             lang = \"{code}\"                     # 输出语言：zh 或 en\n\
             target = {target}                     # 期末站点总数：已运营、在建、计划和拟建合计\n\n\
             [[circle]]                      # 服务圈标准：第一个适用的为准\n\
             setting = \"urban\"               # 城镇：步行\n\
             minutes = {urban:?}\n\
             mode = \"walk\"\n\
             [[circle]]\n\
             setting = \"rural\"               # 农村：驾车\n\
             minutes = {rural:?}\n\
             mode = \"drive\"\n\n\
             [travel]\n\
             model = \"circle\"                # 直线距离乘以绕行系数；有路网时可改为 roads\n"
        ),
        format!(
            "# Made by the import on the page. What each line means is explained by doorstep init.\n\
             name = {name}\n\
             lang = \"{code}\"                     # language of what is written: zh or en\n\
             target = {target}                     # stations at the end: open, being built, planned and proposed together\n\n\
             [[circle]]                      # reach standards: the first that fits a place is its own\n\
             setting = \"urban\"               # towns: on foot\n\
             minutes = {urban:?}\n\
             mode = \"walk\"\n\
             [[circle]]\n\
             setting = \"rural\"               # country: by car\n\
             minutes = {rural:?}\n\
             mode = \"drive\"\n\n\
             [travel]\n\
             model = \"circle\"                # straight line times a detour; with a road network: roads\n"
        ),
    );
    for layer in LAYERS {
        let Some(asked) = plan.layers.get(layer) else { continue };
        let mut line = |key: &str, value: &str| {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "{key} = {value}");
        };
        line(&format!("\n[layers.{layer}]\nfile"), &quoted(parts.file_of(asked)));
        for (key, value) in [("sheet", &asked.sheet), ("datum", &asked.datum), ("encoding", &asked.encoding)] {
            if let Some(value) = value.as_deref().filter(|v| !v.is_empty()) {
                line(key, &quoted(value));
            }
        }
        if !asked.groups.is_empty() {
            let groups: Vec<String> = asked.groups.iter().map(|g| quoted(g)).collect();
            line("groups", &format!("[{}]", groups.join(", ")));
        }
        if !asked.columns.is_empty() {
            let columns: Vec<String> =
                asked.columns.iter().map(|(k, v)| format!("{} = {}", quoted(k), quoted(v))).collect();
            line("columns", &format!("{{ {} }}", columns.join(", ")));
        }
    }
    text
}

/// A basic string of TOML, which escapes as JSON does, and DEL too.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text serializes").replace('\u{7f}', "\\u007f")
}
