// What the server is asked: every answer of the API, once per language. Only paths of this server.

const TOPICS = ["plan", "summary", "coverage", "proposal", "gaps", "circles", "stations", "counties"];

async function ask(topic, lang) {
  const answer = await fetch(`/api/${topic}${lang ? `?lang=${lang}` : ""}`);
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${topic}: ${body.detail ?? answer.status}`);
  return body;
}

/** All answers by topic. */
export async function load(lang) {
  const bodies = await Promise.all(TOPICS.map((topic) => ask(topic, lang)));
  return Object.fromEntries(TOPICS.map((topic, i) => [topic, bodies[i]]));
}

export const mapFile = (format, lang, county) => {
  const query = new URLSearchParams({ lang });
  if (county) query.set("county", county);
  return `/map.${format}?${query}`;
};

export const download = (name, lang) => `/download/${name}?lang=${lang}`;
export const report = (lang) => `/report.html?lang=${lang}`;
