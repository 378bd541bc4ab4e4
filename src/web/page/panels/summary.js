// One number at a glance: the share today and after. Below it what it takes, by when, for whom, and how good it is. While changes are
// shown the figures are those of the changes, against the plan, and what nothing has proved or phased again is left out.

import { plan } from "../changes/plan.js";
import { standing } from "../changes/stations.js";
import { make } from "../dom.js";
import { metres, minutes, people, share } from "../numbers.js";
import { show, state } from "../state.js";
import { word, wordFor } from "../words.js";
import { certificate } from "./certificate.js";
import { bar, signs } from "./share.js";

/** The standards in one line, for the head of the page. */
export function standards() {
  const { summary, plan } = state.data;
  const key = summary.travel.model === "circle" ? "standard_line" : `standard_line_${summary.travel.model}`;
  const lines = summary.standards.map((s) =>
    word(key, {
      setting: word(`standard_${s.setting ?? "all"}`), mode: word(`mode_${s.mode}`), radius: metres(s.radius_m),
      minutes: s.minutes % 1 ? minutes(s.minutes) : s.minutes,
    }).trim());
  const { season } = plan.travel;
  if (season !== "summer") lines.push(word(season === "both" ? "both_seasons" : "winter"));
  return word("standards", { list: lines.join(word("and")) });
}

const figure = (key, value, kind) => make("div", { class: `figure ${kind}` }, make("span", { class: "figure-name", text: word(key) }), make("strong", { text: share(value) }));

/** Two shares, the second one large, with the people they are of. */
function headline([from, before], [to, after], ...more) {
  const number = (value) => people(value, state.lang);
  return make("section", { class: "headline" },
    make("h2", { text: word("headline") }),
    make("div", { class: "figures" }, figure(from, before.share, from === "today" ? "now" : "before"), make("span", { class: "arrow", text: "→", "aria-hidden": "true" }), figure(to, after.share, "then")),
    bar(Math.min(before.share ?? 0, after.share ?? 0), after.share),
    make("p", { class: "people", text: word("people_line", { today: number(before.covered), after: number(after.covered), all: number(after.people) }) }),
    ...more);
}

/** What a reader must know about how the proposal was made. */
function remarks({ remarks: said }) {
  return said.length ? make("section", { class: "remarks" }, ...said.map((text) => make("p", { class: "fine", text }))) : null;
}

function counted({ existing, proposed, target, open }, proposedKey = "proposed") {
  const one = (value, key, note) => make("div", {}, make("strong", { text: String(value) }), make("span", { text: word(key) }), note ? make("small", { text: note }) : null);
  const sign = (text) => make("span", { class: "sign", text, "aria-hidden": "true" });
  const note = open === existing ? null : word("existing_note", { open });
  return make("section", { class: "counted", "aria-label": word("stations") }, one(existing, "existing", note), sign("+"), one(proposed, proposedKey), sign(existing + proposed === target ? "=" : "/"), one(target, "target"));
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

/** By setting, by group, and clusters: two shares of each. */
function kinds(heads, settings, groups, clusters) {
  const rows = [
    ...settings.map((row) => [wordFor("setting", row.setting ?? "none"), ...row.shares]),
    ...groups.map((row) => [wordFor("group", row.group), ...row.shares]),
    [word("clusters"), ...clusters.shares],
  ].filter(([, , after]) => after !== null);
  return table(word("who"), ["", ...heads.map((key) => word(key)), ""], rows.map(([name, before, after]) => [name, share(before), share(after), bar(Math.min(before ?? 0, after), after)]));
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

/** The plan as it was computed. */
function asPlanned(numbers) {
  const { today, proposed, by_setting, by_group, clusters } = numbers.coverage;
  const both = (row) => ({ ...row, shares: [row.today.share, row.proposed.share] });
  return [
    headline(["today", today], ["after", proposed], make("p", { class: "more", text: word("more", { people: people(proposed.covered - today.covered, state.lang) }) })),
    counted(numbers), remarks(state.data.plan), phases(numbers), certificate(numbers.certificate),
    kinds(["today", "after"], by_setting.map(both), by_group.map(both), both(clusters)), otherTravel(numbers),
  ];
}

/** The plan with the changes that are shown. */
function asChanged(numbers, answer) {
  const { total, target, settings, groups, clusters, gaps } = answer;
  const [before, after] = ["before", "after"].map((when) => ({ people: total.people, covered: total[when], share: total[`share_${when}`] }));
  const both = (row) => ({ ...row, shares: [row.share_before, row.share_after] });
  const number = (value) => people(value, state.lang);
  return [
    headline(["before", before], ["now", after], signs(answer),
      make("p", { class: "fine", text: word("gaps_now", { count: number(gaps.count), people: number(gaps.people) }) }),
      make("p", { class: "fine", text: word("today_planned", { share: share(numbers.coverage.today.share) }) })),
    counted({ ...standing(), target }, "further"),
    make("section", { class: "remarks" },
      make("p", { class: "fine", id: "changed-note", text: word("changed_note") }),
      make("button", { type: "button", class: "plain", text: word("changed_show"), on: { click: () => show("whatif") } })),
    kinds(["before", "now"], settings.map(both), groups.map(both), both(clusters)),
  ];
}

export function summary() {
  const numbers = state.data.summary;
  const { answer, fault } = plan;
  const refused = fault ? make("p", { class: "fault", text: word("whatif_fault", { detail: fault }) }) : null;
  return [refused, ...(answer ? asChanged(numbers, answer) : asPlanned(numbers))];
}
