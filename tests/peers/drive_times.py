#!/usr/bin/env python3
"""Compares driving times of `doorstep times` with networkx on the same rules, written down a second time here.

    pip install networkx numpy osmium
    python3 drive_times.py ROADS.osm.pbf [DOORSTEP_BINARY] [--sites 40] [--places 250] [--season summer|winter]

Reads the extract with osmium, applies the driving rules of src/travel/roads/access.rs and speeds.rs in its own code and makes an
edge-based (line) graph: a node is a segment of road in one direction together with the turn restrictions that have begun on the
way to its end, an edge is a turn that may be taken. So one-ways, barriers and restrictions, also those over several ways, hold
without the automaton that the program uses. Seeded random points beside roads are snapped to the nearest segment, and Dijkstra runs
backwards from every site.

Turning around is allowed at every junction (a node where ways of any kind meet or end), except where the arrival is under a turn
restriction and there is another way on. Seasonal conditions (`motor_vehicle:conditional`) are not read here.

Prints how many pairs agree to within a second, how many would differ without restrictions and without one-ways, and every pair that
does not agree. Exit status 0 when at least 99.9 % agree, 1 otherwise.
"""

import collections
import math
import random

import networkx as nx
import osmium

from road_comparison import CLOSED, ISLAND_M, Snapper, asked, conclude, differing, metres, of_program, pace, radii, seasonal

KMH = {
    "motorway": 100, "motorway_link": 60, "motorroad": 90, "trunk": 85, "trunk_link": 60, "primary": 65, "primary_link": 50,
    "secondary": 60, "secondary_link": 50, "tertiary": 50, "tertiary_link": 40, "unclassified": 30, "residential": 30,
    "living_street": 10, "service": 20, "road": 20, "track": 15, "path": 10, "footway": 6, "pedestrian": 6, "cycleway": 10,
    "bridleway": 10, "platform": 6, "ferry": 10, "ice_road": 30,
}
NOT_BY_DEFAULT = {"path", "footway", "pedestrian", "cycleway", "bridleway", "platform"}
SURFACE = {}
for _words, _kmh in (
    ("compacted cement", 80), ("fine_gravel", 60), ("paving_stones metal bricks brick", 40),
    ("grass wood sett grass_paver gravel unpaved ground dirt pebblestone tartan ice snow", 30),
    ("cobblestone unhewn_cobblestone clay", 20), ("earth stone rock rocky sand", 15), ("mud", 10),
):
    SURFACE.update((word, _kmh) for word in _words.split())
TRACK = {"grade1": 40, "grade2": 30, "grade3": 20, "grade4": 15, "grade5": 10}
KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
WALK_KMH = 5.0


def kind(tags):
    """Class of a way; `None` where nobody travels on it."""
    if tags.get("ice_road") == "yes" or tags.get("winter_road") == "yes":
        return "ice_road"
    highway = tags.get("highway")
    if highway is None:
        if tags.get("route") == "ferry":
            return "ferry"
        if "platform" in (tags.get("railway"), tags.get("public_transport")):
            return "platform"
        return "footway" if tags.get("man_made") == "pier" else None
    if highway in ("trunk", "primary") and tags.get("motorroad") == "yes":
        return "motorroad"
    named = {"corridor": "footway", "busway": "service", "steps": "steps"}.get(highway, highway)
    return named if named == "steps" or (named in KMH and named not in ("motorroad", "ferry")) else None


def cars(tags, way, winter):
    """Whether cars may use a way."""
    if way == "steps" or (winter and tags.get("snowplowing") == "no"):
        return False
    default = way not in NOT_BY_DEFAULT and tags.get("service") != "emergency_access" and tags.get("highway") != "busway"
    if way == "ferry":
        default = "foot" not in tags and "bicycle" not in tags
    for key in KEYS:
        if key in tags:
            if tags[key] in CLOSED or tags[key] == "dismount" and key in KEYS[:2]:
                return False
            return default if key in KEYS[2:] or tags[key] == "unknown" else True
    return default


