// Which ground do circles reach, far out? Every circle as two triangles that the graphics processor rounds, all of them in one go. As
// polygons they are cut at tiles, masked tile by tile and drawn in thousands of triangles, which takes a processor without a graphics
// card as long as everything else on the map. Near by the sphere shows, and they are polygons again.

import { PROPOSED, TODAY } from "../palette.js";

/** Circles are discs below this zoom: within it they are within a tenth of a pixel of their polygons. */
export const FAR = 9;
/** Milliseconds that discs stay while the polygons' tiles are cut. */
const TAKING_OVER = 200;

/** Metres around the equator of the sphere that the map is drawn on. */
const AROUND = 2 * Math.PI * 6_378_137;
/** Pixels of the world at zoom 0. */
const WORLD = 512;
/** Numbers per corner: position, corner, radius, whether on foot, whether proposed. */
const WIDTH = 7;
const CORNERS = [[-1, -1], [1, -1], [1, 1], [-1, -1], [1, 1], [-1, 1]];

const VERTEX = `#version 300 es
uniform mat4 matrix; uniform float world, margin;
in vec2 at, corner; in float radius, walk, proposed;
out vec2 off; out vec3 kind;
void main() {
  float reach = radius * world;
  off = corner * (reach + margin);
  kind = vec3(reach, walk, proposed);
  gl_Position = matrix * vec4(at + off / world, 0.0, 1.0);
}`;

// Lines as the library draws them: softened over one pixel of the screen, fainter where they are thinner than that.
const FRAGMENT = `#version 300 es
precision highp float;
uniform float pixel; uniform vec2 fills, widths, opacities; uniform vec3 today, later, edge;
in vec2 off; in vec3 kind;
out vec4 colour;
void main() {
  float out_by = length(off) - kind.x;
  bool walk = kind.y > 0.5, proposed = kind.z > 0.5;
  float width = walk ? widths.x : widths.y;
  float fill = (walk ? fills.x : fills.y) * clamp(0.5 - out_by / pixel, 0.0, 1.0);
  float line = (walk ? opacities.x : opacities.y) * clamp((0.5 * (width + pixel) - abs(out_by)) / pixel, 0.0, min(1.0, width / pixel));
  vec3 ground = (proposed ? later : today) * fill;
  colour = vec4((proposed ? edge : today) * line + ground * (1.0 - line), line + fill * (1.0 - line));
}`;

const rgb = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16) / 255);

/** Longitude and latitude as parts of the world's width. @param {number[]} position */
const mercator = ([lon, lat]) => [lon / 360 + 0.5, 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI)];

/**
 * A layer of circles.
 * @param {string} id
 * @param {{ fill: number[], width: number[], opacity: (zoom: number) => number[], edge: string }} style on foot and by car
 */
export function discs(id, { fill, width, opacity, edge }) {
  let map = /** @type {any} */ (null);
  let [program, array, buffer] = /** @type {any[]} */ ([]);
  let data = new Float32Array();
  let stale = true;
  let lastSeen = -Infinity;
  const uniforms = /** @type {Record<string, any>} */ ({});

  /** Whether polygons have taken the discs' place. */
  function isPast(zoom) {
    const now = performance.now();
    if (zoom < FAR) lastSeen = now;
    else if (now < lastSeen + TAKING_OVER) map.triggerRepaint();
    return now >= lastSeen + TAKING_OVER;
  }

  return {
    id, type: "custom",
    /** @param {{ at: number[], radius: number, walk: boolean, proposed: boolean }[]} circles radius in metres */
    show(circles) {
      const corners = circles.flatMap(({ at, radius, walk, proposed }) => {
        const size = radius / AROUND / Math.cos((at[1] * Math.PI) / 180);
        return CORNERS.flatMap((corner) => [...mercator(at), ...corner, size, Number(walk), Number(proposed)]);
      });
      [data, stale] = [new Float32Array(corners), true];
      map?.triggerRepaint();
    },
    /** @param {any} on @param {WebGL2RenderingContext} gl */
    onAdd(on, gl) {
      [map, stale, program] = [on, true, gl.createProgram()];
      for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
        const shader = /** @type {WebGLShader} */ (gl.createShader(Number(kind)));
        gl.shaderSource(shader, String(source));
        gl.compileShader(shader);
        gl.attachShader(program, shader);
      }
      gl.linkProgram(program);
      for (const name of ["matrix", "world", "margin", "pixel", "fills", "widths", "opacities", "today", "later", "edge"]) uniforms[name] = gl.getUniformLocation(program, name);
      [array, buffer] = [gl.createVertexArray(), gl.createBuffer()];
      gl.bindVertexArray(array);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      let from = 0;
      for (const [name, size] of /** @type {[string, number][]} */ ([["at", 2], ["corner", 2], ["radius", 1], ["walk", 1], ["proposed", 1]])) {
        const where = gl.getAttribLocation(program, name);
        gl.enableVertexAttribArray(where);
        gl.vertexAttribPointer(where, size, gl.FLOAT, false, 4 * WIDTH, 4 * from);
        from += size;
      }
      gl.bindVertexArray(null);
    },
    /** @param {WebGL2RenderingContext} gl @param {any} frame */
    render(gl, { defaultProjectionData: { mainMatrix } }) {
      const zoom = map.getZoom();
      if (!data.length || isPast(zoom)) return;
      gl.useProgram(program);
      gl.bindVertexArray(array);
      if (stale) {
        gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
        gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
        stale = false;
      }
      const pixel = 1 / map.getPixelRatio();
      gl.uniformMatrix4fv(uniforms.matrix, false, mainMatrix);
      gl.uniform1f(uniforms.world, WORLD * 2 ** zoom);
      gl.uniform1f(uniforms.margin, Math.max(...width) + pixel);
      gl.uniform1f(uniforms.pixel, pixel);
      gl.uniform2fv(uniforms.fills, fill);
      gl.uniform2fv(uniforms.widths, width);
      gl.uniform2fv(uniforms.opacities, opacity(zoom));
      for (const [name, colour] of [["today", TODAY], ["later", PROPOSED], ["edge", edge]]) gl.uniform3fv(uniforms[name], rgb(colour));
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.disable(gl.DEPTH_TEST);
      gl.disable(gl.STENCIL_TEST);
      gl.disable(gl.CULL_FACE);
      gl.drawArrays(gl.TRIANGLES, 0, data.length / WIDTH);
      gl.bindVertexArray(null);
    },
  };
}

/** Puts discs below a layer, and there again when the graphics driver lost what it was given. */
export function addDiscs(map, layer, above) {
  map.addLayer(layer, map.getLayer(above) ? above : undefined);
  map.on("webglcontextrestored", () => map.once("style.load", () => map.addLayer(layer, above)));
}
