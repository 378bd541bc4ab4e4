// What is known of a thing on the map? Its properties, as text. Popups look the thing up in what the API answered, so
// what they say is what the API says.

import { make } from "../dom.js";
import { minutes, people, share } from "../numbers.js";
import { state } from "../state.js";
import { word, wordFor } from "../words.js";

const count = (value) => word("unit_people", { people: people(value, state.lang) });

function find(collection, id, layer) {
  return collection.features.find((f) => f.properties.id === id && (!layer || f.properties.layer === layer))?.properties;
}

/** Name of a station or a candidate. */
function siteName(id) {
  return find(state.data.stations, id)?.name ?? state.data.plan.sites[id] ?? id;
}

function nearest(id, travel) {
  if (!id) return null;
  return [siteName(id), travel === null ? null : word("p_minutes", { minutes: minutes(travel) })].filter(Boolean).join(" · ");
}

function today(s) {
  return [["p_status", wordFor("status", s.status)], ["p_county", s.county], ["p_opened", s.opened], ["p_capacity", s.capacity === null ? null : count(s.capacity)], ["p_id", s.id]];
}

function proposal(s) {
  return [
    ["p_status", word("status_proposed")], ["p_county", s.county], ["p_phase", s.phase], ["p_rank", String(s.rank)], ["p_covered", count(s.covered)], ["p_gain", count(s.gain)],
    ["p_loss", s.loss_if_refused === null ? word("p_loss_none") : count(s.loss_if_refused)], ["p_alternatives", s.alternatives.map(siteName).join("、") || null], ["p_id", s.id],
  ];
}

function place(p) {
  return [
    ["p_people", count(p.people)], ["p_county", p.county], ["p_setting", p.setting ? word(p.setting) : null], ["p_today", share(p.covered_today)], ["p_after", share(p.covered)],
    ["p_nearest", nearest(p.station, p.minutes)], ["p_id", p.id],
  ];
}

function gap(g) {
  return [
    ["p_people", count(g.people)], ["p_county", g.county], ["p_setting", g.setting ? word(g.setting) : null], ["p_nearest", nearest(g.nearest_station, g.nearest_minutes)],
    ["p_reason", wordFor("reason", g.reason)], ["p_closes", g.closes_with && siteName(g.closes_with)], ["p_when", g.phase_or_outreach], ["p_id", g.id],
  ];
}

/** The popup's content for what stands in `layer` under `id`; null where the answers hold no such thing. */
export function popup({ layer, id, of }) {
  const { stations, proposal: proposed, coverage, gaps } = state.data;
  let [properties, rows] = [null, null];
  if (layer === "today") [properties, rows] = [find(stations, id), today];
  else if (layer === "proposal") [properties, rows] = [find(proposed, id), proposal];
  else if (layer === "gap") [properties, rows] = [find(gaps, id, of), gap];
  else [properties, rows] = [find(coverage, id, of), place];
  if (!properties) return null;
  // A place with a gap is explained as one: why, and what would help.
  const left = layer === "gap" || layer === "today" || layer === "proposal" ? null : find(gaps, id, properties.layer);
  const told = [...rows(properties), ...(left ? gap(left).filter(([key]) => ["p_reason", "p_closes", "p_when"].includes(key)) : [])];
  return make("div", { class: "popup", data: { layer, id } },
    make("h3", { text: properties.name }),
    make("dl", {}, ...told.filter(([, value]) => value !== null && value !== undefined && value !== "").flatMap(([key, value]) => [make("dt", { text: word(key) }), make("dd", { text: value, data: { key } })])));
}
