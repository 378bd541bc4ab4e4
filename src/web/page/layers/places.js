// Who is covered? Places by how they are covered: far out together in rings, near by one by one with their names.
// Quarters given as polygons are drawn as such when near.

import { FONT, GAP, INK, PROPOSED, TODAY } from "../palette.js";
import { shares } from "../changes/stations.js";
import { on, state } from "../state.js";
import { APART, SOURCE, TOGETHER, changed, is, place } from "./crowd.js";

export const LAYERS = ["area-fill", "area-line", "place", "place-name", "business-name", "business", "ring"];

const BY_STATUS = (today, proposed, partial, gap) => ["match", ["get", "status"], "today", today, "proposed", proposed, "partial", partial, gap];
const collection = (features) => ({ type: "FeatureCollection", features });

/** Quarters and business clusters, as the changes leave them. */
function content({ coverage }) {
  const now = shares();
  const features = coverage.features.map((f, i) => changed(f, now.get(i)));
  return {
    areas: collection(features.filter((f) => f.geometry.type !== "Point")),
    business: collection(features.filter((f) => f.properties.layer === "clusters").map(place)),
  };
}

export function addPlaces(map, data) {
  for (const [source, features] of Object.entries(content(data))) map.addSource(source, { type: "geojson", data: features });
  on("answer", () => {
    for (const [source, features] of Object.entries(content(state.data))) map.getSource(source).setData(features);
  });

  map.addLayer({ id: "area-fill", type: "fill", source: "areas", paint: { "fill-color": BY_STATUS(TODAY, PROPOSED, PROPOSED, GAP), "fill-opacity": BY_STATUS(0.45, 0.5, 0.22, 0.1) } });
  map.addLayer({ id: "area-line", type: "line", source: "areas", paint: { "line-color": BY_STATUS("#ffffff", INK, "#2f86bd", GAP), "line-width": BY_STATUS(1, 1.1, 1.8, 1.8) } });

  const size = ["max", 3.5, ["min", 15, ["*", 0.16, ["sqrt", ["get", "people"]]]]];
  map.addLayer({
    id: "place", type: "circle", source: SOURCE, filter: is("place"),
    layout: { "circle-sort-key": ["-", ["get", "people"]] },
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, ["*", 0.6, size], 11, size, 14, ["*", 1.5, size]],
      "circle-color": BY_STATUS(TODAY, PROPOSED, "#ffffff", "#ffffff"),
      "circle-stroke-color": BY_STATUS("#ffffff", INK, PROPOSED, GAP),
      "circle-stroke-width": BY_STATUS(1, 1.2, 3, 2.2),
      "circle-opacity": pointOnly(0.92), "circle-stroke-opacity": pointOnly(1),
    },
  });
  const name = (id, source, minzoom, filter) => map.addLayer({
    id, type: "symbol", source, minzoom, ...filter,
    layout: {
      "text-field": ["get", "name"], "text-font": [FONT], "text-size": ["interpolate", ["linear"], ["zoom"], 11, 11.5, 14, 13.5],
      "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 0.9, "text-max-width": 9, "symbol-sort-key": ["-", ["get", "people"]],
    },
    paint: { "text-color": "#2c3a44", "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
  });
  name("business-name", "business", APART + 2.2, {});
  name("place-name", SOURCE, APART + 0.8, { filter: is("place") });
  map.addLayer({
    id: "business", type: "symbol", source: "business", minzoom: APART - 1,
    layout: { "icon-image": ["concat", "square-", ["get", "status"]], "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 8, 0.7, 13, 1.15] },
  });
  map.addLayer({
    id: "ring", type: "symbol", source: SOURCE, filter: ["all", TOGETHER, [">", ["get", "people"], 0]],
    layout: {
      "icon-image": ["concat", "ring-", ["to-string", tenths("in_today")], "-", ["to-string", ["max", tenths("in_today"), tenths("in_after")]]],
      "icon-size": ["interpolate", ["linear"], ["sqrt", ["get", "people"]], 20, 0.62, 120, 0.85, 400, 1.15],
      "icon-allow-overlap": true, "symbol-sort-key": ["get", "people"],
      "text-field": ["concat", ["to-string", ["round", ["/", ["*", 100, ["get", "in_after"]], ["max", 1e-9, ["get", "people"]]]]], "%"],
      "text-font": [FONT], "text-size": ["interpolate", ["linear"], ["sqrt", ["get", "people"]], 20, 10, 400, 13], "text-allow-overlap": true, "text-ignore-placement": true,
    },
    paint: { "text-color": INK },
  });
}

/** Near by, a quarter is its own ground and needs no dot. */
export function pointOnly(opacity) {
  return ["interpolate", ["linear"], ["zoom"], 10.4, opacity, 10.9, ["case", ["get", "area"], 0, opacity]];
}

/** A share of the people in tenths, 0 to 10; a share that is there is never none, nor one that is not all. */
function tenths(property) {
  const share = ["/", ["get", property], ["max", 1e-9, ["get", "people"]]];
  return ["case", ["<=", share, 0.001], 0, [">=", share, 0.999], 10, ["max", 1, ["min", 9, ["round", ["*", 10, share]]]]];
}
