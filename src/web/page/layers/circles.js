// Which ground is within reach? The circles as the server gives them; thinner for the wider standard.

import { isEmpty } from "../changes/edits.js";
import { plan } from "../changes/plan.js";
import { stationsNow } from "../changes/stations.js";
import { PROPOSED, TODAY } from "../palette.js";
import { on, state } from "../state.js";
import { radii, ring } from "./ring.js";

export const LAYERS = ["circle-fill", "circle-line"];

/** The circles of stations that stand as in the plan; under other standards or speeds drawn anew around each of them. */
function content() {
  const { circles, summary, plan: { travel } } = state.data;
  const changes = plan.changes;
  if (isEmpty(changes)) return circles;
  const kept = stationsNow().filter((s) => s.fate === "kept");
  const resized = summary.travel.model === "circle" && ["minutes", "walk_kmh", "drive_kmh", "season"].some((key) => changes[key] !== undefined);
  if (!resized) {
    const stays = new Set(kept.map((s) => s.id));
    return { ...circles, features: circles.features.filter((f) => stays.has(f.properties.station)) };
  }
  const sizes = radii(summary.standards, travel, changes);
  const features = kept.flatMap((s) => sizes.map(({ radius, mode }) => ({ type: "Feature", properties: { mode, status: s.proposed ? "proposed" : s.status }, geometry: { type: "Polygon", coordinates: [ring(s.at, radius)] } })));
  return { type: "FeatureCollection", features };
}

export function addCircles(map) {
  map.addSource("circles", { type: "geojson", data: content() });
  // While a station is dragged nothing changes here but at the first step: which circles stay.
  let last = "";
  on("changes", () => {
    const { minutes, walk_kmh, drive_kmh, season, ...rest } = plan.changes;
    const now = JSON.stringify([minutes, walk_kmh, drive_kmh, season, Object.keys(rest.move ?? {}), rest.remove, rest.forbid, rest.lock, rest.open]);
    if (now === last) return;
    last = now;
    map.getSource("circles").setData(content());
  });
  on("lang", () => map.getSource("circles").setData(content()));
  const proposed = ["!=", ["get", "status"], "open"];
  // The wide circles of those who drive are many and overlap: near by they fade, so that the streets stay readable.
  const walk = ["==", ["get", "mode"], "walk"];
  map.addLayer({
    id: "circle-fill", type: "fill", source: "circles",
    paint: {
      // The line is the edge: softening it under the line would be drawn once more.
      "fill-antialias": false,
      "fill-color": ["case", proposed, PROPOSED, TODAY],
      "fill-opacity": ["interpolate", ["linear"], ["zoom"], 9, ["case", walk, 0.12, 0.05], 11.5, ["case", walk, 0.12, 0.012]],
    },
  });
  map.addLayer({
    id: "circle-line", type: "line", source: "circles",
    paint: {
      "line-color": ["case", proposed, "#2f86bd", TODAY], "line-width": ["case", walk, 1.5, 0.7],
      "line-opacity": ["interpolate", ["linear"], ["zoom"], 6, 0.35, 9, ["case", walk, 0.9, 0.6], 11.5, ["case", walk, 0.9, 0.3]],
    },
  });
}
