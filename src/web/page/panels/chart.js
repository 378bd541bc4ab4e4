// How does a search come along? The best so far and the bound over time, as steps; where the two meet, the proof is done. Drawn as
// SVG with classes, because the page's policy allows no style in markup.

import { draw } from "../dom.js";
import { gap, people } from "../numbers.js";
import { state } from "../state.js";
import { word } from "../words.js";
import { curve, FRAME } from "./curve.js";

const { width, height, left, right, bottom } = FRAME;

/** `told`: `{seconds, incumbent, bound, gap}`, in order of time; without any the frame says that nothing is known yet. */
export function chart(told) {
  const { lines, until, level } = curve(told);
  const last = told[told.length - 1] ?? {};
  const number = (value) => (typeof value === "number" ? people(value, state.lang) : "–");
  const name = lines.length ? word("chart_name", { incumbent: number(last.incumbent), bound: number(last.bound), gap: typeof last.gap === "number" ? gap(last.gap) : "–" }) : word("chart_empty");
  const text = (kind, x, y, said) => draw("text", { class: `tick ${kind}`, x, y: y.toFixed(1), text: said });
  const seconds = (value) => word("chart_seconds", { seconds: value });
  return draw("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": name },
    draw("path", { class: "axis", d: `M${left} ${height - bottom + 16}H${width - right}` }),
    ...lines.map(({ kind, path }) => draw("path", { class: kind, d: path })),
    ...lines.flatMap(({ kind, marks }) => marks.map(([x, y]) => draw("circle", { class: kind, cx: x.toFixed(1), cy: y.toFixed(1), r: 3 }))),
    ...lines.map(({ kind, value, label }) => text(`end value ${kind}`, width - right, label, `${word(kind)} ${number(value)}`)),
    ...(lines.length === 0 ? [text("middle", width / 2, height / 2, word("chart_empty"))]
      : level ? [text("middle", width / 2, height - 4, seconds(until.toFixed(1)))]
        : [text("", left, height - 4, seconds(0)), text("end", width - right, height - 4, seconds(until.toFixed(1)))]));
}
