// How is a map's canvas made, and how does it come onto paper? Every frame of a map is put together with the page around it; on an office
// PC a processor does that, so a frame is neither kept after it was shown nor looked through.

import { FONT, PAPER } from "./palette.js";

/** The same on every map of the page: north is up, nothing is turned or tilted, characters come from the page's own font. */
const ALIKE = {
  attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, rollEnabled: false, renderWorldCopies: false, fadeDuration: 0, localIdeographFontFamily: FONT,
};
const paper = () => ({ version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": PAPER } }] });

/** A map whose canvas lets nothing through: its background is drawn over all of it. The library always asks for a canvas that could be
 * transparent, so that the question is answered for it while the map is made. Labels are drawn from the page's fonts, which have to be there
 * before the first of them.
 * @param {any} options container, bounds and what else is its own */
export async function makeMap(options) {
  await Promise.all([document.fonts.load(`16px "${FONT}"`, "站A1"), document.fonts.load('600 16px "Doorstep Figures"', "A1")]);
  maplibregl.setWorkerUrl("/vendor/maplibre-gl-5.24.0/maplibre-gl-csp-worker.js");
  const getContext = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = /** @type {any} */ (function (kind, attributes) {
    return getContext.call(/** @type {any} */ (this), kind, kind.startsWith("webgl") ? { ...attributes, alpha: false } : attributes);
  });
  try {
    const map = new maplibregl.Map({ ...ALIKE, style: paper(), ...options });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    onPaper(map);
    return map;
  } finally {
    HTMLCanvasElement.prototype.getContext = getContext;
  }
}

/** A frame that was shown is gone: for a printed page it is drawn once more. */
function onPaper(map) {
  const draw = () => map.redraw();
  addEventListener("beforeprint", draw);
  map.once("remove", () => removeEventListener("beforeprint", draw));
}
