// Where do people gain? A row per county with its bar; choosing one flies there and opens its towns.

import { mapFile } from "../api.js";
import { plan } from "../changes/plan.js";
import { byId, make } from "../dom.js";
import { extent } from "../extent.js";
import { people, share } from "../numbers.js";
import { go, state } from "../state.js";
import { word } from "../words.js";
import { bar } from "./share.js";

function town({ name: largest, extent: box, people: count, places }) {
  const name = places > 1 ? word("town_around", { name: largest }) : largest;
  // A village is a point: the map needs some ground around it.
  const margin = 0.012;
  const around = [box[0] - margin, box[1] - margin / 2, box[2] + margin, box[3] + margin / 2];
  return make("li", {}, make("button", { type: "button", class: "town", on: { click: () => go({ extent: around, name }) } },
    make("span", { text: name }), make("span", { class: "fine", text: word("town_people", { people: people(count, state.lang) }) })));
}

function row(county, index) {
  const name = county.county ?? word("county_none");
  const inside = make("div", { class: "inside", id: `county-${index}`, hidden: true },
    make("p", { class: "fine", text: word("county_stations", county.stations) }),
    make("p", { class: "fine", text: word("county_gap", { people: people(county.gap_people, state.lang) }) }),
    county.towns.length ? make("h3", { text: word("towns") }) : null,
    make("ul", { class: "towns" }, ...county.towns.map(town)),
    county.county ? make("a", { href: mapFile("png", state.lang, county.county), target: "_blank", rel: "noopener", text: word("county_sheet") }) : null);
  const shares = { today: share(county.today.share), after: share(county.proposed.share) };
  const button = make("button", {
    type: "button", class: "county", "aria-expanded": "false", "aria-controls": `county-${index}`, "aria-label": word("county_shares", { county: name, ...shares }),
    on: {
      click: () => {
        const open = button.getAttribute("aria-expanded") !== "true";
        for (const other of document.querySelectorAll("button.county")) {
          other.setAttribute("aria-expanded", String(other === button && open));
          byId(other.getAttribute("aria-controls") ?? "").hidden = !(other === button && open);
        }
        if (open && county.extent) go({ extent: county.extent, name });
      },
    },
  },
    make("span", { class: "name", text: name }),
    make("span", { class: "shares" }, make("span", { text: shares.today }), make("span", { class: "arrow", text: "→" }), make("strong", { text: shares.after })),
    bar(county.today.share, county.proposed.share));
  return make("li", {}, button, inside);
}

/** The plan's shares, or those of the answer to the changes. */
function now(county) {
  const changed = plan.answer?.counties.find((row) => (row.county ?? null) === (county.county ?? null));
  if (!changed) return county;
  return { ...county, gap_people: changed.people - changed.after, proposed: { people: changed.people, covered: changed.after, share: changed.share_after } };
}

export function counties() {
  const rows = state.data.counties.counties.map(now);
  return [
    make("p", { class: "lead", text: word("counties_lead") }),
    make("button", { type: "button", class: "plain", text: word("all_area"), on: { click: () => go({ extent: extent(state.data), name: state.data.plan.name }) } }),
    make("ul", { class: "rows" }, ...rows.map(row)),
  ];
}
