#!/usr/bin/env python3
"""Confirms or refutes a certificate.json of doorstep. Python 3.11 or later, no code of the program, no packages
(but pyarrow for GeoParquet).

    python3 check_certificate.py PLAN_FOLDER CERTIFICATE
    python3 check_certificate.py FOLDER_OF_TABLES CERTIFICATE      of `doorstep solve --certificate`

reads plan.toml, the layers (GeoJSON, CSV, XLSX, GeoPackage, Shapefile, and GeoParquet where pyarrow is installed; WGS84, CGCS2000,
GCJ-02, BD-09, Gauss-Kruger of CGCS2000, UTM, web Mercator) and the certificate, and then
  1. compares the inputs with the certificate's hashes,
  2. rebuilds who is inside whose circle, the integer weights, the merged rows and the side conditions,
  3. checks that the chosen sites meet every condition and cover the stated objective,
  4. walks the tree of the proof, so that every choice is in some leaf, and recomputes what closes each leaf.

Prints `confirmed: optimal`, `confirmed: feasible, gap ...` or `refuted: ...`, and what it could not rebuild itself.
Exit status: 0 confirmed, 1 refuted, 2 cannot be checked (an input this script does not read).

For a bare problem it reads the tables that the certificate names, from the folder, and prints the question that was asked.

The format is described at the head of src/report/certificate.rs and of src/report/table_certificate.rs. One file, so that it can be handed on and read in one go.
"""

import csv
import hashlib
import json
import math
import re
import sqlite3
import struct
import sys
import tomllib
import zipfile
from bisect import bisect_left, bisect_right
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

# A pair whose length is this near the limit, metres, is taken as the certificate says.
SAME = 1e-6


class Refuted(Exception):
    """The certificate does not prove what it says."""


class Unknown(Exception):
    """This script cannot tell."""


def need(holds, why):
    if not holds:
        raise Refuted(why)


# --- Lengths on the ellipsoid -----------------------------------------------------------------------------------------

A = 6378137.0
F = 1 / 298.257223563
B = A * (1 - F)
# The smallest radius of curvature of the ellipsoid: no geodesic is longer than an arc of it over the same chord.
TIGHTEST = B * B / A


def earth_centred(lon, lat):
    e2 = F * (2 - F)
    s, c = math.sin(math.radians(lat)), math.cos(math.radians(lat))
    n = A / math.sqrt(1 - e2 * s * s)
    return n * c * math.cos(math.radians(lon)), n * c * math.sin(math.radians(lon)), n * (1 - e2) * s


def gauss_legendre(n):
    """Nodes and weights on [-1, 1], by Newton's method on the Legendre polynomial."""
    rule = []
    for i in range(n):
        x = math.cos(math.pi * (i + 0.75) / (n + 0.5))
        for _ in range(100):
            p, q = 1.0, x
            for k in range(2, n + 1):
                p, q = q, ((2 * k - 1) * x * q - (k - 1) * p) / k
            slope = n * (x * q - p) / (x * x - 1)
            step = q / slope
            x -= step
            if abs(step) < 1e-15:
                break
        rule.append((x, 2 / ((1 - x * x) * slope * slope)))
    return rule


RULE = gauss_legendre(24)


def integral(f, a, b):
    half, middle = (b - a) / 2, (a + b) / 2
    return half * sum(w * f(middle + half * x) for x, w in RULE)


def geodesic(lon1, lat1, lon2, lat2):
    """Length in metres. Bessel's two integrals on the auxiliary sphere by quadrature; the longitude by fixed point.

    Good to nanometres for all but nearly opposite points, which no service circle joins.
    """
    def reduced(lat):
        if abs(lat) == 90:
            return math.copysign(1.0, lat), 0.0
        t = (1 - F) * math.tan(math.radians(lat))
        c = 1 / math.hypot(1, t)
        return t * c, c

    (s1, c1), (s2, c2) = reduced(lat1), reduced(lat2)
    # The difference of longitudes, without losing digits across the antimeridian.
    difference = math.radians(math.remainder(lon2 - lon1, 360.0))
    omega = difference
    for _ in range(50):
        so, co = math.sin(omega), math.cos(omega)
        x, y = c2 * so, c1 * s2 - s1 * c2 * co
        sine, cosine = math.hypot(x, y), s1 * s2 + c1 * c2 * co
        sigma = math.atan2(sine, cosine)
        if sine == 0:
            if cosine > 0:
                return 0.0
            raise Unknown("two points on opposite sides of the Earth")
        # Azimuth of the great circle at the equator, and the arc from there to the first point.
        sin_alpha = c1 * x / sine
        cos_alpha = math.sqrt(max(0.0, 1 - sin_alpha * sin_alpha))
        cos_azimuth = y / sine
        sigma1 = math.atan2(s1, c1 * cos_azimuth) if (s1 or cos_azimuth) else 0.0
        k2 = cos_alpha * cos_alpha * (A * A - B * B) / (B * B)

        def root(s):
            return math.sqrt(1 + k2 * math.sin(s) ** 2)

        shift = F * sin_alpha * integral(lambda s: (2 - F) / (1 + (1 - F) * root(s)), sigma1, sigma1 + sigma)
        before, omega = omega, difference + shift
        if abs(omega - before) < 1e-16 + 1e-15 * abs(omega):
            break
    return B * integral(root, sigma1, sigma1 + sigma)


def inside(a, b, limit, told):
    """Whether b is at most `limit` metres from a; a and b are (lon, lat, earth-centred). Second: whether it was close."""
    c = math.dist(a[2], b[2])
    if c > limit + SAME:
        return False, False
    if c < 2 * TIGHTEST and 2 * TIGHTEST * math.asin(c / (2 * TIGHTEST)) < limit - SAME:
        return True, False
    length = geodesic(a[0], a[1], b[0], b[1])
    if abs(length - limit) <= SAME:
        said = told()
        return (length <= limit if said is None else said), True
    return length <= limit, False


def located(lon, lat):
    return lon, lat, earth_centred(lon, lat)


# --- Reading ----------------------------------------------------------------------------------------------------------

LAYERS = ["residences", "clusters", "stations", "candidates", "boundaries"]
SUFFIXES = (".geojson", ".csv", ".xlsx", ".gpkg", ".parquet", ".shp")
HEADINGS = {
    "id": "编号 编码 唯一编号",
    "name": "名称 名字 站点名称 居民点名称",
    "county": "县区 区县 县 县市区 县（市、区） 所属县区 所属区县 所在县区 所在区县",
    "county_code": "行政区划代码 区划代码 县区代码 区县代码 县代码 adcode",
    "setting": "城乡 城乡类型 城乡属性 城乡分类",
    "population": "人口 常住人口 人口数 常住人口数 人口（人） 常住人口（人）",
    "people": "人数 从业人数 就业人数 人流量 日均人流 日均人流量 人数（人）",
    "kind": "类型 类别",
    "groups": "群体 重点群体",
    "status": "状态 建设状态 运营状态",
    "cost": "费用 造价 成本 投资 建设费用",
    "capacity": "容量 服务能力 可服务人数",
}
KNOWN = {
    "residences": ["id", "county", "county_code", "setting", "population", "kind", "groups"],
    "clusters": ["id", "county", "county_code", "setting", "people", "kind"],
    "stations": ["id", "county", "county_code", "status", "capacity"],
    "candidates": ["id", "county", "county_code", "cost", "capacity"],
    "boundaries": ["name", "county", "county_code"],
}
WORDS = {
    "setting": {"urban": "城镇 城市 城区 城", "rural": "农村 乡村 村 乡"},
    "status": {
        "open": "开放 已开放 开业 已开业 运营 运营中 已运营 已建成 建成 在用",
        "building": "在建 建设中 正在建设 施工中",
        "planned": "规划 规划中 计划 已规划 拟建 待建",
        "closed": "关闭 已关闭 停用 停业 撤销 已撤销",
    },
    "residences": {
        "settlement": "居民点 社区 村 村庄 小区 普通",
        "relocation": "易地搬迁 易地搬迁安置区 易地搬迁集中安置区 搬迁安置区 安置区",
        "college": "高校 院校 学校 大学 学院",
    },
    "clusters": {
        "industry": "产业 产业集聚区 商圈产业 园区 产业园 工业 企业",
        "footfall": "人流 人流密集区 市场 商场 商超 车站",
    },
}
GROUPS = {
    "失业人员": "unemployed", "登记失业人员": "unemployed", "高校毕业生": "graduates", "毕业生": "graduates",
    "退役军人": "veterans", "农民工": "migrant_workers", "残疾人": "disabled", "低保家庭": "low_income",
}


def word(kind, written, default=None):
    if written is None:
        return default
    for name, synonyms in WORDS[kind].items():
        if written.lower() == name or written in synonyms.split():
            return name
    raise Unknown(f"the word {written!r}")


def text(value):
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return value.strip() if isinstance(value, str) else plain(value)


