// How does a hand change the plan on the map? Click to add, drag to move, keys for those who use no mouse. A drag shows its
// effect on the way and is one step to undo.

import { add, move } from "./changes/edits.js";
import { commit, kept, plan, preview, redo, undo } from "./changes/plan.js";
import { HANDLES } from "./layers/edits.js";
import { choose, on, state, tell } from "./state.js";
import { word } from "./words.js";

let map = /** @type {any} */ (null);
/** What is held: the station and the changes before it was taken. */
let held = /** @type {{id: string, before: any, to: number[] | null, start: {x: number, y: number}} | null} */ (null);

/** What lets go of a station. */
const ENDS = ["mouseup", "touchend", "touchcancel", "blur"];

/** Stations are taken hold of only where changing is what one does. */
const changing = () => state.view === "whatif" && state.may_change;

function handle(point) {
  const box = [[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]];
  const found = map.queryRenderedFeatures(box, { layers: HANDLES.filter((id) => map.getLayer(id)) });
  const free = found.filter((f) => !["removed", "forbidden"].includes(f.properties.fate) && f.properties.status !== "closed");
  return free.sort((a, b) => HANDLES.indexOf(a.layer.id) - HANDLES.indexOf(b.layer.id))[0]?.properties.id;
}

function take(event) {
  if (!changing() || (event.originalEvent.touches?.length ?? 1) > 1) return;
  const id = handle(event.point);
  if (id === undefined) return;
  // The map does not pan while a station is dragged.
  event.preventDefault();
  held = { id, before: kept(), to: null, start: event.point };
  map.getCanvas().style.cursor = "grabbing";
  map.on("mousemove", drag);
  map.on("touchmove", drag);
  // Let go anywhere: over the legend, over the panel, outside the window.
  for (const end of ENDS) addEventListener(end, drop);
}

function drag(event) {
  if (!held) return;
  if (!held.to && Math.hypot(event.point.x - held.start.x, event.point.y - held.start.y) < 4) return;
  held.to = event.lngLat.toArray();
  preview(move(held.before, held.id, held.to));
}

function drop() {
  map.off("mousemove", drag);
  map.off("touchmove", drag);
  for (const end of ENDS) removeEventListener(end, drop);
  map.getCanvas().style.cursor = "";
  if (held?.to) {
    commit(move(held.before, held.id, held.to));
    dropped = performance.now();
  }
  held = null;
}

/** The click that ends a drag means nothing. */
let dropped = -1000;
export const justDropped = () => performance.now() - dropped < 300;

/** A station at a position, which the map now shows as added. */
export function addAt(position) {
  const number = (kept().add ?? []).length + 1;
  commit(add(kept(), position, word("new_station", { n: number })));
  tell("said", word("act_of", { act: word("fate_added"), name: word("new_station", { n: number }) }));
}

export const centre = () => map.getCenter().toArray();
export const addAtCentre = () => addAt(centre());
export const moveToCentre = (id) => commit(move(kept(), id, centre()));

function isTyping({ target }) {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
}

function keys(event) {
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (control && !isTyping(event) && (key === "z" || key === "y")) {
    event.preventDefault();
    if (key === "y" || event.shiftKey) redo();
    else undo();
  } else if (!control && key === "a" && changing() && event.target === map?.getCanvas()) addAtCentre();
  else if (key === "escape" && state.tool === "add") choose("look");
}

/** Begins to listen: keys at once, the map when it is there. */
export function listen() {
  document.addEventListener("keydown", keys);
}

export function edit(chart) {
  map = chart;
  map.on("mousedown", take);
  map.on("touchstart", take);
  const cursor = () => (map.getCanvas().style.cursor = state.tool === "add" ? "crosshair" : "");
  on("tool", cursor);
  on("view", () => {
    if (state.view !== "whatif" && state.tool === "add") choose("look");
    map.getContainer().classList.toggle("changing", changing());
  });
  map.getContainer().classList.toggle("changing", changing());
}

/** Whether a click adds a station; it does, then. */
export function adds(event) {
  if (state.tool !== "add" || !changing()) return false;
  addAt(event.lngLat.toArray());
  return true;
}

export const isHolding = () => held !== null || plan.busy;
