// Who is left out, and what would help? The largest gaps; all of them are on the door for analysts.

import { plan } from "../changes/plan.js";
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

/** The largest gaps after changes, as the server lists them. */
function changed({ id, name, county, people: count, reason, lon, lat }) {
  return make("li", {}, make("button", { type: "button", class: "gap", data: { id }, on: { click: () => go({ centre: [lon, lat], name }) } },
    make("span", { class: "name", text: name }), make("strong", { text: word("unit_people", { people: people(count, state.lang) }) }),
    make("span", { class: "fine", text: [county, wordFor("reason", reason)].filter(Boolean).join(" · ") })));
}

const rest = (count) => (count > 0 ? make("p", { class: "fine", text: `${word("gaps_rest", { count })} ` }, make("a", { href: `/analyse?lang=${state.lang}${location.hash}`, text: word("door_analyse") })) : null);

function afterChanges({ gaps: { count, people: left, top } }) {
  if (!count) return [make("p", { class: "lead", text: word("gaps_none") })];
  return [make("p", { class: "lead", text: word("gaps_now", { count, people: people(left, state.lang) }) }), make("ul", { class: "rows" }, ...top.slice(0, SHOWN).map(changed)), rest(count - Math.min(SHOWN, top.length))];
}

export function gaps() {
  if (plan.answer) return afterChanges(plan.answer);
  const { places, people: left } = state.data.summary.gaps;
  // Of a large plan the list is read page by page, on the door for it.
  const features = state.data.gaps?.features ?? [];
  if (!places) return [make("p", { class: "lead", text: word("gaps_none") })];
  return [
    make("p", { class: "lead", text: word("gaps_lead", { places, people: people(left, state.lang) }) }),
    make("ul", { class: "rows" }, ...features.slice(0, SHOWN).map(row)),
    rest(places - Math.min(SHOWN, features.length)),
  ];
}