def directions(tags, way):
    """Whether cars go along and against the nodes of a way."""
    oneway = next((tags[k] for k in ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway") if k in tags), None)
    circle = tags.get("junction") in ("roundabout", "circular")
    if oneway in ("yes", "true", "1"):
        both = [True, False]
    elif oneway in ("-1", "reverse"):
        both = [False, True]
    elif oneway in ("no", "false", "0"):
        both = [True, True]
    elif oneway == "reversible":
        both = [False, False]
    else:
        both = [True, not (circle or way == "motorway")]
    for i, name in enumerate(("forward", "backward")):
        own = next((tags[f"{k}:{name}"] for k in KEYS if f"{k}:{name}" in tags), None)
        if own is not None:
            both[i] = own not in CLOSED
    return both


def limit(value):
    """Number of a `maxspeed`."""
    if value is None:
        return None
    value = value.split(";")[0].strip()
    if value == "walk":
        return 5
    factor = 1.0
    for unit, times in (("mph", 1.609344), ("km/h", 1.0), ("kmh", 1.0)):
        if value.endswith(unit):
            value, factor = value[: -len(unit)], times
            break
    try:
        kmh = float(value.strip()) * factor
    except ValueError:
        return None
    return math.floor(kmh + 0.5) if 1 <= kmh <= 250 else None


def speed(tags, way, name, winter):
    """km/h in a direction."""
    factor = 0.65 if winter and way != "ice_road" else 1.0
    stated = limit(tags.get(f"maxspeed:{name}")) or limit(tags.get("maxspeed"))
    track = TRACK.get(tags.get("tracktype"))
    if way == "ferry":
        return KMH["ferry"]
    if stated:
        basis = stated * 0.9
    elif way == "track" and track:
        basis = track
    else:
        basis = KMH[way]
    most = min(SURFACE.get(tags.get("surface", "").replace(":", ";").split(";")[0].strip(), math.inf), track or math.inf)
    if tags.get("junction") in ("roundabout", "circular"):
        most = min(most, 30)
    return min(basis, most) * factor


GATES = {"gate", "lift_gate", "swing_gate", "hampshire_gate", "sliding_gate", "wicket_gate"}
BARS = {
    "bollard", "block", "cycle_barrier", "chain", "jersey_barrier", "debris", "log", "motorcycle_barrier", "horse_stile",
    "sump_buster", "planter", "bar", "rope", "barrier_board", "stile", "kissing_gate", "turnstile", "full-height_turnstile", "step_over",
}


def passes(tags):
    """Whether cars may pass a node."""
    for key in KEYS:
        if key in tags:
            return tags[key] not in CLOSED
    barrier = tags.get("barrier")
    return not (barrier in BARS or barrier in GATES and tags.get("locked") == "yes")


class Roads:
    """Segments, arcs (`(a, b, way)` from node to node) and their seconds, junctions, restrictions as words over arcs."""

    def __init__(self, path, winter):
        self.where, self.shut, ways, told = {}, set(), {}, []
        for thing in osmium.FileProcessor(path):
            tags = {t.k: t.v.strip() for t in thing.tags}
            if thing.is_node():
                self.where[thing.id] = (thing.location.lon, thing.location.lat)
                if ("barrier" in tags or "access" in tags or "motor_vehicle" in tags) and not passes(tags):
                    self.shut.add(thing.id)
            elif thing.is_way():
                way = kind(tags)
                if way and len(thing.nodes) > 1 and (tags.get("access") not in CLOSED or "foot" in tags or "motor_vehicle" in tags or "bicycle" in tags):
                    ways[thing.id] = ([n.ref for n in thing.nodes], tags, way)
            elif tags.get("type", "").split(":")[0] == "restriction":
                told.append((tags, [(m.type, m.ref, m.role) for m in thing.members]))
        uses = collections.Counter()
        for nodes, *_ in ways.values():
            known = [n in self.where for n in nodes]
            for i, n in enumerate(nodes):
                end = i in (0, len(nodes) - 1) or not known[i - 1] or not known[i + 1]
                uses[n] += 2 if end else 1
        self.junctions = {n for n, count in uses.items() if count > 1} | self.shut
        self.cost, self.segments, self.arc_ends, self.out, self.of_way = {}, [], [], collections.defaultdict(list), {}
        # Per segment the junctions between which it lies.
        self.between = []
        for number, (nodes, tags, way) in ways.items():
            pairs = [(a, b) for a, b in zip(nodes, nodes[1:]) if a != b and a in self.where and b in self.where]
            self.of_way[number] = pairs
            if not (seasonal(tags, winter) and cars(tags, way, winter)):
                continue
            both = directions(tags, way)
            pace = [3.6 / speed(tags, way, name, winter) for name in ("forward", "backward")]
            junction = lambda nodes: next((n for n in nodes if n in self.junctions), nodes[-1])
            for i, (a, b) in enumerate(pairs):
                length = metres(self.where[a], self.where[b])
                arcs = [(a, b, number), (b, a, number)]
                for arc, open_, per in zip(arcs, both, pace):
                    if open_:
                        self.cost[arc] = length * per
                        if arc[0] not in self.shut and arc[1] not in self.shut:
                            self.out[arc[0]].append(arc)
                if any(both):
                    self.segments.append((a, b, length, *both))
                    self.arc_ends.append(arcs)
                    before = [a] + [p[0] for p in pairs[:i]][::-1]
                    self.between.append((junction(before), junction([b] + [p[1] for p in pairs[i + 1 :]])))
        self.words, self.left_out = [], 0
        for tags, members in told:
            self.restriction(tags, members)
        self.starts = collections.defaultdict(list)
        for i, word in enumerate(self.words):
            self.starts[word[0]].append(i)

    def restriction(self, tags, members):
        if {w.strip() for w in tags.get("except", "").split(";")} & {"motorcar", "motor_vehicle", "vehicle"}:
            return
        what = next((tags[k] for k in ("restriction:motorcar", "restriction:motor_vehicle", "restriction") if k in tags), "")
        only = what.startswith("only_")
        role = lambda name, sort: [ref for kind_, ref, as_ in members if as_ == name and kind_ == sort]
        first, last, nodes, over = role("from", "w"), role("to", "w"), role("via", "n"), role("via", "w")
        word = None
        timed = any(k in tags for k in ("hour_on", "day_on", "date_on"))
        if (only or what.startswith("no_")) and not timed and len(first) == len(last) == 1:
            if len(nodes) == 1 and not over:
                word = self.joined(first[0], [], nodes[0], last[0])
            elif over and not nodes:
                found = []
                for turned in (False, True):
                    chain = self.chained(over, turned)
                    if chain:
                        found += filter(None, [self.joined(first[0], chain, chain[0][0], last[0])])
                word = found[0] if len(found) == 1 else None
        if word is None:
            self.left_out += 1
        elif not only:
            self.words.append(word)
        elif word[-1] in self.cost and word[-1] in self.out[word[-1][0]]:
            self.words += [(*word[:-1], arc) for arc in self.out[word[-1][0]] if arc != word[-1]]

    def touching(self, way, node):
        """The only segment of a way at a node, as the arc towards the node; `None` where there are several or none."""
        arcs = [(a, b, way) if b == node else (b, a, way) for a, b in self.of_way.get(way, []) if node in (a, b)]
        return arcs[0] if len(arcs) == 1 else None

    def joined(self, first, chain, node, last):
        before, after = self.touching(first, node), self.touching(last, chain[-1][1] if chain else node)
        return (before, *chain, (after[1], after[0], last)) if before and after else None

    def chained(self, ways, turned):
        """Whole ways one after the other, the first in this direction; `None` where they do not meet."""
        chain = []
        for i, way in enumerate(ways):
            along = [(a, b, way) for a, b in self.of_way.get(way, [])]
            against = [(b, a, way) for a, b, _ in reversed(along)]
            options = [against if turned else along] if i == 0 else [along, against]
            fits = [o for o in options if o and (not chain or o[0][0] == chain[-1][1])]
            if not fits:
                return None
            chain += fits[0]
        return chain

    def entered(self, arc, memory=frozenset()):
        """What is remembered at the end of an arc; `None` where a restriction forbids it."""
        begun = {(i, 0) for i in self.starts.get(arc, ())}
        for i, at in memory:
            if self.words[i][at + 1] == arc:
                if at + 2 == len(self.words[i]):
                    return None
                begun.add((i, at + 1))
        return frozenset(begun)

    def graph(self):
        """The line graph: states are arc and memory; weights are the seconds of the arc that is entered."""
        graph, waiting = nx.DiGraph(), [(arc, self.entered(arc)) for arc in self.cost]
        graph.add_nodes_from(waiting)
        while waiting:
            state = waiting.pop()
            (a, b, way), memory = state
            if b in self.shut:
                continue
            ways_on = self.out[b]
            for arc in ways_on:
                around = arc == (b, a, way)
                if around and (b not in self.junctions or memory and len(ways_on) > 1):
                    continue
                after = self.entered(arc, memory)
                if after is not None:
                    if (arc, after) not in graph:
                        waiting.append((arc, after))
                    graph.add_edge(state, (arc, after), weight=self.cost[arc])
        return graph


def islands(roads, line):
    """Which segments stand on an island: small strongly connected parts of the line graph, so that restrictions count. A road that leads
    to the main part or from it is none."""
    best, length = {}, collections.Counter()
    for number, part in enumerate(sorted(nx.strongly_connected_components(line), key=len)):
        for (_, b, _), _ in part:
            best[b] = number
    for (a, b), (_, _, metres_, *_) in zip(roads.between, roads.segments):
        if a in best and best[a] == best.get(b):
            length[best[a]] += metres_
    largest = max(length.values())
    return [max(length[best.get(a)], length[best.get(b)]) < min(largest, ISLAND_M) for a, b in roads.between]


def beside(roads, snapper, count, prefix, chance):
    """Points beside segments, and not nearest to a corner where several segments are equally near: which of them is taken there is
    no matter of rules, and on a one-way it decides."""
    found = []
    while len(found) < count:
        a, b, length, *_ = roads.segments[chance.randrange(len(roads.segments))]
        (x0, y0), (x1, y1) = roads.where[a], roads.where[b]
        share, off = chance.uniform(0.2, 0.8), chance.uniform(-15, 15)
        if length < 5:
            continue
        x, y = radii(y0)
        dx, dy = (x1 - x0) * x / length, (y1 - y0) * y / length
        lon, lat = x0 + (x1 - x0) * share - dy * off / x, y0 + (y1 - y0) * share + dx * off / y
        lon, lat = round(lon, 7), round(lat, 7)
        snap = snapper.snap((lon, lat))
        if snap and 0 < snap[1] < 1:
            found.append((f"{prefix}{len(found)}", lon, lat))
    return found


def seconds(roads, graph, snapped, sites, places, link):
    """Seconds of every pair by backward Dijkstra from each site; a journey that starts on a segment remembers nothing before it."""
    preds, found = collections.defaultdict(list), {}
    for state in graph:
        preds[state[0]].append(state)
    for site, *_ in sites:
        here = snapped[site]
        if here is None:
            continue
        for arc, share in zip(roads.arc_ends[here[0]], (here[1], 1 - here[1])):
            if arc not in roads.cost or arc[0] in roads.shut:
                continue
            for state in preds[arc]:
                for before in graph.predecessors(state):
                    if before != "site":
                        graph.add_edge(before, "site", weight=share * roads.cost[arc])
        labels = {}
        if "site" in graph:
            labels = nx.single_source_dijkstra_path_length(graph.reverse(copy=False), "site")
            graph.remove_node("site")
        for place, *_ in places:
            there, best = snapped[place], math.inf
            if there is None:
                continue
            pairs = zip(roads.arc_ends[there[0]], (there[1], 1 - there[1]), (here[1], 1 - here[1]))
            for arc, before, end in pairs:
                if arc not in roads.cost:
                    continue
                ahead = labels.get((arc, roads.entered(arc)), math.inf)
                best = min(best, ahead + (1 - before) * roads.cost[arc])
                if there[0] == here[0] and before <= end:
                    best = min(best, (end - before) * roads.cost[arc])
            if best < math.inf:
                found[site, place] = best + (here[2] + there[2]) * link
    return found


def main():
    ask = asked()
    winter = ask.season == "winter"
    roads = Roads(ask.roads, winter)
    line = roads.graph()
    snapper = Snapper(roads.where, roads.segments, islands(roads, line))
    chance = random.Random(11)
    sites, places = beside(roads, snapper, ask.sites, "s", chance), beside(roads, snapper, ask.places, "p", chance)
    own = of_program(ask, "drive", sites, places)
    snapped = {name: snapper.snap((lon, lat)) for name, lon, lat in sites + places}
    link = pace(WALK_KMH, winter)
    pairs = [(s, p) for s, *_ in sites for p, *_ in places]
    peer = seconds(roads, line, snapped, sites, places, link)
    words = len(roads.words)
    # What the rules are worth: the same without restrictions, then with every street open both ways.
    roads.words, roads.starts = [], {}
    free = len(differing(pairs, seconds(roads, roads.graph(), snapped, sites, places, link), own))
    for i, ((a, b, length, along, against), arcs) in enumerate(zip(roads.segments, roads.arc_ends)):
        for arc, other in (arcs, arcs[::-1]):
            if arc not in roads.cost:
                roads.cost[arc] = roads.cost[other]
                if arc[0] not in roads.shut and arc[1] not in roads.shut:
                    roads.out[arc[0]].append(arc)
    both = len(differing(pairs, seconds(roads, roads.graph(), snapped, sites, places, link), own))
    more = (
        f"; {words} forbidden turns, {roads.left_out} restrictions not applied; without restrictions {free} pairs would differ, "
        f"without one-ways as well {both}"
    )
    conclude(sites, places, peer, own, more)


if __name__ == "__main__":
    main()
