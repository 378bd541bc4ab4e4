// What gathers far out? Residences and stations in one clustered source, so that a town's ring and its stations gather
// around the same point and the stations' badges stand tidily beside the ring.

import { middle } from "./geometry.js";
import { mapName } from "./names.js";

export const SOURCE = "crowd";
/** Everything stands on its own from this zoom on. */
export const APART = 10;

export const ALONE = ["!", ["has", "point_count"]];
export const TOGETHER = ["has", "point_count"];
export const is = (kind) => ["all", ALONE, ["==", ["get", "kind"], kind]];

const point = (geometry, properties) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: middle(geometry) } });

/** A place as the map needs it; a quarter given as a polygon stands in its middle. */
export function place({ geometry, properties: { id, layer, name, people, covered, covered_today, status } }) {
  return point(geometry, { id, layer, kind: "place", name: mapName(name), people, status, in_today: people * covered_today, in_after: people * covered, area: geometry.type !== "Point" });
}

/** Its rank in the colour of its phase. */
export function mark({ plan }, { properties: { rank, phase } }) {
  return `proposed-${rank}-${Math.max(0, plan.phases.findIndex((p) => p.name === phase))}`;
}

export function addCrowd(map, data) {
  const places = data.coverage.features.filter((f) => f.properties.layer === "residences").map(place);
  const existing = data.stations.features.map((f) => point(f.geometry, { id: f.properties.id, kind: "today", name: mapName(f.properties.name), status: f.properties.status }));
  const proposed = data.proposal.features.map((f) => point(f.geometry, { id: f.properties.id, kind: "proposal", name: mapName(f.properties.name), rank: f.properties.rank, mark: mark(data, f) }));
  const sum = (property) => ["+", ["to-number", ["get", property], 0]];
  const count = (test) => ["+", ["case", test, 1, 0]];
  const kind = (name) => ["==", ["get", "kind"], name];
  const status = (name) => ["==", ["get", "status"], name];
  map.addSource(SOURCE, {
    type: "geojson", data: { type: "FeatureCollection", features: [...places, ...existing, ...proposed] },
    cluster: true, clusterRadius: 46, clusterMaxZoom: APART - 1,
    clusterProperties: {
      people: sum("people"), in_today: sum("in_today"), in_after: sum("in_after"),
      proposed: count(kind("proposal")), existing: count(["all", kind("today"), ["!", status("closed")]]), open: count(["all", kind("today"), status("open")]),
    },
  });
}
