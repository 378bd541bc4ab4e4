// Which changes hold now, and what does the server answer to them? The one place that pushes states, writes the address and
// asks. It tells `changes` at once and `answer` when the answer is there; panels and map listen.

import { whatIf } from "../api.js";
import { on, state, tell } from "../state.js";
import { read, write } from "./address.js";
import { canonical, isEmpty } from "./edits.js";
import { history } from "./history.js";
import { latest } from "./latest.js";

/** @typedef {import("../../../../tests/page/answers").Changes} Changes */
/** @typedef {import("../../../../tests/page/answers").WhatIf} WhatIf */

let steps = history(/** @type {Changes} */ ({}));

export const plan = {
  /** @type {Changes} what is shown: while dragging, ahead of what is kept */
  changes: {},
  /** @type {WhatIf | null} the answer to the last question answered; null where nothing is changed */
  answer: null,
  /** @type {string | null} */
  fault: null,
  busy: false,
  /** Changes of a link that could not be read, until the next change. */
  /** @type {string | null} */
  badLink: null,
};

const put = latest(whatIf);

async function ask() {
  const asked = plan.changes;
  if (isEmpty(asked)) {
    put({}).catch(() => {});
    Object.assign(plan, { answer: null, fault: null, busy: false });
    tell("answer");
    return;
  }
  plan.busy = true;
  tell("busy");
  try {
    const answer = await put(asked);
    if (answer === undefined) return;
    Object.assign(plan, { answer, fault: null, busy: false });
  } catch (error) {
    Object.assign(plan, { fault: error instanceof Error ? error.message : String(error), busy: false });
  }
  tell("answer");
}

function address() {
  const view = state.view === "summary" ? null : state.view;
  replaceHash(write(steps.now(), view));
}

function replaceHash(hash) {
  const here = new URL(location.href);
  here.hash = hash;
  window.history.replaceState(null, "", here.hash ? here : here.pathname + here.search);
}

function show(changes) {
  plan.changes = changes;
  tell("changes");
  return ask();
}

/** Changes that count: one step to undo. */
export function commit(next) {
  plan.badLink = null;
  if (!steps.push(canonical(next))) return show(steps.now());
  address();
  return show(steps.now());
}

/** Changes on the way, as while dragging: answered, but no step. */
export function preview(next) {
  return show(canonical(next));
}

/** What counts now: previews are left out. */
export const kept = () => steps.now();
export const canUndo = () => steps.canUndo();
export const canRedo = () => steps.canRedo();

export function undo() {
  if (!canUndo()) return;
  steps.undo();
  address();
  show(steps.now());
}

export function redo() {
  if (!canRedo()) return;
  steps.redo();
  address();
  show(steps.now());
}

/** The state of the address, at the start and when a link is pasted into an open page. */
export function takeAddress() {
  const { changes, view, fault } = read(location.hash);
  plan.badLink = fault;
  if (JSON.stringify(changes) === JSON.stringify(steps.now())) {
    if (fault) tell("answer");
    return { view };
  }
  if (isEmpty(steps.now()) && !canUndo()) steps = history(changes);
  else steps.push(changes);
  show(steps.now());
  return { view };
}

on("view", address);
