// Which plans are kept under a name? Save, open, compare, delete, and the file to exchange. When somebody else saved meanwhile,
// nothing is lost: both versions stand side by side and one chooses.

import { save as saveFile } from "../api.js";
import * as scenarios from "../asks/scenarios.js";
import { commit, kept, plan } from "../changes/plan.js";
import { byId, make, refill } from "../dom.js";
import { moment, people, share } from "../numbers.js";
import { on, state, tell } from "../state.js";
import { word } from "../words.js";
import { comparison } from "./compare.js";

const here = {
  /** @type {any[]} */ rows: [],
  /** The scenario that is open, with the revision it was read at: saving replaces that one and no other. */
  open: /** @type {{name: string, revision: number} | null} */ (null),
  note: "",
  /** @type {any} */ conflict: null,
  /** @type {string | null} */ said: null,
  /** Whether what is said is a fault. */
  wrong: false,
  sure: /** @type {string | null} */ (null),
};

const failed = (error) => {
  Object.assign(here, { wrong: true, said: word("scenario_fault", { detail: error instanceof Error ? error.message : String(error) }) });
  tell("scenarios");
};

export async function refresh() {
  try {
    here.rows = await scenarios.list();
  } catch (error) {
    return failed(error);
  }
  tell("scenarios");
}

/** @param {string} name @param {number | null | undefined} [revision] */
async function save(name, revision = here.open?.name === name ? here.open.revision : null) {
  const note = byId("scenario-note")?.value ?? here.note;
  try {
    const now = await scenarios.save(name, { changes: kept(), note }, revision);
    Object.assign(here, { open: { name, revision: now }, conflict: null, note, wrong: false, said: word("scenario_saved", { name, revision: now }) });
    await refresh();
  } catch (error) {
    if (!scenarios.isConflict(error)) return failed(error);
    // Somebody was faster: what they saved is fetched and shown beside what is here.
    const theirs = await scenarios.one(name).catch(() => null);
    here.conflict = { name, theirs, known: revision !== null };
    here.said = null;
    await refresh();
    byId("conflict")?.focus();
  }
}

async function open(name) {
  try {
    const found = await scenarios.one(name);
    Object.assign(here, { open: { name, revision: found.revision }, conflict: null, note: found.note ?? "", said: null });
    commit(found.changes);
    tell("scenarios");
    byId("scenario-name").value = name;
    byId("scenario-note").value = here.note;
  } catch (error) {
    failed(error);
  }
}

async function remove(name) {
  if (here.sure !== name) {
    here.sure = name;
    return tell("scenarios");
  }
  here.sure = null;
  try {
    await scenarios.remove(name);
    if (here.open?.name === name) here.open = null;
    await refresh();
  } catch (error) {
    failed(error);
  }
}

const button = (key, id, click, given = {}) => make("button", { type: "button", class: "act", text: word(key), data: { keep: `${key}:${id}`, act: key, id }, "aria-label": word("act_of", { act: word(key), name: id }), on: { click }, ...given });

function row({ name, note, changed, revision, total, stations }) {
  return make("li", { class: "done scenario", data: { id: name } },
    make("span", { class: "name", text: name }),
    make("span", { class: "fine", text: word("scenario_line", { share: share(total?.share_after ?? total?.share), stations, revision, changed: moment(changed) }) }),
    note ? make("span", { class: "fine note", text: note }) : null,
    make("span", { class: "acts" }, button("scenario_open", name, () => open(name)), button(here.sure === name ? "scenario_delete_sure" : "scenario_delete", name, () => remove(name))));
}

function version(title, lines, ...buttons) {
  return make("div", { class: "version" }, make("h3", { text: title }), ...lines.filter(Boolean).map((text) => make("p", { class: "fine", text })), make("p", { class: "acts" }, ...buttons));
}

