// Which ground is within reach? The circles as the server gives them; thinner for the wider standard.

import { isEmpty } from "../changes/edits.js";
import { plan } from "../changes/plan.js";
import { stationsNow } from "../changes/stations.js";
import { PROPOSED, TODAY } from "../palette.js";
import { on, state } from "../state.js";
import { FAR, addDiscs, discs } from "./discs.js";
import { radii, ring } from "./ring.js";

export const LAYERS = ["circle-far", "circle-fill", "circle-line"];

/** Colour of the edge of a proposed station's circle. */
const EDGE = "#2f86bd";

const straight = () => state.data.summary.travel.model === "circle";
const kept = () => stationsNow().filter((s) => s.fate === "kept");
const sizes = (changes) => radii(state.data.summary.standards, state.data.plan.travel, changes);

/** Whether circles of this map are discs far out: where a browser draws as of old, and over roads, there are polygons at every zoom. */
export const areDiscs = (map) => straight() && map.getCanvas().getContext("webgl2") !== null;

/** Polygons around stations, as the changes have it; none where roads decide. */
export const around = (stations) => (straight() ? stations.flatMap((s) => sizes(plan.changes).map(({ radius, mode }) => ({ type: "Feature", properties: { mode, status: s.proposed ? "proposed" : s.status }, geometry: { type: "Polygon", coordinates: [ring(s.at, radius)] } }))) : []);

/** The circles of stations that stand as in the plan; under other standards or speeds drawn anew around each of them. */
export function content() {
  const { circles } = state.data;
  const changes = plan.changes;
  if (isEmpty(changes)) return circles;
  const resized = straight() && ["minutes", "walk_kmh", "drive_kmh", "season"].some((key) => changes[key] !== undefined);
  if (!resized) {
    const stays = new Set(kept().map((s) => s.id));
    return { ...circles, features: circles.features.filter((f) => stays.has(f.properties.station)) };
  }
  return { type: "FeatureCollection", features: around(kept()) };
}

/** How strong edges are far out, on foot and by car: as the layer of lines has it. */
const opacity = (zoom) => [0.9, 0.6].map((full) => 0.35 + (full - 0.35) * Math.min(1, Math.max(0, (zoom - 6) / 3)));

/** Circles around stations as middles and radii. */
export const middles = (stations, changes = plan.changes) => stations.flatMap((s) => sizes(changes).map(({ radius, mode }) => ({ at: s.at, radius, walk: mode === "walk", proposed: s.proposed || s.status !== "open" })));

export function addCircles(map) {
  map.addSource("circles", { type: "geojson", data: content() });
  const far = areDiscs(map) ? discs("circle-far", { fill: [0.12, 0.05], width: [1.5, 0.7], opacity, edge: EDGE }) : null;
  far?.show(middles(kept()));
  // While a station is dragged nothing changes here but at the first step: which circles stay.
  let last = "";
  on("changes", () => {
    const { minutes, walk_kmh, drive_kmh, season, ...rest } = plan.changes;
    const now = JSON.stringify([minutes, walk_kmh, drive_kmh, season, Object.keys(rest.move ?? {}), rest.remove, rest.forbid, rest.lock, rest.open]);
    if (now === last) return;
    last = now;
    map.getSource("circles").setData(content());
    far?.show(middles(kept()));
  });
  on("lang", () => map.getSource("circles").setData(content()));
  const proposed = ["!=", ["get", "status"], "open"];
  if (far) addDiscs(map, far, "circle-fill");
  // The wide circles of those who drive are many and overlap: near by they fade, so that the streets stay readable.
  const walk = ["==", ["get", "mode"], "walk"];
  const near = far ? { minzoom: FAR } : {};
  map.addLayer({
    id: "circle-fill", type: "fill", source: "circles", ...near,
    paint: {
      // The line is the edge: softening it under the line would be drawn once more.
      "fill-antialias": false,
      "fill-color": ["case", proposed, PROPOSED, TODAY],
      "fill-opacity": ["interpolate", ["linear"], ["zoom"], 9, ["case", walk, 0.12, 0.05], 11.5, ["case", walk, 0.12, 0.012]],
    },
  });
  map.addLayer({
    id: "circle-line", type: "line", source: "circles", ...near,
    paint: {
      "line-color": ["case", proposed, EDGE, TODAY], "line-width": ["case", walk, 1.5, 0.7],
      "line-opacity": ["interpolate", ["linear"], ["zoom"], 6, 0.35, 9, ["case", walk, 0.9, 0.6], 11.5, ["case", walk, 0.9, 0.3]],
    },
  });
}
