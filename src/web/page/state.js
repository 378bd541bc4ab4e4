// What is shown right now: language, layers switched on, the open view. One object and one list of listeners, so that
// panels and map never call each other.

const LANGS = ["zh", "en"];
const listeners = new Map();

const asked = new URLSearchParams(location.search).get("lang");

export const state = {
  lang: LANGS.includes(asked) ? asked : null,
  view: "summary",
  layers: { counties: true, circles: true, places: true, gaps: true, today: true, proposal: true },
  data: null,
};

/** Calls `act` whenever `name` is told: `lang`, `view`, `layers`, `go`. */
export function on(name, act) {
  if (!listeners.has(name)) listeners.set(name, []);
  listeners.get(name).push(act);
}

export function tell(name, detail) {
  for (const act of listeners.get(name) ?? []) act(detail);
}

export function speak(lang) {
  state.lang = lang;
  const here = new URL(location.href);
  here.searchParams.set("lang", lang);
  history.replaceState(null, "", here);
  tell("lang");
}

export function show(view) {
  state.view = view;
  tell("view");
}

export function toggle(layer, visible) {
  state.layers[layer] = visible;
  tell("layers");
}

/** Asks the map to go somewhere: `{ extent }` or `{ centre, zoom }`, and to open `popup` there. */
export function go(where) {
  tell("go", where);
}
