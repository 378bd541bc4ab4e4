// Is there a better plan under these changes? Starts a job, shows how it comes along, and takes what it found as one step that can
// be undone.

import { Refusal } from "../api.js";
import * as jobs from "../asks/jobs.js";
import { commit, kept } from "../changes/plan.js";
import { candidate } from "../changes/stations.js";
import { make, refill } from "../dom.js";
import { gap, people } from "../numbers.js";
import { on, state, tell } from "../state.js";
import { word } from "../words.js";
import { chart } from "./chart.js";

/** The job of this page: what it was told, in the order of time. */
const job = {
  id: /** @type {string | null} */ (null), told: /** @type {any[]} */ ([]), answer: /** @type {any} */ (null), fault: /** @type {string | null} */ (null),
  state: "none", position: 0, taking: false, hear: () => {},
};
let seconds = 10;

/** Points drawn; a long search tells many more, of which every other is left out. */
const POINTS = 400;

function progress(told) {
  if (typeof told.position === "number") job.position = told.position;
  job.state = told.state ?? (job.position > 0 && !job.told.length ? "queued" : "running");
  if (typeof told.seconds === "number" && (typeof told.incumbent === "number" || typeof told.bound === "number")) {
    job.told.push(told);
    job.state = "running";
  }
  if (job.told.length > POINTS) job.told = job.told.filter((_, i, all) => i % 2 === 0 || i === all.length - 1);
  tell("job");
}

function end(answer) {
  Object.assign(job, { id: null, answer, state: answer.state ?? "done" });
  if (typeof answer.incumbent === "number") job.told.push({ seconds: answer.seconds, incumbent: answer.incumbent, bound: answer.bound, gap: answer.gap });
  tell("job");
  // "Take the best so far" means take it.
  if (job.taking && answer.answer) apply();
}

function lost() {
  Object.assign(job, { id: null, state: "failed", fault: word("job_lost") });
  tell("job");
}

async function begin() {
  Object.assign(job, { told: [], answer: null, fault: null, position: 0, taking: false, state: "queued" });
  tell("job");
  try {
    const { job: id, events } = await jobs.start(kept(), seconds);
    job.id = id;
    job.hear = jobs.follow(events, { progress, end, lost });
  } catch (error) {
    const full = error instanceof Refusal && [429, 503].includes(error.status);
    job.state = "failed";
    job.fault = full ? word("job_busy", { seconds: error.retryAfter ?? 5 }) : error instanceof Error ? error.message : String(error);
  }
  tell("job");
}

async function stop(taking) {
  if (job.id === null) return;
  job.taking = taking;
  try {
    await (taking ? jobs.take(job.id) : jobs.cancel(job.id));
  } catch (error) {
    job.taking = false;
    tell("said", error instanceof Error ? error.message : String(error));
  }
  tell("job");
}

function apply() {
  const changes = job.answer?.answer?.changes;
  if (changes) commit(changes);
  job.taking = false;
}

function said() {
  const last = job.answer ?? job.told[job.told.length - 1];
  const time = last?.seconds === undefined ? "" : Number(last.seconds).toFixed(1);
  if (job.state === "none") return "";
  if (job.state === "failed") return job.fault ?? word("job_failed", { detail: job.answer?.error ?? "" });
  if (job.state === "running" && !time) return word("job_started");
  return word(`job_${job.state}`, { position: Math.max(0, job.position), seconds: time });
}

/** Whether there is a choice to take. */
const some = () => job.told.length > 0;

/** What can be done now; kept apart from what is told many times a second, so that a button stays the one that was pressed, and where
 * it is: what cannot be taken yet is shown, or cancelling would move away from under the hand and taking come under it. */
function acts() {
  const busy = job.id !== null || (job.state === "queued" && !job.fault);
  const button = (key, click, given = {}) => make("button", { type: "button", class: "tool", id: key, text: word(key), data: { keep: key }, on: { click }, ...given });
  return [
    busy ? null : button("optimise_start", begin, { class: "tool first" }),
    job.id !== null ? button("optimise_take", () => stop(true), { disabled: !some() }) : null,
    job.id !== null ? button("optimise_cancel", () => stop(false)) : null,
    !busy && job.answer?.answer && job.state === "done" ? button("optimise_apply", apply) : null,
  ];
}

function content() {
  const last = job.told[job.told.length - 1];
  const number = (value) => (typeof value === "number" ? people(value, state.lang) : "–");
  return [
    job.state === "none" ? null : make("p", { class: "fine job", id: "job-state", role: "status", text: said(), data: { state: job.state } }),
    last || job.state === "running" ? chart(job.told) : null,
    last ? make("p", { class: "fine", id: "job-answer" }, make("span", { class: "key-incumbent", text: "━ " }), make("span", { text: word(state.data.plan.phase_weights.length ? "job_answer_phases" : "job_answer", { objective: number(last.incumbent), bound: number(last.bound), gap: typeof last.gap === "number" ? gap(last.gap) : "–" }) }), make("span", { class: "key-bound", text: ` ┅ ${word("bound")}` })) : null,
    ...(job.answer?.answer?.phases ?? []).map(({ name, sites }) => make("p", { class: "fine phase", text: word("job_phase", { phase: name, sites: sites.map((id) => candidate(id)?.name ?? id).join(word("comma")) || "–" }) })),
    ...(job.answer?.answer?.remarks ?? []).map((remark) => make("p", { class: "fine remark", text: remark })),
  ];
}

export function optimise() {
  const box = make("input", { type: "number", id: "optimise-seconds", min: 1, max: 600, step: 1, value: String(seconds), on: { change: () => { if (box.checkValidity()) seconds = Number(box.value); } } });
  return make("section", { id: "optimise" },
    make("h2", { text: word("optimise") }),
    make("p", { class: "fine", text: word("optimise_lead") }),
    make("label", { class: "field", for: "optimise-seconds" }, make("span", { text: word("optimise_seconds") }), box),
    make("p", { class: "acts", id: "job-acts" }, ...acts()), make("div", { id: "job" }, ...content()));
}

/** For tests: what the job has told. */
export const told = () => job;

on("job", () => {
  const part = document.getElementById("job");
  if (part) refill(part, ...content());
  const [buttons, now] = [document.getElementById("job-acts"), acts()];
  const ids = (list) => list.map((button) => button?.id).filter(Boolean).join();
  if (buttons && ids([...buttons.children]) !== ids(now)) refill(buttons, ...now);
  const take = /** @type {HTMLButtonElement | null} */ (document.getElementById("optimise_take"));
  if (take) take.disabled = !some();
});
