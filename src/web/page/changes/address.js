// How does a link hold the changes? `#s=` and base64url of their canonical JSON in UTF-8, beside the view. A file of its own
// because a link comes from anywhere: what cannot be read is told, never half taken.

import { canonical, faultOf, isEmpty, text } from "./edits.js";

export function encode(changes) {
  const bytes = new TextEncoder().encode(text(changes));
  let characters = "";
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return btoa(characters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The changes; throws where the text holds none. */
export function decode(code) {
  const characters = atob(code.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(characters, (c) => c.charCodeAt(0));
  const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  const fault = faultOf(value);
  if (fault) throw new Error(fault);
  return canonical(value);
}

/** `#s=..&view=..` into its parts; `fault` says what could not be read. */
export function read(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const [code, view] = [parts.get("s"), parts.get("view")];
  if (!code) return { changes: {}, view, fault: null };
  try {
    return { changes: decode(code), view, fault: null };
  } catch (error) {
    return { changes: {}, view, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** The hash for changes and a view; empty where there is nothing to say. */
export function write(changes, view) {
  const parts = [];
  if (!isEmpty(changes)) parts.push(`s=${encode(changes)}`);
  if (view) parts.push(`view=${encodeURIComponent(view)}`);
  return parts.length ? `#${parts.join("&")}` : "";
}
