// Which ground is within reach? The circles as the server gives them; thinner for the wider standard.

import { PROPOSED, TODAY } from "../palette.js";

export const LAYERS = ["circle-fill", "circle-line"];

export function addCircles(map, { circles }) {
  map.addSource("circles", { type: "geojson", data: circles });
  const proposed = ["!=", ["get", "status"], "open"];
  // The wide circles of those who drive are many and overlap: near by they fade, so that the streets stay readable.
  const walk = ["==", ["get", "mode"], "walk"];
  map.addLayer({
    id: "circle-fill", type: "fill", source: "circles",
    paint: {
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
