// How is a job asked for and followed? One job at a time from this page; its events are heard until it ends or the page leaves,
// and a job without a listener is ended by the server.

import { exchange, inLang } from "../api.js";

export async function start(changes, seconds) {
  return (await exchange(inLang("/api/jobs"), { method: "POST", body: { changes, seconds, seed: "proposal" } })).body;
}

export const take = (job) => exchange(inLang(`/api/jobs/${encodeURIComponent(job)}/take`), { method: "POST" });
export const cancel = (job) => exchange(inLang(`/api/jobs/${encodeURIComponent(job)}`), { method: "DELETE" });

/**
 * Hears a job's events.
 * @param {string} events path of the stream
 * @param {{progress: (told: any) => void, end: (answer: any) => void, lost: () => void}} heard
 * @returns {() => void} stops hearing
 */
export function follow(events, heard) {
  const source = new EventSource(inLang(events));
  const stop = () => {
    source.close();
    removeEventListener("pagehide", stop);
  };
  source.addEventListener("progress", (event) => heard.progress(JSON.parse(/** @type {MessageEvent} */ (event).data)));
  source.addEventListener("end", (event) => {
    stop();
    heard.end(JSON.parse(/** @type {MessageEvent} */ (event).data));
  });
  // The browser tries again by itself; only a stream that is closed for good is lost.
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return;
    stop();
    heard.lost();
  });
  addEventListener("pagehide", stop);
  return stop;
}
