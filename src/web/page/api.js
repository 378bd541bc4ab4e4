// What the server is asked: the answers of the plan, once per language, and what a change makes of it. Only paths of this
// server. A refusal becomes an error that carries the server's own words, its status and what stands beside them.

import { state } from "./state.js";

const TOPICS = ["plan", "summary", "proposal", "circles", "stations", "counties"];
/** Asked only where a map of single features can hold them. */
const EACH_PLACE = ["coverage", "gaps"];
/** Above so many places the map draws vector tiles and lists are read page by page. */
export const LARGE = 5000;

/** What the server refused, in its words. */
export class Refusal extends Error {
  constructor(status, body, retryAfter) {
    super(body?.detail ?? String(status));
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

/** Any path; JSON there and back.
 * @param {string} path
 * @param {{method?: string, body?: any, headers?: Record<string, string>, signal?: AbortSignal}} [how]
 * @returns {Promise<{body: any, headers: Headers, status: number}>} */
export async function exchange(path, { method = "GET", body = undefined, headers = {}, signal = undefined } = {}) {
  /** @type {Record<string, string>} */
  const json = body === undefined ? {} : { "content-type": "application/json" };
  const answer = await fetch(path, { method, signal, headers: { ...json, ...headers }, body: body === undefined ? undefined : JSON.stringify(body) });
  const kind = answer.headers.get("content-type") ?? "";
  const content = kind.includes("json") ? await answer.json() : null;
  if (!answer.ok) throw new Refusal(answer.status, content, Number(answer.headers.get("retry-after")) || null);
  return { body: content, headers: answer.headers, status: answer.status };
}

const topic = async (name, lang) => (await exchange(`/api/${name}${lang ? `?lang=${lang}` : ""}`)).body;

/** How many places the plan has. */
const places = ({ inputs }) => inputs.filter(({ layer }) => layer === "residences" || layer === "clusters").reduce((sum, { features }) => sum + features, 0);

/** Only what is asked for, by topic. */
export async function some(names, lang) {
  const bodies = await Promise.all(names.map((name) => topic(name, lang)));
  return Object.fromEntries(names.map((name, i) => [name, bodies[i]]));
}

/** All answers by topic; `large` where every single place would be too much. */
export async function load(lang) {
  const data = await some(TOPICS, lang);
  const large = places(data.summary) > LARGE;
  return { ...data, large, ...(large ? { coverage: null, gaps: null } : await some(EACH_PLACE, lang)) };
}

/** A path that answers, and refuses, in the language shown. */
export const inLang = (path) => `${path}${path.includes("?") ? "&" : "?"}lang=${state.lang}`;

/** The answer to changes. */
export async function whatIf(changes, signal) {
  return (await exchange(inLang("/api/what-if"), { method: "POST", body: changes, signal })).body;
}

/** Rows of the gap list after changes. */
export async function gapRows(question, signal) {
  return (await exchange(inLang("/api/what-if/gaps"), { method: "POST", body: question, signal })).body;
}

/** Who asks, and what they may. */
export async function session() {
  try {
    return (await exchange("/api/session")).body;
  } catch {
    return { may_change: false, scenarios: false, limits: {} };
  }
}

/** Where stations could be: every page of the collection. */
export async function candidates(lang) {
  const found = [];
  let next = `/ogc/collections/candidates/items?f=json&limit=1000${lang ? `&lang=${lang}` : ""}`;
  while (next) {
    const { body } = await exchange(next);
    found.push(...body.features);
    const link = body.links?.find(({ rel }) => rel === "next");
    const url = link && new URL(link.href, location.href);
    next = url ? url.pathname + url.search : "";
  }
  return found;
}

/** A file made from a question: saved under the name the server gives it. */
export async function save(path, body, name) {
  const answer = await fetch(path, body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Refusal(answer.status, await answer.json().catch(() => null), Number(answer.headers.get("retry-after")) || null);
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export const mapFile = (format, lang, county) => {
  const query = new URLSearchParams({ lang });
  if (county) query.set("county", county);
  return `/map.${format}?${query}`;
};

export const download = (name, lang) => `/download/${name}?lang=${lang}`;
export const report = (lang) => `/report.html?lang=${lang}`;
