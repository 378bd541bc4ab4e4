// Who is left out? Every gap, at every zoom, as an open ring around its place; wider where more people are left.

import { FONT, GAP } from "../palette.js";
import { shares } from "../changes/stations.js";
import { on, state } from "../state.js";
import { APART, changed } from "./crowd.js";
import { middle } from "./geometry.js";
import { mapName } from "./names.js";
import { pointOnly } from "./places.js";

export const LAYERS = ["gap", "gap-name"];

/** Every place that is not wholly covered: by the plan's list, or by the answer to the changes. */
function content({ coverage, gaps }) {
  const now = shares();
  const left = now.size ? coverage.features.map((f, i) => changed(f, now.get(i))).filter((f) => f.properties.covered < 1 - 1e-9) : gaps.features;
  const features = left.map((f) => ({
    type: "Feature", geometry: { type: "Point", coordinates: middle(f.geometry) },
    properties: { id: f.properties.id, layer: f.properties.layer, name: mapName(f.properties.name), people: f.properties.people, area: f.geometry.type !== "Point" },
  }));
  return { type: "FeatureCollection", features };
}

export function addGaps(map, data) {
  map.addSource("gaps", { type: "geojson", data: content(data) });
  on("answer", () => map.getSource("gaps").setData(content(state.data)));
  const size = ["max", 6, ["min", 20, ["+", 4, ["*", 0.16, ["sqrt", ["get", "people"]]]]]];
  map.addLayer({
    id: "gap", type: "circle", source: "gaps",
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 3, APART, size, 14, ["*", 1.5, size]],
      "circle-color": GAP, "circle-opacity": ["interpolate", ["linear"], ["zoom"], 8, 0, APART, 0.08, 10.9, ["case", ["get", "area"], 0, 0.08]], "circle-stroke-color": GAP,
      "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 5, 1, 11, 1.4], "circle-stroke-opacity": pointOnly(0.8),
    },
  });
  map.addLayer({
    id: "gap-name", type: "symbol", source: "gaps", minzoom: APART - 1, maxzoom: APART + 0.8,
    layout: { "text-field": ["get", "name"], "text-font": [FONT], "text-size": 11, "text-offset": [0, 1.1], "text-anchor": "top", "symbol-sort-key": ["-", ["get", "people"]] },
    paint: { "text-color": "#8f3d00", "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
  });
}
