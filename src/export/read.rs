//! Findings back from the folder that [`write`](super::write) made: figures, checks, manifest, layers and proposals, as far as a
//! comparison or whoever takes a plan up needs them.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use geo::Geometry;
use serde::Deserialize;

use fireplan_model::findings::{Check, Drawing, Feature, Figure, Findings, Layer, Manifest, Proposal};
use fireplan_model::message::reading;
use fireplan_model::plane::Plane;
use fireplan_model::rows::{Code, Column, GeometryKind, Label, Value, ValueKind, unit_of};

#[derive(Deserialize)]
struct ReadSummary {
    figures: Vec<Figure>,
    checks: Vec<Check>,
    manifest: Manifest,
    layers: Vec<ReadLayer>,
    #[serde(default)]
    proposals: Vec<Proposal>,
}

#[derive(Deserialize)]
struct ReadLayer {
    id: String,
    title: Label,
    geometry: GeometryKind,
    columns: Vec<ColumnSummary>,
    drawing: DrawingSummary,
    file: String,
}

#[derive(Deserialize)]
struct ColumnSummary {
    name: String,
    label: Label,
    kind: ValueKind,
    #[serde(default)]
    codes: Vec<CodeSummary>,
    #[serde(default)]
    sparse: bool,
    #[serde(default)]
    best_first: bool,
}

#[derive(Deserialize)]
struct CodeSummary {
    code: String,
    label: Label,
    #[serde(default)]
    undetermined: bool,
}

#[derive(Deserialize)]
struct DrawingSummary {
    kind: String,
    column: Option<String>,
    #[serde(default)]
    breaks: Vec<f64>,
}

/// Reads the folder of one run.
pub fn read(folder: &Path) -> Result<Findings> {
    let path = folder.join("findings.json");
    let text = std::fs::read(&path).with_context(|| {
        let path = path.display();
        format!(
            "读取 {path}；它是 fireplan run 写出的成果文件夹吗？ | \
                 reading {path}; is it a folder that `fireplan run` wrote?"
        )
    })?;
    let summary: ReadSummary = serde_json::from_slice(&text).with_context(|| {
        let path = path.display();
        format!("{path} 不是本版本写出的，请重新运行 | {path} is not of this version of fireplan; run it again")
    })?;
    let plane = plane(&summary.manifest)?;
    let layers = summary.layers.into_iter().map(|layer| {
        let path = folder.join(&layer.file);
        read_layer(layer, &path, &plane).with_context(|| reading(&path))
    });
    Ok(Findings {
        layers: layers.collect::<Result<_>>()?,
        figures: summary.figures,
        checks: summary.checks,
        proposals: summary.proposals,
        manifest: summary.manifest,
        ..Findings::default()
    })
}

/// The manifest names the plane with its EPSG code last.
fn plane(manifest: &Manifest) -> Result<Plane> {
    let code = manifest.crs.rsplit("EPSG:").next().map(|code| code.trim_end_matches(')'));
    let epsg = code.and_then(|code| code.parse().ok());
    Plane::of_epsg(epsg.ok_or_else(|| {
        let crs = &manifest.crs;
        anyhow!("findings.json 没有写明计算平面：{crs} | findings.json names no plane: {crs}")
    })?)
}

/// Columns are known for the life of the program, which reads a few folders and ends.
fn fixed(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn read_layer(layer: ReadLayer, path: &Path, plane: &Plane) -> Result<Layer> {
    let columns: Vec<Column> = layer.columns.into_iter().map(column).collect();
    let named = |name: Option<String>| {
        let found = columns.iter().find(|column| Some(column.name) == name.as_deref());
        found
            .map(|column| column.name)
            .ok_or_else(|| anyhow!("findings.json 的图例没有指明字段 | findings.json: the drawing names no column"))
    };
    let drawing = match layer.drawing.kind.as_str() {
        "coded" => Drawing::Coded { column: named(layer.drawing.column)? },
        "graded" => Drawing::Graded { column: named(layer.drawing.column)?, breaks: layer.drawing.breaks },
        _ => Drawing::Plain,
    };
    let collection: geojson::FeatureCollection =
        std::fs::read_to_string(path)?.parse::<geojson::GeoJson>()?.try_into()?;
    let features = collection.features.into_iter().map(|feature| read_feature(feature, &columns, plane));
    let features = features.collect::<Result<_>>()?;
    Ok(Layer {
        id: layer.id,
        title: layer.title,
        geometry: layer.geometry,
        columns,
        drawing,
        quiet: false,
        sheets: false,
        companions: Vec::new(),
        features,
    })
}

fn column(summary: ColumnSummary) -> Column {
    let name = fixed(summary.name);
    let code = |code: CodeSummary| Code { code: fixed(code.code), label: code.label, undetermined: code.undetermined };
    Column {
        name,
        label: summary.label,
        kind: summary.kind,
        unit: unit_of(name),
        codes: summary.codes.into_iter().map(code).collect(),
        sparse: summary.sparse,
        best_first: summary.best_first,
    }
}

fn read_feature(feature: geojson::Feature, columns: &[Column], plane: &Plane) -> Result<Feature> {
    let mut geometry: Option<Geometry> = feature.geometry.map(TryInto::try_into).transpose()?;
    if let Some(geometry) = &mut geometry {
        plane.geometry_to_local(geometry)?;
    }
    let properties = feature.properties.unwrap_or_default();
    let null = serde_json::Value::Null;
    let cell = |column: &Column| value(properties.get(column.name).unwrap_or(&null), column.kind);
    Ok(Feature { geometry, values: columns.iter().map(cell).collect() })
}

fn value(json: &serde_json::Value, kind: ValueKind) -> Value {
    match (json, kind) {
        (serde_json::Value::Bool(value), _) => Value::Bool(*value),
        (serde_json::Value::Number(number), ValueKind::Int) => number.as_i64().map_or(Value::Null, Value::Int),
        (serde_json::Value::Number(number), _) => number.as_f64().map_or(Value::Null, Value::Float),
        (serde_json::Value::String(text), ValueKind::Label) => Value::Label(Label::parse(text).into()),
        (serde_json::Value::String(text), ValueKind::Edits) => Value::Edits(text.as_str().into()),
        (serde_json::Value::String(text), _) => Value::text(text.as_str()),
        _ => Value::Null,
    }
}
