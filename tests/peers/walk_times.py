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

import argparse
import csv
import math
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import networkx as nx
import numpy as np
import osmium

WALKED = {
    "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified",
    "residential", "living_street", "service", "road", "track", "path", "footway", "pedestrian", "cycleway", "steps", "platform",
    "corridor",
}
TAGGED_ONLY = {"motorway", "motorway_link", "bridleway", "busway"}
CLOSED = {
    "no", "private", "permit", "agricultural", "forestry", "delivery", "military", "emergency", "restricted", "use_sidepath",
    "agricultural;forestry", "residents",
}
ISLAND_M = 10_000.0
SNAP_M = 500.0


def radii(lat):
    """Metres per degree of longitude and latitude."""
    a, e2 = 6378137.0, 0.0066943799901413165
    w2 = 1 - e2 * math.sin(math.radians(lat)) ** 2
    n = a / math.sqrt(w2)
    return math.radians(1) * n * math.cos(math.radians(lat)), math.radians(1) * n * (1 - e2) / w2


def metres(p, q):
    x, y = radii((p[1] + q[1]) / 2)
    return math.hypot((p[0] - q[0]) * x, (p[1] - q[1]) * y)


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


def seasonal(tags, winter):
    if tags.get("ice_road") == "yes" or tags.get("winter_road") == "yes":
        return winter
    names = [n.strip() for n in tags.get("seasonal", "").split(";")]
    if not {"winter", "summer", "spring", "autumn", "dry_season", "wet_season"} & set(names):
        return True
    return ("winter" if winter else "summer") in names


def passes(tags):
    """Whether people on foot may pass a node."""
    for key in ("foot", "access"):
        if key in tags:
            return tags[key] not in CLOSED
    gates = ("gate", "lift_gate", "swing_gate", "hampshire_gate", "sliding_gate", "wicket_gate")
    return not (tags.get("barrier") in gates and tags.get("locked") == "yes")


def load(path, winter, kmh):
    """A graph in seconds, node positions, segments with their seconds, nodes that nobody passes."""
    pace = 3.6 / kmh + (0.06 if winter else 0.0)
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
            seconds = metres(where[a], where[b]) * pace
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
    return graph, where, segments, shut, pace


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


class Snapper:
    def __init__(self, where, segments, island):
        ends = np.array([[*where[a], *where[b]] for a, b, *_ in segments])
        self.a, self.b, self.island = ends[:, :2], ends[:, 2:], np.array(island)

    def snap(self, p):
        """Segment, share along it and metres to it; the main network first, as the program prefers it."""
        scale = np.array(radii(p[1]))
        a, b = (self.a - p) * scale, (self.b - p) * scale
        d = b - a
        squared = np.maximum((d * d).sum(1), 1e-18)
        share = np.clip(-(a * d).sum(1) / squared, 0, 1)
        far = np.hypot(*(a + d * share[:, None]).T)
        main = np.where(self.island, np.inf, far)
        for field in (main, far):
            best = int(field.argmin())
            if field[best] <= SNAP_M:
                return best, float(share[best]), float(far[best])
        return None


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("roads")
    ask.add_argument("binary", nargs="?", default="target/release/doorstep")
    ask.add_argument("--sites", type=int, default=40)
    ask.add_argument("--places", type=int, default=250)
    ask.add_argument("--season", choices=["summer", "winter"], default="summer")
    asked = ask.parse_args()
    graph, where, segments, shut, pace = load(asked.roads, asked.season == "winter", 5.0)
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

    sites, places = points(asked.sites, "s"), points(asked.places, "p")
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in (("sites", sites), ("places", places)):
            with open(Path(folder) / f"{name}.csv", "w", newline="") as out:
                csv.writer(out).writerows([("id", "lon", "lat"), *rows])
        out = Path(folder) / "times.csv"
        subprocess.run(
            [asked.binary, "times", "--roads", asked.roads, "--mode", "walk", "--season", asked.season, "--no-cache", "--quiet",
             "--from", f"{folder}/sites.csv", "--to", f"{folder}/places.csv", "-o", out],
            check=True,
        )
        own = {(r["site"], r["demand"]): float(r["seconds"]) for r in csv.DictReader(open(out))}

    snapped = {name: snapper.snap((lon, lat)) for name, lon, lat in sites + places}
    same = differ = 0
    worst = 0.0
    for site, *_ in sites:
        here = snapped[site]
        if here is None:
            differ += sum((site, p) in own for p, *_ in places)
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
                best += (here[2] + there[2]) * pace
            found = own.get((site, place), math.inf)
            if best == found or abs(best - found) <= 1.0:
                same += 1
                worst = max(worst, 0.0 if best == found else abs(best - found))
            else:
                differ += 1
                print(f"differs: {site} {place}: networkx {best:.3f}, doorstep {found:.3f}")
    share = same / (same + differ)
    print(f"{same} of {same + differ} pairs agree to within 1 s ({share:.4%}), {len(own)} reached; largest difference among them {worst:.3f} s")
    sys.exit(0 if share >= 0.999 else 1)


if __name__ == "__main__":
    main()
