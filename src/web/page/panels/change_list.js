// Which stations were changed, and which are there at all? Two lists with buttons: everything the map offers to a hand is here for
// the keyboard as well.

import { remove, restore } from "../changes/edits.js";
import { commit, kept } from "../changes/plan.js";
import { stationsNow } from "../changes/stations.js";
import { make, refill } from "../dom.js";
import { moveToCentre } from "../editing.js";
import { picture } from "../layers/symbols.js";
import { go, on, state } from "../state.js";
import { word, wordFor } from "../words.js";

/** A button that says what it does to whom. */
export function act(key, { id, name }, click) {
  return make("button", { type: "button", class: "act", text: word(key), "aria-label": word("act_of", { act: word(key), name }), data: { keep: `${key}:${id}`, id, act: key }, on: { click } });
}

const show = (s) => (s.at ? act("act_show", s, () => go({ centre: s.at, name: s.name })) : null);
const line = (s, symbol, fate, ...buttons) => make("li", { class: "done", data: { id: s.id, fate: s.fate } }, symbol, make("span", { class: "name", text: s.name }), make("span", { class: "fine", text: [fate, s.county].filter(Boolean).join(" · ") }), make("span", { class: "acts" }, ...buttons));

function changed(s) {
  const buttons = [show(s), ["added", "moved", "locked", "opened"].includes(s.fate) && s.at ? act("act_move", s, () => moveToCentre(s.id)) : null, s.fate === "added" ? act("act_remove", s, () => commit(remove(kept(), s.id))) : act("act_restore", s, () => commit(restore(kept(), s.id)))];
  return line(s, picture(`edit-${s.fate}`), word(`fate_${s.fate}`), ...buttons);
}

function changes() {
  const rows = stationsNow().filter((s) => s.fate !== "kept");
  return rows.length ? [make("h2", { text: word("done_here") }), make("ul", { class: "rows" }, ...rows.map(changed))] : [];
}

function stations() {
  return stationsNow().filter((s) => s.fate === "kept").map((s) => line(s, picture(s.proposed ? "proposed-0-0" : `station-${s.status}`), s.proposed ? word("fate_proposed") : wordFor("status", s.status),
    show(s), act("act_move", s, () => moveToCentre(s.id)), act("act_remove", s, () => commit(remove(kept(), s.id)))));
}

export const changeList = () => make("section", { id: "change-list" }, ...changes());

export function stationList() {
  return make("details", { class: "part" }, make("summary", { text: word("all_stations") }), make("ul", { class: "rows", id: "station-list" }, ...stations()));
}

function follow() {
  const [done, all] = [document.getElementById("change-list"), document.getElementById("station-list")];
  if (done) refill(done, ...changes());
  if (all) refill(all, ...stations());
}

let waiting = 0;
// While a station is dragged there are many changes a second: the lists follow once per frame.
on("changes", () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => state.data && follow());
});
