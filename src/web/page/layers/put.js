// What does a layer cost while there is nothing to show? The library masks every tile for it in every frame: layers whose source is
// empty are not drawn. A file of its own because whoever shows changes does this.

/** Gives a source its features; its layers are drawn where there is one. */
export function put(map, source, layers, features) {
  map.getSource(source).setData({ type: "FeatureCollection", features });
  const visibility = features.length ? "visible" : "none";
  for (const id of layers) if (map.getLayoutProperty(id, "visibility") !== visibility) map.setLayoutProperty(id, "visibility", visibility);
}
