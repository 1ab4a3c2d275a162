"""Opens what fireplan hands out in a real QGIS, without a screen: the database of a package in its three formats, the project inside
the GeoPackage with its themes and layouts, and the vector tiles of a running service with their styles.

Usage: open_in_qgis.py PACKAGE_FOLDER SERVICE_URL
The last line is `N of M cases hold`.
"""

import json
import os
import sys
import tempfile
import time
import traceback
import urllib.request
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsLayoutExporter,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsNetworkAccessManager,
    QgsProject,
    QgsProviderRegistry,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor, QImage  # noqa: E402

# Layers that are neither a map nor a table for people.
INTERNAL = {"layer_styles"}
# What the findings rest on; Shapefiles have layers alone.
TABLES = {"ZBSZ", "TWJC", "CYGZ", "FXCS", "JCLY"}
# Channels that differ by less are grey.
GREY = 12
# So many coloured pixels show that something is drawn.
LEAST_COLOURED = 20
# How often a map is drawn again until its tiles have come.
PATIENCE = 20


def is_chinese(text):
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def count_coloured(image):
    """Counts the pixels of an image that are neither white nor grey."""
    colours = (QColor(image.pixel(x, y)) for x in range(image.width()) for y in range(image.height()))
    channels = ((colour.red(), colour.green(), colour.blue()) for colour in colours)
    return sum(max(channel) - min(channel) > GREY for channel in channels)


