// Where do the lines of a search run? Best so far and bound over time, as steps in a frame of so many pixels: pure geometry. However
// little is known can be read: one observation is a level across the frame with its mark and its value.

export const FRAME = { width: 340, height: 140, left: 8, right: 8, top: 20, bottom: 34 };
/** Pixels that two values need between them. */
const APART = 12;
/** Marks are drawn while single observations can be told apart. */
const FEW = 12;

const { width, height, left, right, top, bottom } = FRAME;

/** Steps through `[x, y]`: a value holds until the next, the last one until `end`.
 * @param {number[][]} points @param {number} end */
function steps(points, end) {
  const [first, ...rest] = points;
  let [path, level] = [`M${first[0].toFixed(1)} ${first[1].toFixed(1)}`, first[1]];
  for (const [x, y] of rest) {
    path += `H${x.toFixed(1)}`;
    if (y !== level) path += `V${y.toFixed(1)}`;
    level = y;
  }
  return `${path}H${end.toFixed(1)}`;
}

/**
 * `told`: `{seconds, incumbent, bound}` in order of time. A line per kind of which anything is known, the bound first, each with its path, the marks
 * of its observations (all while they are few, or the last), and where its last value stands: above its end or below it; `level` where nothing but
 * one moment is known, so that time says nothing.
 * @param {any[]} told
 */
export function curve(told) {
  const known = (kind) => told.filter((t) => Number.isFinite(t[kind])).map((t) => [t.seconds, t[kind]]);
  const series = ["bound", "incumbent"].map((kind) => ({ kind, points: known(kind) })).filter(({ points }) => points.length);
  const values = series.flatMap(({ points }) => points.map(([, value]) => value));
  const moments = series.flatMap(({ points }) => points.map(([seconds]) => seconds));
  const level = new Set(moments).size <= 1;
  const until = level ? moments[0] ?? 0 : Math.max(...moments);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // One value stands in the middle.
  const span = most - least || 1;
  const middle = most === least ? 0.5 : 0;
  const x = (seconds) => (level ? width / 2 : left + (seconds / until) * (width - left - right));
  const y = (value) => top + (1 - (value - least) / span - middle) * (height - top - bottom);
  const lines = series.map(({ kind, points }) => {
    const at = points.map(([seconds, value]) => [x(seconds), y(value)]);
    const path = steps(level ? [[left, at[at.length - 1][1]]] : at, width - right);
    const last = at[at.length - 1];
    return { kind, path, value: points[points.length - 1][1], marks: at.length <= FEW ? at : [[level ? last[0] : width - right, last[1]]], label: last[1] + (kind === "bound" ? -5 : 13) };
  });
  // Where the two have met, or stand at the same height, the bound's value goes up and the other down: they never lie upon each other.
  if (lines.length === 2 && lines[1].label - lines[0].label < APART) {
    const between = (lines[0].label + lines[1].label) / 2;
    [lines[0].label, lines[1].label] = [between - APART / 2, between + APART / 2];
  }
  return { lines, until, level };
}
