// What do the map's symbols look like? Drawn once on a canvas, so that legend and map show the very same shapes:
// square = exists, round with a number = proposed, hollow = not covered, small square = business cluster.

import { CHANGED, FONT, GAINED, GAP, INK, LOST, MUTED, PHASES, PROPOSED, TODAY } from "../palette.js";

const RATIO = 2;

function draw(size, paint) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * RATIO;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.scale(RATIO, RATIO);
  paint(pen, size);
  return canvas;
}

function house(pen, size, colour) {
  const u = size / 28;
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(6.5 * u, 13.6 * u);
  pen.lineTo(14 * u, 7 * u);
  pen.lineTo(21.5 * u, 13.6 * u);
  pen.lineTo(21.5 * u, 21 * u);
  pen.lineTo(16.2 * u, 21 * u);
  pen.lineTo(16.2 * u, 16 * u);
  pen.lineTo(11.8 * u, 16 * u);
  pen.lineTo(11.8 * u, 21 * u);
  pen.lineTo(6.5 * u, 21 * u);
  pen.closePath();
  pen.fill();
}

function station(fill, edge, glyph, crossed) {
  return draw(28, (pen, size) => {
    pen.beginPath();
    pen.roundRect(2, 2, size - 4, size - 4, 6);
    pen.fillStyle = fill;
    pen.fill();
    pen.lineWidth = 2;
    pen.strokeStyle = edge;
    pen.stroke();
    house(pen, size, glyph);
    if (crossed) {
      pen.lineWidth = 2.5;
      pen.strokeStyle = GAP;
      pen.beginPath();
      pen.moveTo(6, 6);
      pen.lineTo(size - 6, size - 6);
      pen.moveTo(size - 6, 6);
      pen.lineTo(6, size - 6);
      pen.stroke();
    }
  });
}

