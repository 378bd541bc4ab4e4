// The page: fetch, fill the panels, start the map. Each panel and each layer is a file that knows only the state.

import { load } from "./api.js";
import { byId, fill } from "./dom.js";
import * as map from "./map.js";
import { counties } from "./panels/counties.js";
import { downloads } from "./panels/downloads.js";
import { gaps } from "./panels/gaps.js";
import { legend } from "./panels/legend.js";
import { stations } from "./panels/stations.js";
import { standards, summary } from "./panels/summary.js";
import { on, show, speak, state } from "./state.js";
import { label, word } from "./words.js";

const VIEWS = { summary, counties, stations, gaps, files: downloads };

function masthead() {
  const { plan, summary: numbers } = state.data;
  document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
  document.title = `${plan.name} · doorstep`;
  byId("plan-name").textContent = plan.name;
  byId("plan-standard").textContent = standards();
  byId("internal-use").textContent = plan.review_number ? word("review_number", { number: plan.review_number }) : word("internal_use");
  byId("notice").textContent = plan.notice ?? "";
  byId("made").textContent = word("made", { date: plan.date, version: numbers.doorstep });
  for (const button of document.querySelectorAll("[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset.lang === state.lang));
}

function panels() {
  label();
  masthead();
  for (const [view, build] of Object.entries(VIEWS)) fill(byId(`view-${view}`), ...build());
  fill(byId("legend"), legend());
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

function wire() {
  for (const view of Object.keys(VIEWS)) byId(`tab-${view}`).addEventListener("click", () => show(view));
  document.querySelector("[role=tablist]").addEventListener("keydown", keys);
  for (const button of document.querySelectorAll("[data-lang]")) button.addEventListener("click", () => speak(button.dataset.lang));
  on("view", views);
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
  on("go", ({ name }) => {
    byId("announce").textContent = name ? word("flown", { name }) : "";
  });
}

function fault(error) {
  byId("fault").textContent = word("fault", { detail: error.message });
  byId("fault").hidden = false;
}

async function begin() {
  try {
    state.data = await load(state.lang);
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
    byId("fault").textContent = word("no_webgl");
    byId("fault").hidden = false;
  }
}

begin();
