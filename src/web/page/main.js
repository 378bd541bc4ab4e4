// The door of planners: fetch, fill the panels, start the map. Each panel and each layer is a file that knows only the state.

import { load, session } from "./api.js";
import { plan, takeAddress } from "./changes/plan.js";
import { byId, fill } from "./dom.js";
import * as editing from "./editing.js";
import * as map from "./map.js";
import * as head from "./masthead.js";
import { counties } from "./panels/counties.js";
import { downloads } from "./panels/downloads.js";
import { gaps } from "./panels/gaps.js";
import { legend } from "./panels/legend.js";
import "./panels/offers.js";
import { scenarioPanel } from "./panels/scenarios.js";
import { stations } from "./panels/stations.js";
import { summary } from "./panels/summary.js";
import { whatif } from "./panels/whatif.js";
import { on, show, state, tell } from "./state.js";
import { label, word } from "./words.js";

const VIEWS = { summary, whatif, counties, stations, gaps, scenarios: scenarioPanel, files: downloads };
/** Panels whose figures are those of the last answer. */
const FOLLOW = ["summary", "counties", "gaps"];

function panels() {
  head.masthead();
  for (const [view, build] of Object.entries(VIEWS)) fill(byId(`view-${view}`), ...build());
  fill(byId("legend"), legend());
  tell("built");
}

function views() {
  for (const view of Object.keys(VIEWS)) {
    const [tab, chosen] = [byId(`tab-${view}`), view === state.view];
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    byId(`view-${view}`).hidden = !chosen;
  }
}

/** Arrow keys move between tabs, as in any tab list. */
function keys(event) {
  const names = Object.keys(VIEWS);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const to = event.key === "Home" ? 0 : event.key === "End" ? names.length - 1 : step ? (names.indexOf(state.view) + step + names.length) % names.length : null;
  if (to === null) return;
  event.preventDefault();
  show(names[to]);
  byId(`tab-${names[to]}`).focus();
}

const say = (text) => (byId("announce").textContent = text);

function wire() {
  for (const view of Object.keys(VIEWS)) byId(`tab-${view}`).addEventListener("click", () => show(view));
  byId("tabs").addEventListener("keydown", keys);
  head.listen();
  editing.listen();
  addEventListener("hashchange", () => follow(takeAddress()));
  on("view", views);
  on("changes", map.closePopup);
  on("answer", () => {
    for (const view of FOLLOW) fill(byId(`view-${view}`), ...VIEWS[view]());
    const { answer, fault } = plan;
    say(fault ? word("whatif_fault", { detail: fault }) : answer ? `${word("now")}: ${byId("share-after")?.textContent ?? ""}` : "");
  });
  on("lang", async () => {
    const { lang } = state;
    try {
      const data = await load(lang);
      // Whoever switches back and forth gets the language of the last click, not of the slowest answer.
      if (lang !== state.lang) return;
      state.data = data;
      panels();
      map.rename();
    } catch (error) {
      fault(error);
    }
  });
  on("said", say);
  on("go", ({ name }) => say(name ? word("flown", { name }) : ""));
}

const fault = (error) => head.fault(word("fault", { detail: error.message }));

function follow({ view }) {
  if (view && view in VIEWS && view !== state.view) show(view);
}

async function begin() {
  try {
    const [data, who] = await Promise.all([load(state.lang), session()]);
    Object.assign(state, { data, may_change: who.may_change, keeps: who.may_change && who.scenarios });
    state.lang ??= state.data.plan.lang;
  } catch (error) {
    state.lang ??= "zh";
    label();
    fault(error);
    return;
  }
  wire();
  views();
  panels();
  document.documentElement.dataset.panels = "ready";
  try {
    await map.start();
  } catch (error) {
    console.error(error);
    head.fault(word("no_webgl"));
  }
  follow(takeAddress());
}

begin();
