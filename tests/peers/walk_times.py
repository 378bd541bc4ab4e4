#!/usr/bin/env python3
"""Compares walking times of `doorstep times` with networkx on the same rules, written down a second time here.

    pip install networkx numpy osmium
    python3 walk_times.py ROADS.osm.pbf [DOORSTEP_BINARY] [--sites 40] [--places 250] [--season summer|winter]

Reads the extract with osmium, applies the walking rules of src/travel/roads/access.rs in its own code, makes a networkx graph whose
nodes are the extract's nodes, snaps seeded random points to the nearest segment, and runs Dijkstra from every site. Lengths
are by the radii of curvature at each segment's middle, times at one walking speed. Then it runs the binary on the same points.

Prints how many pairs agree to within a second, and every pair that does not, with both times. Exit status 0 when at least
99.9 % agree, 1 otherwise.
"""

import math
import random

import networkx as nx
import osmium

from road_comparison import CLOSED, ISLAND_M, Snapper, asked, conclude, metres, of_program, pace, radii, seasonal

WALKED = {
    "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified",
    "residential", "living_street", "service", "road", "track", "path", "footway", "pedestrian", "cycleway", "steps", "platform",
    "corridor",
}
TAGGED_ONLY = {"motorway", "motorway_link", "bridleway", "busway"}
def foot(tags):
    """Whether people on foot may use a way; `None` where it is no way."""
    ice = tags.get("ice_road") == "yes" or tags.get("winter_road") == "yes"
    highway = tags.get("highway")
    if ice:
        default = True
    elif highway is None:
        platform = tags.get("railway") == "platform" or tags.get("public_transport") == "platform"
        if tags.get("route") == "ferry":
            default = True
        elif platform or tags.get("man_made") == "pier":
            default = True
        else:
            return None
    elif highway in WALKED:
        default = not (highway in ("trunk", "primary") and tags.get("motorroad") == "yes")
    elif highway in TAGGED_ONLY:
        default = False
    else:
        return None
    for key in ("foot", "access"):
        value = tags.get(key)
        if value is None:
            continue
        if value in CLOSED:
            return False
        if key == "access" or value == "unknown":
            return default
        return value != "dismount"
    return default


def passes(tags):
    """Whether people on foot may pass a node."""
    for key in ("foot", "access"):
        if key in tags:
            return tags[key] not in CLOSED
    gates = ("gate", "lift_gate", "swing_gate", "hampshire_gate", "sliding_gate", "wicket_gate")
    return not (tags.get("barrier") in gates and tags.get("locked") == "yes")


def load(path, winter, link):
    """A graph in seconds (`link` of them per metre), node positions, segments with their seconds, nodes that nobody passes."""
    where, ways, shut = {}, [], set()
    for thing in osmium.FileProcessor(path):
        tags = {t.k: t.v.strip() for t in thing.tags}
        if thing.is_node():
            where[thing.id] = (thing.location.lon, thing.location.lat)
            if ("barrier" in tags or "access" in tags or "motor_vehicle" in tags) and not passes(tags):
                shut.add(thing.id)
        elif thing.is_way() and foot(tags) and seasonal(tags, winter):
            ways.append(([n.ref for n in thing.nodes], tags))
    graph, segments, seen = nx.DiGraph(), [], 0
    for nodes, tags in ways:
        for a, b in zip(nodes, nodes[1:]):
            if a == b or a not in where or b not in where:
                continue
            along = tags.get("foot:forward") not in CLOSED and tags.get("oneway:foot") not in ("-1", "reverse")
            against = tags.get("foot:backward") not in CLOSED and tags.get("oneway:foot") not in ("yes", "true", "1")
            seconds = metres(where[a], where[b]) * link
            if tags.get("route") == "ferry" and "highway" not in tags:
                seconds = metres(where[a], where[b]) * 3.6 / 10.0
                seen += 1
            for u, v, open_ in ((a, b, along), (b, a, against)):
                if open_ and u not in shut and v not in shut:
                    old = graph.get_edge_data(u, v)
                    if old is None or seconds < old["weight"]:
                        graph.add_edge(u, v, weight=seconds)
            if along or against:
                segments.append((a, b, seconds, along, against))
    if seen:
        print(f"{seen} ferry segments at 10 km/h: a stated duration is not read here")
    return graph, where, segments, shut


def islands(graph, where, segments):
    """Which segments stand on an island: in a strongly connected part that is small and not the largest."""
    part, length = {}, {}
    for i, nodes in enumerate(nx.strongly_connected_components(graph)):
        for node in nodes:
            part[node] = i
    for a, b, *_ in segments:
        if part.get(a) is not None and part.get(a) == part.get(b):
            length[part[a]] = length.get(part[a], 0.0) + metres(where[a], where[b])
    largest = max(length.values())
    def small(node):
        return length.get(part.get(node), 0.0)
    return [max(small(a), small(b)) < min(largest, ISLAND_M) for a, b, *_ in segments]


def main():
    ask = asked()
    link = pace(5.0, ask.season == "winter")
    graph, where, segments, shut = load(ask.roads, ask.season == "winter", link)
    snapper = Snapper(where, segments, islands(graph, where, segments))
    chance = random.Random(7)

    def points(count, prefix):
        found = []
        for i in range(count):
            a, b, *_ = segments[chance.randrange(len(segments))]
            x, y = radii(where[a][1])
            angle, far = chance.uniform(0, math.tau), chance.uniform(0, 150)
            lon, lat = where[a][0] + far * math.cos(angle) / x, where[a][1] + far * math.sin(angle) / y
            found.append((f"{prefix}{i}", round(lon, 7), round(lat, 7)))
        return found

    sites, places = points(ask.sites, "s"), points(ask.places, "p")
    own = of_program(ask, "walk", sites, places)
    snapped = {name: snapper.snap((lon, lat)) for name, lon, lat in sites + places}
    peer = {}
    for site, *_ in sites:
        here = snapped[site]
        if here is None:
            continue
        # People walk to the site: search backwards over the reversed graph.
        a, b, seconds, along, against = segments[here[0]]
        starts = {}
        if along and a not in shut:
            starts[a] = here[1] * seconds
        if against and b not in shut:
            starts[b] = min(starts.get(b, math.inf), (1 - here[1]) * seconds)
        backwards = graph.reverse(copy=False)
        labels = {}
        for node, first in starts.items():
            if node in backwards:
                for reached, cost in nx.single_source_dijkstra_path_length(backwards, node).items():
                    labels[reached] = min(labels.get(reached, math.inf), cost + first)
            else:
                labels[node] = min(labels.get(node, math.inf), first)
        for place, *_ in places:
            there, best = snapped[place], math.inf
            if there is not None:
                c, d, whole, fore, back = segments[there[0]]
                if fore and d not in shut:
                    best = min(best, labels.get(d, math.inf) + (1 - there[1]) * whole)
                if back and c not in shut:
                    best = min(best, labels.get(c, math.inf) + there[1] * whole)
                if there[0] == here[0]:
                    ahead = here[1] >= there[1]
                    if (ahead and fore) or (not ahead and back):
                        best = min(best, abs(here[1] - there[1]) * whole)
                best += (here[2] + there[2]) * link
            if best < math.inf:
                peer[site, place] = best
    conclude(sites, places, peer, own)


if __name__ == "__main__":
    main()
