// Where does everything lie? A file of its own because every map of every door begins there.

/** The extent of all counties' places, `[west, south, east, north]`. */
export function extent({ counties: { counties: rows } }) {
  const boxes = rows.map((row) => row.extent).filter(Boolean);
  if (!boxes.length) return [-180, -60, 180, 75];
  return [0, 1, 2, 3].map((i) => Math[i < 2 ? "min" : "max"](...boxes.map((box) => box[i])));
}
