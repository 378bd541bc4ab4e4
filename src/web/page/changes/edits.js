// What did a planner change? One object of changes and the edits that make a new one of it; nothing here knows of the page,
// so that node can test it. The canonical form is what the server answers and what a link holds: keys in one order,
// lists sorted, nothing empty.

/** @typedef {import("../../../../tests/page/answers").Changes} Changes */

const KEYS = ["add", "move", "remove", "lock", "open", "forbid", "target", "minutes", "walk_kmh", "bike_kmh", "drive_kmh", "season", "weights"];
const SETTINGS = ["urban", "rural", "all"];
const SEASONS = ["summer", "winter", "both"];
/** Positions to a tenth of a metre. */
const round = (value) => Math.round(value * 1e6) / 1e6;
const at = ([lon, lat]) => [round(lon), round(lat)];
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const isPoint = (value) => Array.isArray(value) && value.length === 2 && value.every(isNumber) && Math.abs(value[0]) <= 180 && Math.abs(value[1]) <= 90;
const isIds = (value) => Array.isArray(value) && value.every((id) => typeof id === "string");
const isNumbers = (value) => typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isNumber);

/** Numbers in ids count as numbers: `+2` stands before `+10`. */
const byId = (a, b) => (a.length - b.length && /^\+\d+$/.test(a) && /^\+\d+$/.test(b) ? a.length - b.length : a < b ? -1 : a > b ? 1 : 0);
const sorted = (ids) => [...new Set(ids)].sort(byId);
const inOrder = (object, of = (value) => value) => Object.fromEntries(Object.keys(object).sort(byId).map((key) => [key, of(object[key])]));

/** What keeps a value from being changes, or null. A link may hold anything. */
export function faultOf(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "not an object";
  const unknown = Object.keys(value).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return `unknown key ${unknown}`;
  const { add = [], move = {}, remove = [], lock = [], open = [], forbid = [], target, minutes = {}, walk_kmh, bike_kmh, drive_kmh, season, weights = {} } = value;
  const station = (s) => s && typeof s.id === "string" && /^\+/.test(s.id) && isPoint([s.lon, s.lat]) && ["string", "undefined"].includes(typeof s.name) && ["string", "undefined"].includes(typeof s.county);
  if (!Array.isArray(add) || !add.every(station)) return "add";
  if (typeof move !== "object" || move === null || !Object.values(move).every(isPoint)) return "move";
  for (const [key, ids] of Object.entries({ remove, lock, open, forbid })) if (!isIds(ids)) return key;
  if (target !== undefined && !(Number.isInteger(target) && target >= 0)) return "target";
  if (!isNumbers(minutes) || Object.keys(minutes).some((key) => !SETTINGS.includes(key))) return "minutes";
  for (const [key, speed] of Object.entries({ walk_kmh, bike_kmh, drive_kmh })) if (speed !== undefined && !isNumber(speed)) return key;
  if (season !== undefined && !SEASONS.includes(season)) return "season";
  if (typeof weights !== "object" || weights === null) return "weights";
  const { residences, clusters, groups = {}, kinds = {}, ...rest } = weights;
  if (Object.keys(rest).length || ![residences, clusters].every((w) => w === undefined || isNumber(w)) || !isNumbers(groups) || !isNumbers(kinds)) return "weights";
  return null;
}

/** @returns {Changes} the canonical form */
export function canonical(changes) {
  const out = /** @type {any} */ ({});
  const { add = [], move = {}, minutes = {}, weights = {} } = changes;
  if (add.length) out.add = [...add].sort((a, b) => byId(a.id, b.id)).map(({ id, name, lon, lat, county }) => ({ id, ...(name ? { name } : {}), lon: round(lon), lat: round(lat), ...(county ? { county } : {}) }));
  if (Object.keys(move).length) out.move = inOrder(move, at);
  for (const key of ["remove", "lock", "open", "forbid"]) if (changes[key]?.length) out[key] = sorted(changes[key]);
  if (changes.target !== undefined) out.target = changes.target;
  if (Object.keys(minutes).length) out.minutes = Object.fromEntries(SETTINGS.filter((key) => minutes[key] !== undefined).map((key) => [key, minutes[key]]));
  for (const key of ["walk_kmh", "bike_kmh", "drive_kmh", "season"]) if (changes[key] !== undefined) out[key] = changes[key];
  const kept = /** @type {any} */ ({});
  for (const key of ["residences", "clusters"]) if (weights[key] !== undefined) kept[key] = weights[key];
  for (const key of ["groups", "kinds"]) if (weights[key] && Object.keys(weights[key]).length) kept[key] = inOrder(weights[key]);
  if (Object.keys(kept).length) out.weights = kept;
  return out;
}

export const text = (changes) => JSON.stringify(canonical(changes));
export const isEmpty = (changes) => text(changes) === "{}";

