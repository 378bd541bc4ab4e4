// What is known of a thing on the map? Its properties, as text. Popups look the thing up in what the API answered, so
// what they say is what the API says.

import { make } from "../dom.js";
import { shares, stationsNow } from "../changes/stations.js";
import { changed } from "../layers/crowd.js";
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
  return [["p_status", wordFor("status", s.status)], ["p_county", s.county], ["p_opened", s.opened], ["p_capacity", s.capacity === null || s.capacity === undefined ? null : count(s.capacity)], ["p_id", s.id]];
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

function site(c) {
  return [["p_status", word("status_candidate")], ["p_county", c.county], ["p_host", c.host], ["p_cost", c.cost === null || c.cost === undefined ? null : people(c.cost, state.lang)], ["p_id", c.id]];
}

function touched(s) {
  return [["p_status", word(`fate_${s.fate}`)], ["p_county", s.county], ["p_id", s.id]];
}

/** What can be done with it here; only on the door where plans are changed. */
const offers = /** @type {((about: any) => any)[]} */ ([]);
export const offer = (buttons) => offers.push(buttons);

/** The popup's content for what stands in `layer` under `id`; null where the answers hold no such thing. */
export function popup({ layer, id, of, properties: drawn = null }) {
  const { stations, proposal: proposed, coverage, gaps } = state.data;
  let [properties, rows] = /** @type {[any, any]} */ ([null, null]);
  if (layer === "today") [properties, rows] = [find(stations, id), today];
  else if (layer === "proposal") [properties, rows] = [find(proposed, id), proposal];
  else if (layer === "gap") [properties, rows] = [find(gaps, id, of), gap];
  else if (layer === "edit-station") [properties, rows] = [stationsNow().find((s) => s.id === id), touched];
  else if (layer === "candidate") [properties, rows] = [state.candidates.find((c) => c.properties.id === id)?.properties, site];
  // Of a place in a tile everything is in the tile.
  else if (!coverage) [properties, rows] = [drawn, place];
  else [properties, rows] = [find(coverage, id, of), place];
  // With changes a place may be a gap that the plan's list does not know, and covered otherwise.
  if (coverage && (rows === place || !properties)) {
    const index = coverage.features.findIndex((f) => f.properties.id === id && (!of || f.properties.layer === of));
    if (index >= 0) [properties, rows] = [changed(coverage.features[index], shares().get(index)).properties, place];
  }
  if (!properties) return null;
  // A place with a gap is explained as one: why, and what would help.
  const left = layer === "gap" || layer === "today" || layer === "proposal" || !gaps ? null : find(gaps, id, properties.layer);
  const told = [...rows(properties), ...(left ? gap(left).filter(([key]) => ["p_reason", "p_closes", "p_when"].includes(key)) : [])];
  return make("div", { class: "popup", data: { layer, id } },
    make("h3", { text: properties.name }),
    make("dl", {}, ...told.filter(([, value]) => value !== null && value !== undefined && value !== "").flatMap(([key, value]) => [make("dt", { text: word(key) }), make("dd", { text: value, data: { key } })])),
    ...offers.map((buttons) => buttons({ layer, id, name: properties.name })));
}
