// Changes as pure functions: canonical form, links, undo and redo. `node --test tests/page`.

import assert from "node:assert/strict";
import test from "node:test";
import { decode, encode, read, write } from "../../src/web/page/changes/address.js";
import { add, canonical, faultOf, forbid, given, lock, move, remove, restore, set, stationsAfter, text } from "../../src/web/page/changes/edits.js";
import { history } from "../../src/web/page/changes/history.js";
import { latest } from "../../src/web/page/changes/latest.js";

/** A small generator with a fixed seed, so that a failure can be repeated. */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

/** Any edit that a planner could make. */
function edit(changes, pick) {
  const ids = ["S1", "S2", "C1", "C2", ...(changes.add ?? []).map((s) => s.id)];
  const id = ids[pick(ids.length)];
  const at = [120 + pick(1000) / 100, 50 + pick(1000) / 300];
  switch (pick(8)) {
    case 0: return add(changes, at, `站“${pick(9)}”`);
    case 1: return move(changes, id, at);
    case 2: return remove(changes, id);
    case 3: return lock(changes, "C1");
    case 4: return forbid(changes, "C2");
    case 5: return restore(changes, id);
    case 6: return set(changes, "minutes.urban", pick(2) ? 10 + pick(10) : undefined);
    default: return set(changes, "weights.groups.unemployed", pick(2) ? pick(5) : undefined);
  }
}

test("a link carries any changes there and back, and two ways to the same state give the same link", () => {
  const pick = chance(7);
  for (let round = 0; round < 300; round++) {
    let changes = {};
    for (let step = pick(12); step >= 0; step--) changes = edit(changes, pick);
    const case_ = `round ${round}: ${text(changes)}`;
    assert.equal(faultOf(changes), null, case_);
    assert.deepEqual(decode(encode(changes)), canonical(changes), case_);
    assert.deepEqual(read(write(changes, "whatif")), { changes: canonical(changes), view: "whatif", fault: null }, case_);
    // Keys and lists in any order are the same state.
    const shuffled = Object.fromEntries(Object.entries(structuredClone(changes)).reverse().map(([k, v]) => [k, Array.isArray(v) ? v.reverse() : v]));
    assert.equal(encode(shuffled), encode(changes), case_);
  }
});

test("a link that holds something else is refused whole, with what is wrong", () => {
  const code = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  for (const [value, fault] of [[[], "not an object"], [{ evil: 1 }, "unknown key evil"], [{ remove: [1] }, "remove"], [{ move: { S1: [200, 0] } }, "move"], [{ add: [{ id: "C1", lon: 1, lat: 1 }] }, "add"], [{ minutes: { moon: 1 } }, "minutes"], [{ weights: { groups: { a: "<b>" } } }, "weights"], [{ season: "spring" }, "season"], [{ target: 1.5 }, "target"]]) {
    const found = read(`#s=${code(value)}`);
    assert.deepEqual(found.changes, {}, fault);
    assert.equal(found.fault, fault);
  }
  assert.notEqual(read("#s=%%%").fault, null);
  assert.equal(read("").fault, null);
});

test("undo and redo walk the same states back and forth, and a new step forgets what was undone", () => {
  const pick = chance(3);
  const steps = history({});
  const states = [steps.now()];
  for (let i = 0; i < 50; i++) {
    const next = edit(steps.now(), pick);
    if (steps.push(next)) states.push(next);
  }
  for (let i = states.length - 2; i >= 0; i--) assert.deepEqual(steps.undo(), states[i]);
  assert.equal(steps.canUndo(), false);
  assert.deepEqual(steps.undo(), states[0], "nothing before the first");
  for (let i = 1; i < states.length; i++) assert.deepEqual(steps.redo(), states[i]);
  assert.equal(steps.canRedo(), false);
  steps.undo();
  steps.push({ target: 99 });
  assert.equal(steps.canRedo(), false);
  assert.equal(steps.push({ target: 99 }), false, "the same state is no step");
});

test("what is added, moved, locked and taken back comes to what one would count by hand", () => {
  const base = [{ id: "S1", at: [1, 1], proposed: false }, { id: "C1", at: [2, 2], proposed: true }];
  const candidate = (id) => ({ id, name: `site ${id}`, county: "", at: [3, 3] });
  const fates = (changes) => Object.fromEntries(stationsAfter(base, changes, candidate).map((s) => [s.id, s.fate]));
  let changes = add({}, [4, 4], "new");
  changes = lock(changes, "C2");
  changes = remove(changes, "S1");
  changes = move(changes, "C1", [2.5, 2.5]);
  assert.deepEqual(fates(changes), { S1: "removed", C1: "moved", C2: "locked", "+1": "added" });
  assert.deepEqual(changes.move, { C1: [2.5, 2.5] });
  changes = forbid(changes, "C1");
  assert.deepEqual(fates(changes), { S1: "removed", C1: "forbidden", C2: "locked", "+1": "added" });
  assert.equal(changes.move, undefined, "what is forbidden stands nowhere");
  changes = remove(remove(changes, "+1"), "C2");
  assert.deepEqual(fates(changes), { S1: "removed", C1: "forbidden" }, "what came with the changes goes without a trace");
  assert.deepEqual(restore(restore(changes, "S1"), "C1"), {});
  assert.equal(add(remove(add(add({}, [0, 0], "a"), [0, 0], "b"), "+1"), [0, 0], "c").add[0].id, "+1", "the first free id");
  assert.equal(given({ minutes: { urban: 9 } }, "minutes.urban"), 9);
  assert.equal(given({}, "weights.groups.x"), undefined);
});

test("only the last question is answered; the others are aborted and never heard", async () => {
  const open = [];
  const ask = latest((question, signal) => new Promise((resolve, reject) => {
    open.push({ question, resolve, aborted: () => signal.aborted });
    signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
  }));
  const [first, second, third] = [ask(1), ask(2), ask(3)];
  open[2].resolve("three");
  open[0].resolve("one");
  assert.deepEqual(await Promise.all([first, second, third]), [undefined, undefined, "three"]);
  assert.deepEqual(open.map((o) => o.aborted()), [true, true, false]);
  const failing = latest(async () => { throw new Error("no"); });
  await assert.rejects(failing(1), /no/);
});
