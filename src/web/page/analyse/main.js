// The door of analysts: the gap list as a table linked with the map. Filter, sort and columns decide what is shown, and exactly that is
// exported.

import { LARGE, gapRows, load, save, session } from "../api.js";
import "../asks/candidates.js";
import { kept, takeAddress } from "../changes/plan.js";
import { latest } from "../changes/latest.js";
import { byId, fill, make } from "../dom.js";
import { middle } from "../layers/geometry.js";
import * as head from "../masthead.js";
import { people } from "../numbers.js";
import { on, state } from "../state.js";
import { label, word, wordFor } from "../words.js";
import { AT_FIRST, COLUMNS } from "./columns.js";
import * as map from "./map.js";
import { onPaper } from "./paper.js";
import { held, paged } from "./rows.js";
import { table } from "./table.js";

const FORMATS = ["xlsx", "csv", "geojson", "gpkg"];
const question = { sort: "people", order: /** @type {"asc" | "desc"} */ ("desc"), filter: /** @type {Record<string, string>} */ ({}) };
let columns = [...AT_FIRST];
let rows = /** @type {import("./rows.js").Rows | null} */ (null);
let every = 0;

const grid = table({ chosen: (row, go) => map.mark(row, go), sorted: sort });

/** The rows of a small plan without changes are among the answers anyway, and need nobody's leave to compute. */
const local = () => state.data.gaps.features.map((f) => {
  const [lon, lat] = middle(f.geometry);
  return { ...f.properties, lon, lat };
});

async function whole() {
  const { rows: found } = await gapRows({ changes: kept(), offset: 0, limit: LARGE, sort: "people", order: "desc", filter: {} });
  return found;
}

/** Everything of the present changes, asked for once: sorting and filtering then happen here. */
let known = /** @type {{key: string, rows: any[]} | null} */ (null);

const find = latest(async (asked, signal) => {
  if (!state.may_change || (!state.data.large && !Object.keys(kept()).length)) return held(local(), asked);
  if (state.data.large) return paged((part) => gapRows({ changes: kept(), ...asked, ...part }, signal));
  const key = JSON.stringify([kept(), state.lang]);
  if (known?.key !== key) known = { key, rows: await whole() };
  return held(known.rows, asked);
});

async function refresh() {
  try {
    const found = await find({ sort: question.sort, order: question.order, filter: { ...question.filter } });
    if (found === undefined) return;
    rows = found;
    if (!Object.keys(question.filter).length) every = found.total;
    byId("fault").hidden = true;
    grid.show(found, columns, question);
    told();
    map.filter(question.filter);
    if (!state.data.large) map.show(await found.all());
  } catch (error) {
    head.fault(word("analyse_fault", { detail: error instanceof Error ? error.message : String(error) }));
  }
}

function told() {
  const total = rows?.total ?? 0;
  const sum = rows?.people === null || rows?.people === undefined ? "" : word("unit_people", { people: people(rows.people, state.lang) });
  byId("told").textContent = total ? word("analyse_rows", { shown: people(total, state.lang), total: people(Math.max(every, total), state.lang), people: sum }).replace(/[，,]\s*$/, "") : word("analyse_none");
}

/** What the filter lets through, in words. */
function filtered() {
  const { text, county, reason } = question.filter;
  const parts = [["text", text], ["county", county], ["reason", reason && wordFor("reason", reason)]];
  return parts.filter(([, value]) => value).map(([name, value]) => word("analyse_filtered", { name: word(`analyse_${name}`), value })).join(" · ");
}

function sort(column) {
  const number = COLUMNS.find(({ name }) => name === column)?.number;
  if (question.sort === column) question.order = question.order === "asc" ? "desc" : "asc";
  else Object.assign(question, { sort: column, order: number ? "desc" : "asc" });
  refresh();
}

function narrow(name, value) {
  if (value) question.filter[name] = value;
  else delete question.filter[name];
  refresh();
}