def draw(layers, extent, crs, size=(300, 220)):
    """Draws layers on white."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(crs)
    settings.setBackgroundColor(QColor(255, 255, 255))
    settings.setOutputSize(QSize(*size))
    settings.setExtent(extent)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert not job.errors(), [error.message for error in job.errors()]
    return job.renderedImage()


class Database:
    """The database of a package."""

    def __init__(self, folder):
        self.folder = Path(folder) / "5 数据库"

    def list_layers(self, name):
        """The layers of a file or folder, each opened as a person opens it."""
        path = self.folder / name
        found = QgsProviderRegistry.instance().querySublayers(str(path))
        layers = [QgsVectorLayer(one.uri(), one.name(), "ogr") for one in found if one.name() not in INTERNAL]
        assert layers, f"{path}: QGIS finds no layer"
        for layer in layers:
            assert layer.isValid(), f"{path}: {layer.name()} does not open"
            assert layer.featureCount() > 0, f"{path}: {layer.name()} is empty"
        return {layer.name(): layer for layer in layers}

    def list_packaged(self):
        return self.list_layers("XFZXGH.gpkg")

    def open_project(self):
        path = self.folder / "XFZXGH.gpkg"
        storage = QgsApplication.projectStorageRegistry().projectStorageFromType("geopackage")
        names = storage.listProjects(f"geopackage:{path}")
        assert len(names) == 1, names
        project = QgsProject.instance()
        assert project.read(f"geopackage:{path}?projectName={names[0]}"), project.error()
        return project


def check_styles(database):
    """The style that the file carries is the one that QGIS takes, with a Chinese legend and Chinese fields."""
    kinds = []
    for name, layer in database.list_packaged().items():
        aliases = [
            layer.attributeAlias(at) for at in range(layer.fields().count()) if layer.fields()[at].name() != "fid"
        ]
        named = [alias for alias in aliases if is_chinese(alias) or alias.startswith("SHA-256")]
        assert len(named) == len(aliases), f"{name}: {aliases}"
        if name in TABLES:
            continue
        renderer = layer.renderer()
        kind = renderer.type()
        assert kind in ("categorizedSymbol", "singleSymbol"), f"{name}: {kind}"
        if kind == "categorizedSymbol":
            legend = [item.label() for item in renderer.legendSymbolItems()]
            assert legend and all(is_chinese(label) for label in legend), f"{name}: {legend}"
        extent = layer.extent()
        extent.grow(max(extent.width(), extent.height(), 100) * 0.05)
        coloured = count_coloured(draw([layer], extent, layer.crs()))
        assert coloured >= LEAST_COLOURED, f"{name}: only {coloured} pixels are in colour"
        kinds.append(kind)
    assert kinds.count("categorizedSymbol") >= 10, "hardly any layer is drawn by its classes"


def check_domains(database):
    """Coded fields offer the words that they can have."""
    stations = database.list_packaged()["XFZD"]
    at = stations.fields().indexOf("LB")
    setup = stations.editorWidgetSetup(at)
    assert setup.type() == "ValueMap", setup.type()
    words = {word for entry in setup.config()["map"] for word in entry.values()}
    used = {feature["LB"] for feature in stations.getFeatures()}
    assert used <= words and len(words) > len(used), f"{used} of {words}"


def check_formats(database):
    """The File Geodatabase and the Shapefiles hold what the GeoPackage holds."""
    packaged = database.list_packaged()
    for name, wanted in (("XFZXGH.gdb", packaged.keys()), ("shp", packaged.keys() - TABLES)):
        others = database.list_layers(name)
        assert others.keys() == wanted, f"{name}: {others.keys() ^ wanted}"
        for key, layer in others.items():
            same = layer.featureCount() == packaged[key].featureCount()
            assert same, f"{name}: {key} has other features than the GeoPackage"


def check_project(database):
    """The project opens by itself: every layer is found, in the coordinate system of the data, and themes show what they name."""
    project = database.open_project()
    layers = project.mapLayers().values()
    assert len(layers) >= 20 and all(layer.isValid() for layer in layers), [one.name() for one in layers]
    assert project.crs().isValid() and project.crs().mapUnits() == 0, project.crs().authid()
    assert TABLES <= {layer.source().rsplit("=", 1)[-1] for layer in layers}
    themes = project.mapThemeCollection()
    assert len(themes.mapThemes()) >= 10, themes.mapThemes()
    for theme in themes.mapThemes():
        visible = themes.mapThemeVisibleLayers(theme)
        assert len(visible) >= 2, f"{theme}: {[layer.name() for layer in visible]}"


def check_layouts(database):
    """Each theme has its print layout: at a round scale, with a legend, and the sheet comes out in colour."""
    project = database.open_project()
    layouts = project.layoutManager().printLayouts()
    assert {one.name() for one in layouts} == set(project.mapThemeCollection().mapThemes())
    with tempfile.TemporaryDirectory() as folder:
        for layout in layouts:
            scale = round(layout.referenceMap().scale())
            assert scale % 100 == 0, f"{layout.name()}: 1:{scale}"
            settings = QgsLayoutExporter.ImageExportSettings()
            settings.dpi = 40
            path = f"{folder}/sheet.png"
            result = QgsLayoutExporter(layout).exportToImage(path, settings)
            assert result == QgsLayoutExporter.Success, f"{layout.name()}: {result}"
            coloured = count_coloured(QImage(path))
            assert coloured >= LEAST_COLOURED, f"{layout.name()}: only {coloured} pixels are in colour"


def ask(service, path, body=None):
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(service + path, data, headers), timeout=600) as answer:
        return json.load(answer)


def open_tiles(service, collection):
    """The layer as a person adds it: its tiles with its style."""
    uri = (
        f"type=xyz&url={service}/tiles/{collection}/%7Bz%7D/%7Bx%7D/%7By%7D.mvt&zmin=0&zmax=16"
        f"&styleUrl={service}/styles/{collection}"
    )
    layer = QgsVectorTileLayer(uri, collection)
    assert layer.isValid(), f"{collection} does not open"
    message, warnings = load_style(layer)
    assert message is True, f"{collection}: {warnings}"
    return layer


def load_style(layer):
    loaded = layer.loadDefaultStyle()
    # The answer is a message and whether it went well, in the order of the library's version.
    ok = next(part for part in loaded if isinstance(part, bool))
    return ok, [part for part in loaded if not isinstance(part, bool)]


def find_extent(service, collection, metres):
    """A window in web metres round the middle of a collection."""
    box = ask(service, f"/collections/{collection}?f=json")["extent"]["spatial"]["bbox"][0]
    to_web = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:4326"), QgsCoordinateReferenceSystem("EPSG:3857"), QgsProject.instance()
    )
    whole = to_web.transformBoundingBox(QgsRectangle(*box))
    if metres is None:
        return whole
    centre = whole.center()
    return QgsRectangle(centre.x() - metres, centre.y() - metres, centre.x() + metres, centre.y() + metres)


def check_tiles(service):
    """Layers of points, lines and areas, of the input and of a run, come out in more than one colour."""
    ask(service, "/processes/coverage/execution", {"inputs": {}})
    # Tiles that QGIS keeps from another run have the layers of that run, which the style of this one does not name.
    QgsNetworkAccessManager.instance().cache().clear()
    web = QgsCoordinateReferenceSystem("EPSG:3857")
    for collection, least in (("roads", 1), ("stations", 1), ("coverage_roads", 2), ("coverage_villages", 2)):
        extent = find_extent(service, collection, None)
        # QGIS draws what has come of the tiles when its patience ends; a service that computes is slow. A layer keeps tiles that
        # failed, so that it is opened anew.
        for _ in range(PATIENCE):
            layer = open_tiles(service, collection)
            hues = find_hues(draw([layer], extent, web, (600, 500)))
            if len(hues) >= least:
                break
            time.sleep(2)
        assert len(hues) >= least, f"{collection}: {len(hues)} colours"


def find_hues(image):
    """The twelfths of the colour wheel that an image shows."""
    colours = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
    return {QColor(colour).hue() // 30 for colour in colours if QColor(colour).saturation() > 90}


def check_label_points(service):
    """A town is named from a point that one tile has, and not by each of its pieces."""
    layer = open_tiles(service, "towns")
    styles = layer.labeling().styles()
    assert styles and all(style.layerName() == "towns_label" for style in styles), [one.layerName() for one in styles]


def main(package, service):
    database = Database(package)
    cases = [
        (check_styles, database),
        (check_domains, database),
        (check_formats, database),
        (check_project, database),
        (check_layouts, database),
        (check_tiles, service),
        (check_label_points, service),
    ]
    held = 0
    for check, subject in cases:
        try:
            check(subject)
        except Exception:
            print(f"QGIS, {check.__name__}: FAILED")
            traceback.print_exc()
        else:
            print(f"QGIS, {check.__name__}: ok")
            held += 1
    print(f"{held} of {len(cases)} cases hold", flush=True)
    return held == len(cases)


application = QgsApplication([], False)
application.initQgis()
holds = main(*sys.argv[1:])
sys.stdout.flush()
# Taking QGIS down without a screen can itself fail; what was to be said is said.
os._exit(0 if holds else 1)
