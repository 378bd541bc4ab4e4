// Where is the middle of a shape? A file of its own because lists fly there too, without knowing any layer.

/** The middle of a shape's bounds: good enough to count it there. */
export function middle(geometry) {
  if (geometry.type === "Point") return geometry.coordinates;
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (part) => {
    if (typeof part[0] === "number") {
      box[0] = Math.min(box[0], part[0]);
      box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]);
      box[3] = Math.max(box[3], part[1]);
    } else part.forEach(walk);
  };
  walk(geometry.coordinates);
  return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
}
