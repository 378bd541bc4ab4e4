// One number per county, and one for all. The number is the share after; beside it what it is today, and how far it rises.

import { plan } from "../changes/plan.js";
import { byId, fill, make } from "../dom.js";
import { people, points, share } from "../numbers.js";
import { bar } from "../panels/share.js";
import { state } from "../state.js";
import { word } from "../words.js";
import { show } from "./slider.js";

const number = (value) => people(value, state.lang);

/** Shares today and after, of all. */
function all() {
  const { today, proposed } = state.data.summary.coverage;
  const total = plan.answer?.total;
  return { today, after: total ? { people: total.people, covered: total.after, share: total.share_after } : proposed };
}

export function headline() {
  const { today, after } = all();
  const { existing, proposed } = state.data.summary;
  const figure = (key, value, kind) => make("div", { class: `figure ${kind}` }, make("span", { class: "figure-name", text: word(key) }), make("strong", { text: share(value) }));
  fill(byId("headline"),
    make("h2", { text: word("headline") }),
    make("div", { class: "figures" }, figure("review_before", today.share, "now"), make("span", { class: "arrow", text: "→", "aria-hidden": "true" }), figure("review_after", after.share, "then")),
    make("div", { class: "beside" },
      bar(today.share, after.share),
      make("p", { text: word("people_line", { today: number(today.covered), after: number(after.covered), all: number(after.people) }) }),
      make("p", { class: "fine", text: `${word("existing")} ${existing} + ${word("proposed")} ${plan.answer ? plan.answer.stations - existing : proposed}` }),
      plan.answer ? make("p", { class: "fine", id: "with-changes", text: word("review_changes") }) : null),
    make("div", { class: "print-buttons" }, ...["a4", "a3"].map((size) => make("button", { type: "button", class: "tool", id: `print-${size}`, text: word(`review_print_${size}`), on: { click: () => print(size) } }))));
}

/** The size of the sheet is a class of the page: `@page` has a name for each. */
function print(size) {
  document.documentElement.dataset.paper = size;
  requestAnimationFrame(() => window.print());
}

function row({ county, today, proposed, extent }) {
  const changed = plan.answer?.counties.find((row) => (row.county ?? null) === (county ?? null));
  const after = changed ? changed.share_after : proposed.share;
  const name = county ?? word("county_none");
  const rise = today.share === null || after === null ? null : after - today.share;
  const button = make("button", { type: "button", class: "county-number", data: { county: county ?? "" }, "aria-label": word("county_shares", { county: name, today: share(today.share), after: share(after) }), on: { click: () => extent && show(extent) } },
    make("span", { class: "name", text: name }), make("strong", { text: share(after) }), bar(Math.min(today.share ?? 0, after ?? 0), after),
    make("span", { class: "fine", text: `${word("review_before")} ${share(today.share)}${rise === null ? "" : ` · ${word("points", { points: points(rise) })}`}` }));
  return make("li", {}, button);
}

export function numbers() {
  const rows = [...state.data.counties.counties].filter(({ today }) => today.people > 0);
  fill(byId("numbers"), make("h2", { text: word("review_counties") }), make("ul", { class: "county-numbers" }, ...rows.map(row)));
}
