// Where are the candidates? Asked for once, when somebody looks for one or a link opens one: a large plan has thousands.

import { candidates } from "../api.js";
import { stationsNow } from "../changes/stations.js";
import { on, state, tell } from "../state.js";

export async function fetchCandidates() {
  if (state.candidates.length) return;
  try {
    state.candidates = await candidates(state.lang);
    tell("candidates");
  } catch (error) {
    tell("said", error instanceof Error ? error.message : String(error));
  }
}

// Where one is opened its place is known from nowhere else.
on("answer", () => stationsNow().some((s) => !s.at) && fetchCandidates());