function choice(name, options) {
  const box = make("select", { id: `filter-${name}`, on: { change: () => narrow(name, box.value) } }, make("option", { value: "", text: word("analyse_all") }), ...options.map(([value, text]) => make("option", { value, text })));
  box.value = question.filter[name] ?? "";
  return make("label", { class: "field", for: `filter-${name}` }, make("span", { text: word(`analyse_${name}`) }), box);
}

const REASONS = ["no candidate within reach", "cut by the target", "cut by a limit"];

function filters() {
  const counties = state.data.counties.counties.map(({ county }) => county).filter(Boolean);
  let waiting = 0;
  const text = make("input", { type: "search", id: "filter-text", value: question.filter.text ?? "", on: { input: () => { clearTimeout(waiting); waiting = window.setTimeout(() => narrow("text", text.value), 150); } } });
  return [
    make("label", { class: "field", for: "filter-text" }, make("span", { text: word("analyse_text") }), text),
    choice("county", counties.map((county) => [county, county])),
    choice("reason", REASONS.map((reason) => [reason, wordFor("reason", reason)])),
    make("button", { type: "button", class: "tool", id: "filter-clear", text: word("analyse_clear"), on: { click: () => { question.filter = {}; fill(byId("filters"), ...filters()); refresh(); } } }),
  ];
}

function chooser() {
  const tick = ({ name }) => {
    const box = make("input", { type: "checkbox", id: `column-${name}`, on: { change: () => { columns = box.checked ? [...columns, name] : columns.filter((other) => other !== name); if (rows) grid.show(rows, columns, question); } } });
    box.checked = columns.includes(name);
    // The name stays: a row must be told from the next.
    box.disabled = name === "name";
    return make("li", {}, make("label", { class: "tick", for: `column-${name}` }, box, make("span", { text: word(`col_${name}`) })));
  };
  return make("details", { class: "menu" }, make("summary", { class: "tool", text: word("analyse_columns") }), make("ul", {}, ...COLUMNS.map(tick)));
}

async function take(format) {
  if (!rows) return;
  const name = `gaps.${format}`;
  byId("announce").textContent = word("analyse_exporting", { name });
  try {
    const shown = COLUMNS.filter((column) => columns.includes(column.name)).map((column) => column.name);
    const ids = (await rows.all()).map(({ id, layer }) => ({ layer, id }));
    await save(`/api/export?format=${format}`, { changes: kept(), columns: shown, ids, lang: state.lang }, name);
  } catch (error) {
    head.fault(word("analyse_fault", { detail: error instanceof Error ? error.message : String(error) }));
  }
}

function exports() {
  return make("div", { class: "exports", role: "group", "aria-label": word("analyse_export") }, make("span", { class: "fine", text: word("analyse_export") }),
    ...FORMATS.map((format) => make("button", { type: "button", class: "tool", id: `export-${format}`, text: format, disabled: !state.may_change, on: { click: () => take(format) } })));
}

function build() {
  head.masthead(word("analyse_title"));
  fill(byId("filters"), ...filters());
  fill(byId("choices"), chooser(), exports());
  refresh();
}

/** From the map: the row, where it is here; otherwise the filter finds it. */
function chosen(id, layer) {
  if (grid.find(id, layer)) return;
  byId("filter-text").value = id;
  narrow("text", id);
}

async function begin() {
  try {
    const [data, who] = await Promise.all([load(state.lang), session()]);
    Object.assign(state, { data, may_change: who.may_change });
    state.lang ??= state.data.plan.lang;
  } catch (error) {
    state.lang ??= "zh";
    label();
    head.fault(word("fault", { detail: error instanceof Error ? error.message : String(error) }));
    return;
  }
  fill(byId("table"), grid.element);
  takeAddress();
  build();
  head.listen();
  onPaper(() => ({ rows, names: columns, filter: filtered() }));
  addEventListener("hashchange", () => { takeAddress(); refresh(); });
  on("lang", async () => {
    const { lang } = state;
    const data = await load(lang);
    if (lang !== state.lang) return;
    state.data = data;
    build();
    map.rename();
  });
  on("answer", head.changesFault);
  document.documentElement.dataset.panels = "ready";
  try {
    await map.start(chosen);
  } catch (error) {
    console.error(error);
    head.fault(word("no_webgl"));
  }
}

begin();
