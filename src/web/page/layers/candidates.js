// Where could a station stand? Every candidate as a small diamond, shown when it is asked for: there may be thousands.

import { FONT, INK } from "../palette.js";
import { on, state } from "../state.js";
import { mapName } from "./names.js";

export const LAYERS = ["candidate", "candidate-name"];

function content() {
  const taken = new Set(state.data.proposal.features.map((f) => f.properties.id));
  const features = state.candidates.filter((f) => !taken.has(f.properties.id)).map((f) => ({ type: "Feature", properties: { id: f.properties.id, name: mapName(f.properties.name) }, geometry: f.geometry }));
  return { type: "FeatureCollection", features };
}

export function addCandidates(map) {
  map.addSource("candidates", { type: "geojson", data: content() });
  map.addLayer({ id: "candidate", type: "symbol", source: "candidates", layout: { "icon-image": "candidate", "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 6, 0.6, 12, 1] } });
  map.addLayer({
    id: "candidate-name", type: "symbol", source: "candidates", minzoom: 12,
    layout: { "text-field": ["get", "name"], "text-font": [FONT], "text-size": 11, "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 0.9, "text-max-width": 10 },
    paint: { "text-color": INK, "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
  });
  on("candidates", () => map.getSource("candidates").setData(content()));
}
