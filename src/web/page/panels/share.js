// How is a share shown, and what a change makes of it? A bar; who is gained and who is lost. A file of its own because the overview, what-if,
// the counties and the review show the same.

import { make } from "../dom.js";
import { picture } from "../layers/symbols.js";
import { people } from "../numbers.js";
import { state } from "../state.js";
import { word } from "../words.js";

/** Today's share dark, what the proposal adds light, the rest open. */
export function bar(today, after) {
  const width = (value) => String(Math.max(0, Math.min(100, (value ?? 0) * 100)));
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const rect = (x, w, kind) => {
    const part = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries({ x, y: 0, width: w, height: 10, class: kind })) part.setAttribute(name, String(value));
    svg.append(part);
  };
  svg.setAttribute("viewBox", "0 0 100 10");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "bar");
  svg.setAttribute("aria-hidden", "true");
  rect(0, 100, "rest");
  rect(0, width(after), "added");
  rect(0, width(today), "now");
  return svg;
}

function sign(kind, { people: count, places }) {
  const told = places.length ? word(`${kind}_line`, { people: people(count, state.lang), places: places.length }) : "0";
  return make("li", { class: kind }, picture(kind === "gained" ? "sign-plus" : "sign-minus"), make("span", { class: "fine", text: word(kind === "gained" ? "gained" : "lost_here") }), make("strong", { text: told }));
}

/** Residents whom changes gain and lose, against the plan. */
export const signs = ({ gained, lost }) => make("ul", { class: "signs" }, sign("gained", gained), sign("lost", lost));
