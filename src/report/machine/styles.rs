//! How does QGIS show a layer before anybody has styled it? A file of its own because it is QGIS's own XML: categories by status
//! in the colours of the map, put into the GeoPackage's `layer_styles`.

use std::fmt::Write as _;

/// The style of a layer; `None` where QGIS's own will do.
pub(super) fn qml(layer: &str, area: bool) -> Option<String> {
    // Attribute, its values, labels and colours.
    let (attribute, categories, size, opacity): (_, &[(&str, &str, &str)], _, _) =
        match layer.trim_end_matches("_areas") {
            "coverage" => (
                "status",
                &[
                    ("today", "现状已覆盖 covered today", "44,123,182"),
                    ("proposed", "方案覆盖 covered after", "116,173,209"),
                    ("partial", "部分覆盖 partly", "253,174,97"),
                    ("gap", "未覆盖 gap", "215,48,39"),
                ],
                "2.2",
                "0.9",
            ),
            "gaps" => (
                "reason",
                &[
                    ("no candidate within reach", "范围内无候选点 no candidate", "165,0,38"),
                    ("no road near", "附近无道路 no road", "84,39,136"),
                    ("cut by the target", "受目标限制 by the target", "244,109,67"),
                    ("cut by a limit", "受条件限制 by a limit", "253,174,97"),
                ],
                "3",
                "0.9",
            ),
            "circles" => (
                "status",
                &[
                    ("open", "已运营 open", "44,123,182"),
                    ("building", "在建 building", "116,173,209"),
                    ("planned", "已列入计划 planned", "171,217,233"),
                    ("proposed", "建议新建 proposed", "26,150,65"),
                ],
                "",
                "0.25",
            ),
            "stations" => (
                "status",
                &[
                    ("open", "已运营 open", "44,123,182"),
                    ("building", "在建 building", "116,173,209"),
                    ("planned", "已列入计划 planned", "171,217,233"),
                    ("closed", "已关闭 closed", "150,150,150"),
                ],
                "4",
                "1",
            ),
            "proposal" => ("", &[("", "建议新建 proposed", "26,150,65")], "5", "1"),
            _ => return None,
        };
    let mut symbols = String::new();
    let mut listed = String::new();
    for (i, (value, label, colour)) in categories.iter().enumerate() {
        // Writing into a String cannot fail.
        let _ = write!(listed, "<category symbol=\"{i}\" value=\"{value}\" label=\"{label}\" render=\"true\"/>");
        let options = if area {
            format!(
                "<symbol type=\"fill\" name=\"{i}\" alpha=\"{opacity}\"><layer class=\"SimpleFill\" enabled=\"1\"><Option type=\"Map\"><Option name=\"color\" type=\"QString\" value=\"{colour},255\"/><Option name=\"outline_color\" type=\"QString\" value=\"{colour},255\"/><Option name=\"outline_width\" type=\"QString\" value=\"0.26\"/><Option name=\"style\" type=\"QString\" value=\"solid\"/></Option></layer></symbol>"
            )
        } else {
            format!(
                "<symbol type=\"marker\" name=\"{i}\" alpha=\"{opacity}\"><layer class=\"SimpleMarker\" enabled=\"1\"><Option type=\"Map\"><Option name=\"name\" type=\"QString\" value=\"circle\"/><Option name=\"color\" type=\"QString\" value=\"{colour},255\"/><Option name=\"outline_color\" type=\"QString\" value=\"255,255,255,255\"/><Option name=\"outline_width\" type=\"QString\" value=\"0.2\"/><Option name=\"size\" type=\"QString\" value=\"{size}\"/></Option></layer></symbol>"
            )
        };
        symbols += &options;
    }
    let renderer = if attribute.is_empty() {
        format!("<renderer-v2 type=\"singleSymbol\" enableorderby=\"0\"><symbols>{symbols}</symbols></renderer-v2>")
    } else {
        format!(
            "<renderer-v2 type=\"categorizedSymbol\" attr=\"{attribute}\" enableorderby=\"0\"><categories>{listed}</categories><symbols>{symbols}</symbols></renderer-v2>"
        )
    };
    let geometry = if area { 2 } else { 0 };
    Some(format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.28\" styleCategories=\"Symbology\">{renderer}<layerGeometryType>{geometry}</layerGeometryType></qgis>"
    ))
}

#[cfg(test)]
mod tests {
    use super::qml;
    use crate::measure::GapReason;
    use crate::report::words::reason_code;
    use crate::siting::LimitKind;

    #[test]
    fn every_reason_of_a_gap_has_its_symbol() {
        let style = qml("gaps", false).expect("gaps are styled");
        let limit = GapReason::CutByLimit(LimitKind::Spacing);
        for reason in [GapReason::NoRoad, GapReason::NoCandidate, GapReason::CutByTarget, limit] {
            assert!(style.contains(&format!("value=\"{}\"", reason_code(reason))), "{reason:?}");
        }
    }
}
