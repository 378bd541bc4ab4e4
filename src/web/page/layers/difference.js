// Which places are gained and which are lost? A disc with a plus and a darker one with a minus, larger where more people are
// concerned; for what-if answers and for comparing scenarios alike.

import { plan } from "../changes/plan.js";
import { GAINED, LOST } from "../palette.js";
import { on, state } from "../state.js";
import { middle } from "./geometry.js";
import { put } from "./put.js";

export const LAYERS = ["difference"];
/** From this zoom on tiles show a sign at every place; farther out a few stand for the places around them. */
export const SINGLE = 11;

/** Changes of share by place: `[index, before, after]`. */
let shown = /** @type {number[][]} */ ([]);
/** A comparison, which takes the place of the answer while it is shown. */
let compared = /** @type {number[][] | null} */ (null);
let chart = /** @type {any} */ (null);

function features(rows) {
  const { coverage } = state.data;
  return rows.map(([index, before, after]) => {
    const place = coverage.features[index];
    return { type: "Feature", properties: { id: place.properties.id, layer: place.properties.layer, sign: after > before ? "plus" : "minus", people: place.properties.people * Math.abs(after - before) }, geometry: { type: "Point", coordinates: middle(place.geometry) } };
  });
}

/** A few signs for all places of one side. */
function few(sign, moved) {
  return moved.signs.map(([lon, lat, people]) => ({ type: "Feature", properties: { sign, people }, geometry: { type: "Point", coordinates: [lon, lat] } }));
}

function follow() {
  if (!chart) return;
  const rows = compared ?? (plan.answer ? [...plan.answer.gained.places, ...plan.answer.lost.places] : []);
  if (state.data.large) {
    const signs = compared || !plan.answer ? [] : [...few("plus", plan.answer.gained), ...few("minus", plan.answer.lost)];
    put(chart, "difference", LAYERS, signs);
    // The places are in tiles, which know them by their index.
    for (const [index] of shown) chart.removeFeatureState({ source: "places-tiles", sourceLayer: "places", id: index });
    for (const [index, before, after] of rows) chart.setFeatureState({ source: "places-tiles", sourceLayer: "places", id: index }, { change: after > before ? 1 : -1 });
  } else put(chart, "difference", LAYERS, features(rows));
  shown = rows;
  signs();
}

/** The signs in tiles, where there is something to tell and places are shown. */
function signs() {
  if (!chart || !state.data.large) return;
  const seen = shown.length > 0 && state.layers.places ? "visible" : "none";
  for (const id of ["tile-plus", "tile-minus"]) if (chart.getLayoutProperty(id, "visibility") !== seen) chart.setLayoutProperty(id, "visibility", seen);
}

/** Shows how two scenarios differ; null shows the what-if again. */
export function compare(rows) {
  compared = rows;
  follow();
}

export function addDifference(map) {
  chart = map;
  map.addSource("difference", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer({
    id: "difference", type: "symbol", source: "difference",
    // Farther in, tiles have a sign for every place.
    ...(state.data.large ? { maxzoom: SINGLE } : {}),
    layout: {
      visibility: "none", "icon-image": ["concat", "sign-", ["get", "sign"]], "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": ["get", "people"],
      "icon-size": ["interpolate", ["linear"], ["zoom"], 5, ["interpolate", ["linear"], ["sqrt", ["get", "people"]], 0, 0.5, 100, 0.95], 12, ["interpolate", ["linear"], ["sqrt", ["get", "people"]], 0, 0.75, 100, 1.5]],
    },
    // Far out places stand together in rings: the sign leaves the ring's figure to be read.
    paint: state.data.large ? {} : { "icon-translate": ["step", ["zoom"], ["literal", [0, 30]], 8.5, ["literal", [0, 0]]] },
  });
  on("answer", follow);
  on("layers", signs);
  on("lang", follow);
}

/** The colour of a place in a tile: what changed comes before what was. */
export const byChange = (otherwise) => ["match", ["coalesce", ["feature-state", "change"], 0], 1, GAINED, -1, LOST, otherwise];