/** A proposed station with its rank; light in its phase's colour, with a dark edge and figure. */
function proposed(rank, phase) {
  return draw(28, (pen, size) => {
    const middle = size / 2;
    pen.beginPath();
    pen.arc(middle, middle, middle - 2, 0, 2 * Math.PI);
    pen.fillStyle = PHASES[phase % PHASES.length];
    pen.fill();
    pen.lineWidth = 2;
    pen.strokeStyle = "#ffffff";
    pen.stroke();
    pen.beginPath();
    pen.arc(middle, middle, middle - 3.4, 0, 2 * Math.PI);
    pen.lineWidth = 1.6;
    pen.strokeStyle = INK;
    pen.stroke();
    pen.fillStyle = INK;
    pen.font = `600 ${String(rank).length > 2 ? 9 : 12.5}px "Doorstep Figures", "${FONT}", sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    if (rank > 0) pen.fillText(String(rank), middle, middle + 0.6);
  });
}

/** People together: today's share dark, the proposal's light, the rest open. Shares in tenths. */
function ring(today, after) {
  return draw(56, (pen, size) => {
    const middle = size / 2;
    const radius = middle - 6;
    pen.beginPath();
    pen.arc(middle, middle, middle - 2, 0, 2 * Math.PI);
    pen.fillStyle = "#ffffff";
    pen.fill();
    const arc = (from, to, colour, width) => {
      if (to <= from) return;
      pen.beginPath();
      pen.arc(middle, middle, radius, (from / 10 - 0.25) * 2 * Math.PI, (to / 10 - 0.25) * 2 * Math.PI);
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.stroke();
    };
    arc(after, 10, GAP, 2.5);
    arc(today, after, PROPOSED, 6);
    arc(0, today, TODAY, 7);
  });
}

/** Several stations in one place. */
function badge(fill, edge) {
  return draw(28, (pen, size) => {
    pen.beginPath();
    pen.roundRect(1.5, 5, size - 3, size - 10, 9);
    pen.fillStyle = fill;
    pen.fill();
    pen.lineWidth = 1.6;
    pen.strokeStyle = edge;
    pen.stroke();
  });
}

/** A business cluster, by how it is covered. */
function square(fill, edge, width) {
  return draw(18, (pen, size) => {
    pen.beginPath();
    pen.rect(4, 4, size - 8, size - 8);
    pen.fillStyle = fill;
    pen.fill();
    pen.lineWidth = width;
    pen.strokeStyle = edge;
    pen.stroke();
  });
}

/** What changed at a place: the sign tells it without the colour. */
function signed(colour, plus) {
  return draw(22, (pen, size) => {
    const middle = size / 2;
    pen.beginPath();
    pen.arc(middle, middle, middle - 2, 0, 2 * Math.PI);
    pen.fillStyle = colour;
    pen.fill();
    pen.lineWidth = 1.6;
    pen.strokeStyle = "#ffffff";
    pen.stroke();
    pen.lineWidth = 2.4;
    pen.beginPath();
    pen.moveTo(6, middle);
    pen.lineTo(size - 6, middle);
    if (plus) {
      pen.moveTo(middle, 6);
      pen.lineTo(middle, size - 6);
    }
    pen.stroke();
  });
}

/** A station that the planner touched: a shield in the colour of changes with what was done to it. */
function edit(write, dashed) {
  return draw(32, (pen, size) => {
    pen.beginPath();
    pen.roundRect(3, 3, size - 6, size - 6, 9);
    pen.fillStyle = dashed ? "#ffffff" : CHANGED;
    pen.fill();
    pen.lineWidth = 2;
    pen.strokeStyle = dashed ? CHANGED : "#ffffff";
    if (dashed) pen.setLineDash([4, 3]);
    pen.stroke();
    pen.setLineDash([]);
    pen.lineWidth = 2.4;
    pen.lineCap = "round";
    pen.strokeStyle = pen.fillStyle = dashed ? CHANGED : "#ffffff";
    pen.beginPath();
    write(pen);
    pen.stroke();
  });
}

const lines = (...points) => (pen) => points.forEach(([x, y, start]) => (start ? pen.moveTo(x, y) : pen.lineTo(x, y)));

function diamond() {
  return draw(16, (pen, size) => {
    const middle = size / 2;
    pen.beginPath();
    pen.moveTo(middle, 2);
    pen.lineTo(size - 2, middle);
    pen.lineTo(middle, size - 2);
    pen.lineTo(2, middle);
    pen.closePath();
    pen.fillStyle = "#ffffff";
    pen.fill();
    pen.lineWidth = 1.6;
    pen.strokeStyle = MUTED;
    pen.stroke();
  });
}

const FIXED = {
  "sign-plus": () => signed(GAINED, true),
  "sign-minus": () => signed(LOST, false),
  "edit-added": () => edit(lines([16, 10, true], [16, 22], [10, 16, true], [22, 16])),
  "edit-moved": () => edit(lines([9, 16, true], [23, 16], [18, 11, true], [23, 16], [18, 21])),
  "edit-opened": () => edit(lines([10, 16, true], [15, 21], [23, 11])),
  "edit-locked": () => edit((pen) => {
    pen.rect(11, 15, 10, 7.5);
    pen.fill();
    pen.moveTo(12.5, 15);
    pen.arc(16, 13, 3.5, Math.PI, 2 * Math.PI);
    pen.lineTo(19.5, 15);
  }),
  "edit-removed": () => edit(lines([11, 11, true], [21, 21], [21, 11, true], [11, 21]), true),
  "edit-forbidden": () => edit((pen) => {
    pen.arc(16, 16, 6.5, 0, 2 * Math.PI);
    pen.moveTo(11.5, 20.5);
    pen.lineTo(20.5, 11.5);
  }, true),
  candidate: diamond,
  "station-open": () => station(TODAY, "#ffffff", "#ffffff"),
  "station-building": () => station("#ffffff", TODAY, TODAY),
  "station-planned": () => station("#ffffff", TODAY, TODAY),
  "station-closed": () => station("#eceae4", MUTED, MUTED, true),
  "many-today": () => badge(TODAY, "#ffffff"),
  "many-proposal": () => badge("#ffffff", INK),
  "square-today": () => square(TODAY, "#ffffff", 1.2),
  "square-proposed": () => square(PROPOSED, INK, 1.2),
  "square-partial": () => square("#ffffff", PROPOSED, 3),
  "square-gap": () => square("#ffffff", GAP, 2.4),
};

/** A place on its own, as the map's circles are painted. */
export function dot(status) {
  const [fill, edge, width] = { today: [TODAY, "#ffffff", 1], proposed: [PROPOSED, INK, 1.2], partial: ["#ffffff", PROPOSED, 3], gap: ["#ffffff", GAP, 2.2] }[status];
  return sign(18, (pen, size) => {
    pen.beginPath();
    pen.arc(size / 2, size / 2, 5.5, 0, 2 * Math.PI);
    pen.fillStyle = fill;
    pen.fill();
    pen.lineWidth = width;
    pen.strokeStyle = edge;
    pen.stroke();
  });
}

/** Ground inside a circle. */
export function swatch(kind) {
  const colour = kind === "today" ? TODAY : PROPOSED;
  return sign(18, (pen, size) => {
    pen.beginPath();
    pen.arc(size / 2, size / 2, 7, 0, 2 * Math.PI);
    pen.globalAlpha = 0.18;
    pen.fillStyle = colour;
    pen.fill();
    pen.globalAlpha = 1;
    pen.lineWidth = 1.4;
    pen.strokeStyle = colour;
    pen.stroke();
  });
}

function sign(size, paint) {
  const canvas = draw(size, paint);
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}

function paint(name) {
  const [kind, ...given] = name.split("-");
  if (kind === "proposed") return proposed(Number(given[0]), Number(given[1]));
  if (kind === "ring") return ring(Number(given[0]), Number(given[1]));
  return FIXED[name]();
}

/** A symbol as an element, for legend and lists: `station-open`, `proposed-RANK-PHASE`, `ring-TODAY-AFTER`. */
export function picture(name) {
  const canvas = paint(name);
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}

/** Puts every symbol the data need into the map; `marks` are the names of the proposal's. */
export function addSymbols(map, marks) {
  const names = [...Object.keys(FIXED), ...marks];
  for (let after = 0; after <= 10; after++) for (let today = 0; today <= after; today++) names.push(`ring-${today}-${after}`);
  for (const name of names) {
    const canvas = paint(name);
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    if (!map.hasImage(name)) map.addImage(name, pixels, { pixelRatio: RATIO });
  }
}
