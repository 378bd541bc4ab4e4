// Where are the rows? Every gap that the table shows as a ring on the map; a click there chooses the row, a row chosen is flown to.

import { makeMap } from "../canvas.js";
import { stationsNow } from "../changes/stations.js";
import { extent } from "../extent.js";
import { addGraticule } from "../layers/graticule.js";
import { mapName } from "../layers/names.js";
import { addSymbols } from "../layers/symbols.js";
import { FONT, GAP, INK, TODAY } from "../palette.js";
import { on, state } from "../state.js";
import { word } from "../words.js";

const collection = (features) => ({ type: "FeatureCollection", features });
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let map = /** @type {any} */ (null);
let waiting = /** @type {any[] | null} */ (null);

const features = (rows) => rows.filter((row) => typeof row.lon === "number").map((row) => ({ type: "Feature", properties: { id: row.id, layer: row.layer, people: row.people, name: mapName(row.name) }, geometry: { type: "Point", coordinates: [row.lon, row.lat] } }));

/** Those that stand with the changes of the link. */
function stations() {
  const icon = (s) => (s.fate !== "kept" ? `edit-${s.fate}` : s.proposed ? "proposed-0-0" : `station-${s.status}`);
  return collection(stationsNow().filter((s) => s.at).map((s) => ({ type: "Feature", properties: { icon: icon(s) }, geometry: { type: "Point", coordinates: s.at } })));
}

/** @param {(id: string, layer: string) => void} chosen */
export async function start(chosen) {
  map = await makeMap({ container: "map", bounds: extent(state.data), fitBoundsOptions: { padding: 30 }, maxZoom: 16 });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  await map.once("load");
  addSymbols(map, ["proposed-0-0"]);
  addGraticule(map);
  map.addSource("stations", { type: "geojson", data: stations() });
  for (const what of ["changes", "candidates"]) on(what, () => map.getSource("stations").setData(stations()));
  const size = ["max", 4, ["min", 18, ["*", 0.16, ["sqrt", ["to-number", ["get", "people"], 0]]]]];
  const paint = { "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, ["*", 0.6, size], 12, size], "circle-color": GAP, "circle-opacity": 0.15, "circle-stroke-color": GAP, "circle-stroke-width": 1.4 };
  if (state.data.large) {
    map.addSource("gaps", { type: "vector", url: `${location.origin}/tiles.json?layer=gaps&lang=${state.lang}` });
    map.addLayer({ id: "gap", type: "circle", source: "gaps", "source-layer": "gaps", paint });
  } else {
    map.addSource("gaps", { type: "geojson", data: collection([]) });
    map.addLayer({ id: "gap", type: "circle", source: "gaps", paint });
    map.addLayer({ id: "gap-name", type: "symbol", source: "gaps", minzoom: 10.5, layout: { "text-field": ["get", "name"], "text-font": [FONT], "text-size": 12, "text-offset": [0, 1.1], "text-anchor": "top" }, paint: { "text-color": INK, "text-halo-color": "#ffffff", "text-halo-width": 1.6 } });
  }
  map.addLayer({ id: "station", type: "symbol", source: "stations", layout: { "icon-image": ["get", "icon"], "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 5, 0.5, 11, 0.9] } });
  map.addSource("chosen", { type: "geojson", data: collection([]) });
  map.addLayer({ id: "chosen", type: "circle", source: "chosen", paint: { "circle-radius": 13, "circle-opacity": 0, "circle-stroke-color": TODAY, "circle-stroke-width": 3.5 } });
  map.on("click", "gap", (event) => chosen(event.features[0].properties.id, event.features[0].properties.layer));
  map.on("mouseenter", "gap", () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", "gap", () => (map.getCanvas().style.cursor = ""));
  rename();
  if (waiting) show(waiting);
  await map.once("idle");
  document.documentElement.dataset.map = "ready";
}

/** The rows that the table shows. */
export function show(rows) {
  waiting = rows;
  if (map?.getSource("gaps") && !state.data.large) map.getSource("gaps").setData(collection(features(rows)));
}

/** In tiles rows cannot be picked one by one: the filter speaks of their properties. */
/** @param {Record<string, string>} by */
export function filter({ county, reason }) {
  if (!state.data.large || !map?.getLayer("gap")) return;
  const parts = Object.entries({ county, reason }).filter(([, value]) => value).map(([name, value]) => ["==", ["get", name], value]);
  map.setFilter("gap", parts.length ? ["all", ...parts] : null);
}

export function mark(row, go) {
  if (!map?.getSource("chosen") || typeof row.lon !== "number") return;
  map.getSource("chosen").setData(collection(features([row])));
  const centre = [row.lon, row.lat];
  if (go) map.flyTo({ center: centre, zoom: Math.max(11, map.getZoom()), duration: calm.matches ? 0 : 900, essential: true });
  else if (!map.getBounds().contains(centre)) map.easeTo({ center: centre, duration: calm.matches ? 0 : 500 });
}

export function rename() {
  map?.getCanvas().setAttribute("aria-label", word("analyse_map"));
  for (const [control, key] of [["in", "zoom_in"], ["out", "zoom_out"]]) {
    const button = document.querySelector(`.maplibregl-ctrl-zoom-${control}`);
    button?.setAttribute("aria-label", word(key));
    button?.setAttribute("title", word(key));
  }
}
