// Who is left out, and what would help? The largest gaps; all of them are in the gap list to download.

import { download } from "../api.js";
import { make } from "../dom.js";
import { middle } from "../layers/geometry.js";
import { people } from "../numbers.js";
import { go, state } from "../state.js";
import { word, wordFor } from "../words.js";

/** Rows shown; a list this long can still be looked through. */
const SHOWN = 30;

function row(feature) {
  const { id, layer, name, county, people: count, reason, phase_or_outreach: remedy } = feature.properties;
  const centre = middle(feature.geometry);
  return make("li", {}, make("button", { type: "button", class: "gap", data: { id }, on: { click: () => go({ centre, name, popup: { layer: "gap", id, of: layer } }) } },
    make("span", { class: "name", text: name }), make("strong", { text: word("unit_people", { people: people(count, state.lang) }) }),
    make("span", { class: "fine", text: [county, wordFor("reason", reason)].filter(Boolean).join(" · ") }), make("span", { class: "fine remedy", text: remedy })));
}

export function gaps() {
  const { features } = state.data.gaps;
  if (!features.length) return [make("p", { class: "lead", text: word("gaps_none") })];
  const { places, people: left } = state.data.summary.gaps;
  const rest = features.length - SHOWN;
  return [
    make("p", { class: "lead", text: word("gaps_lead", { places, people: people(left, state.lang) }) }),
    make("ul", { class: "rows" }, ...features.slice(0, SHOWN).map(row)),
    rest > 0 ? make("p", { class: "fine", text: `${word("gaps_rest", { count: rest })} ` }, make("a", { href: download("gaps.xlsx", state.lang), text: "gaps.xlsx" })) : null,
  ];
}
