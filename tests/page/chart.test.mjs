// The chart of a search, however little it has told. `node --test tests/page`.

import assert from "node:assert/strict";
import test from "node:test";
import { curve, FRAME } from "../../src/web/page/panels/curve.js";

const inside = ([x, y]) => x >= FRAME.left && x <= FRAME.width - FRAME.right && y >= 12 && y <= FRAME.height - 18;
/** How far a path leads to the right. */
const length = (path) => Number(path.slice(path.lastIndexOf("H") + 1).replace(/V.*/, "")) - Number(path.slice(1, path.indexOf(" ")));

test("nothing told is no line, and says so", () => {
  assert.deepEqual(curve([]).lines, []);
  assert.deepEqual(curve([{ seconds: 1.5, incumbent: null, bound: null }]).lines, []);
});

test("one observation is a level across the frame with its mark, whatever its time", () => {
  for (const seconds of [0, 0.3, 60]) {
    const { lines, level, until } = curve([{ seconds, incumbent: 900, bound: 1000 }]);
    assert.ok(level);
    assert.equal(until, seconds);
    assert.deepEqual(lines.map((l) => [l.kind, l.value, l.marks.length]), [["bound", 1000, 1], ["incumbent", 900, 1]]);
    for (const { path, marks } of lines) {
      assert.equal(length(path), FRAME.width - FRAME.left - FRAME.right);
      assert.ok(marks.every(inside), JSON.stringify(marks));
    }
    assert.ok(lines[0].marks[0][1] < lines[1].marks[0][1], "the bound is above");
  }
  const alone = curve([{ seconds: 2, incumbent: 7, bound: Infinity }]);
  assert.deepEqual(alone.lines.map((l) => l.kind), ["incumbent"]);
  assert.ok(alone.lines[0].marks.every(inside));
});

test("two observations are two marks joined by a step, and values never lie upon each other", () => {
  const { lines, level, until } = curve([{ seconds: 0, incumbent: 10, bound: 50 }, { seconds: 2, incumbent: 40, bound: 40 }]);
  assert.equal(level, false);
  assert.equal(until, 2);
  for (const { path, marks } of lines) {
    assert.equal(marks.length, 2);
    assert.ok(marks.every(inside));
    assert.match(path, /^M8\.0 [\d.]+H332\.0V[\d.]+H332\.0$/);
  }
  assert.ok(lines[1].label - lines[0].label >= 12);
  const level2 = curve([{ seconds: 1, incumbent: 5, bound: 5 }]);
  assert.ok(level2.lines[1].label - level2.lines[0].label >= 12);
});

test("a long search keeps inside its frame and marks its end alone", () => {
  const told = Array.from({ length: 300 }, (_, i) => ({ seconds: i / 10, incumbent: 1000 + i, bound: 2000 - i }));
  const { lines } = curve(told);
  for (const { marks, path } of lines) {
    assert.equal(marks.length, 1);
    assert.ok(inside(marks[0]));
    assert.ok([...path.matchAll(/V([\d.]+)/g)].every(([, y]) => inside([100, Number(y)])));
  }
});
