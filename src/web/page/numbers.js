// How numbers are written for reading, by the rules of the printed report: never 100.0% unless all are covered, nor
// 0.0% unless none is.

export function people(value, lang) {
  return new Intl.NumberFormat(lang === "zh" ? "zh-CN" : "en", { maximumFractionDigits: 0 }).format(value);
}

export function share(value) {
  if (value === null || value === undefined) return "–";
  const shown = value < 1 && value > 0.9994 ? 99.9 : value > 0 && value < 0.0006 ? 0.1 : value * 100;
  return `${shown.toFixed(1)}%`;
}

/** A change of a share in percentage points, with its sign: `+3.1`, `−0.4`, `0.0`. */
export function points(value) {
  const shown = (Math.abs(value) * 100).toFixed(1);
  return value > 5e-7 ? `+${shown === "0.0" ? "<0.1" : shown}` : value < -5e-7 ? `−${shown === "0.0" ? "<0.1" : shown}` : "0.0";
}

/** Minutes to one decimal; a place just beyond the limit is not written as on it. */
export function minutes(value) {
  if (value === null || value === undefined) return "–";
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

export const metres = (value) => (value >= 1000 ? `${(value / 1000).toFixed(value % 1000 ? 2 : 0)} km` : `${value.toFixed(0)} m`);

/** A moment of the server, which tells UTC, as the clock here shows it: `2026-11-27 09:05`. */
export function moment(text) {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return String(text ?? "");
  const two = (value) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `1.2 %` of a certificate's gap: enough digits to be told from nothing. */
export function gap(value) {
  if (value === 0) return "0%";
  const percent = value * 100;
  return `${percent >= 0.1 ? percent.toFixed(2) : percent.toPrecision(1)}%`;
}
