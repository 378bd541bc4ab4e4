// Whose answer counts? The last question's: an earlier one is aborted, and its answer is not heard even where it comes.

/**
 * @template Q, A
 * @param {(question: Q, signal: AbortSignal) => Promise<A>} ask
 * @returns {(question: Q) => Promise<A | undefined>} undefined where a later question took over
 */
export function latest(ask) {
  let turn = 0;
  let under = /** @type {AbortController | null} */ (null);
  return async (question) => {
    turn += 1;
    const mine = turn;
    under?.abort();
    const control = new AbortController();
    under = control;
    try {
      const answer = await ask(question, control.signal);
      return mine === turn ? answer : undefined;
    } catch (error) {
      if (mine !== turn || control.signal.aborted) return undefined;
      throw error;
    }
  };
}
