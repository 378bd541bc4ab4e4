// How are scenarios kept? Saving says which revision it replaces, so that two people who save at once both keep what they have: the
// second is told, with what the first saved.

import { Refusal, exchange, inLang } from "../api.js";

const path = (name) => inLang(`/api/scenarios/${encodeURIComponent(name)}`);

export const list = async () => (await exchange(inLang("/api/scenarios"))).body;
export const one = async (name) => (await exchange(path(name))).body;
export const remove = (name) => exchange(path(name), { method: "DELETE" });
export const compare = async (a, b) => (await exchange(inLang(`/api/scenarios/compare?${new URLSearchParams({ a, b })}`))).body;

/** Saves; `revision` is the one it replaces, null where it is new. */
export async function save(name, { changes, note }, revision) {
  const headers = /** @type {Record<string, string>} */ (revision === null ? { "if-none-match": "*" } : { "if-match": `"${revision}"` });
  const { body, headers: answered } = await exchange(path(name), { method: "PUT", body: { changes, note }, headers });
  return body?.revision ?? Number((answered.get("etag") ?? "").replaceAll('"', ""));
}

/** Whether somebody else was faster. */
export const isConflict = (error) => error instanceof Refusal && error.status === 412;

export const GPKG = "/api/scenarios.gpkg";

/** Takes a file's scenarios in. */
export async function take(file, replace) {
  const answer = await fetch(inLang(`${GPKG}${replace ? "?replace=true" : ""}`), { method: "POST", headers: { "content-type": "application/geopackage+sqlite3" }, body: file });
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refusal(answer.status, body, null);
  return body;
}
