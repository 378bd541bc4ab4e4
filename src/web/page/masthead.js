// What is every door headed and footed with? Plan, standards, language, doors, notice. A file of its own because all doors share it.

import { plan as held } from "./changes/plan.js";
import { byId } from "./dom.js";
import { doors } from "./doors.js";
import { standards } from "./panels/summary.js";
import { speak, state } from "./state.js";
import { label, word } from "./words.js";

export function masthead(title) {
  const { plan, summary: numbers } = state.data;
  label();
  document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
  document.title = [title, plan.name, "doorstep"].filter(Boolean).join(" · ");
  byId("plan-name").textContent = plan.name;
  byId("plan-standard").textContent = standards();
  byId("internal-use").textContent = plan.review_number ? word("review_number", { number: plan.review_number }) : word("internal_use");
  byId("notice").textContent = plan.notice ?? "";
  byId("made").textContent = word("made", { date: plan.date, version: numbers.doorstep });
  for (const button of languages()) button.setAttribute("aria-pressed", String(button.dataset.lang === state.lang));
  doors();
}

/** @returns {HTMLElement[]} */
const languages = () => [.../** @type {any} */ (document.querySelectorAll("[data-lang]"))];

/** Language buttons begin to work. */
export function listen() {
  for (const button of languages()) button.addEventListener("click", () => speak(button.dataset.lang));
}

/** Says why there is nothing to see. */
export function fault(text) {
  byId("fault").textContent = text;
  byId("fault").hidden = false;
}

/** Says what is wrong with the changes of a link, if anything is. */
export function changesFault() {
  const { badLink, fault: refused } = held;
  const told = [badLink && word("bad_link", { detail: badLink }), refused && word("whatif_fault", { detail: refused })].filter(Boolean);
  if (told.length) fault(told.join(" "));
}
