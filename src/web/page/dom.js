// How elements are made. Everything from the plan goes through `textContent`: it is text, whatever it holds.

/** @typedef {Node | string | null | undefined} Child */

/** An element: `make("p", { class: "x", text: "y", data: { id: 1 }, on: { click } }, child, ...)`.
 * @param {string} tag @param {Record<string, any>} [given] @param {...Child} children @returns {any} */
export function make(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...there(children));
  return element;
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function there(children) {
  return /** @type {(Node | string)[]} */ (children.filter((child) => child !== null && child !== undefined));
}

/** An SVG element; its looks are classes, because the page's policy allows no style in markup.
 * @param {string} tag @param {Record<string, any>} [given] @param {...Child} children */
export function draw(tag, given = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") element.textContent = value;
    else element.setAttribute(name, String(value));
  }
  element.append(...there(children));
  return element;
}

/** Replaces what an element holds. @param {Element} element @param {...Child} children */
export function fill(element, ...children) {
  element.replaceChildren(...there(children));
}

/** The same, where somebody may be at work: the focus returns to what bears the same `data-keep`.
 * @param {Element} element @param {...Child} children */
export function refill(element, ...children) {
  const active = /** @type {HTMLElement | null} */ (document.activeElement);
  const kept = active && element.contains(active) ? active.dataset.keep : undefined;
  fill(element, ...children);
  if (kept === undefined) return;
  const again = [...element.querySelectorAll("[data-keep]")].find((e) => /** @type {HTMLElement} */ (e).dataset.keep === kept);
  /** @type {HTMLElement | undefined} */ (again)?.focus({ preventScroll: true });
}

/** @param {string} id @returns {any} an element of this page's own HTML: it is there */
export const byId = (id) => document.getElementById(id);
