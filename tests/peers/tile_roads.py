#!/usr/bin/env python3
"""Tiles an OSM extract: K x K copies side by side, for measuring how cost grows with the size of a network.

    pip install osmium
    python3 tile_roads.py IN.osm.pbf OUT.osm.pbf K

Copies have ids of their own and are joined only where they happen to touch; the search of one origin stays in its copy, as it
does in a country of many towns.
"""

import os
import sys

import osmium


def main():
    source, target, copies = sys.argv[1], sys.argv[2], int(sys.argv[3])
    nodes, ways, relations = [], [], []
    for thing in osmium.FileProcessor(source):
        tags = {t.k: t.v for t in thing.tags}
        if thing.is_node():
            nodes.append((thing.id, thing.location.lon, thing.location.lat, tags))
        elif thing.is_way():
            ways.append((thing.id, [n.ref for n in thing.nodes], tags))
        elif tags.get("type") == "restriction":
            relations.append((thing.id, [(m.type, m.ref, m.role) for m in thing.members], tags))
    number = {node[0]: i + 1 for i, node in enumerate(sorted(nodes))}
    way_number = {way[0]: i + 1 for i, way in enumerate(sorted(ways))}
    lon = [node[1] for node in nodes]
    lat = [node[2] for node in nodes]
    width, height = max(lon) - min(lon) + 0.001, max(lat) - min(lat) + 0.001
    new = osmium.osm.mutable
    if os.path.exists(target):
        os.remove(target)
    header = osmium.io.Header()
    header.set("sorting", "Type_then_ID")
    with osmium.SimpleWriter(target, header=header) as out:
        tiles = [(x, y) for y in range(copies) for x in range(copies)]
        for t, (x, y) in enumerate(tiles):
            for identity, at, up, tags in sorted(nodes, key=lambda node: node[0]):
                place = (at + x * width, up + y * height)
                out.add_node(new.Node(id=t * len(nodes) + number[identity], location=place, version=1, tags=tags))
        for t in range(len(tiles)):
            for identity, refs, tags in sorted(ways, key=lambda way: way[0]):
                own = [t * len(nodes) + number[r] for r in refs if r in number]
                out.add_way(new.Way(id=t * len(ways) + way_number[identity], nodes=own, version=1, tags=tags))
        for t in range(len(tiles)):
            for i, (_, members, tags) in enumerate(sorted(relations)):
                known = {"n": (number, len(nodes)), "w": (way_number, len(ways))}
                own = [
                    (kind, t * known[kind][1] + known[kind][0][ref], role)
                    for kind, ref, role in members
                    if kind in known and ref in known[kind][0]
                ]
                out.add_relation(new.Relation(id=t * len(relations) + i + 1, members=own, version=1, tags=tags))


if __name__ == "__main__":
    main()
