// How do two scenarios differ? Shares side by side, which stations are only in one, and on the map the places that are better or
// worse in the second.

import { compare as ask } from "../asks/scenarios.js";
import { make } from "../dom.js";
import { compare as onMap } from "../layers/difference.js";
import { people, points, share } from "../numbers.js";
import { go, state, tell } from "../state.js";
import { word } from "../words.js";

/** The plan as it was computed: no scenario may be called so. */
const PLAN = "plan";
const chosen = { a: PLAN, b: /** @type {string | null} */ (null), answer: /** @type {any} */ (null), fault: /** @type {string | null} */ (null) };

const named = (name) => (name === PLAN ? word("scenario_plan") : name);

async function begin() {
  try {
    Object.assign(chosen, { answer: await ask(chosen.a, chosen.b), fault: null });
    onMap(chosen.answer.places);
  } catch (error) {
    Object.assign(chosen, { answer: null, fault: error instanceof Error ? error.message : String(error) });
  }
  tell("scenarios");
}

function close() {
  chosen.answer = null;
  onMap(null);
  tell("scenarios");
}

function pick(which, names) {
  const box = make("select", { id: `compare-${which}`, data: { keep: `compare-${which}` }, on: { change: () => { chosen[which] = box.value; } } }, ...[PLAN, ...names].map((name) => make("option", { value: name, text: named(name) })));
  box.value = chosen[which];
  return make("label", { class: "field wide", for: `compare-${which}` }, make("span", { text: word(`scenario_${which}`) }), box);
}

const after = (row) => row?.share_after ?? null;

function table({ a, b }) {
  const row = (text, left, right, county) => make("tr", { data: { county } }, make("th", { scope: "row", text }), make("td", { class: "number", text: share(after(left)) }), make("td", { class: "number", text: share(after(right)) }),
    make("td", { class: "number", text: after(left) === null || after(right) === null ? "–" : points(after(right) - after(left)) }));
  const counties = a.counties.map((left) => row(left.county ?? word("county_none"), left, b.counties.find((right) => right.county === left.county), left.county ?? ""));
  return make("table", { id: "compare-table" },
    make("thead", {}, make("tr", {}, ...["by_county", "scenario_a", "scenario_b", "change"].map((key, i) => make("th", { scope: "col", class: i ? "number" : null, text: word(key) })))),
    make("tbody", {}, row(word("compare_all"), a.total, b.total, "*"), ...counties));
}

function only(which, name, stations) {
  if (!stations.length) return null;
  return make("div", {}, make("h3", { text: word("compare_only", { name: named(name) }) }),
    make("ul", { class: "rows", data: { only: which } }, ...stations.map((s) => make("li", {}, make("button", { type: "button", class: "town", on: { click: () => go({ centre: s.at ?? [s.lon, s.lat], name: s.name }) } }, make("span", { text: s.name ?? s.id }), make("span", { class: "fine", text: [s.id, s.county].filter(Boolean).join(" · ") }))))));
}

function result() {
  const { answer, a, b } = chosen;
  if (!answer) return [];
  const better = answer.places.filter(([, left, right]) => right > left).length;
  return [
    make("h3", { text: word("compare_title", { a: named(a), b: named(b) }) }),
    make("p", { class: "fine", id: "compare-people", text: `${word("compare_people")}: ${people(answer.a.total.after, state.lang)} → ${people(answer.b.total.after, state.lang)}` }),
    make("p", { class: "fine", id: "compare-places", text: word("compare_places", { gained: better, lost: answer.places.length - better }) }),
    table(answer),
    answer.only_a.length + answer.only_b.length ? null : make("p", { class: "fine", text: word("compare_same") }),
    only("a", a, answer.only_a), only("b", b, answer.only_b),
    make("p", { class: "acts" }, make("button", { type: "button", class: "tool", id: "compare-close", text: word("compare_close"), on: { click: close } })),
  ];
}

export function comparison(names) {
  if (!names.length) return null;
  if (chosen.b === null || ![PLAN, ...names].includes(chosen.b)) chosen.b = names[0];
  if (![PLAN, ...names].includes(chosen.a)) chosen.a = PLAN;
  return make("div", { class: "compare" },
    make("h2", { text: word("scenario_compare") }),
    make("div", { class: "fields" }, pick("a", names), pick("b", names)),
    make("p", { class: "acts" }, make("button", { type: "button", class: "tool first", id: "compare", text: word("scenario_compare"), on: { click: begin } })),
    chosen.fault ? make("p", { class: "fault", role: "alert", text: chosen.fault }) : null,
    ...result());
}
