// Which doors are there? Plan, review and analyse show the same data; a link from one to another keeps language and changes.

import { write } from "./changes/address.js";
import { kept } from "./changes/plan.js";
import { fill, make } from "./dom.js";
import { on, state } from "./state.js";
import { word } from "./words.js";

const DOORS = [["/", "door_plan"], ["/review", "door_review"], ["/analyse", "door_analyse"], ["/import", "door_import"]];

function links() {
  const nav = document.getElementById("doors");
  if (!nav) return;
  const here = location.pathname;
  fill(nav, ...DOORS.map(([path, key]) => make("a", { href: `${path}?lang=${state.lang}${path === "/import" ? "" : write(kept(), null)}`, text: word(key), "aria-current": path === here ? "page" : null, data: { door: path } })));
}

/** The links of the head; they follow language and changes. */
export function doors() {
  links();
}
on("changes", () => state.lang && links());
