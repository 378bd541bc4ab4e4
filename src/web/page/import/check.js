// Everything is checked together, faults are listed row by row, and only a clean plan can be taken.

import { byId, fill, make } from "../dom.js";
import { mapping } from "./columns.js";
import { asked, words } from "./files.js";
import { state, tell } from "./state.js";
import { number, word } from "./words.js";

/** What is missing before the server need be asked. */
function missing() {
  const all = [];
  for (const entry of state.entries) if (entry.look && !entry.layer) all.push(word("no_layer", { file: entry.file.name }));
  const layers = state.entries.map((entry) => entry.layer).filter(Boolean);
  for (const layer of new Set(layers)) if (layers.filter((one) => one === layer).length > 1) all.push(word("twice", { layer: word(`layer_${layer}`) }));
  if (!layers.includes("residences")) all.push(word("no_residences"));
  return all;
}

/** The form that is sent: settings, and each file once. */
function form() {
  const data = new FormData();
  const files = [...new Set(state.entries.filter((e) => e.look).map((e) => e.file))];
  const layers = {};
  for (const entry of state.entries.filter((e) => e.look)) {
    layers[entry.layer] = {
      file: String(files.indexOf(entry.file)),
      datum: entry.datum ?? undefined,
      encoding: entry.look.format === "csv" && entry.encoding !== "utf-8" ? entry.encoding : undefined,
      sheet: entry.look.sheets.length > 1 ? entry.sheet : undefined,
      columns: mapping(entry),
      groups: entry.layer === "residences" ? entry.groups : [],
    };
  }
  const { name, target, urban, rural } = state.plan;
  data.append("plan", JSON.stringify({ name: name ?? word("plan_new"), lang: state.lang, target, minutes: { urban, rural }, layers }));
  files.forEach((file, i) => data.append(String(i), file, file.name));
  return data;
}

export async function check() {
  const before = missing();
  if (before.length > 0) {
    say(before.join(" "), "bad");
    fill(byId("faults"));
    return;
  }
  say(word("checking"));
  try {
    state.checked = await asked("/api/import/check", form());
    tell("checked");
  } catch (error) {
    say(words(error, ""), "bad");
  }
}

export async function take() {
  try {
    const answer = await asked("/api/import/take", form());
    const named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("content-disposition") ?? "");
    const file = decodeURIComponent(named?.[1] ?? "plan.zip");
    const href = URL.createObjectURL(await answer.blob());
    const link = make("a", { href, download: file });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
    say(word("taken", { file, folder: file.replace(/\.zip$/, "") }), "good");
  } catch (error) {
    say(words(error, ""), "bad");
  }
}

export async function keep() {
  try {
    const { folder } = await asked("/api/import/take?into=folder", form());
    say(word("kept", { folder }), "good");
  } catch (error) {
    say(words(error, ""), "bad");
  }
}

function say(text, how = "") {
  const said = byId("said");
  said.textContent = text;
  said.className = how;
}

/** Where a fault is, as people find it. */
function place(fault) {
  if (fault.feature?.row) return String(fault.feature.row);
  if (fault.feature) return word("f_feature", { index: fault.feature.index });
  return fault.line ? word("f_line", { line: fault.line }) : "";
}

function table(faults) {
  const head = ["file", "row", "field", "value", "problem", "remedy"].map((key) => make("th", { scope: "col", text: word(`f_${key}`) }));
  const row = (fault) => make("tr", {},
    make("td", { text: fault.file }), make("td", { class: "where", text: place(fault) }), make("td", { text: fault.field ?? "" }), make("td", { class: "value", text: fault.value ?? "" }),
    make("td", { text: fault.problem[state.lang] }), make("td", { text: fault.remedy[state.lang] }));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": word("faults") },
    make("table", { class: "faults" }, make("caption", { text: word("faults") }), make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...faults.map(row))));
}

/** Shows the last answer, or that there is none. */
export function checked() {
  const { checked: answer } = state;
  byId("take").disabled = !answer?.ok;
  byId("keep").disabled = !answer?.ok;
  byId("keep").hidden = !answer?.keeps;
  if (!answer) {
    say("");
    fill(byId("faults"));
    return;
  }
  if (answer.ok) {
    const layer = ({ layer: name, features, datum }) => word("clean_layer", { layer: word(`layer_${name}`), features: number(features), datum: word(`datum_${datum}`) });
    say(word("clean", { layers: answer.layers.map(layer).join(state.lang === "en" ? ", " : "、"), people: number(answer.people) }), "good");
    fill(byId("faults"), ...answer.doubts.map((doubt) => make("p", { class: "doubt", text: word("doubt") + doubt[state.lang] })));
    return;
  }
  say(word("faulty", { total: number(answer.total) }), "bad");
  const kinds = answer.by_kind.map(({ count, problem }) => make("li", { text: word("kind_count", { count: number(count), problem: problem[state.lang] }) }));
  const more = answer.faults.length < answer.total ? make("p", { class: "fine", text: word("faulty_more", { shown: number(answer.faults.length), total: number(answer.total) }) }) : null;
  fill(byId("faults"), answer.by_kind.length > 1 ? make("h3", { text: word("kinds") }) : null, answer.by_kind.length > 1 ? make("ul", { class: "kinds" }, ...kinds) : null, more, table(answer.faults));
}
