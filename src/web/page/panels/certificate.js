// How good is the proposal, in plain words? A file of its own because this is a promise, not a figure.

import { make } from "../dom.js";
import { gap, people } from "../numbers.js";
import { state } from "../state.js";
import { word } from "../words.js";

export function certificate({ status, gap: left, bound, objective, method, seconds }) {
  const optimal = status === "optimal";
  const number = (value) => people(value, state.lang);
  const says = optimal ? word("optimal_says") : word("feasible_says", { more: number(Math.ceil(bound - objective)), bound: number(Math.ceil(bound)), objective: number(Math.floor(objective)) });
  return make("section", { class: "proof" },
    make("h2", { text: word("proof") }),
    make("p", { class: `badge ${optimal ? "optimal" : "feasible"}`, text: optimal ? word("optimal") : word("feasible", { gap: gap(left) }) }),
    make("p", { text: says }),
    make("p", { class: "fine", text: word("proof_how", { method, seconds }) }));
}
