// What gathers far out? Residences and stations in one clustered source, so that a town's ring and its stations gather
// around the same point and the stations' badges stand tidily beside the ring.

import { plan } from "../changes/plan.js";
import { shares, stationsNow } from "../changes/stations.js";
import { on, state } from "../state.js";
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

/** What stands in the source: with the changes, places by what they would be, and without stations that the edits show. */
function content(data) {
  const now = shares();
  const edited = new Set(plan.answer || plan.busy ? stationsNow().filter((s) => s.fate !== "kept").map((s) => s.id) : []);
  const stays = (f) => !edited.has(f.properties.id);
  const places = data.large ? [] : data.coverage.features.flatMap((f, i) => (f.properties.layer === "residences" ? [place(changed(f, now.get(i)))] : []));
  const existing = data.stations.features.filter(stays).map((f) => point(f.geometry, { id: f.properties.id, kind: "today", name: mapName(f.properties.name), status: f.properties.status }));
  const proposed = data.proposal.features.filter(stays).map((f) => point(f.geometry, { id: f.properties.id, kind: "proposal", name: mapName(f.properties.name), rank: f.properties.rank, mark: mark(data, f) }));
  return { type: "FeatureCollection", features: [...places, ...existing, ...proposed] };
}

/** The feature with another share covered after; its status follows. */
export function changed(feature, share) {
  if (share === undefined) return feature;
  const { covered_today } = feature.properties;
  const status = share <= 0 ? "gap" : share < 1 - 1e-9 ? "partial" : covered_today >= 1 - 1e-9 ? "today" : "proposed";
  return { ...feature, properties: { ...feature.properties, covered: share, status } };
}

export function addCrowd(map, data) {
  const sum = (property) => ["+", ["to-number", ["get", property], 0]];
  const count = (test) => ["+", ["case", test, 1, 0]];
  const kind = (name) => ["==", ["get", "kind"], name];
  const status = (name) => ["==", ["get", "status"], name];
  map.addSource(SOURCE, {
    type: "geojson", data: content(data),
    cluster: true, clusterRadius: 46, clusterMaxZoom: APART - 1,
    clusterProperties: {
      people: sum("people"), in_today: sum("in_today"), in_after: sum("in_after"),
      proposed: count(kind("proposal")), existing: count(["all", kind("today"), ["!", status("closed")]]), open: count(["all", kind("today"), status("open")]),
    },
  });
  on("answer", () => map.getSource(SOURCE).setData(content(state.data)));
}
