// What does leadership see on the map? Places by what covers them, circles, stations; nothing gathers, nothing to click. One side
// knows only what is open today.

import { base, shares, stationsNow } from "../changes/stations.js";
import { areDiscs, around, content as reached, middles } from "../layers/circles.js";
import { changed } from "../layers/crowd.js";
import { FAR, addDiscs, discs } from "../layers/discs.js";
import { middle } from "../layers/geometry.js";
import { mapName } from "../layers/names.js";
import { addSymbols } from "../layers/symbols.js";
import { FONT, GAP, INK, PROPOSED, TODAY } from "../palette.js";
import { state } from "../state.js";

const collection = (features) => ({ type: "FeatureCollection", features });
const point = (coordinates, properties) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });

function places(side) {
  if (state.data.large) return [];
  const now = side === "after" ? shares() : new Map();
  return state.data.coverage.features.map((feature, i) => {
    const { people, covered, covered_today } = changed(feature, now.get(i)).properties;
    const share = side === "after" ? covered : covered_today;
    const by = share <= 0 ? "gap" : covered_today >= 1 - 1e-9 || side === "before" ? "today" : "proposed";
    return point(middle(feature.geometry), { people, by, share });
  }).sort((a, b) => b.properties.people - a.properties.people);
}

function stations(side) {
  if (side === "before") return state.data.stations.features.filter((f) => f.properties.status === "open").map((f) => point(f.geometry.coordinates, { icon: "station-open", name: mapName(f.properties.name) }));
  return stationsNow().filter((s) => s.at && !["removed", "forbidden"].includes(s.fate)).map((s) => point(s.at, { icon: s.fate !== "kept" ? `edit-${s.fate}` : s.proposed ? "proposed-0-0" : `station-${s.status}`, name: mapName(s.name) }));
}

/** Stations that were added, moved, opened or locked: they have circles as others do. */
const touched = () => stationsNow().filter((s) => s.at && !["kept", "removed", "forbidden"].includes(s.fate));

function circles(side) {
  if (side === "before") return state.data.circles.features.filter((f) => f.properties.status === "open");
  return [...reached().features, ...around(touched())];
}

/** The same as discs, in the one colour of their side. */
function far(side) {
  if (side === "before") return middles(base().filter((s) => !s.proposed && s.status === "open"), {});
  return middles([...stationsNow().filter((s) => s.fate === "kept"), ...touched()]).map((disc) => ({ ...disc, proposed: true }));
}

/** Discs of each side, where there are any. */
const drawn = new Map();

const content = (side) => ({ circles: circles(side), places: places(side), stations: stations(side) });

export function compose(map, side) {
  addSymbols(map, ["proposed-0-0"]);
  for (const [source, features] of Object.entries(content(side))) map.addSource(source, { type: "geojson", data: collection(features) });
  const colour = side === "before" ? TODAY : PROPOSED;
  const walk = ["==", ["get", "mode"], "walk"];
  const near = areDiscs(map) ? { minzoom: FAR } : {};
  if (areDiscs(map)) {
    drawn.set(side, discs("circle-far", { fill: [0.14, 0.06], width: [1.3, 0.7], opacity: () => [0.6, 0.6], edge: colour }));
    drawn.get(side).show(far(side));
    addDiscs(map, drawn.get(side), "circle-fill");
  }
  map.addLayer({ id: "circle-fill", type: "fill", source: "circles", ...near, paint: { "fill-color": colour, "fill-opacity": ["case", walk, 0.14, 0.06] } });
  map.addLayer({ id: "circle-line", type: "line", source: "circles", ...near, paint: { "line-color": colour, "line-width": ["case", walk, 1.3, 0.7], "line-opacity": 0.6 } });
  if (state.data.large) {
    map.addSource("tiles", { type: "vector", url: `${location.origin}/tiles.json?layer=places&lang=${state.lang}` });
    map.addLayer({ id: "tile", type: "circle", source: "tiles", "source-layer": "places", paint: { "circle-radius": 3, "circle-color": ["interpolate", ["linear"], ["to-number", ["get", side === "before" ? "covered_today" : "covered"], 0], 0, GAP, 0.5, PROPOSED, 1, TODAY] } });
  }
  const by = (today, proposed, gap) => ["match", ["get", "by"], "today", today, "proposed", proposed, gap];
  const size = ["max", 3, ["min", 13, ["*", 0.14, ["sqrt", ["get", "people"]]]]];
  map.addLayer({
    id: "place", type: "circle", source: "places",
    paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, ["*", 0.7, size], 12, ["*", 1.3, size]], "circle-color": by(TODAY, PROPOSED, "#ffffff"), "circle-stroke-color": by("#ffffff", INK, GAP), "circle-stroke-width": by(0.8, 0.8, 1.6) },
  });
  map.addLayer({ id: "station", type: "symbol", source: "stations", layout: { "icon-image": ["get", "icon"], "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 5, 0.55, 11, 1] } });
  map.addLayer({
    id: "station-name", type: "symbol", source: "stations", minzoom: 10,
    layout: { "text-field": ["get", "name"], "text-font": [FONT], "text-size": 12, "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 1.2, "text-justify": "auto", "text-max-width": 12 },
    paint: { "text-color": INK, "text-halo-color": "#ffffff", "text-halo-width": 2 },
  });
}

export function follow(map, side) {
  for (const [source, features] of Object.entries(content(side))) map.getSource(source)?.setData(collection(features));
  drawn.get(side)?.show(far(side));
}
