// What do the signs mean, and which layers are on? Legend and switches are one list: a sign is explained where it is
// switched.

import { make } from "../dom.js";
import { dot, picture, swatch } from "../layers/symbols.js";
import { on, state, toggle } from "../state.js";
import { word } from "../words.js";

let folded = matchMedia("(max-width: 800px)").matches;
let boxes = /** @type {any[]} */ ([]);

on("layers", () => {
  for (const box of boxes) box.checked = state.layers[box.name];
});

function key(sign, text) {
  return make("li", { class: "key" }, sign, make("span", { text }));
}

function layer(name, ...keys) {
  const box = make("input", { type: "checkbox", id: `layer-${name}`, name, on: { change: () => toggle(name, box.checked) } });
  box.checked = state.layers[name];
  boxes.push(box);
  return make("li", { class: "layer" }, make("label", { for: `layer-${name}` }, box, make("span", { text: word(`layer_${name}`) })), keys.length ? make("ul", {}, ...keys) : null);
}

/** @param {{editable?: boolean}} [door] */
export function legend({ editable = true } = {}) {
  boxes = [];
  const { coverage, stations, proposal, plan } = state.data;
  const has = (list, name, value) => list.features.some((f) => f.properties[name] === value);
  const statuses = ["open", "building", "planned", "closed"].filter((status) => has(stations, "status", status));
  const phases = plan.phases.map((phase, i) => [phase.name, i]).filter(([name]) => has(proposal, "phase", name));
  const details = make("details", { class: "legend" },
    make("summary", { text: word("legend") }),
    make("ul", {},
      layer("today", ...statuses.map((status) => key(picture(`station-${status}`), word(`status_${status}`)))),
      layer("proposal", ...(phases.length ? phases.map(([name, i]) => key(picture(`proposed-0-${i}`), name)) : [])),
      layer("places", key(dot("today"), word("key_today")), key(dot("proposed"), word("key_proposed")),
        !coverage || has(coverage, "status", "partial") ? key(dot("partial"), word("key_partial")) : null, key(dot("gap"), word("key_gap")),
        key(picture("ring-3-7"), word("key_ring")), key(picture("square-today"), word("key_square"))),
      layer("circles", key(swatch("today"), word("today")), key(swatch("proposed"), word("after"))),
      state.data.large ? null : layer("gaps"),
      layer("counties"),
      editable ? layer("candidates", key(picture("candidate"), word("status_candidate"))) : null,
      editable ? make("li", { class: "layer" }, make("span", { class: "fine", text: word("layer_changes") }), make("ul", {}, key(picture("sign-plus"), word("gained")), key(picture("sign-minus"), word("lost_here")))) : null));
  details.open = !folded;
  details.addEventListener("toggle", () => (folded = !details.open));
  return details;
}
