// Where are stations? The existing ones and the proposed ones with their names; far out as badges beside the ring of
// their town, so that they stay readable at every zoom.

import { FONT, INK } from "../palette.js";
import { APART, SOURCE, TOGETHER, is } from "./crowd.js";

export const TODAY_LAYERS = ["today-many", "today", "today-name"];
export const PROPOSAL_LAYERS = ["proposal-many", "proposal", "proposal-name"];

const ICONS = { "icon-allow-overlap": true, "icon-padding": 0 };

function alone(map, id, icon, order) {
  map.addLayer({
    id, type: "symbol", source: SOURCE, filter: is(id),
    layout: { ...ICONS, "icon-image": icon, "icon-size": ["interpolate", ["linear"], ["zoom"], 5, 0.72, 11, 1], "symbol-sort-key": order },
  });
}

/** Names lie below every symbol, so they are placed last and give way to all of them. */
function names(map, id) {
  map.addLayer({
    id: `${id}-name`, type: "symbol", source: SOURCE, filter: is(id), minzoom: APART - 0.5,
    layout: {
      "text-field": ["get", "name"], "text-font": [FONT], "text-size": 13, "text-variable-anchor": ["left", "right", "top", "bottom"],
      "text-radial-offset": 1.25, "text-justify": "auto", "text-max-width": 12,
    },
    paint: { "text-color": INK, "text-halo-color": "#ffffff", "text-halo-width": 2 },
  });
}

/** The badge stands beside the ring, whose size follows the people. */
function together(map, { id, count, icon, text, colour, aside }) {
  map.addLayer({
    id, type: "symbol", source: SOURCE, filter: ["all", TOGETHER, [">", ["get", count], 0]],
    layout: { ...ICONS, "icon-image": icon, "icon-size": 0.88, "text-field": text, "text-font": [FONT], "text-size": 12, "text-allow-overlap": true, "text-ignore-placement": true },
    paint: { "icon-translate": aside, "text-translate": aside, "text-color": colour },
  });
}

export function addStations(map) {
  names(map, "today");
  names(map, "proposal");
  const number = (name) => ["to-string", ["get", name]];
  const one = ["==", ["get", "existing"], 1];
  together(map, {
    id: "today-many", count: "existing", colour: "#ffffff", aside: [-22, -20], text: ["case", one, "", number("existing")],
    icon: ["case", one, ["case", ["==", ["get", "open"], 1], "station-open", "station-planned"], "many-today"],
  });
  together(map, { id: "proposal-many", count: "proposed", colour: INK, aside: [22, -20], text: ["concat", "+", number("proposed")], icon: "many-proposal" });
  alone(map, "today", ["concat", "station-", ["get", "status"]], ["match", ["get", "status"], "open", 1, 0]);
  alone(map, "proposal", ["get", "mark"], ["-", ["get", "rank"]]);
}
