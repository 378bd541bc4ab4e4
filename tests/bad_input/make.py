"""Writes the bad files of this folder and cases.tsv: one fault each, what it must say, with which exit code.

Needs openpyxl, geopandas, pyarrow: `python3 tests/bad_input/make.py`. The files are kept, so that tests need none of that.
Columns of cases.tsv: file, name it has in the plan folder, lines added to plan.toml (\\n for a line break), exit code, words of
the English message (| between words that must all be there).
"""
import os, sqlite3, struct, zipfile, shutil, warnings
warnings.filterwarnings("ignore")
import geopandas as gpd, openpyxl, pyarrow as pa, pyarrow.parquet as pq, json
from shapely.geometry import Point, LineString, Polygon

here = os.path.dirname(os.path.abspath(__file__))
out = os.path.join(here, "files")
shutil.rmtree(out, ignore_errors=True)
os.makedirs(out)
cases = []
HEAD = "id,name,county,population,lon_wgs84,lat_wgs84\n"
GOOD = "R1,西林吉,漠河市,120,122.53,52.97\n"
# A place for other layers needs the plan's datum or a heading that says it.

def case(file, says, name=None, plan="", code=2):
    cases.append([file, name or "residences." + file.split(".", 1)[1], plan.replace("\n", "\\n"), str(code), "|".join(says)])

def put(file, data):
    path = os.path.join(out, file)
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode("utf-8"))

def csv(file, text, *says, **k):
    put(file + ".csv", text)
    case(file + ".csv", says, **k)

def row(file, line, *says, head=HEAD, good=GOOD, **k):
    csv(file, head + good + line, *says, **k)

