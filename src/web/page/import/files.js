// Files come in: dropped or chosen, looked at by the server, listed with what they seem to hold.

import { byId, fill, make } from "../dom.js";
import { columns, sample } from "./columns.js";
import { PROPERTIES, changed, state, tell } from "./state.js";
import { number, word } from "./words.js";

const announce = (text) => { byId("announce").textContent = text; };

/** Takes files in, one after the other: the server reads one at a time. */
export async function take(files) {
  for (const file of files) await add({ id: state.next++, file });
}

async function add(entry) {
  state.entries.push(entry);
  await look(entry);
}

/** Asks what is in an entry's file; what a person has decided before stays where it still fits. */
export async function look(entry) {
  changed();
  announce(word("looking", { file: entry.file.name }));
  const query = new URLSearchParams({ name: entry.file.name });
  if (entry.sheet) query.set("sheet", entry.sheet);
  if (entry.encoding) query.set("encoding", entry.encoding);
  let body;
  try {
    body = await asked(`/api/import/look?${query}`, entry.file);
  } catch (error) {
    Object.assign(entry, { look: null, fault: error });
    tell("entries");
    return;
  }
  Object.assign(entry, { look: body, fault: null, sheet: body.sheet, encoding: body.encoding?.guess ?? null });
  entry.layer ??= body.layer;
  entry.datum ??= body.datum.stated;
  const headings = body.columns.map((column) => column.heading);
  entry.columns = Object.fromEntries(Object.entries(entry.columns ?? {}).filter(([, heading]) => headings.includes(heading)));
  entry.groups = (entry.groups ?? []).filter((heading) => headings.includes(heading));
  announce(word("looked", { file: entry.file.name, rows: number(body.rows) }));
  tell("entries");
}

/** Posts, waits while the server is busy, and gives the answer or throws what it says. */
export async function asked(path, body) {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await fetch(path, { method: "POST", body });
    if (answer.status === 503 && attempt < 10) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      continue;
    }
    if (answer.headers.get("content-type")?.startsWith("application/zip")) return answer;
    const said = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(said.detail ?? answer.status), { faults: said.faults ?? null, status: answer.status });
    return said;
  }
}

/** What a fault of a file says here. */
export function words(error, file) {
  const fault = error.faults?.[0];
  if (fault) return word("unreadable", { file, problem: fault.problem[state.lang], remedy: fault.remedy[state.lang] });
  return error.status === 503 ? word("busy") : word("failed", { detail: error.message });
}

function choice(name, entry, label, options, value, act, note) {
  const id = `${name}-${entry.id}`;
  const select = make("select", { id, data: { choice: name }, on: { change: (event) => act(event.target.value || null) } },
    ...options.map(([key, text]) => make("option", { value: key, text, selected: key === (value ?? "") })));
  return make("div", { class: "field" }, make("label", { for: id, text: label }), select, note ? make("p", { class: "fine", text: note }) : null);
}

function settings(entry) {
  const { look: seen } = entry;
  const layers = [["", word("layer_choose")], ...Object.keys(PROPERTIES).map((layer) => [layer, word(`layer_${layer}`)])];
  const set = (key) => (value) => { entry[key] = value; changed(); tell("entries"); };
  const again = (key) => (value) => { entry[key] = value; look(entry); };
  const datums = [["", word("datum_choose")], ...seen.datum.choices.map((datum) => [datum, word(`datum_${datum}`)])];
  const stated = seen.format !== "geojson" && seen.datum.stated ? word("datum_stated", { datum: word(`datum_${seen.datum.stated}`) }) : word("datum_note");
  return make("div", { class: "fields" },
    choice("layer", entry, word("layer"), layers, entry.layer, set("layer")),
    seen.sheets.length > 1 ? choice("sheet", entry, word("sheet"), seen.sheets.map((sheet) => [sheet, sheet]), entry.sheet, again("sheet")) : null,
    seen.encoding ? choice("encoding", entry, word("encoding"), ["utf-8", "gb18030", "big5"].map((e) => [e, e.toUpperCase()]), entry.encoding, again("encoding"), seen.encoding.certain ? null : word("encoding_doubt", { guess: seen.encoding.guess.toUpperCase() })) : null,
    choice("datum", entry, word("datum"), datums, entry.datum, set("datum"), stated));
}

function actions(entry) {
  const pick = make("input", { type: "file", class: "unseen", id: `replace-${entry.id}`, accept: ".xlsx,.csv,.geojson,.json", tabindex: "-1", "aria-hidden": "true",
    on: { change: (event) => { const [file] = event.target.files; if (file) replace(entry, file); } } });
  const more = entry.look?.sheets.length > 1;
  const another = () => add({ id: state.next++, file: entry.file, datum: entry.datum, sheet: entry.look.sheets.find((sheet) => !state.entries.some((e) => e.file === entry.file && e.sheet === sheet)) ?? entry.sheet });
  return make("p", { class: "entry-acts" },
    make("button", { type: "button", class: "plain", data: { act: "replace" }, text: word("replace"), on: { click: () => pick.click() } }), pick,
    more ? make("button", { type: "button", class: "plain", data: { act: "another" }, text: word("another"), on: { click: another } }) : null,
    make("button", { type: "button", class: "plain", data: { act: "remove" }, text: word("remove"), on: { click: () => { state.entries = state.entries.filter((e) => e !== entry); changed(); tell("entries"); } } }));
}

/** A corrected file takes the place of the old one, for every sheet of it. */
async function replace(entry, file) {
  const old = entry.file;
  for (const one of state.entries.filter((e) => e.file === old)) {
    one.file = file;
    await look(one);
  }
}

/** One card per entry. */
export function list() {
  fill(byId("list"), ...state.entries.map((entry) => {
    const { look: seen } = entry;
    const title = make("h3", { text: entry.sheet && seen?.sheets.length > 1 ? `${entry.file.name} · ${entry.sheet}` : entry.file.name });
    if (!seen) {
      const text = entry.fault ? words(entry.fault, entry.file.name) : word("looking", { file: entry.file.name });
      return make("li", { class: "entry" }, title, make("p", { class: entry.fault ? "bad" : "fine", role: entry.fault ? "alert" : null, text }), actions(entry));
    }
    const count = word(seen.format === "geojson" ? "features" : "rows", { rows: number(seen.rows) });
    return make("li", { class: "entry" }, make("div", { class: "entry-head" }, title, make("span", { class: "fine", text: count })), settings(entry), columns(entry), sample(entry), actions(entry));
  }));
}