def plain(value):
    """A value of a typed table as people would write it in a cell: whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 9e15:
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def features(folder, layer, plan, files):
    """The features of a layer as (properties by their own names, geometry in WGS84), or None where the layer is absent."""
    if layer not in files:
        return None
    file = files[layer]
    keys = plan.get("layers", {}).get(layer, {})
    columns = {field: heading.strip().lower() for field, heading in keys.get("columns", {}).items()}
    meaning = {}
    known = KNOWN[layer] + list(PLACES)
    for field in known:
        if field not in columns:
            meaning.update(dict.fromkeys([field, *{**HEADINGS, **PLACES}[field].split()], field))
    meaning.update({heading: field for field, heading in columns.items() if field in known})
    for other in set(columns) - set(known):
        meaning.pop(columns[other], None)
    suffix = Path(file).suffix.lower()
    if suffix in (".geojson", ".json"):
        found, said = geojson(folder / file, meaning), "wgs84"
    elif suffix in TYPED:
        lines, shapes, crs = TYPED[suffix](folder / file, layer, keys)
        found, said = tabled(file, lines, layer, meaning, keys, shapes)
        said = crs or said
    elif suffix in (".csv", ".xlsx"):
        lines = sheet(folder / file, layer, keys) if suffix == ".xlsx" else lines_of(folder / file, keys)
        found, said = tabled(file, lines, layer, meaning, keys)
    else:
        raise Unknown(f"{file}: only GeoJSON, CSV, XLSX, GeoPackage, GeoParquet and Shapefiles are read here")
    try:
        move = mover(str(keys.get("datum") or said or ""))
    except Unknown as why:
        raise Unknown(f"{layer}: {why}") from None
    for properties, geometry in found:
        properties["county"] = text(properties.get("county")) or text(properties.get("county_code"))
        if move and geometry:
            geometry["coordinates"] = moved(geometry["coordinates"], move)
    return found


def geojson(path, meaning):
    with open(path, encoding="utf-8-sig") as handle:
        content = json.load(handle)
    found = []
    for feature in content["features"] if content["type"] == "FeatureCollection" else [content]:
        properties = {}
        for heading, value in (feature.get("properties") or {}).items():
            field = meaning.get(heading.strip().lower())
            if field is not None and field not in PLACES:
                properties[field] = value
        if text(properties.get("id")) is None:
            properties["id"] = feature.get("id")
        found.append((properties, feature["geometry"]))
    return found


# Columns of tables that say where a row is, and words in their headings that name a datum.
PLACES = {
    "lon": "lng longitude x 经度 东经 坐标经度 经度坐标",
    "lat": "latitude y 纬度 北纬 坐标纬度 纬度坐标",
    "geometry": "wkt geom 几何 边界 范围",
}
DATUMS = {
    "gcj02": ["gcj-02", "gcj02", "火星", "高德", "腾讯"], "bd09": ["bd-09", "bd09", "百度"],
    "wgs84": ["wgs-84", "wgs84", "gps"], "cgcs2000": ["cgcs2000", "国家2000", "天地图"],
}
SHEETS = {
    "residences": "居民点 居住点 居民点清单", "clusters": "集聚区 产业集聚区 产业与人流集聚区", "stations": "站点 服务站 现有站点",
    "candidates": "候选点 候选站点", "boundaries": "边界 县界 县区边界",
}


def lines_of(path, keys):
    """The cells of a text table, row by row."""
    with open(path, encoding=keys.get("encoding") or "utf-8-sig", newline="") as handle:
        content = handle.read().lstrip("\ufeff")
    head = content.splitlines()[:20]
    most = {mark: max((line.count(mark) for line in head), default=0) for mark in ",;\t"}
    mark = "\t" if most["\t"] > most[","] and most["\t"] >= most[";"] else ";" if most[";"] > most[","] else ","
    bare = lambda cell: cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@\t\r＝＋－＠") else cell
    return [[bare(cell) for cell in row] for row in csv.reader(content.splitlines(keepends=True), delimiter=mark)]


def sheet(path, layer, keys):
    """The cells of a sheet of a workbook, row by row: the one the plan names, the one named after the layer, or the only one."""
    name = lambda tag: tag.rsplit("}", 1)[-1]
    texts = lambda element: "".join(t.text or "" for t in element.iter() if name(t.tag) == "t")
    with zipfile.ZipFile(path) as book:
        part = lambda at: ElementTree.fromstring(book.read(at))
        shared = []
        if "xl/sharedStrings.xml" in book.namelist():
            shared = [texts(entry) for entry in part("xl/sharedStrings.xml") if name(entry.tag) == "si"]
        targets = {r.get("Id"): r.get("Target") for r in part("xl/_rels/workbook.xml.rels")}
        sheets = {}
        for entry in part("xl/workbook.xml").iter():
            if name(entry.tag) == "sheet":
                at = targets[next(v for k, v in entry.attrib.items() if name(k) == "id")]
                sheets[entry.get("name").strip()] = at.lstrip("/") if at.startswith("/") else "xl/" + at
        wanted = [keys["sheet"]] if keys.get("sheet") else [layer, *SHEETS[layer].split()]
        chosen = next((n for n in sheets if n in wanted or n.lower() in wanted), None)
        if chosen is None:
            filled = [n for n, at in sheets.items() if any(name(c.tag) == "c" for c in part(at).iter())]
            if len(filled) != 1:
                raise Unknown(f"{path.name}: which of its sheets is {layer}")
            chosen = filled[0]
        rows = []
        for row in (r for r in part(sheets[chosen]).iter() if name(r.tag) == "row"):
            cells = []
            for cell in (c for c in row if name(c.tag) == "c"):
                letters = "".join(c for c in cell.get("r", "") if c.isalpha())
                column = 0
                for letter in letters:
                    column = column * 26 + ord(letter) - 64
                cells += [""] * (column - 1 - len(cells))
                value = next((v.text for v in cell if name(v.tag) == "v"), None)
                kind = cell.get("t", "n")
                cells.append(
                    texts(cell) if kind == "inlineStr" else shared[int(value)] if kind == "s" else value or ""
                )
            rows.append(cells)
        return rows


def tabled(file, lines, layer, meaning, keys, shapes=None):
    """Rows as features, and the datum that the headings say; `shapes` are the rows' geometries where the file has them."""

    def field(heading):
        plain = heading.strip().lower()
        if plain in meaning:
            return meaning[plain]
        for words in DATUMS.values():
            for said in words:
                plain = plain.replace(said, "")
        plain = plain.replace("坐标", "").strip(" ()（）_-[]【】")
        found = meaning.get(plain)
        return found if found in PLACES else None

    if shapes is None:
        lines = [row for row in lines if any(cell.strip() for cell in row)]
        head = next((i for i, row in enumerate(lines[:20]) if sum(field(c) is not None for c in row) >= 2), None)
    else:
        head = 0
    if head is None:
        raise Unknown(f"{file}: no row of headings")
    counted = set(keys.get("groups", []))
    columns, groups, said = {}, {}, None
    for i, heading in enumerate(lines[head]):
        means = field(heading)
        if means is not None:
            columns.setdefault(means, i)
            if means in PLACES:
                plain = heading.lower()
                said = said or next((d for d, words in DATUMS.items() if any(w in plain for w in words)), None)
        elif layer == "residences":
            spelled = heading.strip().removeprefix("groups.")
            if spelled != heading.strip() or spelled in GROUPS or spelled in GROUPS.values() or spelled in counted:
                groups[i] = GROUPS.get(spelled, spelled)
    found = []
    for n, row in enumerate(lines[head + 1 :]):
        cell = lambda i: row[i].strip() if i is not None and i < len(row) else ""
        properties = {f: cell(i) for f, i in columns.items() if f not in PLACES and cell(i)}
        for amount in ("population", "people", "cost"):
            if amount in properties:
                properties[amount] = number(properties[amount])
        if properties.get("id", "").endswith(".0") and file.lower().endswith(".xlsx"):
            properties["id"] = properties["id"][:-2]
        if groups:
            properties["groups"] = {g: number(cell(i)) for i, g in groups.items() if cell(i)}
        elif properties.get("groups", "").startswith("{"):
            properties["groups"] = json.loads(properties["groups"])
        if shapes is not None:
            geometry = shapes[n]
        elif cell(columns.get("lon")):
            geometry = {"type": "Point", "coordinates": [float(cell(columns["lon"])), float(cell(columns["lat"]))]}
        else:
            geometry = wkt(cell(columns.get("geometry")))
        found.append((properties, geometry))
    return found, said


def number(written):
    return float(written.replace(",", "") if "," in written else written)


def wkt(written):
    """A point or an area in well-known text."""
    kind, _, rest = written.strip().partition("(")
    kind = {"POINT": "Point", "POLYGON": "Polygon", "MULTIPOLYGON": "MultiPolygon"}.get(kind.split()[0].upper() if kind.split() else "")
    if kind is None:
        raise Unknown(f"the geometry {written[:40]!r}")
    pairs = re.sub(r"([-+.\deE]+)\s+([-+.\deE]+)(?:\s+[-+.\deE]+)?", r"[\1,\2]", "(" + rest)
    at = json.loads(pairs.replace("(", "[").replace(")", "]"))
    return {"type": kind, "coordinates": at[0] if kind == "Point" else at}


def moved(coordinates, move):
    if isinstance(coordinates[0], (int, float)):
        return list(move(float(coordinates[0]), float(coordinates[1])))
    return [moved(part, move) for part in coordinates]


# --- Files of GIS -----------------------------------------------------------------------------------------------------
# Each reader gives lines of text as a table has them, the geometry of every row, or None where the file is a plain table, and what the
# file says of its datum: a name, an EPSG code or a description.


def geopackage(path, layer, keys):
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        of = lambda kind: [n for (n,) in db.execute("SELECT table_name FROM gpkg_contents WHERE data_type = ?", [kind]) if n != "layer_styles"]
        names = of("features") or of("attributes")
        wanted = [keys["sheet"]] if keys.get("sheet") else [layer, *SHEETS[layer].split()]
        name = next((n for n in names if n.strip() in wanted or n.strip().lower() in wanted), names[0] if len(names) == 1 else None)
        if name is None:
            raise Unknown(f"{path.name}: which of its tables is {layer}")
        at = db.execute("SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?", [name]).fetchone()
        query = db.execute('SELECT * FROM "' + name.replace('"', '""') + '" ORDER BY rowid')
        heads, rows = [c[0] for c in query.description], query.fetchall()
        crs = at and db.execute(
            "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?", [at[1]]
        ).fetchone()
    except sqlite3.Error as what:
        raise Unknown(f"{path.name}: {what}") from None
    finally:
        db.close()
    if not at:
        return [heads] + [[plain(v) for v in row] for row in rows], None, None
    said = crs and (f"epsg:{crs[1]}" if crs[0].lower() == "epsg" else crs[2]) if at[1] > 0 else None
    where = heads.index(at[0])
    # Magic, version, flags (bits 1 to 3: size of the envelope), srs_id, envelope; then well-known binary.
    body = lambda blob: blob[8 + (0, 32, 48, 48, 64)[blob[3] >> 1 & 7] :]
    shapes = [wkb(body(row[where])) if row[where] else None for row in rows]
    lines = [[plain(v) for i, v in enumerate(row) if i != where] for row in [heads, *rows]]
    return lines, shapes, said


def geoparquet(path, layer, keys):
    try:
        from pyarrow import parquet
    except ImportError:
        raise Unknown(f"{path.name}: GeoParquet is read with pyarrow (python3 -m pip install pyarrow)") from None
    columns = parquet.read_table(path)
    geo = json.loads((columns.schema.metadata or {}).get(b"geo", b"null"))
    where = geo and geo["primary_column"]
    heads = [name for name in columns.column_names if name not in (where, "bbox", "__index_level_0__")]
    values = [columns.column(name).to_pylist() for name in heads]
    lines = [heads] + [[plain(v.decode() if isinstance(v, bytes) else v) for v in row] for row in zip(*values)]
    if not geo:
        return lines, None, None
    crs = geo["columns"][where].get("crs", "wgs84")
    if isinstance(crs, dict):
        named = crs.get("id", {})
        crs = "wgs84" if named.get("authority") == "OGC" else f"{named.get('authority')}:{named.get('code')}".lower()
    return lines, [wkb(blob) if blob else None for blob in columns.column(where).to_pylist()], crs


def shapefile(path, layer, keys):
    def beside(suffix):
        return next((p for p in (path.with_suffix(s) for s in (suffix, suffix.upper())) if p.is_file()), None)

    content, shapes, at = path.read_bytes(), [], 100
    while at < len(content):
        (words,) = struct.unpack_from(">i", content, at + 4)
        shapes.append(shape(content[at + 8 : at + 8 + 2 * words]))
        at += 8 + 2 * words
    table = beside(".dbf").read_bytes()
    count, start, length = struct.unpack_from("<IHH", table, 4)
    cpg, said = beside(".cpg"), beside(".prj")
    by_language = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5"}
    encoding = keys.get("encoding") or (cpg and cpg.read_text().strip()) or by_language.get(table[29], "utf-8")
    encoding = {"65001": "utf-8", "936": "gb18030", "950": "big5"}.get(encoding, encoding)
    # A text is cut to its column at a byte, so a character may be torn there.
    words = lambda raw: raw.split(b"\0")[0].decode(encoding, "ignore").strip()
    heads = []
    for at in range(32, start - 1, 32):
        if table[at] == 0x0D:
            break
        heads.append((words(table[at : at + 11]), chr(table[at + 11]), table[at + 16]))
    lines, kept = [[name for name, _, _ in heads]], []
    for n in range(count):
        row, at, cells = table[start + n * length : start + (n + 1) * length], 1, []
        for _, kind, wide in heads:
            cell = words(row[at : at + wide])
            cells.append("" if kind != "C" and not cell.strip("*") else cell)
            at += wide
        # A star before a row says that it was deleted.
        if row[:1] != b"*":
            lines.append(cells)
            kept.append(shapes[n])
    return lines, kept, said and said.read_text(encoding="utf-8-sig")


def shape(record):
    """A record of a .shp file. Rings of a polygon are kept as they stand: what is inside an odd number of them is inside."""
    (kind,) = struct.unpack_from("<i", record)
    pairs = lambda at, n: [list(struct.unpack_from("<2d", record, at + 16 * i)) for i in range(n)]
    if kind in (1, 11, 21):
        return {"type": "Point", "coordinates": pairs(4, 1)[0]}
    if kind in (8, 18, 28):
        return {"type": "MultiPoint", "coordinates": pairs(40, struct.unpack_from("<i", record, 36)[0])}
    if kind in (5, 15, 25):
        parts, points = struct.unpack_from("<2i", record, 36)
        starts = [*struct.unpack_from(f"<{parts}i", record, 44), points]
        corners = pairs(44 + 4 * parts, points)
        return {"type": "MultiPolygon", "coordinates": [[corners[a:b]] for a, b in zip(starts, starts[1:])]}
    if kind == 0:
        return None
    raise Unknown(f"a shape of type {kind}")


