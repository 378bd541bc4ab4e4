// Which stations are there and which are proposed, by phase? Choosing one flies there and opens what is known of it.

import { make } from "../dom.js";
import { mark } from "../layers/crowd.js";
import { picture } from "../layers/symbols.js";
import { people } from "../numbers.js";
import { go, state } from "../state.js";
import { word, wordFor } from "../words.js";

function row(feature, symbol, layer, detail) {
  const { id, name, county } = feature.properties;
  const centre = feature.geometry.coordinates;
  return make("li", {}, make("button", { type: "button", class: "station", data: { id, layer }, on: { click: () => go({ centre, name, popup: { layer, id } }) } },
    symbol, make("span", { class: "name", text: name }), make("span", { class: "fine", text: [county, detail].filter(Boolean).join(" · ") })));
}

export function stations() {
  const { stations: existing, proposal } = state.data;
  const groups = new Map();
  for (const feature of proposal.features) {
    const phase = feature.properties.phase ?? "";
    if (!groups.has(phase)) groups.set(phase, []);
    groups.get(phase).push(feature);
  }
  const phases = [...groups].map(([phase, features]) => make("section", {},
    make("h2", { text: [word("stations_proposed"), phase].filter(Boolean).join(" · ") }),
    make("ul", { class: "rows" }, ...features.map((f) => row(f, picture(mark(state.data, f)), "proposal", word("gain", { people: people(f.properties.gain, state.lang) }))))));
  return [
    make("section", {}, make("h2", { text: word("stations_existing") }),
      make("ul", { class: "rows" }, ...existing.features.map((f) => row(f, picture(`station-${f.properties.status}`), "today", wordFor("status", f.properties.status))))),
    ...phases,
  ];
}
