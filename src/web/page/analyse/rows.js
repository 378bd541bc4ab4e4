// Where do rows come from? Up to some thousands they are here and sorted here; beyond, the server sorts and hands out pages, of which
// those in view are kept. The table asks only for row `i`.

/** Above so many rows they stay at the server. */
export const HELD = 5000;
const PAGE = 200;
/** Pages kept; the ones seen last. */
const PAGES = 40;

/** @typedef {{sort: string, order: "asc" | "desc", filter: {county?: string, reason?: string, text?: string}}} Question */
/** @typedef {{total: number, people: number | null, row: (i: number) => any, want: (from: number, to: number) => Promise<boolean>, all: () => Promise<any[]>}} Rows */

/** Columns in which the text is looked for, as at the server. */
const FOUND_IN = ["id", "name", "county", "nearest_station", "closes_with"];

const compare = (a, b) => {
  // What is not known comes last, whichever way one sorts.
  if (typeof a === "number" && typeof b === "number") return a - b;
  return a < b ? -1 : a > b ? 1 : 0;
};
const absent = (value) => value === null || value === undefined || value === "";

/** Rows that match, in order; equal ones keep theirs. @param {any[]} rows @param {Question} question */
export function select(rows, { sort, order, filter: { county, reason, text } }) {
  const wanted = text?.trim().toLowerCase();
  const sign = order === "desc" ? -1 : 1;
  return rows
    .filter((row) => (!county || row.county === county) && (!reason || row.reason === reason) && (!wanted || FOUND_IN.some((column) => String(row[column] ?? "").toLowerCase().includes(wanted))))
    .sort((a, b) => {
      const [x, y] = [a[sort], b[sort]];
      if (absent(x) || absent(y)) return Number(absent(x)) - Number(absent(y));
      return sign * compare(x, y);
    });
}

/** All rows are here. @param {any[]} rows @param {Question} question @returns {Rows} */
export function held(rows, question) {
  const found = select(rows, question);
  return { total: found.length, people: found.reduce((sum, { people }) => sum + people, 0), row: (i) => found[i], want: async () => false, all: async () => found };
}

/**
 * Rows stay at the server: pages come when they are wanted.
 * @param {(part: {offset: number, limit: number}) => Promise<{total: number, people?: number, rows: any[]}>} ask
 * @returns {Promise<Rows>}
 */
export async function paged(ask) {
  const first = await ask({ offset: 0, limit: PAGE });
  /** @type {Map<number, any[]>} */
  const pages = new Map([[0, first.rows]]);
  const under = new Set();
  const fetchPage = async (page) => {
    if (pages.has(page) || under.has(page)) return false;
    under.add(page);
    try {
      pages.set(page, (await ask({ offset: page * PAGE, limit: PAGE })).rows);
    } finally {
      under.delete(page);
    }
    while (pages.size > PAGES) pages.delete(/** @type {number} */ (pages.keys().next().value));
    return true;
  };
  return {
    total: first.total, people: first.people ?? null,
    row: (i) => pages.get(Math.floor(i / PAGE))?.[i % PAGE],
    want: async (from, to) => {
      const wanted = [];
      for (let page = Math.floor(from / PAGE); page <= Math.floor(to / PAGE); page++) wanted.push(fetchPage(page));
      return (await Promise.all(wanted)).some(Boolean);
    },
    all: async () => {
      const found = [];
      while (found.length < first.total) {
        const { rows } = await ask({ offset: found.length, limit: HELD });
        if (!rows.length) break;
        found.push(...rows);
      }
      return found;
    },
  };
}
