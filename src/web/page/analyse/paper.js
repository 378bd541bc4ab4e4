// What of the table comes onto paper? On the screen only rows in view are there; on paper all that are at hand, as a plain table. A file of its
// own because the grid need not know of it.

import { byId, make } from "../dom.js";
import { people } from "../numbers.js";
import { state } from "../state.js";
import { word } from "../words.js";
import { COLUMNS } from "./columns.js";

/** Rows at most: a hundred sheets are nobody's reading. */
const MOST = 3000;
/** Columns narrower than so many rem hold a word or two, which stay on a line. */
const NARROW = 8;

/**
 * Lays the table out before a page is printed and takes it away again afterwards.
 * @param {() => { rows: import("./rows.js").Rows | null, names: string[], filter: string }} shown
 */
export function onPaper(shown) {
  addEventListener("beforeprint", () => {
    const { rows, names, filter } = shown();
    if (!rows) return;
    const columns = COLUMNS.filter(({ name }) => names.includes(name));
    const kind = (/** @type {import("./columns.js").Column} */ { number, wide }) => (number ? "number" : wide < NARROW ? "short" : null);
    const line = (row) => make("tr", {}, ...columns.map((column) => make("td", { class: kind(column), text: column.write(row[column.name]) })));
    const found = [];
    while (found.length < Math.min(rows.total, MOST) && rows.row(found.length)) found.push(rows.row(found.length));
    const left = found.length < rows.total ? word("analyse_first_rows", { shown: people(found.length, state.lang), total: people(rows.total, state.lang) }) : "";
    document.getElementById("paper")?.remove();
    byId("list").append(make("div", { id: "paper" },
      filter || left ? make("p", { class: "fine", text: [filter, left].filter(Boolean).join(" · ") }) : null,
      make("table", { class: "paper" }, make("thead", {}, make("tr", {}, ...columns.map((column) => make("th", { class: kind(column), text: word(`col_${column.name}`) })))), make("tbody", {}, ...found.map(line)))));
  });
  addEventListener("afterprint", () => document.getElementById("paper")?.remove());
}
