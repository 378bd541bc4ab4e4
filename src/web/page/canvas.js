// How is a map's canvas made, and how does it come onto paper? Every frame of a map is put together with the page around it; on an office
// PC a processor does that, so a frame is neither kept after it was shown nor looked through.

/** A map whose canvas lets nothing through: its background is drawn over all of it. The library always asks for a canvas that could be
 * transparent, so that the question is answered for it while the map is made.
 * @param {any} options */
export function makeMap(options) {
  const getContext = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = /** @type {any} */ (function (kind, attributes) {
    return getContext.call(/** @type {any} */ (this), kind, kind.startsWith("webgl") ? { ...attributes, alpha: false } : attributes);
  });
  try {
    const map = new maplibregl.Map({ ...options, renderWorldCopies: false, fadeDuration: 0 });
    onPaper(map);
    return map;
  } finally {
    HTMLCanvasElement.prototype.getContext = getContext;
  }
}

/** A frame that was shown is gone: for a printed page it is drawn once more. */
function onPaper(map) {
  addEventListener("beforeprint", () => map.redraw());
}
