// What changes on the map? The same map twice, today over after; the slider cuts the upper one. Both move together.

import { makeMap } from "../canvas.js";
import { byId, fill, make } from "../dom.js";
import { addGraticule } from "../layers/graticule.js";
import { dot, picture, swatch } from "../layers/symbols.js";
import { extent } from "../extent.js";
import { on, state } from "../state.js";
import { word } from "../words.js";
import { compose, follow } from "./sheet.js";

/** @type {any[]} after, before */
let maps = [];
/** Nothing of the plan lies under the row of degrees or the handle of the slider. */
const PADDING = { top: 58, right: 36, bottom: 60, left: 36 };
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export async function start() {
  const view = { bounds: extent(state.data), fitBoundsOptions: { padding: PADDING }, maxZoom: 15 };
  maps = await Promise.all(["after", "before"].map((container) => makeMap({ container, ...view })));
  await Promise.all(maps.map((map) => map.once("load")));
  maps.forEach((map, i) => compose(map, i === 0 ? "after" : "before"));
  for (const map of maps) {
    addGraticule(map);
    map.moveLayer("graticule", map.getLayer("circle-far") ? "circle-far" : "circle-fill");
  }
  // On the lower map: what the line cuts away is not there to be clicked.
  maps[0].addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  // One map to the keyboard: the other follows it.
  maps[1].getCanvas().tabIndex = -1;
  couple();
  stay();
  byId("slider").addEventListener("input", cut);
  cut();
  name();
  for (const what of ["answer", "candidates"]) on(what, () => maps.forEach((map, i) => follow(map, i === 0 ? "after" : "before")));
  await Promise.all(maps.map((map) => map.once("idle")));
  document.documentElement.dataset.map = "ready";
}

/** Whichever is moved, the other follows. */
function couple() {
  let leading = /** @type {any} */ (null);
  maps.forEach((map, i) => {
    map.on("move", () => {
      if (leading && leading !== map) return;
      leading = map;
      const other = maps[1 - i];
      other.jumpTo({ center: map.getCenter(), zoom: map.getZoom() });
      leading = null;
    });
  });
}

/** Until somebody moves the map it shows everything, whatever becomes of the window. */
function stay() {
  let touched = false;
  for (const map of maps) map.on("movestart", (event) => (touched ||= event.originalEvent !== undefined));
  // A window that is being drawn anew may be narrower for a moment than the margins are.
  const roomy = (element) => element.clientHeight >= 180 && element.clientWidth >= 180;
  for (const map of maps) map.on("resize", () => touched || !roomy(map.getContainer()) || !roomy(map.getCanvas()) || matchMedia("print").matches || map.fitBounds(extent(state.data), { padding: PADDING, duration: 0 }));
}

/** Where the line stands, in percent of the width. */
function cut() {
  const at = Number(byId("slider").value);
  // The object model may set what markup may not.
  byId("before").style.clipPath = `inset(0 ${100 - at}% 0 0)`;
  byId("line").style.left = `${at}%`;
}

export const setSlider = (at) => {
  byId("slider").value = String(at);
  cut();
};

export function show(box) {
  maps[1]?.fitBounds(box, { padding: 40, maxZoom: 12, duration: calm.matches ? 0 : 900 });
}

function name() {
  for (const canvas of document.querySelectorAll("#stage canvas")) {
    if (canvas.classList.contains("maplibregl-canvas")) canvas.setAttribute("aria-label", word("map_name"));
  }
  for (const [control, key] of [["in", "zoom_in"], ["out", "zoom_out"]]) {
    const button = document.querySelector(`.maplibregl-ctrl-zoom-${control}`);
    button?.setAttribute("aria-label", word(key));
    button?.setAttribute("title", word(key));
  }
}
export const rename = () => maps.length && name();

/** What the signs mean. */
export function key() {
  const item = (sign, text) => make("li", { class: "key" }, sign, make("span", { text }));
  fill(byId("key"), make("ul", {}, item(picture("station-open"), word("status_open")), item(picture("proposed-0-0"), word("status_proposed")), item(dot("today"), word("key_today")), item(dot("proposed"), word("key_proposed")), item(dot("gap"), word("key_gap")), item(swatch("proposed"), word("layer_circles"))));
}

/** For tests: drawn, with nothing left to come. */
export const atRest = () => maps.length === 2 && maps.every((map) => map.loaded() && map.areTilesLoaded() && !map.isMoving());
/** For tests: what is drawn of a layer on the side of after. */
export const drawn = (layer) => maps[0].queryRenderedFeatures({ layers: [layer] }).map((f) => f.properties);
