// Rows of the analysts' table, rings of circles and steps of the chart. `node --test tests/page`.

import assert from "node:assert/strict";
import test from "node:test";
import { held, paged, select } from "../../src/web/page/analyse/rows.js";
import { radii, ring } from "../../src/web/page/layers/ring.js";

const rows = Array.from({ length: 950 }, (_, i) => ({ id: `R${i}`, layer: "residences", name: i % 7 ? `村${i}` : `Town ${i}`, county: ["甲", "乙", null][i % 3], people: (i * 7919) % 1000, nearest_minutes: i % 11 ? (i * 31) % 97 : null, reason: i % 2 ? "cut by a limit" : "cut by the target" }));

test("sorting and filtering give what a plain loop gives, the unknown last either way", () => {
  for (const order of ["asc", "desc"]) {
    const found = select(rows, { sort: "nearest_minutes", order, filter: { county: "甲", text: "town" } });
    const expected = [];
    for (const row of rows) if (row.county === "甲" && row.name.startsWith("Town")) expected.push(row);
    assert.deepEqual(new Set(found), new Set(expected));
    const known = found.filter((r) => r.nearest_minutes !== null).map((r) => r.nearest_minutes);
    assert.deepEqual(found.slice(known.length).map((r) => r.nearest_minutes), Array(found.length - known.length).fill(null));
    for (let i = 1; i < known.length; i++) assert.ok(order === "asc" ? known[i - 1] <= known[i] : known[i - 1] >= known[i]);
  }
  assert.equal(held(rows, { sort: "people", order: "desc", filter: {} }).people, rows.reduce((sum, r) => sum + r.people, 0));
});

test("rows by page are the same rows, and only pages that are wanted are asked for", async () => {
  const question = { sort: "people", order: /** @type {"desc"} */ ("desc"), filter: {} };
  const all = select(rows, question);
  const asked = [];
  const found = await paged(async ({ offset, limit }) => {
    asked.push(offset);
    return { total: all.length, rows: all.slice(offset, offset + limit) };
  });
  assert.equal(found.total, 950);
  assert.equal(found.row(600), undefined);
  await Promise.all([found.want(590, 610), found.want(595, 605)]);
  assert.deepEqual(asked, [0, 400, 600]);
  assert.equal(found.row(600), all[600]);
  assert.equal(found.row(599), all[599]);
  assert.deepEqual(await found.all(), all);
});

test("a ring is as far from its middle as its radius says, and radii follow the settings", () => {
  const [lon, lat] = [124.1, 50.4];
  const R = 6_371_008.8;
  const rad = Math.PI / 180;
  for (const [x, y] of ring([lon, lat], 7692)) {
    const h = Math.sin(((y - lat) * rad) / 2) ** 2 + Math.cos(lat * rad) * Math.cos(y * rad) * Math.sin(((x - lon) * rad) / 2) ** 2;
    assert.ok(Math.abs(2 * R * Math.asin(Math.sqrt(h)) - 7692) < 0.01);
  }
  const standards = [{ setting: "urban", mode: "walk", minutes: 15, radius_m: 961.538462 }, { setting: "rural", mode: "drive", minutes: 15, radius_m: 7692.307692 }];
  const own = { season: "summer", walk_kmh: 5, drive_kmh: 40 };
  const of = (changes) => radii(standards, own, changes).map(({ radius }) => Math.round(radius));
  assert.deepEqual(of({}), [962, 7692]);
  assert.deepEqual(of({ minutes: { urban: 10 } }), [641, 7692]);
  assert.deepEqual(of({ season: "winter" }), [888, 5000]);
  assert.deepEqual(of({ walk_kmh: 4 }), [769, 7692]);
});
