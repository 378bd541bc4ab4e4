// How does a search come along? The best so far and the bound over time, as steps; where the two meet, the proof is done. Drawn as
// SVG with classes, because the page's policy allows no style in markup.

import { draw } from "../dom.js";
import { gap, people } from "../numbers.js";
import { state } from "../state.js";
import { word } from "../words.js";

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [340, 120, 8, 18, 8];

/** Steps through `[seconds, value]`: a value holds until the next. */
export function steps(points, x, y, until) {
  if (!points.length) return "";
  const [first, ...rest] = points;
  let [path, level] = [`M${x(first[0]).toFixed(1)} ${y(first[1]).toFixed(1)}`, first[1]];
  for (const [seconds, value] of rest) {
    path += `H${x(seconds).toFixed(1)}`;
    if (value !== level) path += `V${y(value).toFixed(1)}`;
    level = value;
  }
  return `${path}H${x(until).toFixed(1)}`;
}

/** `told`: `{seconds, incumbent, bound, gap}`, in order of time. */
export function chart(told) {
  const last = told[told.length - 1];
  const known = (name) => told.filter((t) => typeof t[name] === "number" && Number.isFinite(t[name])).map((t) => [t.seconds, t[name]]);
  const [incumbent, bound] = [known("incumbent"), known("bound")];
  const values = [...incumbent, ...bound].map(([, value]) => value);
  if (!values.length) return null;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const margin = (most - least) * 0.12 || Math.max(1, most * 0.01);
  const until = Math.max(last.seconds, 0.1);
  const x = (seconds) => LEFT + (seconds / until) * (WIDTH - 2 * LEFT);
  const y = (value) => TOP + (1 - (value - least + margin) / (most - least + 2 * margin)) * (HEIGHT - TOP - BOTTOM);
  const number = (value) => (typeof value === "number" ? people(value, state.lang) : "–");
  const name = word("chart_name", { incumbent: number(last.incumbent), bound: number(last.bound), gap: typeof last.gap === "number" ? gap(last.gap) : "–" });
  return draw("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": name },
    draw("path", { class: "axis", d: `M${LEFT} ${HEIGHT - BOTTOM}H${WIDTH - LEFT}` }),
    draw("path", { class: "bound", d: steps(bound, x, y, until) }),
    draw("path", { class: "incumbent", d: steps(incumbent, x, y, until) }),
    ...[["bound", bound], ["incumbent", incumbent]].filter(([, points]) => points.length).map(([kind, points]) => draw("circle", { class: kind, cx: x(until).toFixed(1), cy: y(/** @type {number[][]} */ (points)[points.length - 1][1]).toFixed(1), r: 3 })),
    draw("text", { class: "tick", x: LEFT, y: HEIGHT - 4, text: word("chart_seconds", { seconds: 0 }) }),
    draw("text", { class: "tick end", x: WIDTH - LEFT, y: HEIGHT - 4, text: word("chart_seconds", { seconds: until.toFixed(1) }) }));
}
