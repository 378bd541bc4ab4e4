// What do the changes do? Share before and after, who is gained and lost, each county; while the next answer is under way the last
// one stays, so that nothing flickers.

import { plan } from "../changes/plan.js";
import { make, refill } from "../dom.js";
import { people, points, share } from "../numbers.js";
import { on, state } from "../state.js";
import { word } from "../words.js";
import { bar, signs } from "./share.js";

const number = (value) => people(value, state.lang);

const difference = (row) => (row.share_before === null || row.share_after === null ? null : row.share_after - row.share_before);

function county(row) {
  const change = difference(row);
  const kind = change === null || Math.abs(change) < 5e-7 ? "same" : change > 0 ? "gained" : "lost";
  return make("tr", { class: kind, data: { county: row.county ?? "" } }, make("th", { scope: "row", text: row.county ?? word("county_none") }),
    make("td", { class: "number", text: share(row.share_before) }), make("td", { class: "number after", text: share(row.share_after) }), make("td", { class: "number change", text: change === null ? "–" : points(change) }));
}

function content() {
  const { answer, fault, badLink } = plan;
  const faults = [badLink && word("bad_link", { detail: badLink }), fault && word("whatif_fault", { detail: fault })].filter(Boolean).map((text) => make("p", { class: "fault", role: "alert", text }));
  if (!answer) return [...faults, make("p", { class: "fine", text: plan.busy ? word("busy") : word("effect_none") })];
  const { total, stations, target, gaps } = answer;
  const over = stations - target;
  return [
    ...faults,
    make("div", { class: "figures" },
      make("div", { class: "figure before" }, make("span", { class: "figure-name", text: word("before") }), make("strong", { id: "share-before", text: share(total.share_before) })),
      make("span", { class: "arrow", text: "→", "aria-hidden": "true" }),
      make("div", { class: "figure after" }, make("span", { class: "figure-name", text: word("now") }), make("strong", { id: "share-after", text: share(total.share_after) }))),
    bar(Math.min(total.share_before ?? 0, total.share_after ?? 0), total.share_after),
    signs(answer),
    make("p", { class: "fine", id: "stations-now", text: [word("stations_of", { stations, target }), over > 0 ? word("stations_over", { count: over }) : ""].filter(Boolean).join(word("and")) }),
    make("p", { class: "fine", text: word("gaps_now", { count: number(gaps.count), people: number(gaps.people) }) }),
    make("table", { class: "effect" },
      make("caption", { class: "unseen", text: word("by_county") }),
      make("thead", {}, make("tr", {}, make("th", { scope: "col", text: word("by_county") }), ...["before", "now", "change"].map((key) => make("th", { scope: "col", class: "number", text: word(key) })))),
      make("tbody", {}, ...answer.counties.map(county))),
  ];
}

export function effects() {
  return make("section", { id: "effects", "aria-label": word("effect"), "aria-busy": String(plan.busy) }, ...content());
}

function follow() {
  const section = document.getElementById("effects");
  if (section) refill(section, ...content());
  section?.setAttribute("aria-busy", "false");
}

on("answer", follow);
on("busy", () => document.getElementById("effects")?.setAttribute("aria-busy", "true"));
