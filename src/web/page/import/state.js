// What has been dropped and decided so far. The page holds everything: the server forgets a file as soon as it has answered.

const asked = new URLSearchParams(location.search).get("lang") ?? "";

export const state = {
  /** Before the plan's own language is known there are no words yet. */
  lang: ["zh", "en"].includes(asked) ? asked : "",
  /** Entries: `{ id, file, look, fault, layer, sheet, encoding, datum, columns, groups }`; several may share a file. @type {any[]} */
  entries: [],
  /** @type {{ name: string | null, target: number, urban: number, rural: number }} */
  plan: { name: null, target: 20, urban: 15, rural: 15 },
  /** The last answer of the check; null once anything has changed. @type {any} */
  checked: null,
  next: 0,
};

/** Properties that a person may point at, by layer; GeoJSON has its places in the geometry. */
export const PROPERTIES = {
  residences: ["id", "name", "county", "setting", "population", "kind", "lon", "lat", "geometry"],
  clusters: ["id", "name", "county", "setting", "people", "kind", "lon", "lat", "geometry"],
  stations: ["id", "name", "county", "status", "opened", "kind", "capacity", "lon", "lat"],
  candidates: ["id", "name", "county", "host", "cost", "capacity", "lon", "lat"],
  boundaries: ["county", "name", "geometry"],
};

const listeners = new Map();

/** Calls `act` whenever `name` is told: `lang`, `entries`, `checked`. */
export function on(name, act) {
  if (!listeners.has(name)) listeners.set(name, []);
  listeners.get(name).push(act);
}

export function tell(name) {
  for (const act of listeners.get(name) ?? []) act();
}

/** Anything has changed: what was checked no longer holds. */
export function changed() {
  if (state.checked === null) return;
  state.checked = null;
  tell("checked");
}

export function speak(lang) {
  state.lang = lang;
  const here = new URL(location.href);
  here.searchParams.set("lang", lang);
  history.replaceState(null, "", here);
  tell("lang");
}
