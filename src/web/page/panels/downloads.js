// What can be taken along? The files `plan` writes, in the language shown.

import { download, mapFile, report } from "../api.js";
import { make } from "../dom.js";
import { state } from "../state.js";
import { word } from "../words.js";

function group(title, links) {
  const row = ([key, href, name]) => make("li", {}, make("a", { href, ...(name ? { download: name } : { target: "_blank", rel: "noopener" }) }, make("span", { class: "name", text: word(key) }), make("span", { class: "fine", text: name ?? "" })));
  return make("section", {}, make("h2", { text: word(title) }), make("ul", { class: "rows files" }, ...links.map(row)));
}

export function downloads() {
  const { lang } = state;
  const saved = (key, name) => [key, download(name, lang), name];
  return [
    make("p", { class: "lead", text: word("files_lead") }),
    group("files_read", [["file_report", report(lang)], ["file_map_png", mapFile("png", lang), "map.png"], ["file_map_svg", mapFile("svg", lang), "map.svg"], saved("save_report", "report.html"), saved("file_report_docx", "report.docx")]),
    group("files_tables", [saved("file_gaps_xlsx", "gaps.xlsx"), saved("file_gaps_csv", "gaps.csv"), saved("file_report_xlsx", "report.xlsx"), saved("file_summary", "summary.json")]),
    group("files_gis", [saved("file_proposal", "proposal.geojson"), saved("file_coverage", "coverage.geojson"), saved("file_gaps", "gaps.geojson"), saved("file_circles", "circles.geojson"), saved("file_gpkg", "plan.gpkg")]),
  ];
}
