// Who is covered, where there are too many places to hand over one by one? Vector tiles of the server: far out it sums cells, near
// by every place is its own. Places carry their index, so that a what-if colours them without a new tile.

import { GAP, INK, PROPOSED, TODAY } from "../palette.js";
import { SINGLE, byChange } from "./difference.js";

export const LAYERS = ["tile-place", "tile-sum"];

export function addTiles(map, lang) {
  map.addSource("places-tiles", { type: "vector", url: `${location.origin}/tiles.json?layer=places&lang=${lang}` });
  const source = { source: "places-tiles", "source-layer": "places" };
  const single = ["!", [">", ["to-number", ["get", "count"], 1], 1]];
  const by = (today, proposed, partial, gap) => ["match", ["get", "status"], "today", today, "proposed", proposed, "partial", partial, gap];
  const share = ["to-number", ["get", "covered"], 0];
  // Cells: the more is covered the darker, on the way from the gap's colour to today's.
  map.addLayer({
    id: "tile-sum", type: "circle", ...source, filter: ["!", single],
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["sqrt", ["to-number", ["get", "people"], 0]], 0, 3.2, 100, 5, 400, 8],
      "circle-color": ["interpolate", ["linear"], share, 0, GAP, 0.5, PROPOSED, 1, TODAY], "circle-opacity": 0.85,
    },
  });
  map.addLayer({
    id: "tile-place", type: "circle", ...source, filter: single,
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 2, 11, 4, 14, 7],
      "circle-color": byChange(by(TODAY, PROPOSED, "#ffffff", "#ffffff")),
      "circle-stroke-color": byChange(by("#ffffff", INK, PROPOSED, GAP)), "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 6, 0.6, 12, 1.6],
    },
  });
  for (const [id, icon, value] of [["tile-plus", "sign-plus", 1], ["tile-minus", "sign-minus", -1]]) {
    map.addLayer({
      id, type: "symbol", ...source, minzoom: SINGLE, filter: single,
      // Every place has both signs, unseen: without a change none is laid out.
      layout: {
        visibility: "none", "icon-image": icon, "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": 0.8,
      },
      paint: { "icon-opacity": ["case", ["==", ["coalesce", ["feature-state", "change"], 0], value], 1, 0] },
    });
  }
}