function conflict() {
  const { conflict: about } = here;
  if (!about) return null;
  const { name, theirs, known } = about;
  const mine = plan.answer?.total;
  const line = (total, stations) => (total ? `${share(total.share_after ?? total.share)} · ${people(total.after ?? total.covered ?? 0, state.lang)} · ${stations ?? ""}` : "");
  const act = (key, click) => make("button", { type: "button", class: "tool", id: key, text: word(key), on: { click } });
  return make("section", { id: "conflict", class: "conflict", tabindex: "-1", role: "alert" },
    make("h2", { text: word(known ? "conflict" : "conflict_exists", { name }) }), make("p", { text: word("conflict_lead") }),
    make("div", { class: "versions" },
      version(word("conflict_theirs"), [theirs && word("scenario_line", { share: share(theirs.total?.share_after), stations: theirs.stations ?? "", revision: theirs.revision, changed: moment(theirs.changed) }), theirs?.note], act("conflict_open_theirs", () => open(name))),
      version(word("conflict_mine"), [line(mine, plan.answer && word("stations_of", { stations: plan.answer.stations, target: plan.answer.target }))],
        theirs ? act("conflict_keep_mine", () => save(name, theirs.revision)) : null,
        act("conflict_other_name", () => { here.conflict = null; tell("scenarios"); byId("scenario-name").select(); byId("scenario-name").focus(); }))));
}

function content() {
  return [
    here.said ? make("p", { class: here.wrong ? "fault" : "fine", id: "scenario-said", role: here.wrong ? "alert" : "status", text: here.said }) : null,
    conflict(),
    make("h2", { text: word("saved_list") }),
    here.rows.length ? make("ul", { class: "rows", id: "scenario-list" }, ...here.rows.map(row)) : make("p", { class: "fine", text: word("scenario_none") }),
    comparison(here.rows.map(({ name }) => name)),
  ];
}

async function take(file) {
  try {
    const answer = await scenarios.take(file, byId("scenario-replace").checked);
    const { imported, skipped, refused } = answer;
    here.wrong = false;
    here.said = [word("scenario_imported", { count: imported.length }), skipped.length ? word("scenario_skipped", { names: skipped.join(", ") }) : "", ...refused.map(([name, why]) => `${name}: ${why}`)].filter(Boolean).join(" ");
    await refresh();
  } catch (error) {
    failed(error);
  }
}

export function scenarioPanel() {
  if (!state.keeps) return [make("p", { class: "lead", text: word(state.may_change ? "scenario_nowhere" : "may_not") })];
  const form = make("form", { on: { submit: (event) => { event.preventDefault(); save(byId("scenario-name").value.trim()); } } },
    make("label", { class: "field wide", for: "scenario-name" }, make("span", { text: word("scenario_name") }), make("input", { id: "scenario-name", required: true, maxlength: 80, value: here.open?.name ?? "" })),
    make("label", { class: "field wide", for: "scenario-note" }, make("span", { text: word("scenario_note") }), make("input", { id: "scenario-note", maxlength: 400, value: here.note })),
    make("p", { class: "acts" }, make("button", { type: "submit", class: "tool first", id: "scenario-save", text: word("scenario_save") })));
  const file = make("input", { type: "file", id: "scenario-file", accept: ".gpkg", class: "unseen", on: { change: () => file.files?.[0] && take(file.files[0]).then(() => (file.value = "")) } });
  return [
    form,
    make("section", { id: "scenarios" }, ...content()),
    make("section", {}, make("h2", { text: word("exchange_files") }),
      make("p", { class: "acts" }, make("button", { type: "button", class: "tool", id: "scenario-export", text: word("scenario_export"), on: { click: () => saveFile(scenarios.GPKG, undefined, "scenarios.gpkg").catch(failed) } }),
        make("label", { class: "tool", for: "scenario-file", text: word("scenario_import") }), file),
      make("label", { class: "tick", for: "scenario-replace" }, make("input", { type: "checkbox", id: "scenario-replace" }), make("span", { text: word("scenario_replace") }))),
  ];
}

on("scenarios", () => {
  const part = document.getElementById("scenarios");
  if (part) refill(part, ...content());
});
on("view", () => state.view === "scenarios" && state.keeps && refresh());
