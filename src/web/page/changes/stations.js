// Which stations are there, with names and positions, before and after the changes? The plan's own from the answers, the rest
// from the changes. Map and lists both read this.

import { state } from "../state.js";
import { stationsAfter } from "./edits.js";
import { plan } from "./plan.js";

/** Stations of the plan that count: existing ones that are not closed, and the proposal. */
export function base() {
  const { stations, proposal } = state.data;
  const row = (proposed) => ({ properties: { id, name, county, status, kind, rank }, geometry }) => ({ id, name, county: county ?? "", status, kind, rank, at: geometry.coordinates, proposed });
  return [...stations.features.filter((f) => f.properties.status !== "closed").map(row(false)), ...proposal.features.map(row(true))];
}

export function candidate(id) {
  const found = state.candidates.find((c) => c.properties.id === id);
  if (found) return { id, name: found.properties.name, county: found.properties.county ?? "", at: found.geometry.coordinates };
  // Before the candidates are there their names are known from the plan, their places are not.
  const name = state.data.plan.sites[id];
  return name ? { id, name, county: "", at: /** @type {any} */ (null) } : undefined;
}

/** Every station with what became of it. */
export const stationsNow = () => stationsAfter(base(), plan.changes, candidate);

/** How many of them stand: existing ones, of these open, and others. */
export function standing() {
  const stand = stationsNow().filter((s) => s.fate !== "removed" && s.fate !== "forbidden");
  const existing = stand.filter((s) => !s.proposed);
  return { existing: existing.length, open: existing.filter((s) => s.status === "open").length, proposed: stand.length - existing.length };
}

/** Share of each place after the changes, by its index in the coverage; only where it differs from the plan. */
export function shares() {
  const answer = plan.answer;
  if (!answer) return new Map();
  return new Map([...answer.gained.places, ...answer.lost.places].map(([index, , after]) => [index, after]));
}
