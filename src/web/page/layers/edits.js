// What did the planner do to the stations? Every station that was added, moved, locked, removed or forbidden, above all else and
// never gathered, with the ground it reaches. It follows the hand at once; what it gains comes with the answer.

import { radii, ring } from "./ring.js";
import { plan } from "../changes/plan.js";
import { stationsNow } from "../changes/stations.js";
import { CHANGED, FONT, INK } from "../palette.js";
import { on, state } from "../state.js";
import { APART } from "./crowd.js";
import { middle } from "./geometry.js";
import { mapName } from "./names.js";
import { put } from "./put.js";

/** Layers by source. */
const SHOWN = { "edit-circles": ["edit-fill", "edit-line"], "edit-ways": ["edit-way"], edits: ["edit-station", "edit-name"] };
/** What a hand can take hold of. */
export const HANDLES = ["edit-station", "today", "proposal"];

const collection = (features) => ({ type: "FeatureCollection", features });
const feature = (type, coordinates, properties = {}) => ({ type: "Feature", properties, geometry: { type, coordinates } });

/** Around a station, in degrees of latitude: what gathers with it into a ring. */
const NEAR = 0.05;

/** Whether a station stands to the left of the middle of those around it. */
function isLeft([lon, lat]) {
  if (state.data.large) return false;
  const wide = NEAR / Math.cos((lat * Math.PI) / 180);
  const around = state.data.coverage.features.map((f) => middle(f.geometry)).filter(([x, y]) => Math.abs(y - lat) < NEAR && Math.abs(x - lon) < wide);
  return around.reduce((sum, [x]) => sum + x - lon, 0) > 0;
}

function content() {
  const changed = stationsNow().filter((s) => s.fate !== "kept" && s.at);
  const { summary, plan: { travel } } = state.data;
  const circles = summary.travel.model === "circle" && travel ? radii(summary.standards, travel, plan.changes) : [];
  const standing = changed.filter((s) => s.fate !== "removed" && s.fate !== "forbidden");
  return {
    "edit-circles": standing.flatMap((s) => circles.map(({ radius, mode }) => feature("Polygon", [ring(s.at, radius)], { mode }))),
    "edit-ways": changed.filter((s) => s.fate === "moved" && s.from).map((s) => feature("LineString", [s.from, s.at])),
    edits: changed.map((s) => feature("Point", s.at, { id: s.id, name: mapName(s.name), fate: s.fate, left: isLeft(s.at) })),
  };
}

function follow(map) {
  for (const [source, features] of Object.entries(content())) put(map, source, SHOWN[source], features);
}

export function addEdits(map) {
  for (const source of Object.keys(SHOWN)) map.addSource(source, { type: "geojson", data: collection([]) });
  const walk = ["==", ["get", "mode"], "walk"];
  map.addLayer({ id: "edit-fill", type: "fill", source: "edit-circles", paint: { "fill-color": CHANGED, "fill-opacity": ["case", walk, 0.12, 0.035] } });
  map.addLayer({ id: "edit-line", type: "line", source: "edit-circles", paint: { "line-color": CHANGED, "line-width": ["case", walk, 1.6, 0.9], "line-opacity": ["case", walk, 0.9, 0.55] } });
  map.addLayer({ id: "edit-way", type: "line", source: "edit-ways", paint: { "line-color": CHANGED, "line-width": 1.6, "line-dasharray": [2, 2] } });
  // Far out a town is a ring with a figure: what stays where it was is marked beside it, what the hand has moved stands where it was put.
  const aside = ["case", ["in", ["get", "fate"], ["literal", ["added", "moved"]]], ["literal", [0, 0]], ["get", "left"], ["literal", [-46, 20]], ["literal", [46, 20]]];
  map.addLayer({
    id: "edit-station", type: "symbol", source: "edits",
    layout: {
      "icon-image": ["concat", "edit-", ["get", "fate"]], "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 5, 0.8, 11, 1],
      "icon-offset": state.data.large ? [0, 0] : ["step", ["zoom"], aside, APART, ["literal", [0, 0]]],
    },
  });
  map.addLayer({
    id: "edit-name", type: "symbol", source: "edits", minzoom: APART,
    layout: { "text-field": ["get", "name"], "text-font": [FONT], "text-size": 13, "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 1.3, "text-justify": "auto", "text-max-width": 12 },
    paint: { "text-color": INK, "text-halo-color": "#ffffff", "text-halo-width": 2 },
  });
  follow(map);
  on("changes", () => follow(map));
  on("candidates", () => follow(map));
}
