// Where do counties lie? Outlines where the plan gives them, and a name in the middle of each county's places.

import { FONT, MUTED } from "../palette.js";
import { mapName } from "./names.js";

export const LAYERS = ["county-line", "county-name"];

export function addCounties(map, { counties }) {
  if (!counties.outlines.features.length) return;
  map.addSource("county-outlines", { type: "geojson", data: counties.outlines });
  map.addLayer({ id: "county-line", type: "line", source: "county-outlines", paint: { "line-color": MUTED, "line-width": 1.2, "line-dasharray": [4, 2] } });
}

/** Names stand at the largest town and give way to the rings. */
export function addCountyNames(map, { counties }) {
  const named = counties.counties.filter((row) => row.county && row.towns.length);
  const features = named.map(({ county, towns: [{ extent: [west, south, east, north] }] }) => ({
    type: "Feature", properties: { name: mapName(county) }, geometry: { type: "Point", coordinates: [(west + east) / 2, (south + north) / 2] },
  }));
  map.addSource("county-names", { type: "geojson", data: { type: "FeatureCollection", features } });
  map.addLayer({
    id: "county-name", type: "symbol", source: "county-names", maxzoom: 10,
    layout: {
      "text-field": ["get", "name"], "text-font": [FONT], "text-size": ["interpolate", ["linear"], ["zoom"], 4, 12, 8, 16], "text-letter-spacing": 0.1,
      "text-variable-anchor": ["top", "left", "right", "bottom"], "text-radial-offset": 1.9, "text-justify": "auto", "text-padding": 1,
    },
    paint: { "text-color": "#38464f", "text-halo-color": "#f5f3ee", "text-halo-width": 2 },
  });
}
