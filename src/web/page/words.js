// What the page says, in both languages: tables of `[Chinese, English]`, so that a missing translation shows at a glance.
// Remedies come with the gap list from the server, in the language asked for.

import { filled } from "./filled.js";
import { state } from "./state.js";
import { ANALYSE } from "./words/analyse.js";
import { DESK } from "./words/desk.js";
import { REVIEW } from "./words/review.js";
import { VIEW } from "./words/view.js";

/** @type {Record<string, string[]>} */
const WORDS = { ...VIEW, ...DESK, ...REVIEW, ...ANALYSE };

/** The word in the language shown, filled in; the key itself where there is none. */
/** @param {string} key @param {Record<string, any>} [given] */
export function word(key, given = {}) {
  const row = WORDS[key];
  if (!row) return key;
  return filled(row[state.lang === "en" ? 1 : 0], given);
}

/** The word for a value of the data, or the value itself: plans may use words of their own. */
export function wordFor(prefix, value) {
  return WORDS[`${prefix}_${value}`] ? word(`${prefix}_${value}`) : String(value);
}

/** Fills every element that names its word. */
export function label(root = document) {
  for (const element of /** @type {any} */ (root.querySelectorAll("[data-word]"))) element.textContent = word(element.dataset.word);
  for (const element of /** @type {any} */ (root.querySelectorAll("[data-label]"))) element.setAttribute("aria-label", word(element.dataset.label));
}
