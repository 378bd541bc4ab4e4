// What can be done with a station from its popup? Remove, or take back what was done.

import { remove, restore } from "../changes/edits.js";
import { commit, kept, plan } from "../changes/plan.js";
import { make } from "../dom.js";
import { state } from "../state.js";
import { act } from "./change_list.js";
import { offer } from "./popup.js";

offer(({ layer, id, name }) => {
  if (!state.may_change || !["today", "proposal", "edit-station"].includes(layer)) return null;
  const gone = plan.changes.remove?.includes(id);
  const moved = plan.changes.move?.[id] !== undefined;
  return make("p", { class: "acts" },
    gone ? null : act("act_remove", { id, name }, () => commit(remove(kept(), id))),
    gone || moved ? act("act_restore", { id, name }, () => commit(restore(kept(), id))) : null);
});
