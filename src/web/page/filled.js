// How do numbers and names come into a sentence? A file of its own because the import page has words of its own.

/**
 * The text with `{name}` filled in, and `{name|person|people}` as its number asks for.
 * @param {string} text @param {Record<string, any>} given
 */
export function filled(text, given) {
  const fill = (_, name, one, many) => (one === undefined ? given[name] ?? "" : String(given[name]) === "1" ? one : many);
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, fill);
}
