// The import page: files in, a plan folder out. Each part is a file that knows only the state.

import { byId } from "../dom.js";
import { check, checked, keep, take } from "./check.js";
import { list, take as takeIn } from "./files.js";
import { plan } from "./plan.js";
import { on, speak, state } from "./state.js";
import { label, word } from "./words.js";

function masthead() {
  document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
  document.title = `${word("title")} · doorstep`;
  byId("back").href = `/?lang=${state.lang}`;
  for (const button of /** @type {any} */ (document.querySelectorAll("[data-lang]"))) button.setAttribute("aria-pressed", String(button.dataset.lang === state.lang));
}

function entries() {
  // Whoever chose something with the keyboard goes on from there.
  const at = document.activeElement?.id;
  list();
  if (at) byId(at)?.focus();
  const any = state.entries.length > 0;
  byId("step-plan").hidden = !any;
  byId("step-check").hidden = !any;
}

function all() {
  label();
  masthead();
  entries();
  plan();
  checked();
}

function wire() {
  const files = byId("files");
  files.addEventListener("change", async () => {
    const chosen = [...files.files];
    files.value = "";
    await takeIn(chosen);
  });
  const drop = byId("drop");
  for (const name of ["dragenter", "dragover"]) document.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) document.addEventListener(name, (event) => { event.preventDefault(); drop.classList.remove("over"); });
  document.addEventListener("drop", (event) => takeIn([...(event.dataTransfer?.files ?? [])]));
  byId("check").addEventListener("click", check);
  byId("take").addEventListener("click", take);
  byId("keep").addEventListener("click", keep);
  for (const button of /** @type {any} */ (document.querySelectorAll("[data-lang]"))) button.addEventListener("click", () => speak(button.dataset.lang));
  on("lang", all);
  on("entries", entries);
  on("checked", checked);
}

async function begin() {
  if (!state.lang) {
    // The plan's own language, as on the other pages.
    const answer = await fetch("/api/plan").catch(() => null);
    state.lang = answer?.ok ? (await answer.json()).lang : "zh";
  }
  wire();
  all();
  document.documentElement.dataset.panels = "ready";
}

begin();
