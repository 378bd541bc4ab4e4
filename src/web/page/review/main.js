// The door of leadership: one map, one number per county, what changes by when. It only looks; with changes in the link "after" is
// what they make of the plan.

import { load } from "../api.js";
import "../asks/candidates.js";
import { plan, takeAddress } from "../changes/plan.js";
import { byId } from "../dom.js";
import * as head from "../masthead.js";
import { on, state } from "../state.js";
import { label, word } from "../words.js";
import { headline, numbers } from "./numbers.js";
import * as slider from "./slider.js";
import { timeline } from "./timeline.js";

function build() {
  head.masthead(word("review_title"));
  headline();
  numbers();
  timeline();
  slider.key();
}

async function begin() {
  try {
    state.data = await load(state.lang);
    state.lang ??= state.data.plan.lang;
  } catch (error) {
    state.lang ??= "zh";
    label();
    head.fault(word("fault", { detail: error instanceof Error ? error.message : String(error) }));
    return;
  }
  build();
  head.listen();
  on("answer", () => {
    headline();
    numbers();
    byId("announce").textContent = plan.answer ? word("review_changes") : "";
    head.changesFault();
  });
  on("lang", async () => {
    const { lang } = state;
    const data = await load(lang);
    if (lang !== state.lang) return;
    state.data = data;
    build();
    slider.rename();
  });
  addEventListener("hashchange", takeAddress);
  document.documentElement.dataset.panels = "ready";
  try {
    await slider.start();
  } catch (error) {
    console.error(error);
    head.fault(word("no_webgl"));
  }
  takeAddress();
}

begin();
