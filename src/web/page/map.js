// The map: what it is made of, what happens on a click, where it flies. Drawing is in `layers/`, popups in
// `panels/popup.js`. `maplibregl` is the one global, from the vendored script.

import { adds, edit, justDropped } from "./editing.js";
import * as candidates from "./layers/candidates.js";
import * as circles from "./layers/circles.js";
import * as counties from "./layers/counties.js";
import { SOURCE, addCrowd, mark } from "./layers/crowd.js";
import * as difference from "./layers/difference.js";
import * as edits from "./layers/edits.js";
import * as gaps from "./layers/gaps.js";
import { addGraticule } from "./layers/graticule.js";
import * as places from "./layers/places.js";
import * as stations from "./layers/stations.js";
import { addSymbols } from "./layers/symbols.js";
import * as tiles from "./layers/tiles.js";
import { makeMap } from "./canvas.js";
import { byId } from "./dom.js";
import { extent } from "./extent.js";
import { keepPace } from "./pace.js";
import { popup } from "./panels/popup.js";
import { on, state } from "./state.js";
import { word } from "./words.js";

const LAYERS = {
  counties: counties.LAYERS, circles: circles.LAYERS, places: places.LAYERS, gaps: gaps.LAYERS,
  today: stations.TODAY_LAYERS, proposal: stations.PROPOSAL_LAYERS, candidates: candidates.LAYERS,
};
/** Layers that take the place of `places` where there are too many. */
const IN_TILES = { places: tiles.LAYERS };
/** What a click means first: the smallest and most important on top. */
const CLICKABLE = ["edit-station", "proposal", "today", "place", "business", "gap", "proposal-many", "today-many", "ring", "candidate", "tile-place", "tile-sum", "area-fill"];
const CLOSE = 12.4;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let map = /** @type {any} */ (null);
let opened = /** @type {any} */ (null);

/** Starts the map; resolves when it is drawn. Rejects where there is no WebGL. */
export async function start() {
  map = await makeMap({ container: "map", bounds: extent(state.data), fitBoundsOptions: { padding: room() }, maxZoom: 17 });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-right");
  await map.once("load");
  compose();
  map.on("click", click);
  map.on("mousemove", (event) => {
    if (state.tool === "add" || event.originalEvent.buttons) return;
    map.getCanvas().style.cursor = topmost(event.point, 0) ? "pointer" : "";
  });
  edit(map);
  keepPace(map);
  on("layers", visibility);
  on("go", fly);
  name();
  await map.once("idle");
  document.documentElement.dataset.map = "ready";
}

function compose() {
  addSymbols(map, state.data.proposal.features.map((f) => mark(state.data, f)));
  addCrowd(map, state.data);
  addGraticule(map);
  counties.addCounties(map, state.data);
  circles.addCircles(map);
  if (state.data.large) tiles.addTiles(map, state.lang);
  else gaps.addGaps(map, state.data);
  counties.addCountyNames(map, state.data);
  if (!state.data.large) places.addPlaces(map, state.data);
  candidates.addCandidates(map);
  stations.addStations(map);
  difference.addDifference(map);
  edits.addEdits(map);
  visibility();
}

/** After a change of language: the same map under other names. */
export function rename() {
  if (!map) return;
  opened?.remove();
  name();
}

function name() {
  const canvas = map.getCanvas();
  canvas.setAttribute("aria-label", word("map_name"));
  const control = (name, key) => {
    const button = document.querySelector(`.maplibregl-ctrl-${name}`);
    button?.setAttribute("aria-label", word(key));
    button?.setAttribute("title", word(key));
  };
  control("zoom-in", "zoom_in");
  control("zoom-out", "zoom_out");
}

function visibility() {
  const large = state.data.large ? IN_TILES : {};
  for (const [name, ids] of Object.entries({ ...LAYERS, ...large })) {
    for (const id of ids) if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", state.layers[name] ? "visible" : "none");
  }
}

/** What a flight leaves free: a margin, and the legend where it is open. */
function room() {
  const margin = Math.min(60, Math.max(24, window.innerWidth * 0.05));
  const legend = /** @type {HTMLElement | null} */ (document.querySelector("#legend details[open]"));
  const width = byId("stage").clientWidth;
  const beside = legend && width > 700 ? legend.offsetWidth : 0;
  return { top: margin, right: margin, bottom: margin, left: margin + beside };
}

