// Where is the plan changed? Tools on top, what the changes do, what was changed, then settings and the optimiser. Parts that
// follow an answer are filled anew; what somebody types into stays as it is.

import { isEmpty } from "../changes/edits.js";
import { canRedo, canUndo, commit, plan, redo, undo } from "../changes/plan.js";
import { byId, make } from "../dom.js";
import { addAtCentre } from "../editing.js";
import { choose, on, state, tell } from "../state.js";
import { word } from "../words.js";
import { candidateList } from "./candidates.js";
import { changeList, stationList } from "./change_list.js";
import { effects } from "./effects.js";
import { optimise } from "./optimise.js";
import { settings } from "./settings.js";

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    tell("said", word("copied"));
  } catch {
    tell("said", word("copy_by_hand"));
  }
}

const tool = (id, key, click, given = {}) => make("button", { type: "button", class: "tool", id, text: word(key), on: { click }, ...given });

function tools() {
  return make("div", { class: "tools", role: "toolbar", "aria-label": word("tools") },
    tool("tool-add", "tool_add", () => choose(state.tool === "add" ? "look" : "add"), { class: "tool first", "aria-pressed": "false", title: word("tool_add_hint") }),
    tool("tool-add-here", "tool_add_here", addAtCentre),
    tool("tool-undo", "undo", undo, { title: "Ctrl+Z" }),
    tool("tool-redo", "redo", redo, { title: "Ctrl+Shift+Z" }),
    tool("tool-reset", "start_over", () => commit({})),
    tool("tool-link", "copy_link", copyLink));
}

/** Which tools can be used now. */
function ready() {
  const add = document.getElementById("tool-add");
  if (!add) return;
  add.setAttribute("aria-pressed", String(state.tool === "add"));
  byId("tool-undo").disabled = !canUndo();
  byId("tool-redo").disabled = !canRedo();
  byId("tool-reset").disabled = byId("tool-link").disabled = isEmpty(plan.changes);
  byId("tool-hint").hidden = state.tool !== "add";
}

/** The panel; `null` where this server lets nobody change. */
export function whatif() {
  if (!state.may_change) return [make("p", { class: "lead", text: word("may_not") }), effects()];
  return [tools(), make("p", { class: "fine", id: "tool-hint", text: word("tool_add_hint"), hidden: true }), effects(), changeList(), stationList(), candidateList(), settings(), optimise()];
}

on("changes", ready);
on("answer", ready);
on("tool", ready);
on("built", ready);

