"""What the comparisons of travel times share: lengths, seasons, snapping, the program's answer, and the count of pairs that agree.

`walk_times.py` and `drive_times.py` write down the rules of their mode and search; this file knows neither.
"""

import argparse
import csv
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

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


def seasonal(tags, winter):
    if tags.get("ice_road") == "yes" or tags.get("winter_road") == "yes":
        return winter
    names = [n.strip() for n in tags.get("seasonal", "").split(";")]
    if not {"winter", "summer", "spring", "autumn", "dry_season", "wet_season"} & set(names):
        return True
    return ("winter" if winter else "summer") in names


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


def asked():
    """The command line."""
    ask = argparse.ArgumentParser()
    ask.add_argument("roads")
    ask.add_argument("binary", nargs="?", default="target/release/doorstep")
    ask.add_argument("--sites", type=int, default=40)
    ask.add_argument("--places", type=int, default=250)
    ask.add_argument("--season", choices=["summer", "winter"], default="summer")
    return ask.parse_args()


def pace(kmh, winter):
    """Seconds per metre on foot: winter adds a minute per kilometre."""
    return 3.6 / kmh + (0.06 if winter else 0.0)


def of_program(asked, mode, sites, places):
    """Seconds by site and place, as `doorstep times` says; points are `(id, lon, lat)`."""
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in (("sites", sites), ("places", places)):
            with open(Path(folder) / f"{name}.csv", "w", newline="") as out:
                csv.writer(out).writerows([("id", "lon", "lat"), *rows])
        out = Path(folder) / "times.csv"
        subprocess.run(
            [asked.binary, "times", "--roads", asked.roads, "--mode", mode, "--season", asked.season, "--no-cache", "--quiet",
             "--from", f"{folder}/sites.csv", "--to", f"{folder}/places.csv", "-o", out],
            check=True,
        )
        with open(out, newline="") as rows:
            return {(r["site"], r["demand"]): float(r["seconds"]) for r in csv.DictReader(rows)}


def differing(pairs, peer, own):
    """Pairs that differ by more than a second, or that only one side reaches."""
    return [k for k in pairs if not (peer.get(k) == own.get(k) or abs(peer.get(k, math.inf) - own.get(k, math.inf)) <= 1.0)]


def conclude(sites, places, peer, own, more=""):
    """Prints every pair that differs and the count; ends with 0 when at least 99.9 % agree, with 1 otherwise."""
    pairs = [(s, p) for s, *_ in sites for p, *_ in places]
    differ = differing(pairs, peer, own)
    for key in differ:
        print(f"differs: {key[0]} {key[1]}: networkx {peer.get(key, math.inf):.3f}, doorstep {own.get(key, math.inf):.3f}")
    other = set(differ)
    worst = max((abs(peer[k] - own[k]) for k in pairs if k in peer and k in own and k not in other), default=0.0)
    share = 1 - len(differ) / len(pairs)
    print(
        f"{len(pairs) - len(differ)} of {len(pairs)} pairs agree to within 1 s ({share:.4%}), {len(own)} reached; largest difference among them "
        f"{worst:.3f} s{more}"
    )
    sys.exit(0 if share >= 0.999 else 1)
