// Which candidates could be locked or forbidden? Found by name, because there may be thousands; the map shows them as diamonds.

import { fetchCandidates } from "../asks/candidates.js";
import { forbid, lock, restore } from "../changes/edits.js";
import { commit, kept, plan } from "../changes/plan.js";
import { make, refill } from "../dom.js";
import { picture } from "../layers/symbols.js";
import { go, on, state, toggle } from "../state.js";
import { word } from "../words.js";
import { act } from "./change_list.js";
import { offer } from "./popup.js";

/** Rows shown at once. */
const SHOWN = 20;
let wanted = "";

/** The buttons for a candidate: what it is, it can stop being. */
export function choices({ id, name }) {
  const { lock: locked = [], open = [], forbid: forbidden = [] } = plan.changes;
  const is = locked.includes(id) || open.includes(id) || forbidden.includes(id);
  return [
    locked.includes(id) ? null : act("act_lock", { id, name }, () => commit(lock(kept(), id))),
    forbidden.includes(id) ? null : act("act_forbid", { id, name }, () => commit(forbid(kept(), id))),
    is ? act("act_restore", { id, name }, () => commit(restore(kept(), id))) : null,
  ];
}

function row({ properties: { id, name, county }, geometry }) {
  return make("li", { class: "done", data: { id } }, picture("candidate"), make("span", { class: "name", text: name }), make("span", { class: "fine", text: [id, county].filter(Boolean).join(" · ") }),
    make("span", { class: "acts" }, act("act_show", { id, name }, () => go({ centre: geometry.coordinates, name, popup: { layer: "candidate", id } })), ...choices({ id, name })));
}

function rows() {
  if (!state.candidates.length) return [];
  const text = wanted.trim().toLowerCase();
  const found = state.candidates.filter(({ properties: { id, name } }) => `${id} ${name}`.toLowerCase().includes(text));
  if (!found.length) return [make("p", { class: "fine", text: word("candidate_none") })];
  return [make("ul", { class: "rows" }, ...found.slice(0, SHOWN).map(row)), found.length > SHOWN ? make("p", { class: "fine", text: word("candidate_more", { count: found.length - SHOWN }) }) : null];
}

const follow = () => {
  const list = document.getElementById("candidate-list");
  if (list) refill(list, ...rows());
};

export function candidateList() {
  const box = make("input", { type: "search", id: "candidate-find", value: wanted, on: { input: () => { wanted = box.value; follow(); } } });
  const details = make("details", { class: "part", id: "candidates" }, make("summary", { text: word("candidate_list") }),
    make("label", { class: "field", for: "candidate-find" }, make("span", { text: word("candidate_find") }), box),
    make("div", { id: "candidate-list" }, ...rows()));
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    fetchCandidates();
    if (!state.layers.candidates) toggle("candidates", true);
  });
  return details;
}

on("candidates", follow);
on("changes", follow);
on("layers", () => state.layers.candidates && fetchCandidates());
// A proposed site is a candidate too.
offer(({ layer, id, name }) => (state.may_change && ["candidate", "proposal", "edit-station"].includes(layer) && !id.startsWith("+") && !state.data.stations.features.some((f) => f.properties.id === id) ? make("p", { class: "acts" }, ...choices({ id, name })) : null));
