// What is shown right now: language, layers switched on, the open view. One object and one list of listeners, so that
// panels and map never call each other.

const LANGS = ["zh", "en"];
/** @type {Map<string, ((detail?: any) => void)[]>} */
const listeners = new Map();

const asked = new URLSearchParams(location.search).get("lang");

export const state = {
  /** @type {string | null} `zh` or `en`; null until the plan says which */
  lang: asked !== null && LANGS.includes(asked) ? asked : null,
  view: "summary",
  /** What a click on the map does: `look` opens what stands there, `add` puts a station. */
  tool: "look",
  layers: { counties: true, circles: true, places: true, gaps: true, today: true, proposal: true, candidates: false },
  /** @type {any} the answers by topic; their shapes are `answers.d.ts` of the tests */
  data: null,
  /** Whether this server lets whoever reads change, compute and save. */
  may_change: false,
  /** Whether it keeps scenarios. */
  keeps: false,
  /** @type {any[]} sites that could be stations, once they are asked for */
  candidates: [],
};

/** Calls `act` whenever `name` is told: `lang`, `view`, `layers`, `tool`, `go`, `candidates`, and of the
 * changes `changes`, `busy`, `answer`. */
export function on(name, act) {
  if (!listeners.has(name)) listeners.set(name, []);
  listeners.get(name)?.push(act);
}

/** @param {string} name @param {any} [detail] */
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

export function choose(tool) {
  state.tool = tool;
  tell("tool");
}

export function toggle(layer, visible) {
  state.layers[layer] = visible;
  tell("layers");
}

/** Asks the map to go somewhere: `{ extent }` or `{ centre, zoom }`, and to open `popup` there. */
export function go(where) {
  tell("go", where);
}
