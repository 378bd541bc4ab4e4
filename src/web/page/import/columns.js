// Which column is what: one choice per property of the layer, with examples; and the first rows, to see that they read well.

import { make } from "../dom.js";
import { PROPERTIES, changed, state, tell } from "./state.js";
import { word } from "./words.js";

/** The heading that a property has without anybody's doing. */
function usual(entry, property) {
  return entry.look.columns.find((column) => column.meaning[entry.layer] === property)?.heading ?? null;
}

/** What is sent: only what differs from what the headings say. */
export function mapping(entry) {
  const own = Object.entries(entry.columns).filter(([property, heading]) => PROPERTIES[entry.layer].includes(property) && heading !== usual(entry, property));
  return Object.fromEntries(own);
}

function row(entry, property) {
  const given = usual(entry, property);
  const chosen = entry.columns[property] ?? given;
  const id = `column-${entry.id}-${property}`;
  // What a heading says by itself can be moved to another column, but not be taken away.
  const options = [...(given ? [] : [""]), ...entry.look.columns.map((column) => column.heading)];
  const pick = (event) => {
    if (event.target.value) entry.columns[property] = event.target.value;
    else delete entry.columns[property];
    changed();
    tell("entries");
  };
  const column = entry.look.columns.find((one) => one.heading === chosen);
  return make("tr", {},
    make("th", { scope: "row" }, make("label", { for: id, text: word(`p_${property}`) })),
    make("td", {}, make("select", { id, data: { property }, on: { change: pick } }, ...options.map((heading) => make("option", { value: heading, text: heading || word("none"), selected: heading === (chosen ?? "") })))),
    make("td", { class: "fine", text: column?.samples.join(state.lang === "en" ? ", " : "、") ?? "" }));
}

function groups(entry) {
  if (entry.layer !== "residences" || entry.look.format === "geojson") return null;
  const free = entry.look.columns.filter((column) => !column.meaning.residences && column.heading.trim() && !Object.values(entry.columns).includes(column.heading));
  if (free.length === 0) return null;
  const tick = (heading) => (event) => {
    entry.groups = event.target.checked ? [...entry.groups, heading] : entry.groups.filter((one) => one !== heading);
    changed();
  };
  return make("fieldset", {}, make("legend", { text: word("groups") }), ...free.map((column) => {
    const known = column.group !== null;
    return make("label", {}, make("input", { type: "checkbox", checked: known || entry.groups.includes(column.heading), disabled: known, on: { change: tick(column.heading) } }), ` ${column.heading}`);
  }));
}

/** The table of choices; nothing before the layer is chosen. */
export function columns(entry) {
  if (!entry.layer) return null;
  const placed = entry.look.format !== "geojson";
  const properties = PROPERTIES[entry.layer].filter((property) => placed || !["lon", "lat", "geometry"].includes(property));
  const head = ["property", "column", "example"].map((key) => make("th", { scope: "col", text: word(key) }));
  return make("details", { open: true },
    make("summary", { text: word("columns") }),
    make("p", { class: "fine", text: word("columns_note") }),
    make("table", { class: "columns" }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...properties.map((property) => row(entry, property)))),
    groups(entry));
}

/** The first rows as they were read. */
export function sample(entry) {
  const { look } = entry;
  const head = look.columns.map((column) => make("th", { scope: "col", text: column.heading }));
  return make("details", { open: !look.encoding || !look.encoding.certain },
    make("summary", { text: word("sample") }),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": word("sample_of", { file: look.file }) },
      make("table", { class: "sample" }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...look.sample.map((cells) => make("tr", {}, ...cells.map((text) => make("td", { text }))))))));
}