const without = (ids, id) => (ids ?? []).filter((other) => other !== id);
const omit = (object, key) => Object.fromEntries(Object.entries(object ?? {}).filter(([name]) => name !== key));

/** A further station; its id is the first free of `+1`, `+2`, ... */
export function add(changes, position, name) {
  const taken = new Set((changes.add ?? []).map((s) => s.id));
  let n = 1;
  while (taken.has(`+${n}`)) n += 1;
  const [lon, lat] = at(position);
  return canonical({ ...changes, add: [...(changes.add ?? []), { id: `+${n}`, name, lon, lat }] });
}

/** A station elsewhere: an added one is simply there, a station of the plan is moved. */
export function move(changes, id, position) {
  const [lon, lat] = at(position);
  if (!id.startsWith("+")) return canonical({ ...changes, move: { ...changes.move, [id]: [lon, lat] } });
  // Where the county came from the old position it is found anew.
  return canonical({ ...changes, add: (changes.add ?? []).map((s) => (s.id === id ? { id, name: s.name, lon, lat } : s)) });
}

/** A station less; one that was added or locked here is simply no longer. */
export function remove(changes, id) {
  const less = { ...changes, move: omit(changes.move, id), lock: without(changes.lock, id), open: without(changes.open, id) };
  if (id.startsWith("+")) return canonical({ ...less, add: (changes.add ?? []).filter((s) => s.id !== id) });
  if (changes.lock?.includes(id) || changes.open?.includes(id)) return canonical(less);
  return canonical({ ...less, remove: [...(changes.remove ?? []), id] });
}

/** A candidate that is in, whatever the search finds. */
export const lock = (changes, id) => canonical({ ...changes, lock: [...(changes.lock ?? []), id], forbid: without(changes.forbid, id), remove: without(changes.remove, id) });
/** A candidate that is out. */
export const forbid = (changes, id) => canonical({ ...changes, forbid: [...(changes.forbid ?? []), id], lock: without(changes.lock, id), open: without(changes.open, id), move: omit(changes.move, id), remove: without(changes.remove, id) });

/** As in the plan again: whatever was done to this station or candidate. */
export function restore(changes, id) {
  return canonical({
    ...changes, add: (changes.add ?? []).filter((s) => s.id !== id), move: omit(changes.move, id), remove: without(changes.remove, id),
    lock: without(changes.lock, id), open: without(changes.open, id), forbid: without(changes.forbid, id),
  });
}

/** A setting by its path (`minutes.urban`, `weights.groups.unemployed`); undefined is the plan's own. */
export function set(changes, path, value) {
  const next = structuredClone(canonical(changes));
  const names = path.split(".");
  const last = names.pop();
  let part = /** @type {any} */ (next);
  for (const name of names) part = part[name] ??= {};
  if (value === undefined) delete part[last];
  else part[last] = value;
  return canonical(next);
}

/** The value at a path, undefined where the plan's own holds. @returns {any} */
export const given = (changes, path) => path.split(".").reduce((part, name) => part?.[name], changes);

/**
 * The stations there are after the changes: each with its id, position and what became of it
 * (`kept`, `moved`, `added`, `locked`, `opened`, `removed`, `forbidden`).
 * @param {{id: string, name: string, county: string, at: number[], proposed: boolean}[]} base stations of the plan that count
 * @param {Changes} changes
 * @param {(id: string) => {id: string, name: string, county: string, at: number[]} | undefined} candidate
 */
export function stationsAfter(base, changes, candidate = () => undefined) {
  const gone = new Map();
  for (const id of changes.remove ?? []) gone.set(id, "removed");
  for (const id of changes.forbid ?? []) gone.set(id, "forbidden");
  const known = new Set(base.map((s) => s.id));
  const rows = base.map((s) => {
    const moved = changes.move?.[s.id];
    const fate = gone.get(s.id) ?? (moved ? "moved" : changes.lock?.includes(s.id) ? "locked" : "kept");
    return { ...s, from: s.at, at: moved ?? s.at, fate };
  });
  const extra = (ids, fate) => (ids ?? []).filter((id) => !known.has(id)).map((id) => {
    const site = candidate(id) ?? { id, name: id, county: "", at: null };
    return { ...site, from: site.at, at: changes.move?.[id] ?? site.at, proposed: true, fate };
  });
  const added = (changes.add ?? []).map((s) => ({ id: s.id, name: s.name ?? s.id, county: s.county ?? "", at: [s.lon, s.lat], from: null, proposed: true, fate: "added" }));
  return [...rows, ...extra(changes.lock, "locked"), ...extra((changes.open ?? []).filter((id) => !changes.lock?.includes(id)), "opened"), ...added, ...extra(changes.forbid, "forbidden")];
}