def wkb(blob):
    """A geometry in well-known binary, with or without heights."""
    at = 0

    def take(form):
        nonlocal at
        values = struct.unpack_from(("<" if little else ">") + form, blob, at)
        at += struct.calcsize("<" + form)
        return values

    def pair(dimensions):
        return list(take(f"{dimensions}d")[:2])

    def one():
        nonlocal at, little
        little = blob[at] == 1
        at += 1
        (code,) = take("I")
        kind, dimensions = code % 1000 & 0xFF, 2 + (code >> 31) + (code >> 30 & 1)
        if code < 4000:
            kind, dimensions = code % 1000, (2, 3, 3, 4)[code // 1000]
        if code >> 29 & 1:
            take("I")
        many = lambda what: [what() for _ in range(take("I")[0])]
        line = lambda: many(lambda: pair(dimensions))
        if kind == 1:
            return {"type": "Point", "coordinates": pair(dimensions)}
        if kind == 3:
            return {"type": "Polygon", "coordinates": many(line)}
        if kind in (4, 6):
            return {"type": {4: "MultiPoint", 6: "MultiPolygon"}[kind], "coordinates": many(lambda: one()["coordinates"])}
        raise Unknown(f"a geometry of type {kind}")

    little = True
    return one()


TYPED = {".gpkg": geopackage, ".parquet": geoparquet, ".shp": shapefile}


# --- Datums -----------------------------------------------------------------------------------------------------------

CLOSE = 1e-9


def mover(said):
    """The function that takes a position of a datum to WGS84; None where it is there. By name, EPSG code or description."""
    if "[" in said:
        return described(said)
    datum = said.lower().replace("-", "").replace("_", "").replace(" ", "")
    if datum in ("wgs84", "cgcs2000", "epsg:4326", "epsg:4490", "epsg:4979", "epsg:4480"):
        return None
    if datum == "gcj02":
        return gcj02_to_wgs84
    if datum in ("bd09", "bd09ll"):
        return lambda lon, lat: gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
    code = int(datum[5:]) if datum.startswith("epsg:") and datum[5:].isdigit() else 0
    if code == 3857:
        r = math.radians(1) * A
        return lambda x, y: (x / r, math.degrees(math.atan(math.sinh(y / A))))
    if 32601 <= code <= 32660 or 32701 <= code <= 32760:
        return transverse(1 / F, code % 100 * 6 - 183, 0.9996, 500_000, 0 if code < 32700 else 10_000_000)
    # Gauss-Kruger of CGCS2000: zones of six degrees with the zone before the easting, without it, and of three degrees likewise.
    for first, last, wide, zone in ((4491, 4501, 6, 13), (4502, 4512, 6, 0), (4513, 4533, 3, 25), (4534, 4554, 3, 0)):
        if first <= code <= last:
            n = code - first
            return transverse(298.257222101, 75 + wide * n, 1, 500_000 + ((zone + n) * 1_000_000 if zone else 0), 0)
    raise Unknown(f"datum {said or 'not stated'}")


def described(words):
    """The same for well-known text, as a .prj file holds it: by the code of the whole, else by its numbers."""
    upper = words.upper().strip()
    whole = re.search(r'(?:AUTHORITY|ID)\["EPSG",\s*"?(\d+)"?\]\]$', upper)
    if whole:
        return mover(f"epsg:{whole[1]}")
    spheroid = re.search(r'(?:SPHEROID|ELLIPSOID)\["[^"]*",\s*([\d.]+),\s*([\d.]+)', upper)
    if not spheroid or abs(float(spheroid[1]) - A) > 0.01 or not 298.2572 < float(spheroid[2]) < 298.2573:
        raise Unknown(f"the datum of {words[:40]}")
    if upper.startswith("GEOGCS"):
        return None
    number_of = lambda name, default: float((re.search(rf'PARAMETER\["{name}",\s*([-\d.E+]+)', upper) or [0, default])[1])
    if not re.search(r'PROJECTION\["(TRANSVERSE_MERCATOR|GAUSS_KRUGER)"', upper) or number_of("LATITUDE_OF_ORIGIN", 0):
        raise Unknown(f"the projection of {words[:40]}")
    numbers = [number_of(*p) for p in (("CENTRAL_MERIDIAN", 0), ("SCALE_FACTOR", 1), ("FALSE_EASTING", 0), ("FALSE_NORTHING", 0))]
    return transverse(float(spheroid[2]), *numbers)


def transverse(inverse_flattening, meridian, scale, east, north):
    """The inverse of the transverse Mercator projection, by Kruger's series in the third flattening n, to its sixth power."""
    f = 1 / inverse_flattening
    n = f / (2 - f)
    e = math.sqrt(f * (2 - f))
    radius = A / (1 + n) * (1 + n**2 / 4 + n**4 / 64 + n**6 / 256)
    beta = (
        n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96 - n**4 / 360 - 81 * n**5 / 512 + 96199 * n**6 / 604800,
        n**2 / 48 + n**3 / 15 - 437 * n**4 / 1440 + 46 * n**5 / 105 - 1118711 * n**6 / 3870720,
        17 * n**3 / 480 - 37 * n**4 / 840 - 209 * n**5 / 4480 + 5569 * n**6 / 90720,
        4397 * n**4 / 161280 - 11 * n**5 / 504 - 830251 * n**6 / 7257600,
        4583 * n**5 / 161280 - 108847 * n**6 / 3991680,
        20648693 * n**6 / 638668800,
    )

    def back(x, y):
        xi, eta = (y - north) / (scale * radius), (x - east) / (scale * radius)
        waves = list(enumerate(beta, 1))
        xi, eta = (
            xi - sum(b * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, b in waves),
            eta - sum(b * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, b in waves),
        )
        wanted = math.sin(xi) / math.hypot(math.sinh(eta), math.cos(xi))
        # From the tangent of the conformal latitude to that of the latitude, by Newton's method.
        tangent = wanted
        for _ in range(20):
            s = math.sinh(e * math.atanh(e * tangent / math.hypot(1, tangent)))
            has = tangent * math.hypot(1, s) - s * math.hypot(1, tangent)
            slope = (1 - e * e) * math.hypot(1, has) * math.hypot(1, tangent) / (1 + (1 - e * e) * tangent * tangent)
            step = (wanted - has) / slope
            tangent += step
            if abs(step) < 1e-15 * max(1, abs(tangent)):
                break
        return meridian + math.degrees(math.atan2(math.sinh(eta), math.cos(xi))), math.degrees(math.atan(tangent))

    return back


def gcj02_shift(lon, lat):
    """How far GCJ-02 moves a position, degrees: the formula that everybody uses."""
    x, y = lon - 105, lat - 35
    waves = lambda a: (20 * math.sin(6 * a * math.pi) + 20 * math.sin(2 * a * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves(x)
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves(x)
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    e2 = 0.006693421622965943
    magic = 1 - e2 * math.sin(math.radians(lat)) ** 2
    along = 6378245.0 * (1 - e2) / (magic * math.sqrt(magic))
    across = 6378245.0 / math.sqrt(magic) * math.cos(math.radians(lat))
    return math.degrees(east / across), math.degrees(north / along)


def gcj02_to_wgs84(lon, lat):
    if not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271):
        if 71.9 <= lon <= 137.94 and 0.72 <= lat <= 55.93:
            raise Unknown("a position at the edge of the box that GCJ-02 moves")
        return lon, lat
    x, y = lon, lat
    for _ in range(50):
        east, north = gcj02_shift(x, y)
        dx, dy = lon - x - east, lat - y - north
        x, y = x + dx, y + dy
        if abs(dx) < CLOSE and abs(dy) < CLOSE:
            break
    return x, y


def bd09_to_gcj02(lon, lat):
    wave = math.pi * 3000 / 180
    x, y = lon - 0.0065, lat - 0.006
    for _ in range(50):
        radius = math.hypot(x, y) + 0.00002 * math.sin(y * wave)
        angle = math.atan2(y, x) + 0.000003 * math.cos(x * wave)
        dx, dy = lon - radius * math.cos(angle) - 0.0065, lat - radius * math.sin(angle) - 0.006
        x, y = x + dx, y + dy
        if abs(dx) < CLOSE and abs(dy) < CLOSE:
            break
    return x, y


# --- Shapes -----------------------------------------------------------------------------------------------------------

def point(geometry):
    kind, at = geometry["type"], geometry["coordinates"]
    if kind == "MultiPoint" and len(at) == 1:
        kind, at = "Point", at[0]
    return (float(at[0]), float(at[1])) if kind == "Point" else None


def rings(geometry):
    parts = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}[geometry["type"]]
    return [[(p[0], p[1]) for p in ring] for part in parts for ring in part if ring]


def in_rings(lon, lat, all_rings):
    """Even-odd rule; a point on an edge may be said to be on either side."""
    odd = False
    for ring in all_rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                odd = not odd
    return odd


# --- Counties ---------------------------------------------------------------------------------------------------------


class Codes:
    """What codes of GB/T 2260 and other names of counties mean: the plan's aliases, else the published table, of which codes with
    several names are decided by the counties that the plan has."""

    def __init__(self, plan):
        self.aliases = {name.strip(): county for name, county in plan.get("aliases", {}).items()}
        self.edition = plan.get("codes", "").replace("-", "") or None
        self.used = False

    @staticmethod
    def part(written):
        return written[:6] if len(written) in (6, 9, 12) and re.fullmatch("[0-9]+", written) else None

    def names(self, code):
        self.used = True
        path = Path(__file__).resolve()
        tables = [path.parents[2] / "src/read/codes/gb2260.csv", path.parent / "gb2260.csv"]
        path = next((p for p in tables if p.is_file()), None)
        if path is None:
            raise Unknown("codes of counties: the table gb2260.csv is not beside this script")
        with open(path, encoding="utf-8", newline="") as handle:
            spans = [row for row in csv.DictReader(handle) if row["code"] == code]
        valid = lambda row: not self.edition or not row["first"] or row["first"] <= self.edition <= row["last"]
        return {row["name"] for row in spans if valid(row)}

    def county(self, written, known=()):
        if written is None:
            return None
        code = self.part(written)
        for name in (written, code):
            if name in self.aliases:
                return self.aliases[name]
        if code is None:
            return written
        names = self.names(code)
        here = names & set(known)
        if len(here or names) != 1:
            raise Unknown(f"the county code {written}")
        return next(iter(here or names))


def name_counties(layer, plan):
    """Turns what the layers say of counties into the plan's names, in the order in which they decide over each other."""
    codes = Codes(plan)
    outlines, residences = layer["boundaries"], layer["residences"]
    for properties, _ in outlines or []:
        properties["county"] = codes.county(properties["county"] or text(properties.get("name")))
    said = {p["county"] for p, _ in (residences if outlines is None else outlines) if p["county"]} | set(plan.get("counties", []))
    known = {name for name in said if codes.part(name) is None and name not in codes.aliases}
    for name in ("residences", "clusters", "stations", "candidates"):
        for properties, _ in layer[name] or []:
            properties["county"] = codes.county(properties["county"], known)
        if name == "residences":
            known |= {p["county"] for p, _ in (residences if outlines is None else outlines) if p["county"]}
    return codes.used


# --- The problem ------------------------------------------------------------------------------------------------------


class Problem:
    """What is asked, rebuilt from the plan folder; only pieces of polygons come from the certificate."""

    service = None

    def __init__(self, folder, certificate):
        self.notes = []
        files = check_inputs(folder, certificate)
        with open(folder / files["plan"], "rb") as handle:
            self.plan = tomllib.load(handle)
        plan = self.plan
        wishes = plan.get("objective", {})
        if set(wishes) - {"phases", "fade", "first", "each_county", "second_station", "capacity"}:
            raise Unknown("[objective] of plan.toml: a wish that is not known here")
        self.worst_first = wishes.get("first", "people") == "worst_county"
        self.each_county = wishes.get("each_county")
        self.second = wishes.get("second_station", 0.0)
        self.fills_up = wishes.get("capacity", False)
        if "phases" in wishes:
            self.notes.append("phases are planned for their sum: what is checked is the last phase on its own")
        if plan.get("candidates", {}).get("derive"):
            files.pop("candidates", None)
            self.notes.append("plan.toml asks for derived sites: the candidates layer is left aside")
        for name in LAYERS:
            named = plan.get("layers", {}).get(name, {}).get("file")
            if name == "candidates" and plan.get("candidates", {}).get("derive"):
                continue
            usual = [f"{name}{suffix}" for suffix in SUFFIXES]
            fits = files.get(name) == named if named else files.get(name) in (None, *usual)
            need(fits, f"the plan does not read {name} from {files.get(name)}")
        layer = {name: features(folder, name, plan, files) for name in LAYERS}
        if name_counties(layer, plan):
            self.notes.append("codes of counties are read by the table of GB/T 2260 that the program has")
        self.outlines = sorted(
            (text(p.get("county")) or text(p.get("name")), rings(g)) for p, g in layer["boundaries"] or []
        )
        self.radii = standards(plan, certificate)
        self.pairs = self.given = None
        self.model = plan.get("travel", {}).get("model", "circle")
        if self.model == "roads":
            need("roads" in files, "the road network is not among the inputs")
        if self.model == "times":
            need("times" in files, "the given times are not among the inputs")
            self.given = given_times(folder / files["times"])
        self.told = {}
        for pair in certificate["at_the_limit"]:
            key = (pair["layer"], pair["id"], pair["piece"], pair["sites"], pair["site"])
            self.told[key] = pair["inside"]

        places = []
        for name in ("residences", "clusters"):
            here = [(text(p["id"]), name, p, g) for p, g in layer[name] or []]
            places += sorted(here, key=lambda place: place[0])
        stations = [
            (text(p["id"]), self.county(p, g), located(*point(g)), room_of(p))
            for p, g in layer["stations"] or []
            if word("status", text(p.get("status"))) != "closed"
        ]
        self.existing = sorted(stations, key=lambda station: station[0])
        self.sites = self.candidates(layer["candidates"], certificate)
        self.number = {site[0]: i for i, site in enumerate(self.sites)}
        need(len(self.number) == len(self.sites), "a candidate is listed twice")
        self.rows_and_base(places, certificate)
        self.conditions()

    def county(self, properties, geometry):
        stated = text(properties.get("county"))
        if stated is None and self.outlines:
            at = point(geometry)
            return next((c for c, outline in self.outlines if in_rings(*at, outline)), None)
        return stated

    def candidates(self, given, certificate):
        """Id, county, position and cost of every candidate, in the order of the certificate's problem."""
        if given is None:
            derived = certificate["candidates"]
            if derived:
                self.notes.append("candidates were derived by the program and are taken as listed")
            return [(c["id"], c["county"], located(c["lon"], c["lat"]), 0.0, None) for c in derived]
        sites = [
            (text(p["id"]), self.county(p, g), located(*point(g)), float(p.get("cost") or 0.0), room_of(p))
            for p, g in given
        ]
        sites.sort(key=lambda site: site[0])
        need([site[0] for site in sites] == certificate["candidates"], "the candidates are not those of the layer")
        return sites

    def rows_and_base(self, places, certificate):
        weights = self.plan.get("weights", {})
        layer_weight = {"residences": weights.get("residences", 1.0), "clusters": weights.get("clusters", 0.5)}
        group_weight = {GROUPS.get(g.strip(), g.strip()): w for g, w in weights.get("groups", {}).items()}
        factors = weights.get("kinds", {})
        worth = []
        for identity, layer, p, _ in places:
            people = p["population" if layer == "residences" else "people"]
            counted = (p.get("groups") or {}) if layer == "residences" else {}
            counts = {GROUPS.get(g.strip(), g.strip()): n for g, n in counted.items() if n is not None}
            extra = 0.0
            for group in sorted(counts):
                extra += float(group_weight.get(group, 0.0)) * counts[group]
            kind = word(layer, text(p.get("kind")), "settlement")
            worth.append((layer_weight[layer] * people + extra) * factors.get(kind, 1.0))
        total = 0.0
        for w in worth:
            total += w
        scale = 1e6
        while total * scale > 4e15:
            scale /= 10.0
        need(certificate["units_per_person"] == scale, f"units_per_person is {scale}")

        # The standard and the rings beyond it: how many times as far, and what being within adds.
        fade = self.plan.get("objective", {}).get("fade", [])
        parts = [1.0] + [ring["part"] for ring in fade] + [0.0]
        reaches = [(t, a - b) for t, a, b in zip([1.0] + [ring["times"] for ring in fade], parts, parts[1:])]
        pieces = {(p["layer"], p["id"]): p["points"] for p in certificate["pieces"]}
        if self.model != "circle":
            self.take_pairs(places, pieces, certificate)
        else:
            need("pairs" not in certificate, "a plan by the circle needs no pairs")
        self.close = 0
        count = Served(self) if self.asks_more() else Covered()
        station_finder = Finder([s[2] for s in self.existing])
        site_finder = Finder([s[2] for s in self.sites])
        index = -1
        for number, ((identity, layer, p, geometry), w) in enumerate(zip(places, worth)):
            at = point(geometry)
            if at is not None:
                points = [(at[0], at[1], 1.0)]
            else:
                points = pieces.get((layer, identity))
                need(points is not None, f"the pieces of {layer} {identity} are missing")
                check_pieces(f"{layer} {identity}", rings(geometry), points)
            radius = self.radius(word("setting", text(p.get("setting"))))
            people = p["population" if layer == "residences" else "people"]
            county = self.county(p, geometry) if layer == "residences" and self.by_county() else None
            for n, (lon, lat, share) in enumerate(points):
                whole = half_away(w * share * scale)
                origin = located(lon, lat)
                place = (layer, identity, n)
                index += 1
                for ring, (times, part) in enumerate(reaches):
                    weight = whole if not fade else half_away(whole * part)
                    near = self.reached(station_finder, origin, radius * times, place, "stations", self.existing, index)
                    if near and not count.needs_all:
                        count.served_already(weight)
                        continue
                    covers = self.reached(site_finder, origin, radius * times, place, "candidates", self.sites, index)
                    person = (number, people * share, half_away(people * share * scale) if county else 0, county)
                    count.add(ring, person, weight, near, covers)
        self.base, self.rows = count.base, count.rows()
        need(len(self.rows) == certificate["rows"], f"there are {len(self.rows)} merged rows, not {certificate['rows']}")
        if self.close:
            self.notes.append(f"{self.close} pairs lie within a micrometre of the limit and are taken as the certificate says")
        self.rows_of = [[] for _ in self.sites]
        for r, (sites, _) in enumerate(self.rows):
            for s in sites:
                self.rows_of[s].append(r)
        self.service = count.service(certificate) if count.needs_all else None
        self.divisor = math.gcd(*(w for _, w in self.rows)) or 1
        if self.service:
            self.divisor = self.service.divisor

    def by_county(self):
        return self.worst_first or self.each_county is not None

    def asks_more(self):
        return self.fills_up or self.second > 0 or self.by_county()

    def take_pairs(self, places, pieces, certificate):
        """Who reaches whom where circles do not decide: rebuilt from given times, or, over roads, as the certificate says."""
        need(isinstance(certificate.get("pairs"), list), "the pairs are missing")
        self.pairs = {(p["sites"], p["site"]): set(p["points"]) for p in certificate["pairs"]}
        if self.model == "roads":
            self.notes.append("who reaches whom over the roads is taken as the certificate says")
            return
        limits, first, owner = [], {}, {}
        for identity, layer, p, geometry in places:
            setting = word("setting", text(p.get("setting")))
            fits = [c for c in self.plan["circle"] if c.get("setting") in (None, setting)]
            count = 1 if point(geometry) is not None else len(pieces.get((layer, identity), []))
            owner.setdefault(identity, []).extend(range(len(limits), len(limits) + count))
            limits += [round(fits[0]["minutes"] * 60000)] * count
        found = {}
        for row in self.given:
            reached = {i for i in owner.get(row[1], []) if round(row[2] * 1000) <= limits[i]}
            found.setdefault(row[0], set()).update(reached)
        own = {("stations", s[0]): found.get(s[0], set()) for s in self.existing}
        own |= {("candidates", s[0]): found.get(s[0], set()) for s in self.sites}
        need({k: v for k, v in own.items() if v} == self.pairs, "the pairs are not those of the given times")

    def radius(self, setting):
        for own in (c.get("setting") for c in self.plan["circle"]):
            if own is None or own == setting:
                return self.radii[own]
        raise Unknown("a place that no circle fits")

    def reached(self, finder, origin, radius, place, layer, sites, index):
        if self.pairs is not None:
            return [s for s, site in enumerate(sites) if index in self.pairs.get((layer, site[0]), ())]
        found = []
        for s in finder.near(origin, radius):
            told = lambda: self.told.get((*place, layer, sites[s][0]))
            is_inside, close = inside(origin, sites[s][2], radius, told)
            self.close += close
            if is_inside:
                found.append(s)
        return found

    def conditions(self):
        limits = self.plan.get("limits", {})
        self.choose = max(0, self.plan["target"] - len(self.existing))
        self.required = {self.number[i] for i in limits.get("required", [])} if self.sites else set()
        self.out = {self.number[i] for i in limits.get("forbidden", []) if i in self.number}
        self.near = [set() for _ in self.sites]
        if "spacing_km" in limits:
            spacing = limits["spacing_km"] * 1000.0
            finder = Finder([s[2] for s in self.sites])

            def closer(a, b):
                c = math.dist(a[2], b[2])
                return c < spacing and geodesic(a[0], a[1], b[0], b[1]) < spacing

            for i, site in enumerate(self.sites):
                self.near[i] = {j for j in finder.near(site[2], spacing) if j != i and closer(site[2], self.sites[j][2])}
                if any(closer(site[2], station[2]) for station in self.existing):
                    self.out.add(i)
        self.rules, self.rule_of = [], [None] * len(self.sites)
        for county, rule in limits.get("counties", {}).items():
            county = county.strip()
            has = sum(1 for s in self.existing if s[1] == county)
            for i, site in enumerate(self.sites):
                if site[1] == county:
                    self.rule_of[i] = len(self.rules)
            most = rule["max"] - has if "max" in rule else math.inf
            self.rules.append((max(0, rule.get("min", 0) - has), most))
        self.budget = None
        if "budget" in limits:
            self.budget = hundredths(limits["budget"], math.floor)
        self.cost = [hundredths(s[3], math.ceil) for s in self.sites]
        if self.service:
            self.service.keep_budget(self.cost, self.budget, self.choose)

    def breaks(self, chosen):
        """The condition that a choice breaks, or None."""
        if len(chosen) != self.choose:
            return f"{len(chosen)} sites are chosen, not {self.choose}"
        if not self.required <= chosen:
            return "a required site is not chosen"
        for s in chosen:
            if s in self.out:
                return f"{self.sites[s][0]} is forbidden or stands too near an existing station"
            if self.near[s] & chosen:
                return f"{self.sites[s][0]} stands too near another chosen site"
        for c, (least, most) in enumerate(self.rules):
            if not least <= sum(1 for s in chosen if self.rule_of[s] == c) <= most:
                return "a county has too few or too many"
        if self.budget is not None and sum(self.cost[s] for s in chosen) > self.budget:
            return "the budget is exceeded"
        return self.service.falls_short(chosen) if self.service else None

    def covered(self, chosen):
        if self.service:
            return self.service.worth(chosen)
        return self.base + sum(weight for sites, weight in self.rows if not chosen.isdisjoint(sites))


class Covered:
    """Plain covering, faded or not: demand points with one set of candidates are one row."""

    needs_all = False

    def __init__(self):
        self.base, self.merged = 0, {}

    def served_already(self, weight):
        self.base += weight

    def add(self, ring, person, weight, near, covers):
        if covers and weight > 0:
            self.merged[tuple(covers)] = self.merged.get(tuple(covers), 0) + weight

    def rows(self):
        return sorted(self.merged.items())


class Served:
    """Rows of more than covering: a second station, shares of counties, stations that fill up."""

    needs_all = True

    def __init__(self, problem):
        self.problem, self.base, self.merged, self.rings = problem, 0, {}, {}
        self.limited = [e for e, station in enumerate(problem.existing) if station[3] is not None]
        # Per county residents, and those whom existing stations cover.
        self.residents, self.has = {}, {}

    def add(self, ring, person, weight, near, covers):
        (self.add_room if self.problem.fills_up else self.add_twice)(ring, person, weight, near, tuple(covers))

    def add_room(self, _, person, weight, near, covers):
        """People of one place weigh alike: its pieces that reach the same stations are one row."""
        number, heads = person[:2]
        if weight == 0:
            return
        if any(e not in self.limited for e in near):
            self.base += weight
            return
        standing = tuple(self.limited.index(e) for e in near)
        if not standing and not covers:
            return
        people = max(1, half_away(heads * 1000.0)) if heads > 0 else 0
        row = self.merged.setdefault((number, covers, standing), [0, 0])
        row[0] += weight
        row[1] += people

    def add_twice(self, ring, person, weight, near, covers):
        if ring > 0:
            if near:
                self.base += weight
            elif covers and weight > 0:
                rows = self.rings.setdefault(ring, {})
                rows[covers] = rows.get(covers, 0) + weight
            return
        residents, county = person[2:]
        if residents > 0:
            self.residents[county] = self.residents.get(county, 0) + residents
            self.has[county] = self.has.get(county, 0) + (residents if near else 0)
        more, has = half_away(weight * self.problem.second), min(2, len(near))
        self.base += (0, weight, weight + more)[has]
        worth = (weight, more, 0)[has]
        own = county if has == 0 and residents > 0 else None
        if covers and (worth > 0 or own is not None):
            row = self.merged.setdefault((own is not None, own or "", has, covers), [0, 0])
            row[0] += worth
            row[1] += residents

    def rows(self):
        """Rows as (sites, weight), for their number and their sites; the rest of each is in `self.of_row`."""
        # Per row: first, second, people, standing stations, county and what it counts there.
        self.of_row, found = [], []
        if self.problem.fills_up:
            same = {}
            for (_, covers, standing), (weight, people) in self.merged.items():
                key = (covers, standing, weight, people)
                same[key] = same.get(key, 0) + 1
            for (covers, standing, weight, people), times in sorted(same.items()):
                found.append((covers, weight * times))
                self.of_row.append((weight * times, 0, people * times, standing, None, 0))
            return found
        for (_, county, has, covers), (worth, counted) in sorted(self.merged.items()):
            second = half_away(worth * self.problem.second) if has == 0 else 0
            found.append((covers, worth))
            self.of_row.append((worth, second, 0, (), county or None, counted))
        for ring in sorted(self.rings):
            for covers, weight in sorted(self.rings[ring].items()):
                found.append((covers, weight))
                self.of_row.append((weight, 0, 0, (), None, 0))
        return found

    def service(self, certificate):
        p = self.problem
        rooms = [site[4] for site in p.sites] if p.fills_up else None
        standing = [p.existing[e][3] for e in self.limited]
        counties = sorted(self.residents)
        counted = [[(r, row[5]) for r, row in enumerate(self.of_row) if row[4] == c] for c in counties]
        service = Service(p.base, [sites for sites, _ in p.rows], self.of_row, len(p.sites), (rooms, standing), counted)
        amounts = certificate.get("amounts", [])
        need([a["county"] for a in amounts] == counties, "the counties that must reach amounts are others")
        service.least = [a["least"] for a in amounts]
        need(all(type(least) is int and least >= 0 for least in service.least), "an amount is no number of units")
        if p.each_county is not None:
            share = p.each_county
            wanted = [math.ceil(share * float(self.residents[c]) * (1.0 - 1e-12)) - self.has[c] for c in counties]
            need(service.least == [max(0, w) for w in wanted], "the amounts are not those of the share that is asked for")
        need(("worst" in certificate) == (p.worst_first and bool(counties)), "the worst county is not spoken of")
        service.residents = [self.residents[c] for c in counties]
        service.has = [self.has[c] for c in counties]
        return service


class Service:
    """Rows that count in more than one way, who has room for how many, and what must be reached."""

    def __init__(self, base, sites, of_row, count, rooms, counted):
        self.base, self.sites, self.counted = base, sites, counted
        self.first, self.second, self.people = ([row[k] for row in of_row] for k in range(3))
        self.stands = [row[3] for row in of_row]
        self.rooms, self.standing = rooms
        self.least = [0] * len(counted)
        self.rows_of = [[r for r in range(len(sites)) if s in sites[r]] for s in range(count)]
        self.rows_of_standing = [[r for r in range(len(sites)) if e in self.stands[r]] for e in range(len(self.standing))]
        self.divisor = 1 if self.rooms else math.gcd(*self.first, *self.second) or 1

    def keep_budget(self, cost, budget, choose):
        """A budget is one more amount: of the price of the dearest site so much must be saved at the chosen ones. A row per site."""
        if budget is None or not cost:
            return
        saved = []
        for s, own in enumerate(cost):
            saved.append((len(self.sites), max(cost) - own))
            self.rows_of[s].append(len(self.sites))
            self.sites.append((s,))
            for of_row in (self.first, self.second, self.people):
                of_row.append(0)
            self.stands.append(())
        self.counted.append(saved)
        self.least.append(max(0, max(cost) * choose - budget))

    def reached(self, chosen):
        """Per county what the choice adds to what it has."""
        near = [not chosen.isdisjoint(sites) for sites in self.sites]
        return [sum(amount for r, amount in counted if near[r]) for counted in self.counted]

    def falls_short(self, chosen):
        short = any(has < least for has, least in zip(self.reached(chosen), self.least))
        return "a county reaches less than it must" if short else None

    def worth(self, chosen):
        if self.rooms:
            return self.base + self.assigned(chosen)
        near = [sum(1 for s in sites if s in chosen) for sites in self.sites]
        one = sum(first for first, n in zip(self.first, near) if n > 0)
        return self.base + one + sum(second for second, n in zip(self.second, near) if n > 1)

    def assigned(self, chosen):
        """The most weight that rooms serve: rows by weight per person, each as much as a flow beside all before it lets through.
        What can be served together are the sets of a polymatroid, so taking the heaviest first is exact (Edmonds 1970)."""
        left = {("standing", e): room for e, room in enumerate(self.standing)}
        left |= {s: math.inf if self.rooms[s] is None else self.rooms[s] for s in chosen}
        at = {key: {} for key in left}
        reach = [[("standing", e) for e in self.stands[r]] + [s for s in self.sites[r] if s in chosen] for r in range(len(self.sites))]

        def send(row, people):
            """How many of a row find room, others moving on where they can."""
            sent = 0
            while sent < people:
                came, queue, end = {}, [], None
                for to in reach[row]:
                    came[to] = (row, None)
                    queue.append(to)
                for here in queue:
                    if left[here] > 0:
                        end = here
                        break
                    for mover in at[here]:
                        for to in reach[mover]:
                            if to not in came:
                                came[to] = (mover, here)
                                queue.append(to)
                if end is None:
                    break
                path, here = [], end
                while here is not None:
                    path.append((here, *came[here]))
                    here = came[here][1]
                moved = min([left[end], people - sent] + [at[f][m] for _, m, f in path if f is not None])
                left[end] -= moved
                for to, mover, source in path:
                    at[to][mover] = at[to].get(mover, 0) + moved
                    if source is not None:
                        at[source][mover] -= moved
                        if at[source][mover] == 0:
                            del at[source][mover]
                sent += moved
            return sent

        classes, total, parts = {}, 0, 0
        for r, first in enumerate(self.first):
            if first > 0 and self.people[r] == 0:
                total += first if reach[r] else 0
            elif first > 0:
                classes.setdefault(Fraction(first, self.people[r]), []).append(r)
        for per_person in sorted(classes, reverse=True):
            served = per_person * sum(send(r, self.people[r]) for r in classes[per_person])
            # Parts of a unit are added up to 32 binary places.
            total += math.floor(served)
            parts += math.floor((served - math.floor(served)) * 2**32)
        return total + (parts >> 32)


class TableProblem(Problem):
    """What `doorstep solve` was asked of a model that covers, rebuilt from the tables and the question that the certificate states."""

    def __init__(self, folder, certificate):
        demand, sites, ask, files = self.read(folder, certificate)
        weights = [float(row["weight"]) for row in demand]
        backup, fills_up = ask.get("backup"), ask.get("capacity", False)
        scale = unit_of(weights, 4e11 if ask["fade"] or backup is not None else 4e15)
        need(certificate["units_per_weight"] == scale, f"units_per_weight is {scale}")
        reaches, parts, of = faded(ask["within"], ask["fade"])
        need((certificate["parts"], certificate["part_of"]) == (parts, of), f"the parts are {parts} of {of}")
        # Over all demand, within reach or not: what a share is of.
        self.all_units = sum(half_away(weight * scale) for weight in weights)
        merged = {}
        covers = self.reach_of(ask["metric"], demand, sites, reaches, files)
        for d, weight in enumerate(weights):
            for part, reach in zip(parts, reaches):
                covered = covers(d, reach)
                units = half_away(weight * scale) * part
                if covered and units > 0:
                    merged[tuple(covered)] = merged.get(tuple(covered), 0) + units
        self.lay_out(merged, certificate)
        if fills_up or backup:
            self.serve(sites, backup or 0.0, fills_up, scale)
        self.ask(ask, sites, files)
        self.say_close()

    def serve(self, sites, backup, fills_up, scale):
        """Rows with a second station, in whole parts of its share, or with room."""
        of = next((n for n in (1, 10, 100, 1000) if abs(backup * n - half_away(backup * n)) < 1e-9), 10_000)
        part = half_away(backup * of)
        rows = [(w * of, w * part, w if fills_up else 0, (), None, 0) for _, w in self.rows]
        room = lambda said: math.floor(float(said) * scale * (1.0 + 1e-12)) if said else None
        rooms = [room(site.get("capacity")) for site in sites] if fills_up else None
        self.service = Service(0, [covering for covering, _ in self.rows], rows, len(sites), (rooms, []), [])
        self.divisor = self.service.divisor

    def read(self, folder, certificate):
        """The tables of demand and sites, the latter in the order of their ids, the question, and the files."""
        self.notes, self.base, self.close = [], 0, 0
        files = {}
        for entry in certificate["inputs"]:
            path = folder / entry["file"]
            need(path.is_file(), f"{entry['file']} is not there")
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            need(digest == entry["sha256"], f"{entry['file']} is not the file that was read: its sha256 is {digest}")
            files[entry["table"]] = path
        ask = certificate["question"]
        self.notes.append(f"question: {json.dumps(ask, ensure_ascii=False)}")
        need(("counties" in files) == ask["counties"], "the county limits are missing")
        need({"demand", "sites"} <= set(files) and ("times" in files) == (ask["metric"] == "times"), "a table is missing")
        demand, sites = table(files["demand"]), table(files["sites"])
        sites.sort(key=lambda row: row["id"])
        self.sites = [(row["id"],) for row in sites]
        self.number = {row["id"]: i for i, row in enumerate(sites)}
        need(len(self.number) == len(sites), "a site is listed twice")
        return demand, sites, ask, files

    def say_close(self):
        if self.close:
            self.notes.append(f"{self.close} pairs lie within a micrometre of the reach and are taken as measured here")

    def lay_out(self, merged, certificate):
        """Merged rows, and per site those that it covers."""
        self.rows = sorted(merged.items())
        need(len(self.rows) == certificate["rows"], f"there are {len(self.rows)} merged rows, not {certificate['rows']}")
        self.rows_of = [[] for _ in self.sites]
        for r, (covering, _) in enumerate(self.rows):
            for s in covering:
                self.rows_of[s].append(r)
        self.divisor = math.gcd(*(w for _, w in self.rows)) or 1

    def reach_of(self, metric, demand, sites, reaches, files):
        """A function from a demand row and a reach to the sites within it, ascending."""
        if metric == "times":
            cost = {}
            for row in table(files["times"]):
                cost.setdefault(row["demand"], []).append((self.number[row["site"]], float(row["cost"])))
            return lambda d, reach: sorted(s for s, c in cost.get(demand[d]["id"], []) if c <= reach)
        at = [(float(row["x"]), float(row["y"])) for row in sites]
        if metric == "planar":
            order = sorted(range(len(at)), key=lambda s: at[s])
            first = [at[s][0] for s in order]

            def near(d, reach):
                x, y = float(demand[d]["x"]), float(demand[d]["y"])
                within = order[bisect_left(first, x - reach * (1 + 1e-9)) : bisect_right(first, x + reach * (1 + 1e-9))]
                return sorted(s for s in within if (x - at[s][0]) ** 2 + (y - at[s][1]) ** 2 <= reach * reach)

            return near
        located_at = [located(*p) for p in at]
        finder = Finder(located_at)

        def on_earth(d, reach):
            origin, found = located(float(demand[d]["x"]), float(demand[d]["y"])), []
            for s in finder.near(origin, reach):
                is_inside, close = inside(origin, located_at[s], reach, lambda: None)
                self.close += close
                if is_inside:
                    found.append(s)
            return found

        return on_earth

    def ask(self, ask, sites, files):
        self.choose = ask["stations"]
        self.required = {self.number[i] for i in ask["open"]}
        self.out = {self.number[i] for i in ask["forbid"]}
        self.near = [set() for _ in sites]
        if ask["spacing"] is not None:
            at = [(float(row["x"]), float(row["y"])) for row in sites]
            points = [located(*p) for p in at] if ask["metric"] == "geodesic" else None

            def closer(i, j):
                if points:
                    c = math.dist(points[i][2], points[j][2])
                    return c < ask["spacing"] and geodesic(*at[i], *at[j]) < ask["spacing"]
                return (at[i][0] - at[j][0]) ** 2 + (at[i][1] - at[j][1]) ** 2 < ask["spacing"] ** 2

            for i in range(len(sites)):
                both = {j for j in range(len(sites)) if j != i and not {i, j} <= self.required}
                self.near[i] = {j for j in both if closer(i, j)}
        self.rules, self.rule_of = [], [None] * len(sites)
        for row in sorted(table(files["counties"]), key=lambda row: row["county"]) if "counties" in files else []:
            for i, site in enumerate(sites):
                if site.get("county") == row["county"]:
                    self.rule_of[i] = len(self.rules)
            self.rules.append((int(row.get("min") or 0), int(row["max"]) if row.get("max") else math.inf))
        self.budget = None if ask["budget"] is None else whole_cents(ask["budget"], math.floor)
        costs = [whole_cents(float(row.get("cost") or 0.0), math.ceil) for row in sites]
        self.cost = [0 if s in self.required else cost for s, cost in enumerate(costs)]
        if self.service:
            self.service.keep_budget(self.cost, self.budget, self.choose)


# Lengths are measured alike to nanometres: this part of a unit of cost, or less, may be rounded either way.
EDGE = 0.01


# Weight of a row where all are to be reached.
MILLION = 1_000_000


class TravelProblem(TableProblem):
    """What `doorstep solve p-median` or `p-center` was asked: who goes how far to which site, in integer units of cost."""

    def __init__(self, folder, certificate):
        demand, sites, ask, files = self.read(folder, certificate)
        weights = [float(row["weight"]) for row in demand]
        scale = unit_of(weights, 4e15)
        self.weights = [half_away(weight * scale) for weight in weights]
        self.divisor = math.gcd(*self.weights) or 1
        self.names = [row["id"] for row in demand]
        self.within = math.inf if ask["within"] is None else ask["within"]
        self.scale, self.metric, self.measured = certificate["units_per_cost"], ask["metric"], {}
        if self.metric == "times":
            self.given = [{} for _ in demand]
            of = {name: d for d, name in enumerate(self.names)}
            for row in table(files["times"]):
                self.given[of[row["demand"]]][self.number[row["site"]]] = float(row["cost"])
        else:
            at = lambda row: (float(row["x"]), float(row["y"]))
            place = at if self.metric == "planar" else lambda row: located(*at(row))
            self.origins, self.places = [place(row) for row in demand], [place(row) for row in sites]
        self.whole = self.metric != "geodesic" and all(
            self.length(d, s) == math.inf or self.length(d, s).is_integer()
            for d in range(len(demand))
            for s in range(len(sites))
        )
        need(isinstance(self.scale, (int, float)) and self.scale > 0, "units_per_cost is no unit")
        need(self.scale >= (1 if self.whole else 1e6) or self.no_finer(), "the unit of cost is coarser than need be")
        self.ask(ask, sites, files)
        if certificate["model"] == "p-median":
            need(certificate["units_per_weight"] == scale, f"units_per_weight is {scale}")
            self.rows = self.weights
            return
        bound, merged = certificate["bound"], {}
        need(type(bound) is int and bound >= 0, "the bound must be an integer")
        reach = min(self.within, (bound - 0.5 - EDGE) / self.scale)
        self.missed = 0
        if bound > 0:
            covers = self.reach_of(self.metric, demand, sites, [reach], files)
            sets = {tuple(s for s in covers(d, reach) if s not in self.out) for d in range(len(demand))}
            self.missed = int(() in sets)
            kept = {}
            # Whoever reaches a set reaches those that contain it; a set's first site is in all of them.
            for covered in sorted(sets - {()}, key=lambda covered: (len(covered), covered)):
                if not any(k <= set(covered) for s in covered for k in kept.get(s, ())):
                    kept.setdefault(covered[0], []).append(frozenset(covered))
                    merged[covered] = MILLION
        self.lay_out(merged, certificate)
        self.say_close()

    def no_finer(self):
        """Whether sums of weighted travel would be too large in a finer unit; an arc is not half as long again as its chord."""
        pairs = ((d, s) for d in range(len(self.names)) for s in range(len(self.sites)))
        shortest = (self.at_least(d, s) for d, s in pairs)
        longest = max((c for c in shortest if c <= self.within and c < math.inf), default=0.0)
        return max(1, sum(self.weights)) * longest * 1.6 * 10 * self.scale > 1e18

    def at_least(self, d, s):
        """A length that the way is not shorter than, quickly."""
        if self.metric == "geodesic":
            return math.dist(self.origins[d][2], self.places[s][2])
        return self.length(d, s)

    def length(self, d, s):
        """The way from a row of demand to a site; infinite where it is out of reach."""
        if self.metric == "times":
            way = self.given[d].get(s, math.inf)
        elif self.metric == "planar":
            way = math.hypot(self.origins[d][0] - self.places[s][0], self.origins[d][1] - self.places[s][1])
        else:
            if (d, s) not in self.measured:
                self.measured[d, s] = geodesic(*self.origins[d][:2], *self.places[s][:2])
            way = self.measured[d, s]
        return way if way <= self.within else math.inf

    def cheaper(self, d, s, most):
        """The cost of the way in units where it is less than `most`, else None."""
        if (self.at_least(d, s) - SAME) * self.scale - 1 >= most:
            return None
        way = self.length(d, s)
        cost = None if way == math.inf else half_away(way * self.scale)
        return cost if cost is not None and cost < most else None

    def total(self, chosen):
        """Sum of weight times cost of the nearest chosen site; None where somebody reaches none."""
        total = 0
        for d, weight in enumerate(self.weights):
            nearest = math.inf
            for s in sorted(chosen, key=lambda s: self.at_least(d, s)):
                cost = self.cheaper(d, s, nearest)
                nearest = nearest if cost is None else cost
            if nearest == math.inf:
                return None
            total += weight * nearest
        return total

    def all_within(self, chosen, units):
        """Whether everybody has a chosen site at less than so many units, not rounded."""
        reach = min(self.within, units / self.scale)
        if self.metric == "geodesic":
            near = lambda d, s: inside(self.origins[d], self.places[s], reach, lambda: None)[0]
        else:
            near = lambda d, s: self.length(d, s) <= reach
        return next((self.names[d] for d in range(len(self.names)) if not any(near(d, s) for s in chosen)), None)


def whole_cents(money, rounding):
    h = money * 100.0
    near = float(half_away(h))
    return int(near if abs(h - near) < 1e-6 else rounding(h))


NAMES = {"lon": "x", "lng": "x", "longitude": "x", "lat": "y", "latitude": "y", "seconds": "cost"}


def table(path):
    if path.suffix.lower() != ".csv":
        raise Unknown(f"{path.name}: only CSV is read here")
    with open(path, encoding="utf-8-sig", newline="") as handle:
        rows = csv.reader(handle)
        heads = [NAMES.get(h.strip().lower(), h.strip().lower()) for h in next(rows)]
        return [{h: cell.strip() for h, cell in zip(heads, row)} for row in rows if row]


def unit_of(weights, most):
    """1 where all weights are whole, else the power of ten that makes them so, else as fine as sums up to `most` allow."""
    total = 0.0
    for w in weights:
        total += w

    def whole(scale):
        return all(abs(w * scale - half_away(w * scale)) <= 1e-9 * max(w * scale, 1e-9) for w in weights)

    fitting = [s for s in (10.0**n for n in range(16)) if total * s <= most]
    if fitting:
        return next((s for s in fitting if whole(s)), fitting[-1])
    return next(s for s in (10.0**-n for n in range(1, 400)) if total * s <= most)


def faded(within, fade):
    reaches = [within] + [reach for reach, _ in fade]
    shares = [1.0] + [share for _, share in fade] + [0.0]
    need(all(a < b for a, b in zip(reaches, reaches[1:])), "reaches do not grow")
    need(all(a > b for a, b in zip(shares, shares[1:])), "parts do not shrink")
    scales = [10.0**n for n in range(5)]
    whole = lambda scale: all(abs(s * scale - half_away(s * scale)) < 1e-9 for s in shares)
    scale = next((s for s in scales if whole(s)), 1e4)
    steps = [half_away(s * scale) for s in shares]
    parts = [a - b for a, b in zip(steps, steps[1:])]
    return reaches, parts, sum(parts)


class Finder:
    """Points in order of their distance from the equator's plane: what is far apart there is far apart."""

    def __init__(self, points):
        self.order = sorted((p[2][2], i) for i, p in enumerate(points))
        self.heights = [z for z, _ in self.order]

    def near(self, point, reach):
        z = point[2][2]
        low, high = bisect_left(self.heights, z - reach - SAME), bisect_right(self.heights, z + reach + SAME)
        return sorted(i for _, i in self.order[low:high])


def check_inputs(folder, certificate):
    files = {}
    for entry in certificate["inputs"]:
        path = folder / entry["file"]
        need(path.is_file(), f"{entry['file']} is not there")
        # A Shapefile is several files, whose bytes are hashed as one text.
        beside = (".dbf", ".prj", ".cpg") if path.suffix.lower() == ".shp" else ()
        either = [next((p for p in (path.with_suffix(s), path.with_suffix(s.upper())) if p.is_file()), None) for s in beside]
        digest = hashlib.sha256(b"".join(p.read_bytes() for p in (path, *either) if p)).hexdigest()
        need(digest == entry["sha256"], f"{entry['file']} is not the file that was read: its sha256 is {digest}")
        files[entry["layer"]] = entry["file"]
    need(files.get("plan") == "plan.toml" and "residences" in files, "the inputs are not listed")
    for layer in LAYERS:
        for suffix in SUFFIXES:
            file = f"{layer}{suffix}"
            need(layer in files or not (folder / file).exists(), f"{file} is not among the inputs")
    return files


def given_times(path):
    """Site, demand and seconds of every row."""
    with open(path, encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    heads = [h.strip().lower() for h in rows[0]]
    seconds = heads.index("cost") if "cost" in heads else heads.index("seconds")
    site, demand = heads.index("site"), heads.index("demand")
    return [(r[site].strip(), r[demand].strip(), float(r[seconds])) for r in rows[1:]]


def standards(plan, certificate):
    """Radius per setting, metres, as the plan's circles give it."""
    travel = plan.get("travel", {})
    need(travel.get("model", "circle") in ("circle", "roads", "times"), f"travel model {travel.get('model')}")
    speed = {"walk": travel.get("walk_kmh", 5.0), "bike": travel.get("bike_kmh", 15.0), "drive": travel.get("drive_kmh", 40.0)}
    winter = travel.get("season", "summer") != "summer"
    radii, said = {}, []
    for circle in plan["circle"]:
        mode = circle.get("mode", "walk")
        per_km = 60.0 / speed[mode]
        if winter:
            per_km = per_km + 1.0 if mode == "walk" else per_km / 0.65
        if "kilometres" in circle:
            radius = circle["kilometres"] * 1000.0
        else:
            radius = circle["minutes"] / (per_km * travel.get("detour", 1.3) / 1000.0)
        setting = circle.get("setting")
        radii.setdefault(setting, radius)
        said.append((setting, mode, radius))
    stated = [(s["setting"], s["mode"], s["radius_m"]) for s in certificate["standards"]]
    same = len(said) == len(stated) and all(
        a[:2] == b[:2] and abs(a[2] - b[2]) <= 1e-12 * a[2] for a, b in zip(said, stated)
    )
    need(same, f"the standards of plan.toml are {said}")
    return radii


def check_pieces(name, outline, points):
    """The pieces of a polygon stand in it, or, where a piece is bent, beside it by less than a piece; they make it up."""
    need(abs(math.fsum(p[2] for p in points) - 1) < 1e-9, f"the shares of {name} do not add up to 1")
    need(all(0 < p[2] <= 1 for p in points), f"a share of {name} is not in (0, 1]")
    lat = outline[0][0][1]
    shrink = math.cos(math.radians(lat))
    area = abs(sum(x1 * y2 - x2 * y1 for ring in outline for (x1, y1), (x2, y2) in zip(ring, ring[1:]))) / 2
    reach = 1.5 * math.sqrt(area * shrink * max(p[2] for p in points))
    for lon, lat, _ in points:
        if in_rings(lon, lat, outline):
            continue
        distance = min(
            to_segment(((x1 - lon) * shrink, y1 - lat), ((x2 - lon) * shrink, y2 - lat))
            for ring in outline
            for (x1, y1), (x2, y2) in zip(ring, ring[1:])
        )
        need(distance <= reach, f"a piece of {name} stands outside of it")


def to_segment(a, b):
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else max(0.0, min(1.0, -(a[0] * dx + a[1] * dy) / length))
    return math.hypot(a[0] + t * dx, a[1] + t * dy)


def room_of(properties):
    """How many thousandths of people a station has room for; None is room for everybody."""
    said = text(properties.get("capacity"))
    return None if said is None else math.floor(float(said) * 1000.0)


def half_away(x):
    whole = math.floor(x)
    return whole + 1 if x - whole >= 0.5 else whole


def hundredths(money, rounding):
    h = money * 100.0
    near = float(half_away(h))
    return int(near if abs(h - near) < 1e-6 * max(near, 1.0) else rounding(h))


# --- The proof --------------------------------------------------------------------------------------------------------


class Part:
    """A part of the space of choices: sites taken, sites left out, how many of each group may be chosen, and on which side it
    is of nodes that count among sites."""

    def __init__(self, problem, taken, out, rules, sides=frozenset()):
        self.problem, self.taken, self.out, self.rules, self.sides = problem, taken, out, rules, sides

    def taking(self, s):
        return Part(self.problem, self.taken | {s}, self.out | self.problem.near[s], self.rules, self.sides)

    def leaving(self, s):
        return Part(self.problem, self.taken, self.out | {s}, self.rules, self.sides)

    def among(self, node, side):
        return Part(self.problem, self.taken, self.out, self.rules, self.sides | {(node, side)})

    def counting(self, group, least, most):
        rules = list(self.rules)
        rules[group] = (max(rules[group][0], least), min(rules[group][1], most))
        return Part(self.problem, self.taken, self.out, rules, self.sides)

    def breaks(self, chosen):
        """Whether a choice has too few or too many of a group."""
        has = lambda c: sum(1 for s in chosen if self.problem.group_of[s] == c)
        return any(not least <= has(c) <= most for c, (least, most) in enumerate(self.rules))

    def is_empty(self):
        """Whether counting shows that no choice here meets number, counties and budget."""
        p = self.problem
        if self.taken & self.out or len(self.taken) > p.choose:
            return True
        free = [s for s in range(len(p.sites)) if s not in self.taken and s not in self.out]
        wanted = p.choose - len(self.taken)
        owed, room = 0, sum(1 for s in free if p.group_of[s] is None)
        for c, (least, most) in enumerate(self.rules):
            has = sum(1 for s in self.taken if p.group_of[s] == c)
            more = sum(1 for s in free if p.group_of[s] == c)
            if has > most or least > most or has + more < least:
                return True
            owed += max(0, least - has)
            room += min(more, most - has)
        if owed > wanted or room < wanted:
            return True
        cheapest = sum(p.cost[s] for s in self.taken) + sum(sorted(p.cost[s] for s in free)[:wanted])
        return p.budget is not None and cheapest > p.budget

    def bound(self, prices):
        """The Lagrangian bound: what prices leave of the weights, and the most valuable choice. None where there is none."""
        need(prices.sides <= self.sides, "a demand is priced where nothing demands it")
        p, best = self.problem, self.best(prices)
        return None if best is None else p.base + (prices.slack + best) // prices.of // p.divisor * p.divisor

    def least(self, prices):
        """The Lagrangian bound of least travel: what is paid less what the choice that saves most saves, rounded up."""
        best = self.best(prices)
        unit = prices.of * self.problem.divisor
        return None if best is None else max(0, -((best - prices.paid) // unit)) * self.problem.divisor

    def best(self, prices):
        """The value of the most valuable choice that keeps number and counties: what is taken, each county's best up to its
        minimum, the best of the rest. None where there is none."""
        p = self.problem
        if self.is_empty():
            return None
        total, n = 0, len(self.taken)
        in_county = [0] * len(self.rules)
        for s in self.taken:
            total += prices.values[s]
            if p.group_of[s] is not None:
                in_county[p.group_of[s]] += 1
        later = []
        for s in prices.order:
            if s in self.taken or s in self.out:
                continue
            c = p.group_of[s]
            if c is not None and in_county[c] < self.rules[c][0]:
                in_county[c] += 1
                total += prices.values[s]
                n += 1
            else:
                later.append(s)
        for s in later:
            if n == p.choose:
                break
            c = p.group_of[s]
            if c is None or in_county[c] < self.rules[c][1]:
                if c is not None:
                    in_county[c] += 1
                total += prices.values[s]
                n += 1
        return total


class Prices:
    """Multipliers of the rows, and what they make of the sites, in parts of a unit of weight."""

    def __init__(self, problem, entry, cuts=(), nodes=()):
        of, parts, service = entry["of"], entry["parts"], problem.service
        rows = len(service.first) if service else len(problem.rows)
        need(len(parts) == rows, "multipliers do not match the merged rows")
        whole = all(type(part) is int and 0 <= part <= of for part in parts) and type(of) is int and of > 0
        need(whole, "a multiplier lies beyond its row's weight")
        self.of, self.slack, self.sides = 1, 0, frozenset()
        worth = service.first if service else [weight for _, weight in problem.rows]
        if service and service.counted:
            self.of, amounts = entry["amounts_of"], entry["amounts"]
            whole = all(type(n) is int and n >= 0 for n in amounts) and type(self.of) is int and self.of > 0
            need(whole and len(amounts) == len(service.counted), "the prices of amounts do not match the counties")
            worth = [w * self.of for w in worth]
            for price, counted, least in zip(amounts, service.counted, service.least):
                self.slack -= price * least
                for r, amount in counted:
                    worth[r] += price * amount
        priced = []
        if "prices_of" in entry:
            need(not (service and service.rooms), "cuts are priced where stations fill up")
            of_cuts = entry["prices_of"]
            need(type(of_cuts) is int and of_cuts > 0, "the prices of cuts are no parts of a unit")
            if service and service.counted:
                need(of_cuts == self.of, "the prices of cuts and of amounts are in other parts")
            else:
                self.of, worth = of_cuts, [w * of_cuts for w in worth]
            priced = self.cuts_and_demands(problem, entry, cuts, nodes)
        u = [(2 * w * part + of) // (2 * of) for w, part in zip(worth, parts)]
        # What a row that is not covered earns: the prices of the cuts that it stands in.
        earned, more = [0] * len(u), [0] * len(problem.sites)
        for (rows, sites, least), price in priced:
            need(type(price) is int and price >= 0, "a price is not a number of parts")
            self.slack += price * (len(rows) - least)
            for r in rows:
                earned[r] += price
            for s, coefficient in sites:
                more[s] += price * coefficient
        self.slack += sum(max(0, w - v - e) for w, v, e in zip(worth, u, earned))
        if service:
            self.slack += sum(max(0, second * self.of - v) for second, v in zip(service.second, u))
            room = lambda s: service.rooms[s] if service.rooms else None
            self.values = [filled(service, rows, room(s), u) + more[s] for s, rows in enumerate(service.rows_of)]
            stands = zip(service.rows_of_standing, service.standing)
            self.slack += sum(filled(service, rows, room, u) for rows, room in stands)
        else:
            self.values = [sum(u[r] for r in rows) + m for rows, m in zip(problem.rows_of, more)]
        self.order = sorted(range(len(self.values)), key=lambda s: -self.values[s])


    def cuts_and_demands(self, problem, entry, cuts, nodes):
        """What is priced beside the rows: rows, coefficients of sites, what they add up to at least; and the price."""
        priced = []
        for c, price in entry["cuts"]:
            need(type(c) is int and 0 <= c < len(cuts), "a cut is priced that is not there")
            priced.append((cuts[c], price))
        for node, side, price in entry["demands"]:
            need(type(node) is int and 0 <= node < len(nodes) and "among" in nodes[node], "a demand is of no node")
            need(side in ("fewer", "more"), "a demand is of no branch")
            sign, most = (1 if side == "more" else -1), nodes[node]["most"]
            need(type(most) is int, f"node {node} counts nothing")
            sites = [(problem.number[name], sign) for name in set(nodes[node]["among"])]
            priced.append((((), sites, most + 1 if side == "more" else -most), price))
            self.sides |= {(node, side)}
        return priced


def cut(problem, at, entry):
    """A cut, once it is clear that every choice meets it: whatever set of its rows is covered, sites that cover just that pay enough."""
    rows, least = entry["rows"], entry["need"]
    within_reach = problem.service.sites if problem.service else [near for near, _ in problem.rows]
    need(all(type(r) is int and 0 <= r < len(within_reach) for r in rows) and type(least) is int, f"cut {at} is of no rows")
    sites = {problem.number[name]: c for name, c in entry["sites"]}
    need(len(sites) == len(entry["sites"]), f"cut {at} names a site twice")
    need(all(type(c) is int and c >= 0 for c in sites.values()), f"cut {at} has a coefficient below 0")
    bit = {r: 1 << i for i, r in enumerate(dict.fromkeys(rows))}
    need(len(bit) <= 12, f"cut {at} is of too many rows")
    covers = {}
    for r, mask in bit.items():
        for s in within_reach[r]:
            covers[s] = covers.get(s, 0) | mask
    cheapest = {}
    for s, mask in covers.items():
        cheapest[mask] = min(cheapest.get(mask, math.inf), sites.get(s, 0))
    # By set of rows the least that sites cost which cover these at least.
    paid = [0] + [math.inf] * ((1 << len(bit)) - 1)
    for mask, cost in cheapest.items():
        for before in range(len(paid)):
            after = before | mask
            paid[after] = min(paid[after], paid[before] + cost)
    left = [0] * len(paid)
    for r in rows:
        for covered in range(len(paid)):
            left[covered] += not covered & bit[r]
    need(all(p + l >= least for p, l in zip(paid, left)), f"cut {at} is broken by a choice")
    return rows, list(sites.items()), least


def filled(service, rows, room, u):
    """What a station is paid at most: all rows within reach or, with room for so many, those that pay most per person."""
    if room is None:
        return sum(u[r] for r in rows)
    value = sum(u[r] for r in rows if service.people[r] == 0)
    paying = [r for r in rows if service.people[r] > 0 and u[r] > 0]
    for r in sorted(paying, key=lambda r: Fraction(u[r], service.people[r]), reverse=True):
        if service.people[r] > room:
            return value - -u[r] * room // service.people[r]
        room -= service.people[r]
        value += u[r]
    return value


class TravelPrices:
    """What every row of demand would pay to be served, and what sites save of that, in parts of a unit of cost."""

    def __init__(self, problem, entry):
        by, self.of, parts = entry["by"], entry["of"], entry["parts"]
        need(len(parts) == len(problem.weights), "prices do not match the rows of demand")
        whole = all(type(n) is int and n >= 0 for n in parts) and all(type(n) is int and n > 0 for n in (by, self.of))
        need(whole, "a price is not a number of units")
        self.paid, self.values = 0, [0] * len(problem.sites)
        for d, (weight, part) in enumerate(zip(problem.weights, parts)):
            if part == 0:
                continue
            pays = max(1, weight) * part * by
            self.paid += pays
            most = math.inf if weight == 0 else -(-part * by // self.of)
            for s in range(len(problem.sites)):
                cost = problem.cheaper(d, s, most)
                if cost is not None:
                    self.values[s] += max(0, pays - weight * cost * self.of)
        self.order = sorted(range(len(self.values)), key=lambda s: -self.values[s])


def check_tree(problem, certificate):
    """That no choice covers more than the bound; the number of nodes."""
    bound = certificate["bound"]

    def over(part, by):
        most = part.bound(by)
        return None if most is None or most <= bound else f"{most}, above the bound {bound}"

    cuts = [cut(problem, at, entry) for at, entry in enumerate(certificate.get("cuts", []))]
    prices = [Prices(problem, entry, cuts, certificate["nodes"]) for entry in certificate["multipliers"]]
    groups = certificate.get("groups", [])
    return walk_tree(problem, certificate["nodes"], prices, over, lambda only: problem.covered(only) <= bound, groups)


def check_travel(problem, certificate, chosen):
    """That nobody's way, or all ways together, are what is said, and that no choice makes them less."""
    objective, bound = certificate["objective"], certificate["bound"]
    need(0 <= bound <= objective, "the bound lies above the objective")
    if certificate["model"] == "p-center":
        far = problem.all_within(chosen, objective + 0.5 + EDGE)
        need(far is None, f"{far} has no chosen site within the objective")
        shorter = objective == 0 or problem.all_within(chosen, objective - 0.5 - EDGE) is not None
        need(shorter, "nobody's way to the nearest chosen site is as long as the objective")
        all_but_one = {**certificate, "bound": (len(problem.rows) + problem.missed - 1) * MILLION}
        nodes = check_tree(problem, all_but_one) if bound > 0 else 0
    else:
        total = problem.total(chosen)
        need(total is not None, "somebody reaches no chosen site")
        # A length may be rounded otherwise in its last unit.
        spare = lambda of: 0 if problem.whole else of // 10**9
        need(abs(total - objective) <= spare(objective), f"the chosen sites cost {total}, not {objective}")
        enough = bound - spare(bound)

        def under(part, by):
            least = part.least(by)
            return None if least is None or least >= enough else f"{least}, below the bound {bound}"

        def no_less(only):
            cost = problem.total(only)
            return cost is None or cost >= enough

        prices = [TravelPrices(problem, entry) for entry in certificate["prices"]]
        nodes = walk_tree(problem, certificate["nodes"], prices, under, no_less)
    status = "optimal" if (objective - bound) * 10**9 <= objective else "feasible"
    need(certificate["status"] == status, f"the status should be {status}")
    return nodes, status if status == "optimal" else f"{status}, gap {100 * (objective - bound) / objective:.4f} %"


def walk_tree(problem, nodes, prices, open_to, settled, groups=()):
    """Walks the tree from its root: every leaf is closed, by prices that leave it open to nothing, by a count, or by a choice
    that breaks a condition or is settled."""
    site = problem.number
    # Sites of one county limit are a group; sites of none may be grouped in any way: each is in one group at most.
    problem.group_of, rules = list(problem.rule_of), list(problem.rules)
    for group in groups:
        for s in (site[name] for name in group):
            need(problem.group_of[s] is None, "a site is in two groups")
            problem.group_of[s] = len(rules)
        rules.append((0, math.inf))
    root = Part(problem, frozenset(), frozenset(problem.out), rules)
    for s in problem.required:
        root = root.taking(s)

    def closes(part, m, at):
        need(type(m) is int and 0 <= m < len(prices), f"node {at} refers to multipliers that are not there")
        room = open_to(part, prices[m])
        need(room is None, f"node {at}: its multipliers leave room for {room}")

    seen, open_nodes = 0, [(0, root)]
    while open_nodes:
        at, part = open_nodes.pop()
        need(type(at) is int and 0 <= at < len(nodes), f"node {at} is missing: a part of the space is not covered")
        node, children = nodes[at], []
        seen += 1
        if "group_of" in node:
            group, most = problem.group_of[site[node["group_of"]]], node["most"]
            need(group is not None and type(most) is int, f"node {at} counts no group")
            children = [(node["fewer"], part.counting(group, 0, most)), (node["more"], part.counting(group, most + 1, math.inf))]
        elif "among" in node:
            # Nothing is said here of these sites: multipliers that price what a branch demands close parts of that branch alone.
            children = [(node[side], part.among(at, side)) for side in ("fewer", "more")]
        elif "split" in node:
            s = site[node["split"]]
            children = [(node["taken"], part.taking(s)), (node["left"], part.leaving(s))]
        elif "fix" in node:
            rest = part
            for s in (site[i] for i in node["taken"]):
                closes(part.leaving(s), node["fix"], at)
                rest = rest.taking(s)
            for s in (site[i] for i in node["left"]):
                closes(part.taking(s), node["fix"], at)
                rest = rest.leaving(s)
            children = [(node["then"], rest)]
        elif node["close"] == "bound":
            closes(part, node["by"], at)
        elif node["close"] == "count":
            need(part.is_empty(), f"node {at}: counting does not show that nothing is left")
        elif node["close"] == "choice":
            free = [s for s in range(len(problem.sites)) if s not in part.taken and s not in part.out]
            only = part.taken if len(part.taken) >= problem.choose else part.taken | set(free)
            need(len(only) <= problem.choose, f"node {at}: more than one choice is left")
            fine = part.breaks(only) or problem.breaks(only) is not None or settled(only)
            need(fine, f"node {at}: its choice is better than the bound")
        else:
            raise Refuted(f"node {at} is of no known kind")
        # Children come after their parents, so the walk ends.
        need(all(type(n) is int and n > at for n, _ in children), f"node {at} has no proper child")
        open_nodes += children
    return seen


def check_worst(problem, worst, chosen):
    """That no choice brings every county beyond the share of the worst: whether that is proved, and the number of nodes."""
    service = problem.service
    reached = [has + more for has, more in zip(service.has, service.reached(chosen))]
    share = min(Fraction(has, residents) for has, residents in zip(reached, service.residents))
    billionth = Fraction(1, 10**9)
    for least, has, residents in zip(service.least, service.has, service.residents):
        need(least <= max(0, math.ceil(share * (1 + billionth) * residents) - has), "a county is asked for more than the worst share")
    problem.notes.append(f"the worst county reaches {100 * float(share):.4f} % of its residents")
    if not worst["nodes"]:
        problem.notes.append("that no choice brings every county farther is not proved")
        return False, 0
    more = worst["more"]
    need(len(more) == len(service.has) and all(type(m) is int for m in more), "the amounts beyond the worst share are missing")
    for wanted, has, residents in zip(more, service.has, service.residents):
        beyond = math.floor(share * residents) + 1 - has
        need(wanted <= max(0, beyond), "more than the next larger share is asked for")
    # Nothing weighs anything and one unit is covered anyway: bound 0 says that no choice reaches all amounts.
    before = (service.least, service.first, service.second, problem.base, service.base, problem.divisor)
    more = more + service.least[len(more):]
    service.least, service.first, service.second = more, [0] * len(service.first), [0] * len(service.second)
    problem.base = service.base = problem.divisor = 1
    nodes = check_tree(problem, {**worst, "bound": 0})
    service.least, service.first, service.second, problem.base, service.base, problem.divisor = before
    return True, nodes


def check_fewest(problem, certificate, covered):
    """That so many units are covered, and by no fewer stations: one fewer leave less than that covered, whatever they are."""
    ask = certificate["question"]
    least, fewest, n = ask["least"], ask["fewest"], len(certificate["chosen"])
    usable = [w for covering, w in problem.rows if any(s not in problem.out for s in covering)]
    if certificate["model"] == "set-cover":
        wanted = problem.base + sum(usable)
    else:
        wanted = math.ceil(ask["share"] * float(problem.all_units) * (1.0 - 1e-12))
    need(least == wanted, f"{wanted} units are asked for, not {least}")
    need(covered >= least, f"the chosen sites cover {covered} of {least}")
    need(not ask["budget"] and not ask["spacing"] and not ask["counties"], "fewer stations may be what a condition forbids")
    need(type(fewest) is int and 0 <= fewest <= n, "fewest is no number of stations")
    nodes = 0
    if fewest > 0:
        need(certificate["bound"] < least, "the tree does not show that fewer stations leave anything uncovered")
        # A choice of still fewer stations is part of one of this number.
        problem.choose = fewest - 1
        nodes = check_tree(problem, certificate)
    status = "optimal" if fewest == n else "feasible"
    need(certificate["status"] == status, f"the status should be {status}")
    return nodes, status if fewest == n else f"{status}, no fewer than {fewest} stations"


def check(folder, certificate):
    if certificate["certificate"] != 1:
        raise Unknown(f"version {certificate['certificate']} of the format")
    model = certificate.get("model")
    need(model in (None, "mclp", "set-cover", "partial-cover", "p-median", "p-center"), "no such model has certificates")
    travel = model in ("p-median", "p-center")
    problem = (TravelProblem if travel else TableProblem if model else Problem)(folder, certificate)
    for name in certificate["chosen"]:
        need(name in problem.number, f"{name} is no candidate")
    chosen = frozenset(problem.number[name] for name in certificate["chosen"])
    need(len(chosen) == len(certificate["chosen"]), "a site is chosen twice")
    broken = problem.breaks(chosen)
    need(broken is None, broken)
    objective, bound = certificate["objective"], certificate["bound"]
    need(type(objective) is int and type(bound) is int, "objective and bound must be integers")
    if travel:
        return problem, *check_travel(problem, certificate, chosen)
    covered = problem.covered(chosen)
    need(covered == objective, f"the chosen sites cover {covered}, not {objective}")
    fewest_asked = model in ("set-cover", "partial-cover")
    need(bound >= objective or fewest_asked, "the bound lies below the objective")
    if fewest_asked:
        return problem, *check_fewest(problem, certificate, covered)
    nodes = check_tree(problem, certificate)
    status = "optimal" if (bound - objective) * 10**9 <= bound else "feasible"
    if "worst" in certificate:
        need(model is None and problem.service and problem.worst_first, "nothing was asked of the worst county")
        proved, more_nodes = check_worst(problem, certificate["worst"], chosen)
        nodes += more_nodes
        if not proved:
            status = "feasible"
    need(certificate["status"] == status, f"the status should be {status}")
    gap = "" if status == "optimal" else f", gap {100 * (bound - objective) / bound:.4f} %"
    return problem, nodes, status + gap


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(sys.argv[2], encoding="utf-8") as handle:
            certificate = json.load(handle)
        problem, nodes, verdict = check(Path(sys.argv[1]), certificate)
    except Refuted as why:
        print(f"refuted: {why}")
        return 1
    except (KeyError, TypeError, IndexError, AttributeError) as what:
        print(f"refuted: not a certificate of this format ({type(what).__name__}: {what})")
        return 1
    except (Unknown, OSError, ValueError) as what:
        print(f"cannot be checked: {what}")
        return 2
    for note in problem.notes:
        print(f"note: {note}")
    rows = "demand points" if certificate.get("model") == "p-median" else "merged rows"
    print(f"{len(problem.sites)} candidates, {len(problem.rows)} {rows}, {nodes} nodes")
    print(f"confirmed: {verdict}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
