// Sentences filled in. `node --test tests/page`.

import assert from "node:assert/strict";
import test from "node:test";
import { filled } from "../../src/web/page/filled.js";
import { ANALYSE } from "../../src/web/page/words/analyse.js";
import { DESK } from "../../src/web/page/words/desk.js";
import { REVIEW } from "../../src/web/page/words/review.js";
import { VIEW } from "../../src/web/page/words/view.js";

// The import page reads its language from the address.
globalThis.location = /** @type {any} */ ({ search: "", href: "http://localhost/" });
const { WORDS } = await import("../../src/web/page/import/words.js");

test("one is not many, and names are filled in as they are", () => {
  const text = "adds {people} {people|person|people} at {name}";
  assert.equal(filled(text, { people: "1", name: "a|b" }), "adds 1 person at a|b");
  assert.equal(filled(text, { people: "1,001", name: "" }), "adds 1,001 people at ");
  assert.equal(filled(text, { people: 0 }), "adds 0 people at ");
});

test("a number before what it counts says it in one and in many, in every sentence", () => {
  const counts = /\{\w+\} (?:more )?(people|residents|places|stations|rows|jobs|scenarios|features|faults|counties|candidates)\b/;
  for (const [key, [chinese, english]] of Object.entries({ ...WORDS, ...VIEW, ...DESK, ...REVIEW, ...ANALYSE })) {
    assert.equal(chinese === "", english === "", `${key} is said in both languages`);
    assert.doesNotMatch(english, counts, key);
  }
});
