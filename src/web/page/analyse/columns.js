// Which columns has the gap list, how are they written and how wide? The same names as in gaps.csv.

import { minutes, people } from "../numbers.js";
import { state } from "../state.js";
import { wordFor } from "../words.js";

const plain = (value) => (value === null || value === undefined ? "" : String(value));
const site = (id) => (id ? state.data.stations.features.find((f) => f.properties.id === id)?.properties.name ?? state.data.plan.sites[id] ?? id : "");
const time = (value) => (value === null || value === undefined ? "" : minutes(value));

/** @typedef {{name: string, wide: number, write: (value: any) => string, number?: boolean}} Column */

/** Column, its width in rem, how a value is written, whether it is a number. @type {Column[]} */
export const COLUMNS = [
  { name: "name", wide: 13, write: plain },
  { name: "county", wide: 6.5, write: plain },
  { name: "people", wide: 6, write: (value) => people(value, state.lang), number: true },
  { name: "setting", wide: 5.5, write: (value) => (value ? wordFor("setting_short", value) : "") },
  { name: "layer", wide: 6, write: (value) => wordFor("layer", value) },
  { name: "reason", wide: 12, write: (value) => wordFor("reason", value) },
  { name: "phase_or_outreach", wide: 15, write: plain },
  { name: "closes_with", wide: 13, write: site },
  { name: "nearest_station", wide: 13, write: site },
  { name: "nearest_minutes", wide: 7.5, write: time, number: true },
  { name: "minutes", wide: 6, write: time, number: true },
  { name: "id", wide: 5.5, write: plain },
];

/** Shown at first; the others are a click away. */
export const AT_FIRST = ["name", "county", "people", "setting", "reason", "phase_or_outreach", "nearest_minutes", "id"];