csv("empty", "", "the table is empty")
csv("blank", " \n\n", "the table is empty")
csv("no_headings", "a,b\n1,2\n", "a, b: none of the first 20 rows holds headings", "map yours in plan.toml")
csv("undeclared_datum", "id,population,lon,lat\nR1,5,122.5,52.9\n", "nothing says which datum", "gcj02", "half a circle")
csv("only_addresses", "编号,名称,人口,地址\nR1,西林吉,5,漠河市中央大街1号\n", "it has addresses (地址) but no coordinates", plan='[layers.residences]\ndatum = "gcj02"')
# A datum would not help it.
case("only_addresses.csv", ["it has addresses (地址) but no coordinates"])
csv("no_place", "id,name,population\nR1,a,5\n", "no columns say where a row is", plan='[layers.residences]\ndatum = "wgs84"')
H6 = "id,name,population,lon_wgs84,lat_wgs84,address\n"
row("address_in_a_row", "R2,b,5,,,中央大街2号\n", "row 3 (id R2), field address = \"中央大街2号\": an address without coordinates", head=H6, good="R1,a,5,122.5,52.9,x\n")
row("no_coordinates", "R2,b,漠河市,5,,\n", "row 3 (id R2), field lon_wgs84: no coordinates")
row("half_a_coordinate", "R2,b,漠河市,5,122.5,\n", "row 3 (id R2), field lat_wgs84: no coordinates")
row("degrees_and_minutes", "R2,b,漠河市,5,122°31′,52.9\n", "row 3 (id R2), field lon_wgs84 = \"122°31′\": not a decimal number of degrees", "Write decimal degrees")
row("infinite_coordinate", "R2,b,漠河市,5,1e999,52.9\n", "row 3 (id R2), field lon_wgs84 = \"1e999\"")
row("nan_coordinate", "R2,b,漠河市,5,NaN,52.9\n", "row 3 (id R2), field lon_wgs84 = \"NaN\"")
row("out_of_range", "R2,b,漠河市,5,222.5,52.9\n", "row 3 (id R2), field coordinates = [222.5, 52.9]: the coordinates are out of range")
row("swapped", "R2,b,漠河市,5,52.9,122.5\n", "row 3 (id R2)", "the axes look swapped")
row("null_island", "R2,b,漠河市,5,0,0\n", "row 3 (id R2)", "(0, 0)")
row("metres", "R2,b,漠河市,5,41468000,5870000\n", "row 3 (id R2)", "projected metres")
row("ragged", "R2,b,漠河市,5,122.5,52.9,extra\n", "row 3: the row has 7 fields but there are 6 headings")
row("duplicate_id", "R1,b,漠河市,5,122.5,52.9\n", "row 3 (id R1), field id = \"R1\": row 2 has the same id")
row("missing_id", ",b,漠河市,5,122.5,52.9\n", "row 3, field id", "the property is missing")
row("missing_population", "R2,b,漠河市,,122.5,52.9\n", "row 3 (id R2), field population", "the property is missing")
row("word_for_a_number", "R2,b,漠河市,很多,122.5,52.9\n", "row 3 (id R2), field population = \"很多\": not a number")
row("negative", "R2,b,漠河市,-5,122.5,52.9\n", "row 3 (id R2), field population", "the number is not allowed here")
row("infinite", "R2,b,漠河市,1e999,122.5,52.9\n", "row 3 (id R2), field population", "too large")
row("nan", "R2,b,漠河市,nan,122.5,52.9\n", "row 3 (id R2), field population = \"nan\": not a number")
row("thousands", "R2,b,漠河市,\"1,2,3\",122.5,52.9\n", "row 3 (id R2), field population = \"1,2,3\": not a number")
row("total_row", "合计,,,125,,\n", "row 3", "looks like a row of totals", "Remove rows of totals")
csv("two_columns_of_people", "id,人口,常住人口,lon_wgs84,lat_wgs84\nR1,5,6,122.5,52.9\n", "row 2 (id R1), field 常住人口", "differs from \"人口\"")
csv("two_longitudes", "id,population,lon_wgs84,经度,lat_wgs84\nR1,5,122.5,122.5,52.9\n", "field 经度: two columns have this name or meaning")
csv("bad_setting", "id,population,setting,lon_wgs84,lat_wgs84\nR1,5,urbn,122.5,52.9\n", "row 2 (id R1), field setting = \"urbn\": unknown value", "Did you mean \"urban\"?")
csv("ambiguous_code", "id,population,县区,lon_wgs84,lat_wgs84\nR1,5,232701,122.5,52.9\n", "row 2 (id R1)", "the county code is ambiguous: 加格达奇区, 漠河市")
csv("unknown_code", "id,population,county,lon_wgs84,lat_wgs84\nR1,5,999999,122.5,52.9\n", "row 2 (id R1)", "no such county code")
csv("code_and_name_disagree", "id,population,county,区划代码,lon_wgs84,lat_wgs84\nR1,5,呼玛县,232701,122.5,52.9\n", "row 2 (id R1), field 区划代码", "does not belong to the county \"呼玛县\"")
put("gb18030_undeclared.csv", (HEAD + GOOD).encode("gb18030")); case("gb18030_undeclared.csv", ["not UTF-8", "encoding = \"gb18030\""])
csv("utf8_declared_gb18030", HEAD + "R1,西林吉镇居民点,漠河市,120,122.53,52.97\n", "declared to be gb18030, but it is UTF-8", plan='[layers.residences]\nencoding = "gb18030"')
put("torn_gb18030.csv", HEAD.encode() + "R1,西林".encode("gb18030") + b"\xff\xff,x,5,1,2\n"); case("torn_gb18030.csv", ["not in the declared encoding gb18030 (from byte"], plan='[layers.residences]\nencoding = "gbk"')
put("utf16.csv", (HEAD + GOOD).encode("utf-16")); case("utf16.csv", ["the file is UTF-16"])
W = "id,population,geometry_wgs84\n"
csv("bad_wkt", W + "R1,5,\"POLYGON ((1 2, 3\"\n", "row 2 (id R1), field geometry_wgs84", "not well-known text")
csv("wkt_line", W + "R1,5,\"LINESTRING (122 52, 123 53)\"\n", "row 2 (id R1), field geometry_wgs84", "does not take that type")
csv("wkt_open_ring", W + "R1,5,\"POLYGON ((122 52, 123 52, 123 53, 122 53))\"\n", "row 2 (id R1)", "a ring is not closed")
csv("wkt_bow_tie", W + "R1,5,\"POLYGON ((122 52, 123 53, 123 52, 122 53, 122 52))\"\n", "row 2 (id R1)", "crosses or touches itself")
csv("wkt_deep", W + "R1,5,\"POLYGON " + "(" * 5000 + "\"\n", "row 2 (id R1)", "not well-known text")
csv("negative_group", "id,population,失业人员,lon_wgs84,lat_wgs84\nR1,5,-1,122.5,52.9\n", "row 2 (id R1), field 失业人员", "not allowed")
csv("unknown_datum", HEAD + GOOD, "plan.toml", "unknown datum", "Amap and Tencent: gcj02", plan='[layers.residences]\ndatum = "mars"')
csv("old_epsg", HEAD + GOOD, "plan.toml", "the shift from Beijing 1954 or Xian 1980 is not public", plan='[layers.residences]\ndatum = "epsg:2383"')
csv("unknown_epsg", HEAD + GOOD, "plan.toml", "unknown code", plan='[layers.residences]\ndatum = "epsg:1"')
csv("unknown_encoding", HEAD + GOOD, "plan.toml", "unknown encoding", plan='[layers.residences]\nencoding = "latin1"')
csv("outside", HEAD + GOOD, "plan.toml", "must be inside the plan folder", plan='[layers.residences]\nfile = "../residences.csv"')
csv("not_in_the_projection", "id,population,x,y\nR1,5,1e300,1e300\n", "row 2 (id R1)", "projection epsg:4527 has no such place", plan='[layers.residences]\ndatum = "epsg:4527"')
csv("unknown_format", HEAD + GOOD, "residences.kml", "a format in which layers are not read", name="residences.kml")
csv("old_excel_format", HEAD + GOOD, "residences.xls", "Excel and WPS turn .xls into .xlsx", name="residences.xls")
S = "编号,名称,状态,启用日期,经度（WGS84）,纬度（WGS84）\n"
csv("station_status", S + "S1,a,快了,,122.5,52.9\n", "stations.csv: row 2 (id S1), field 状态 = \"快了\": unknown value", name="stations.csv")
csv("station_date", S + "S1,a,开放,明年,122.5,52.9\n", "stations.csv: row 2 (id S1), field 启用日期 = \"明年\": not a date", name="stations.csv")
csv("cluster_kind", "id,people,lon_wgs84,lat_wgs84\nB1,5,122.5,52.9\n", "clusters.csv: row 2 (id B1), field kind", "the property is missing", name="clusters.csv")
csv("candidate_cost", "id,cost,lon_wgs84,lat_wgs84\nC1,免费,122.5,52.9\n", "candidates.csv: row 2 (id C1), field cost", "not a number", name="candidates.csv")

