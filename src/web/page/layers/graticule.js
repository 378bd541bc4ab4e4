// Where on Earth is this, without background tiles? Parallels and meridians, with their degrees along the map's frame.

import { make } from "../dom.js";
import { LINE } from "../palette.js";

/** Steps in degrees, each shown from a zoom on. */
const STEPS = [[10, 0], [5, 3.6], [1, 5.2], [0.5, 7.6], [0.1, 9], [0.02, 11.4], [0.01, 13]];

const step = (zoom) => STEPS.findLast(([, from]) => zoom >= from)?.[0] ?? 10;

/** Multiples of a step between two values, without the drift of repeated addition. */
function multiples(from, to, by) {
  const found = [];
  for (let i = Math.ceil(from / by); i * by <= to; i++) found.push(Number((i * by).toFixed(6)));
  return found;
}

const degrees = (value, by, positive, negative) => `${Math.abs(value).toFixed(by >= 1 ? 0 : by >= 0.1 ? 1 : 2)}°${value < 0 ? negative : positive}`;

/** The lines in view and a little beyond, redrawn when the map comes to rest. */
function lines(map) {
  const [by, bounds] = [step(map.getZoom()), map.getBounds()];
  const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
  const [w, e] = [clamp(bounds.getWest() - 4 * by, -180, 180), clamp(bounds.getEast() + 4 * by, -180, 180)];
  const [s, n] = [clamp(bounds.getSouth() - 4 * by, -85, 85), clamp(bounds.getNorth() + 4 * by, -85, 85)];
  const line = (coordinates) => ({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } });
  const features = [...multiples(w, e, by).map((lon) => line([[lon, s], [lon, n]])), ...multiples(s, n, by).map((lat) => line([[w, lat], [e, lat]]))];
  return { type: "FeatureCollection", features };
}

function labels(map, frame) {
  const [by, bounds] = [step(map.getZoom()), map.getBounds()];
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  const found = [];
  const put = (text, kind, left, top) => {
    const label = make("span", { class: kind, text });
    label.style.transform = `translate(${left}px, ${top}px)`;
    found.push(label);
  };
  for (const lon of multiples(bounds.getWest(), bounds.getEast(), by)) {
    const { x } = map.project([lon, bounds.getNorth()]);
    // The buttons stand in the right corner.
    if (x > 40 && x < width - 96) put(degrees(lon, by, "E", "W"), "lon", x, 0);
  }
  for (const lat of multiples(bounds.getSouth(), bounds.getNorth(), by)) {
    const { y } = map.project([bounds.getWest(), lat]);
    if (y > 90 && y < height - 40) put(degrees(lat, by, "N", "S"), "lat", 0, y);
  }
  frame.replaceChildren(...found);
}

export function addGraticule(map) {
  map.addSource("graticule", { type: "geojson", data: lines(map) });
  map.addLayer({ id: "graticule", type: "line", source: "graticule", paint: { "line-color": LINE, "line-width": 0.8 } });
  const frame = make("div", { class: "degrees", "aria-hidden": "true" });
  map.getContainer().append(frame);
  labels(map, frame);
  // Written anew in every frame they cost as much as a layer: on a machine that cannot keep up they wait for the end.
  map.on("move", () => map.getContainer().classList.contains("coarse") || labels(map, frame));
  map.on("moveend", () => labels(map, frame));
  // While a lost canvas comes back there is no source yet.
  map.on("moveend", () => map.getSource("graticule")?.setData(lines(map)));
}
