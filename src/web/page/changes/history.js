// What was done before, and what was undone? Two stacks of whole states: they are small and never change in place.

/** More steps than anybody goes back. */
const STEPS = 200;

/** @template T @param {T} first */
export function history(first) {
  let now = first;
  let past = /** @type {T[]} */ ([]);
  let future = /** @type {T[]} */ ([]);
  return {
    now: () => now,
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
    /** A new state; what was undone is gone. The same state again is no step. */
    push(next) {
      if (JSON.stringify(next) === JSON.stringify(now)) return false;
      past = [...past, now].slice(-STEPS);
      [now, future] = [next, []];
      return true;
    },
    undo() {
      if (!past.length) return now;
      future = [now, ...future];
      [now, past] = [past[past.length - 1], past.slice(0, -1)];
      return now;
    },
    redo() {
      if (!future.length) return now;
      past = [...past, now];
      [now, ...future] = future;
      return now;
    },
  };
}
