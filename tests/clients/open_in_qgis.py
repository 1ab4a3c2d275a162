"""Opens the database of a package in a real QGIS, without a screen: every layer of the GeoPackage, the File Geodatabase and the
Shapefiles is there with its features; those of the GeoPackage have their renderer, legend and aliases, and draw in colour.

Usage: open_in_qgis.py PACKAGE_FOLDER
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProviderRegistry,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor  # noqa: E402

# Layers that are no map.
TABLES = {"layer_styles"}
# Channels that differ by less are grey.
GREY = 12
# So many coloured pixels show that something is drawn.
LEAST_COLOURED = 20


def is_chinese(text):
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def list_layers(path):
    """The layers of a file or folder, each opened as a person opens it."""
    found = QgsProviderRegistry.instance().querySublayers(str(path))
    layers = [QgsVectorLayer(one.uri(), one.name(), "ogr") for one in found if one.name() not in TABLES]
    assert layers, f"{path}: QGIS finds no layer"
    for layer in layers:
        assert layer.isValid(), f"{path}: {layer.name()} does not open"
        assert layer.featureCount() > 0, f"{path}: {layer.name()} is empty"
    return {layer.name(): layer for layer in layers}


def count_coloured(layer):
    """Draws a layer on white and counts the pixels that are neither white nor grey."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setBackgroundColor(QColor(255, 255, 255))
    settings.setOutputSize(QSize(300, 220))
    extent = layer.extent()
    extent.grow(max(extent.width(), extent.height(), 100) * 0.05)
    settings.setExtent(extent)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert not job.errors(), f"{layer.name()}: {[error.message for error in job.errors()]}"
    image = job.renderedImage()
    colours = (QColor(image.pixel(x, y)) for x in range(image.width()) for y in range(image.height()))
    channels = ((colour.red(), colour.green(), colour.blue()) for colour in colours)
    return sum(max(channel) - min(channel) > GREY for channel in channels)


def check_style(layer):
    """The style that the file carries is the one that QGIS takes."""
    name, renderer = layer.name(), layer.renderer()
    kind = renderer.type()
    assert kind in ("categorizedSymbol", "singleSymbol"), f"{name}: {kind}"
    if kind == "categorizedSymbol":
        legend = [item.label() for item in renderer.legendSymbolItems()]
        assert legend and all(is_chinese(label) for label in legend), f"{name}: {legend}"
    aliases = [layer.attributeAlias(at) for at in range(layer.fields().count()) if layer.fields()[at].name() != "fid"]
    assert all(is_chinese(alias) for alias in aliases), f"{name}: {aliases}"
    coloured = count_coloured(layer)
    assert coloured >= LEAST_COLOURED, f"{name}: only {coloured} pixels are in colour"
    return kind


def main():
    database = Path(sys.argv[1]) / "5 数据库"
    packaged = list_layers(database / "XFZXGH.gpkg")
    kinds = [check_style(layer) for layer in packaged.values()]
    assert "categorizedSymbol" in kinds, "no layer is drawn by its classes"
    for name in ("XFZXGH.gdb", "shp"):
        others = list_layers(database / name)
        assert others.keys() == packaged.keys(), f"{name}: {others.keys() ^ packaged.keys()}"
        for key, layer in others.items():
            same = layer.featureCount() == packaged[key].featureCount()
            assert same, f"{name}: {key} has other features than the GeoPackage"
    classes = kinds.count("categorizedSymbol")
    print(f"QGIS: {len(kinds)} layers open in three formats, {classes} of them by classes")


application = QgsApplication([], False)
application.initQgis()
main()
application.exitQgis()
