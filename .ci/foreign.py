"""What geopandas, pyarrow, openpyxl, PROJ and jsonschema make of the program's files. Called by .ci/foreign."""
import importlib.util, json, pathlib, random, subprocess, sys

import geopandas as gpd
import jsonschema
import openpyxl
from pyproj import Transformer

out, program = pathlib.Path(sys.argv[1]), sys.argv[2]

# Every format holds the same residences, to the last digit.
reference = gpd.read_file(out / "geojson/residences.geojson").set_index("id").sort_index()
for path in ["gpkg/residences.gpkg", "parquet/residences.parquet"]:
    read = gpd.read_parquet if path.endswith("parquet") else gpd.read_file
    frame = read(out / path).set_index("id").sort_index()
    assert list(frame.index) == list(reference.index), path
    # CRS84 and EPSG:4326 are the same positions, longitude first in both files.
    assert frame.set_crs(4326, allow_override=True).geometry.geom_equals(reference.geometry).all(), path
    assert (frame["population"] == reference["population"]).all(), path
    assert frame.crs.to_epsg() == 4326 or frame.crs.to_authority() == ("OGC", "CRS84"), (path, frame.crs)
for path, layers in [("plan/plan.gpkg", ["gaps", "gaps_areas", "coverage", "coverage_areas", "circles"]), ("gaps.gpkg", ["gaps"])]:
    for layer in layers:
        frame = gpd.read_file(out / path, layer=layer)
        assert len(frame) and frame.geometry.is_valid.all(), (path, layer)
assert len(gpd.read_parquet(out / "gaps.parquet")) == len(frame)
styles = gpd.read_file(out / "plan/plan.gpkg", layer="layer_styles")
assert set(styles.f_table_name) == {"coverage", "coverage_areas", "circles", "gaps", "gaps_areas", "stations", "proposal"}
assert styles.useAsDefault.astype(int).all() and styles.styleQML.str.contains("renderer-v2").all()

# The workbook: codes are text, the sums are formulas, headings stay in sight.
book = openpyxl.load_workbook(out / "gaps.xlsx")
for sheet in book:
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref, sheet.title
counties = book["各县区"]
assert str(counties.cell(counties.max_row, 2).value).startswith("=SUM("), counties.cell(counties.max_row, 2).value
assert book["缺口清单"]["A2"].data_type == "s"

# summary.json is what its schema says.
jsonschema.validate(json.loads((out / "plan/summary.json").read_text()), json.loads((out / "schema.json").read_text()))

# The checker of certificates, which is given pyarrow here and so reads GeoParquet too, confirms the plan in every GIS format.
checker = pathlib.Path("tests/peers/check_certificate.py")
for folder in ["gpkg", "parquet", "shp"]:
    done = out / f"out-{folder}"
    subprocess.run([program, "plan", out / folder, "-o", done, "--quiet", "--force"], check=True)
    said = subprocess.run([sys.executable, checker, out / folder, done / "certificate.json"], capture_output=True, text=True)
    assert said.returncode == 0 and "confirmed: " in said.stdout, (folder, said)
spec = importlib.util.spec_from_file_location("check_certificate", checker)
checks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(checks)

# Shapefiles that GDAL wrote are the plan of the same points in GeoJSON.
def plan_of(folder):
    summary = json.loads((folder / "summary.json").read_text())
    for own in summary["inputs"]:
        for key in ["file", "sha256", "datum"]:
            own.pop(key, None)
    return summary
points = out / "points"
points.mkdir(exist_ok=True)
for path in (out / "geojson").iterdir():
    text = path.read_text()
    if path.name == "residences.geojson":
        layer = json.loads(text)
        layer["features"] = [f for f in layer["features"] if f["geometry"]["type"] == "Point"]
        text = json.dumps(layer, ensure_ascii=False)
    if path.is_file():
        (points / path.name).write_text(text)
for folder, done in [(points, "out-points"), (out / "shp", "out-shp")]:
    subprocess.run([program, "plan", folder, "-o", out / done, "--date", "2026-06-30", "--quiet", "--force"], check=True)
assert plan_of(out / "out-points") == plan_of(out / "out-shp")

# PROJ and the program agree on projected coordinates to a centimetre.
random.seed(7)
work = out / "projected"
work.mkdir(exist_ok=True)
for code in [4526, 4527, 4528, 4529, 4508, 4509, 4550, 4499, 32650, 32651, 32652, 3857]:
    source = 4490 if str(code).startswith("4") else 4326
    forward = Transformer.from_crs(source, code, always_xy=True)
    back = Transformer.from_crs(code, source, always_xy=True)
    area = forward.target_crs.area_of_use
    rows, expected = [], {}
    for i in range(40):
        lon = random.uniform(max(area.west, 110), min(area.east, 128)) if area.west < 128 and area.east > 110 else random.uniform(area.west, area.east)
        x, y = forward.transform(lon, random.uniform(45, 53.5))
        rows.append(f"R{i:03},{1},{x!r},{y!r}")
        expected[f"R{i:03}"] = back.transform(x, y)
    (work / "residences.csv").write_text("id,population,x,y\n" + "\n".join(rows) + "\n")
    (work / "plan.toml").write_text(f'name = "x"\ntarget = 1\n[[circle]]\nminutes = 15\n[layers.residences]\ndatum = "epsg:{code}"\n')
    done = work / f"out{code}"
    subprocess.run([program, "convert", work, "-o", done, "--to", "geojson", "--quiet"], check=True)
    for feature in json.loads((done / "residences.geojson").read_text())["features"]:
        lon, lat = feature["geometry"]["coordinates"]
        a, b = expected[feature["properties"]["id"]]
        off = ((lon - a) ** 2 + (lat - b) ** 2) ** 0.5 * 111_320
        assert off < 0.01, (code, feature, a, b, off)
        # The checker's own projections, from the same metres.
        x, y = forward.transform(a, b)
        p, q = checks.mover(f"epsg:{code}")(x, y)
        assert max(abs(p - a), abs(q - b)) < 1e-10, (code, p, q, a, b)
print("foreign software agrees")
