// Which rows are in view? A grid that makes elements only for these, however many rows there are; the arrow keys choose a row, Enter
// shows it on the map.

import { make } from "../dom.js";
import { word } from "../words.js";
import { COLUMNS } from "./columns.js";

const ROW = 34;
/** Rows made beyond what is seen, so that scrolling shows no holes. */
const BEYOND = 8;

/**
 * @param {{chosen: (row: any, go: boolean) => void, sorted: (column: string) => void}} heard
 */
export function table(heard) {
  const head = make("div", { class: "grid-head", role: "row" });
  const body = make("div", { class: "grid-body", role: "presentation" });
  const scroll = make("div", { class: "grid-scroll", tabindex: "0", role: "grid", id: "gap-grid" }, make("div", { class: "grid-inner", role: "presentation" }, head, body));
  let rows = /** @type {import("./rows.js").Rows | null} */ (null);
  let columns = /** @type {import("./columns.js").Column[]} */ ([]);
  let active = -1;
  let question = { sort: "people", order: "desc" };

  const element = (i) => {
    const row = rows?.row(i);
    const cell = (/** @type {import("./columns.js").Column} */ { name, write, number }) => make("div", { role: "gridcell", class: number ? "number" : null, data: { column: name }, text: row ? write(row[name]) : "…", title: row ? write(row[name]) : null });
    const made = make("div", { role: "row", class: "grid-row", id: `row-${i}`, "aria-rowindex": i + 2, "aria-selected": String(i === active), data: { id: row?.id ?? "" }, on: { click: () => choose(i, true) } }, ...columns.map(cell));
    made.style.top = `${i * ROW}px`;
    return made;
  };

  function paint() {
    if (!rows) return;
    const from = Math.max(0, Math.floor(scroll.scrollTop / ROW) - BEYOND);
    const to = Math.min(rows.total, Math.ceil((scroll.scrollTop + scroll.clientHeight) / ROW) + BEYOND);
    body.style.height = `${rows.total * ROW}px`;
    body.replaceChildren(...Array.from({ length: Math.max(0, to - from) }, (_, i) => element(from + i)));
    const shown = rows;
    if (to > from) rows.want(from, to - 1).then((came) => came && shown === rows && paint(), () => {});
  }

  function choose(i, go) {
    if (!rows?.total) return;
    active = Math.max(0, Math.min(rows.total - 1, i));
    const [top, height] = [active * ROW, scroll.clientHeight - head.offsetHeight];
    if (top < scroll.scrollTop) scroll.scrollTop = top;
    else if (top + ROW > scroll.scrollTop + height) scroll.scrollTop = top + ROW - height;
    scroll.setAttribute("aria-activedescendant", `row-${active}`);
    paint();
    const row = rows.row(active);
    if (row) heard.chosen(row, go);
  }

  function heads() {
    const template = columns.map(({ wide }) => `minmax(${wide}rem, ${wide}fr)`).join(" ");
    scroll.style.setProperty("--columns", template);
    scroll.style.setProperty("--wide", `${columns.reduce((sum, { wide }) => sum + wide, 1)}rem`);
    head.replaceChildren(...columns.map(({ name, number }) => {
      const is = question.sort === name;
      return make("div", { role: "columnheader", class: number ? "number" : null, "aria-sort": is ? (question.order === "asc" ? "ascending" : "descending") : "none" },
        make("button", { type: "button", data: { sort: name, keep: `sort-${name}` }, "aria-label": word("sort_by", { column: word(`col_${name}`) }), on: { click: () => heard.sorted(name) } }, make("span", { text: word(`col_${name}`) }), make("span", { class: "order", "aria-hidden": "true", text: is ? (question.order === "asc" ? "▲" : "▼") : "" })));
    }));
  }

  let waiting = 0;
  scroll.addEventListener("scroll", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(paint);
  });
  scroll.addEventListener("keydown", (event) => {
    if (event.target !== scroll) return;
    const page = Math.max(1, Math.floor(scroll.clientHeight / ROW) - 2);
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: (rows?.total ?? 1) - 1, Enter: active }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(to, event.key === "Enter");
  });
  new ResizeObserver(paint).observe(scroll);

  return {
    element: scroll,
    /** @param {import("./rows.js").Rows} given @param {string[]} names @param {{sort: string, order: string}} asked */
    show(given, names, asked) {
      const other = rows !== given;
      [rows, question] = [given, asked];
      columns = COLUMNS.filter(({ name }) => names.includes(name));
      if (other) {
        active = -1;
        scroll.scrollTop = 0;
      }
      scroll.setAttribute("aria-label", word("analyse_table"));
      scroll.setAttribute("aria-rowcount", String(given.total + 1));
      scroll.setAttribute("aria-colcount", String(columns.length));
      heads();
      paint();
    },
    /** Chooses the row with this id, where it is among those that are here. */
    find(id, layer) {
      for (let i = 0; i < (rows?.total ?? 0); i++) {
        const row = rows?.row(i);
        if (row?.id === id && (!layer || row.layer === layer)) return choose(i, false), true;
      }
      return false;
    },
  };
}
