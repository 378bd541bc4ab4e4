// How numbers and moments are written for reading.

import assert from "node:assert/strict";
import { test } from "node:test";
import { moment } from "../../src/web/page/numbers.js";

test("a moment of the server is shown by the clock of whoever reads it", () => {
  process.env.TZ = "Asia/Shanghai";
  assert.equal(moment("2026-11-27T19:36:05.120Z"), "2026-11-28 03:36");
  process.env.TZ = "UTC";
  assert.equal(moment("2026-11-27T19:36:05Z"), "2026-11-27 19:36");
  assert.equal(moment(""), "");
  assert.equal(moment(undefined), "");
});
