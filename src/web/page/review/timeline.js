// What changes by when? A step per phase: how many stations by then, and the share they reach.

import { byId, draw, fill, make } from "../dom.js";
import { share } from "../numbers.js";
import { state } from "../state.js";
import { word } from "../words.js";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [900, 132, 80, 80, 30, 40];

export function timeline() {
  const { phases, coverage, open } = state.data.summary;
  const steps = [{ name: word("review_today_start"), stations: open, share: coverage.today.share }, ...phases];
  const x = (i) => LEFT + (steps.length > 1 ? (i / (steps.length - 1)) * (WIDTH - LEFT - RIGHT) : 0);
  const y = (value) => TOP + (1 - (value ?? 0)) * (HEIGHT - TOP - BOTTOM);
  const path = steps.map((s, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(s.share).toFixed(1)}`).join("");
  const svg = draw("svg", { class: "phases", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
    draw("path", { class: "axis", d: `M${LEFT} ${HEIGHT - BOTTOM}H${WIDTH - RIGHT}` }), draw("path", { class: "rise", d: path }),
    ...steps.flatMap((s, i) => [
      draw("path", { class: "drop", d: `M${x(i).toFixed(1)} ${y(s.share).toFixed(1)}V${HEIGHT - BOTTOM}` }),
      draw("circle", { class: i ? "step" : "step first", cx: x(i).toFixed(1), cy: y(s.share).toFixed(1), r: 6 }),
      draw("text", { class: "value", x: x(i).toFixed(1), y: (y(s.share) - 12).toFixed(1), text: share(s.share) }),
      draw("text", { class: "phase", x: x(i).toFixed(1), y: HEIGHT - BOTTOM + 20, text: `${s.name} · ${word("review_stations", { stations: s.stations })}` }),
    ]));
  // The same for those who read with their ears, and for phones, where the picture would be too small.
  const list = make("ol", { class: "phase-list" }, ...steps.map((s) => make("li", {}, make("strong", { text: s.name }), make("span", { text: word("review_phase_line", { stations: s.stations, share: share(s.share) }) }))));
  fill(byId("timeline"), make("h2", { text: word("review_phases") }), svg, list);
}
