// One number at a glance: the share today and after. Below it what it takes, by when, for whom, and how good it is.

import { make } from "../dom.js";
import { metres, minutes, people, share } from "../numbers.js";
import { state } from "../state.js";
import { word, wordFor } from "../words.js";
import { certificate } from "./certificate.js";

/** The standards in one line, for the head of the page. */
export function standards() {
  const { summary, plan } = state.data;
  const key = summary.travel.model === "circle" ? "standard_line" : `standard_line_${summary.travel.model}`;
  const lines = summary.standards.map((s) =>
    word(key, {
      setting: word(`standard_${s.setting ?? "all"}`), mode: word(`mode_${s.mode}`), radius: metres(s.radius_m),
      minutes: s.minutes % 1 ? minutes(s.minutes) : s.minutes,
    }).trim());
  if (plan.winter) lines.push(word("winter"));
  return word("standards", { list: lines.join(word("and")) });
}

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

function headline({ today, proposed }) {
  const { lang } = state;
  const figure = (key, value, kind) => make("div", { class: `figure ${kind}` }, make("span", { class: "figure-name", text: word(key) }), make("strong", { text: share(value) }));
  return make("section", { class: "headline" },
    make("h2", { text: word("headline") }),
    make("div", { class: "figures" }, figure("today", today.share, "now"), make("span", { class: "arrow", text: "→", "aria-hidden": "true" }), figure("after", proposed.share, "then")),
    bar(today.share, proposed.share),
    make("p", { class: "people", text: word("people_line", { today: people(today.covered, lang), after: people(proposed.covered, lang), all: people(proposed.people, lang) }) }),
    make("p", { class: "more", text: word("more", { people: people(proposed.covered - today.covered, lang) }) }));
}

/** What a reader must know about how the proposal was made. */
function remarks({ remarks: said }) {
  return said.length ? make("section", { class: "remarks" }, ...said.map((text) => make("p", { class: "fine", text }))) : null;
}

function counted({ existing, proposed, target, open }) {
  const one = (value, key, note) => make("div", {}, make("strong", { text: String(value) }), make("span", { text: word(key) }), note ? make("small", { text: note }) : null);
  const sign = (text) => make("span", { class: "sign", text, "aria-hidden": "true" });
  const note = open === existing ? null : word("existing_note", { open });
  return make("section", { class: "counted", "aria-label": word("stations") }, one(existing, "existing", note), sign("+"), one(proposed, "proposed"), sign(existing + proposed === target ? "=" : "/"), one(target, "target"));
}

function table(title, heads, rows) {
  if (!rows.length) return null;
  return make("section", {},
    make("h2", { text: title }),
    make("table", {},
      make("thead", {}, make("tr", {}, ...heads.map((text, i) => make("th", { scope: "col", text, class: i ? "number" : null })))),
      make("tbody", {}, ...rows.map(([name, ...cells]) => make("tr", {}, make("th", { scope: "row", text: name }), ...cells.map((cell) => (typeof cell === "string" ? make("td", { class: "number", text: cell }) : make("td", {}, cell))))))));
}

function phases({ phases: rows, coverage }) {
  return table(word("phases"), [word("phase"), word("stations"), word("covered_share"), ""], rows.map((row) => [row.name, String(row.stations), share(row.share), bar(Math.min(coverage.today.share ?? 0, row.share ?? 0), row.share)]));
}

function kinds({ coverage }) {
  const rows = [
    ...coverage.by_setting.map((row) => [wordFor("setting", row.setting ?? "none"), row]),
    ...coverage.by_group.map((row) => [wordFor("group", row.group), row]),
    [word("clusters"), coverage.clusters],
  ].filter(([, row]) => row.proposed.share !== null);
  return table(word("who"), ["", word("today"), word("after"), ""], rows.map(([name, row]) => [name, share(row.today.share), share(row.proposed.share), bar(row.today.share, row.proposed.share)]));
}

/** Whom the circle promises what the road does not keep, and whom the winter takes away. Only where circles do not decide. */
function otherTravel({ travel }) {
  const rows = [["circle_to_road", travel.circle_to_road], ["summer_to_winter", travel.summer_to_winter]]
    .filter(([, change]) => change)
    .flatMap(([key, change]) => ["today", "proposed"].map((when) => [
      `${word(key)}, ${word(when === "today" ? "today" : "after")}`,
      word("places_people", { places: change[when].places_lost, people: people(change[when].people_lost, state.lang) }),
      word("places_people", { places: change[when].places_won, people: people(change[when].people_won, state.lang) }),
    ]));
  return table(word("other_travel"), ["", word("lost"), word("won")], rows);
}

export function summary() {
  const numbers = state.data.summary;
  return [headline(numbers.coverage), counted(numbers), remarks(state.data.plan), phases(numbers), certificate(numbers.certificate), kinds(numbers), otherTravel(numbers)];
}
