// What the plan is called and what it is measured by; everything else can be changed in plan.toml afterwards.

import { byId, fill, make } from "../dom.js";
import { changed, state } from "./state.js";
import { word } from "./words.js";

function field(key, type, given) {
  const id = `plan-${key}`;
  const read = (event) => {
    state.plan[key] = type === "number" ? Number(event.target.value) : event.target.value;
    changed();
  };
  return make("div", { class: "field" }, make("label", { for: id, text: word(`plan_${key}`) }), make("input", { id, type, value: String(state.plan[key] ?? word("plan_new")), ...given, on: { input: read } }));
}

export function plan() {
  fill(byId("plan"), make("div", { class: "fields" },
    field("name", "text", { maxlength: "60", required: true }),
    field("target", "number", { min: "0", step: "1" }),
    field("urban", "number", { min: "1", step: "any" }),
    field("rural", "number", { min: "1", step: "any" })));
}