function fly({ extent: box, centre, zoom = CLOSE, popup: about }) {
  opened?.remove();
  const how = calm.matches ? { duration: 0 } : { duration: 1200, essential: true };
  if (box) map.fitBounds(box, { padding: room(), maxZoom: CLOSE, ...how });
  else map.flyTo({ center: centre, zoom: Math.max(zoom, map.getZoom()), ...how });
  if (about) open(centre, about);
}

/** What stands under a pixel, most important first. */
function topmost(point, reach = 4) {
  const box = [[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]];
  const found = map.queryRenderedFeatures(box, { layers: CLICKABLE.filter((id) => map.getLayer(id)) });
  const place = (feature) => CLICKABLE.indexOf(feature.layer.id);
  return found.sort((a, b) => place(a) - place(b))[0];
}

async function click(event) {
  if (justDropped() || adds(event)) return;
  const feature = topmost(event.point);
  if (!feature) return;
  if (feature.layer.id === "tile-sum") {
    map.easeTo({ center: event.lngLat, zoom: map.getZoom() + 2, duration: calm.matches ? 0 : 700 });
    return;
  }
  if (feature.properties.cluster) {
    const zoom = await map.getSource(SOURCE).getClusterExpansionZoom(feature.properties.cluster_id);
    map.easeTo({ center: feature.geometry.coordinates, zoom: Math.min(zoom + 0.3, CLOSE), duration: calm.matches ? 0 : 700 });
    return;
  }
  const at = feature.geometry.type === "Point" ? feature.geometry.coordinates : event.lngLat;
  open(at, { layer: feature.layer.id, id: feature.properties.id, of: feature.properties.layer, properties: feature.properties });
}

function open(at, about) {
  const content = popup(about);
  if (!content) return;
  opened?.remove();
  opened = new maplibregl.Popup({ offset: 16, maxWidth: "320px", locale: {} }).setLngLat(at).setDOMContent(content).addTo(map);
  opened.getElement().querySelector(".maplibregl-popup-close-button")?.setAttribute("aria-label", word("popup_close"));
  opened.getElement().addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    closePopup();
    map.getCanvas().focus();
  });
  // On the way to a place nothing may stop the map.
  if (map.isMoving()) map.once("moveend", intoView);
  else intoView();
}

/** A popup that hangs over the map's edge is cut there, and its last buttons with it: the map makes room. */
function intoView() {
  const element = opened?.getElement();
  if (!element?.isConnected) return;
  // The focus may have scrolled a frame that is not meant to be.
  map.getContainer().scrollTo(0, 0);
  const [box, frame, room] = [element.getBoundingClientRect(), map.getContainer().getBoundingClientRect(), 8];
  const over = (from, to, least, most) => (from < least + room ? from - least - room : Math.max(0, to - most + room));
  const [x, y] = [over(box.left, box.right, frame.left, frame.right), over(box.top, box.bottom, frame.top, frame.bottom)];
  if (x || y) map.panBy([x, y], { duration: calm.matches ? 0 : 250 });
}

/** Closes what is open: it may speak of a station that is no longer there. */
export const closePopup = () => opened?.remove();

// What follows is for tests, which look and click like a person.

/** Where a position is on the screen. */
export function pixel(position) {
  const { x, y } = map.project(position);
  const box = map.getCanvas().getBoundingClientRect();
  return [x + box.left, y + box.top];
}

/** What is seen: the middle of the part the legend leaves free, and how near. */
export function view() {
  const { left, right, top, bottom } = room();
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  const free = map.unproject([(left + width - right) / 2, (top + height - bottom) / 2]).toArray();
  return { free, zoom: map.getZoom(), moving: map.isMoving() };
}
/** Drawn, with every tile and label there is. */
export const atRest = () => map.loaded() && map.areTilesLoaded() && map.getPixelRatio() === devicePixelRatio;
/** Every feature of a layer that is drawn. */
export const drawn = (layers) => map.queryRenderedFeatures({ layers }).map((f) => f.properties);
/** Rings whose figure lies under something of a layer, by their people. */
export const covered = (layer) => map.queryRenderedFeatures({ layers: ["ring"] }).filter((ring) => {
  const { x, y } = map.project(ring.geometry.coordinates);
  return map.queryRenderedFeatures([[x - 8, y - 4], [x + 8, y + 4]], { layers: [layer] }).length > 0;
}).map((ring) => ring.properties.people);
export const isVisible = (layer) => map.getLayoutProperty(layer, "visibility") !== "none";
