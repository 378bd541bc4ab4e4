// Under which standards, speeds and weights? A labelled field each; empty means the plan's own, which stands beside it.

import { given, set } from "../changes/edits.js";
import { commit, kept, plan } from "../changes/plan.js";
import { make } from "../dom.js";
import { on, state } from "../state.js";
import { word, wordFor } from "../words.js";

const SEASONS = ["summer", "winter", "both"];
const shown = (value) => (value === undefined || value === null ? "" : String(value));

/** @param {string} path @param {string} text @param {number | undefined} own @param {{least?: number, most?: number, step?: number | string}} [range] */
function field(path, text, own, { least = 0, most = 1000, step = "any" } = {}) {
  const id = `set-${path.replaceAll(".", "-")}`;
  /** @type {HTMLInputElement} */
  const box = make("input", {
    type: "number", id, min: least, max: most, step, inputmode: "decimal", placeholder: shown(own), value: shown(given(plan.changes, path)), data: { path },
    on: {
      change: () => {
        const value = box.value === "" ? undefined : Number(box.value);
        if (!box.checkValidity()) return box.reportValidity();
        commit(set(kept(), path, value === own ? undefined : value));
      },
    },
  });
  return make("label", { class: "field", for: id }, make("span", { text }), box, own === undefined ? null : make("small", { text: word("set_plan_own", { value: shown(own) }) }));
}

function season(own) {
  const box = make("select", { id: "set-season", data: { path: "season" }, on: { change: () => commit(set(kept(), "season", box.value === own ? undefined : box.value)) } },
    ...SEASONS.map((name) => make("option", { value: name, text: word(`season_${name}`) })));
  box.value = given(plan.changes, "season") ?? own;
  return make("label", { class: "field", for: "set-season" }, make("span", { text: word("set_season") }), box, make("small", { text: word("set_plan_own", { value: word(`season_${own}`) }) }));
}

export function settings() {
  const { summary, plan: { travel, weights } } = state.data;
  const standards = summary.standards.filter(({ minutes }) => minutes).map(({ setting, minutes }) => field(`minutes.${setting ?? "all"}`, word(`set_minutes_${setting ?? "all"}`), minutes, { least: 1, most: 240 }));
  const modes = new Set(summary.standards.map(({ mode }) => mode));
  const speeds = summary.travel.model === "circle" ? ["walk", "drive"].filter((mode) => modes.has(mode)).map((mode) => field(`${mode}_kmh`, word(`set_${mode}_kmh`), travel[`${mode}_kmh`], { least: 0.5, most: 130 })) : [];
  const groups = summary.coverage.by_group.map(({ group }) => field(`weights.groups.${group}`, word("set_weights_group", { name: wordFor("group", group) }), weights.groups[group] ?? 0));
  const kinds = [...new Set([...Object.keys(weights.kinds), "relocation"])].map((kind) => field(`weights.kinds.${kind}`, word("set_weights_kind", { name: wordFor("kind", kind) }), weights.kinds[kind] ?? 1));
  return make("details", { class: "part", id: "settings" }, make("summary", { text: word("settings") }),
    make("div", { class: "fields" }, ...standards, ...speeds, summary.travel.model === "times" ? null : season(travel.season), field("target", word("set_target"), summary.target, { most: 100_000, step: 1 })),
    make("h3", { text: word("set_weights") }),
    make("div", { class: "fields" }, field("weights.residences", word("set_weights_residences"), weights.residences), field("weights.clusters", word("set_weights_clusters"), weights.clusters), ...groups, ...kinds));
}

// Undo, redo and links change what the fields hold; never the one somebody is typing into.
on("changes", () => {
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("#settings [data-path]"))) {
    if (box === document.activeElement && box.tagName === "INPUT") continue;
    const value = given(plan.changes, box.dataset.path ?? "");
    box.value = box.id === "set-season" ? String(value ?? state.data.plan.travel.season) : shown(value);
  }
});