# ---- workbooks ----
def book(file, sheets, *says, **k):
    wb = openpyxl.Workbook()
    wb.remove(wb.active)
    for name, rows in sheets.items():
        ws = wb.create_sheet(name)
        for r in rows:
            ws.append(r)
    wb.save(os.path.join(out, file + ".xlsx"))
    if says:
        case(file + ".xlsx", says, **k)
XH = ["编号", "名称", "县区", "人口", "经度（GCJ-02）", "纬度（GCJ-02）"]
XG = ["R1", "西林吉", "漠河市", 120, 122.53, 52.97]
put("no_workbook.xlsx", "hello"); case("no_workbook.xlsx", ["cannot be read as a table"])
book("whole", {"居民点": [XH, XG]})
whole = open(os.path.join(out, "whole.xlsx"), "rb").read(); os.remove(os.path.join(out, "whole.xlsx"))
put("cut_off.xlsx", whole[: len(whole) // 2]); case("cut_off.xlsx", ["cannot be read as a table", "Export the file again"])
put("old_workbook.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)); case("old_workbook.xlsx", ["an old .xls workbook, or one with a password"])
book("empty_sheet", {"Sheet1": []}, "the table is empty")
book("two_sheets", {"甲": [XH, XG], "乙": [XH, XG]}, "there are several sheets or tables: 甲, 乙", "sheet =")
book("no_such_sheet", {"甲": [XH, XG]}, "\"丙\": no such sheet or table", "There are: 甲", plan='[layers.residences]\nsheet = "丙"')
book("error_value", {"居民点": [["统计表"], [], XH, XG, ["R2", "b", "漠河市", "#N/A", 122.5, 52.9]]}, "row 5 (id R2), field 人口 = \"#N/A\": the cell holds an error value")
book("addresses", {"居民点": [["编号", "名称", "人口", "详细地址"], ["R1", "a", 5, "某街1号"]]}, "it has addresses (详细地址) but no coordinates", plan='[layers.residences]\ndatum = "gcj02"')
book("sheet_total", {"居民点": [XH, XG, ["合 计", None, None, 120, None, None]]}, "row 3", "row of totals")
book("no_datum", {"居民点": [[h.split("（")[0] for h in XH], XG]}, "nothing says which datum")
book("right_of_headings", {"居民点": [XH, XG, ["R2", "b", "漠河市", 5, 122.5, 52.9, None, "备注"]]}, "row 3: the row has 8 fields but there are 6 headings")
wb = openpyxl.Workbook(); ws = wb.active
for r in (XH, XG): ws.append(r)
ws["XFD1048576"] = 1; wb.save(os.path.join(out, "far_corner.xlsx")); case("far_corner.xlsx", ["larger than the limit of 100,000,000 cells"])

# ---- GIS ----
good = gpd.GeoDataFrame({"id": ["R1"], "population": [5]}, geometry=[Point(122.5, 52.9)], crs=4326)
def gpkg(file, frame, *says, table="residences", keep=True, **k):
    path = os.path.join(out, file + ".gpkg")
    frame.to_file(path, layer=table, driver="GPKG")
    if says: case(file + ".gpkg", says, **k)
    return path
put("no_database.gpkg", "hello"); case("no_database.gpkg", ["not an SQLite database"])
data = open(gpkg("x", good), "rb").read(); os.remove(os.path.join(out, "x.gpkg"))
put("cut_off.gpkg", data[:5000]); case("cut_off.gpkg", ["cannot be read as a table"])
p = os.path.join(out, "plain.gpkg"); db = sqlite3.connect(p); db.execute("create table t(a)"); db.commit(); db.close(); case("plain.gpkg", ["cannot be read as a table", "gpkg_contents"])
# Found by `cargo fuzz`: the library panics over such a name.
put("column_name_not_text.gpkg", data.replace(b"population", b"populati\xff\xfe")); case("column_name_not_text.gpkg", ["cannot be read as a table"])
gpkg("no_crs", good.set_crs(None, allow_override=True), "nothing says which datum")
gpkg("xian", good.set_crs(None, allow_override=True).set_crs(2383), "EPSG:2383", "not public")
p = gpkg("bad_blob", good, "row 1 (id R1), field geometry", "not WKB"); db = sqlite3.connect(p); 
for t in [r[0] for r in db.execute("select name from sqlite_master where type='trigger'")]: db.execute(f'drop trigger "{t}"')
db.execute("update residences set geom = x'47500001e6100000ff'"); db.commit(); db.close()
p = gpkg("two_tables", good, "there are several sheets or tables: a, b", table="a"); good.to_file(p, layer="b", driver="GPKG")
gpkg("null_geometry", gpd.GeoDataFrame({"id": ["R1", "R2"], "population": [5, 6]}, geometry=[Point(122.5, 52.9), None], crs=4326), "row 2 (id R2), field geometry: no geometry")
gpkg("lines", gpd.GeoDataFrame({"id": ["R1"], "population": [5]}, geometry=[LineString([(1, 2), (3, 4)])], crs=4326), "does not take that type of geometry")

def parquet(file, frame, *says, **k):
    frame.to_parquet(os.path.join(out, file + ".parquet")); case(file + ".parquet", says, **k)
put("no_columns.parquet", "PAR1 hello PAR1"); case("no_columns.parquet", ["cannot be read as a table"])
good.to_parquet(os.path.join(out, "x.parquet")); data = open(os.path.join(out, "x.parquet"), "rb").read(); os.remove(os.path.join(out, "x.parquet"))
put("cut_off.parquet", data[: len(data) - 50]); case("cut_off.parquet", ["cannot be read as a table"])
parquet("no_crs", good.set_crs(None, allow_override=True), "nothing says which datum")
parquet("british", good.to_crs(27700), "EPSG:27700", "neither WGS84 nor CGCS2000")
pq.write_table(pa.table({"id": ["R1"], "population": [5]}), os.path.join(out, "no_geometry.parquet")); case("no_geometry.parquet", ["no columns say where a row is"], plan='[layers.residences]\ndatum = "wgs84"')
geo = json.dumps({"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}}})
pq.write_table(pa.table({"id": ["R1"], "population": [5], "geometry": [b"\x01\x03\x00\x00\x00\xff\xff\xff\xff"]}).replace_schema_metadata({"geo": geo}), os.path.join(out, "bad_wkb.parquet")); case("bad_wkb.parquet", ["row 1 (id R1), field geometry", "not WKB"])

def shp(file, frame, *says, drop=(), **k):
    frame.to_file(os.path.join(out, file + ".shp"), encoding=k.pop("encoding", "utf-8"))
    for s in ("shx",) + drop: os.remove(os.path.join(out, file + "." + s))
    if says: case(file + ".shp", says, **k)
shp("no_dbf", good, "there is no .dbf file of the same name beside it", drop=("dbf",))
shp("no_prj", good, "nothing says which datum", drop=("prj",))
shp("cut_off", good, "the .shp file is cut off"); p = os.path.join(out, "cut_off.shp"); d = open(p, "rb").read(); put("cut_off.shp", d[:-5])
shp("beijing", good.set_crs(None, allow_override=True).set_crs(4214), "neither WGS84 nor CGCS2000")
shp("rows_differ", gpd.GeoDataFrame({"id": ["R1", "R2"], "population": [5, 6]}, geometry=[Point(122.5, 52.9), Point(122.6, 52.9)], crs=4326), "2 shapes, but 1 rows in the .dbf file")
p = os.path.join(out, "rows_differ.dbf"); d = bytearray(open(p, "rb").read()); d[4:8] = struct.pack("<I", 1); put("rows_differ.dbf", bytes(d))
shp("line_shapes", gpd.GeoDataFrame({"id": ["R1"], "population": [5]}, geometry=[LineString([(1, 2), (3, 4)])], crs=4326), "does not take that type of geometry")
shp("unknown_cpg", good, "unknown encoding"); put("unknown_cpg.cpg", "KOI8-R")
shp("gbk_without_cpg", gpd.GeoDataFrame({"id": ["R1"], "name": ["西林吉"], "population": [5]}, geometry=[Point(122.5, 52.9)], crs=4326), "not UTF-8", drop=("cpg",), encoding="gbk")
p = os.path.join(out, "gbk_without_cpg.dbf"); d = bytearray(open(p, "rb").read()); d[29] = 0; put("gbk_without_cpg.dbf", bytes(d))

with open(os.path.join(here, "cases.tsv"), "w", encoding="utf-8") as f:
    f.write("file\tname\tplan\texit\tsays\n")
    for c in cases:
        assert not any("\t" in x for x in c), c
        f.write("\t".join(c) + "\n")
print(len(cases), "cases")
