//! Styles (MapLibre style specification 8): one for every collection, and `base` for the input layers together.
//!
//! [`palette`] decides colours, [`draw`] how a layer is drawn that has no exception in `styles/layers/`.

mod draw;
mod palette;

use std::collections::BTreeSet;

use anyhow::Result;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::collections::{STYLE_JSON, link, typed};
use crate::error::{HttpResult, Problem};
use crate::query::QueryParams;
use crate::state::{AppState, Collection};
use crate::styles::palette::{Palette, Theme};
use fireplan_model::findings::Layer;

/// The input layers together; no collection has this name.
const BASE: &str = "base";

/// From the bottom up.
const BASE_ORDER: [&str; 16] = [
    "built_up",
    "forests",
    "water_sources",
    "buildings",
    "barriers",
    "roads",
    "road_areas",
    "towns",
    "hazards",
    "crowded_places",
    "checkposts",
    "incidents",
    "hydrants",
    "candidates",
    "villages",
    "stations",
];

/// The style layers of a map layer, without their source.
fn drawn(layer: &Layer, palette: &Palette) -> Result<Vec<Value>> {
    Ok(palette.exception(&layer.id)?.unwrap_or_else(|| draw::layers(layer, palette)))
}

/// The attributes that the drawing of a layer reads.
pub fn columns_drawn(layer: &Layer) -> Result<Vec<String>> {
    let mut columns = BTreeSet::new();
    let style = drawn(layer, &Palette::load(Theme::Light)?)?;
    style.iter().for_each(|part| collect_gets(part, &mut columns));
    Ok(columns.into_iter().collect())
}

fn collect_gets(value: &Value, columns: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => match list.as_slice() {
            [Value::String(get), Value::String(name)] if get == "get" => {
                columns.insert(name.clone());
            }
            list => list.iter().for_each(|value| collect_gets(value, columns)),
        },
        Value::Object(object) => object.values().for_each(|value| collect_gets(value, columns)),
        _ => {}
    }
}

fn theme(params: &mut QueryParams) -> HttpResult<Theme> {
    match params.take("theme").as_deref() {
        None | Some("light") => Ok(Theme::Light),
        Some("dark") => Ok(Theme::Dark),
        Some(other) => {
            Err(Problem::bad(format!("theme 应为 light 或 dark，不是 {other} | theme is light or dark, not {other}")))
        }
    }
}

/// `/styles`
pub async fn list(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<Json<Value>> {
    params.json_only()?;
    let root = &params.root;
    let entry = |id: &str, title: &str| json!({ "id": id, "title": title, "links": [link(format!("{root}/styles/{id}"), "stylesheet", STYLE_JSON)] });
    let mut styles = vec![entry(BASE, "底图 | Base map")];
    styles.extend(state.collections().iter().map(|collection| entry(&collection.id, &collection.title())));
    Ok(Json(
        json!({ "default": BASE, "styles": styles, "links": [link(format!("{root}/styles"), "self", "application/json")] }),
    ))
}

/// `/styles/{collection}` and `/styles/base`
pub async fn style(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Response> {
    params.format(&[("mapbox", STYLE_JSON), ("json", "application/json")])?;
    let theme = theme(&mut params)?;
    params.finish()?;
    let palette = Palette::load(theme)?;
    let mut style = Style { sources: Map::new(), layers: Vec::new(), root: &params.root, palette: &palette };
    let title = if id == BASE {
        style.layers.push(json!({
            "id": "ground", "type": "background", "paint": { "background-color": palette.colour("ground") },
        }));
        let inputs: Vec<_> = state.collections().into_iter().filter(|collection| collection.origin.is_none()).collect();
        for id in BASE_ORDER {
            if let Some(collection) = inputs.iter().find(|collection| collection.id == id) {
                style.add(collection)?;
            }
        }
        // Names lie above everything that has none, those of points above all.
        style.layers.sort_by_key(|layer| layer["type"] == "symbol");
        state.area.name.clone()
    } else {
        let collection = state.collection(&id)?;
        style.add(&collection)?;
        collection.title()
    };
    let (sources, layers) = (style.sources, style.layers);
    Ok(typed(
        STYLE_JSON,
        &json!({
            "version": 8,
            "name": title,
            // The system's fonts are drawn; without this, some clients would look for web fonts at other hosts.
            "metadata": { "theme": theme.name(), "ol:webfonts": format!("{}/fonts/{{font-family}}.css", params.root) },
            "sources": sources,
            "layers": layers,
        }),
    ))
}

struct Style<'a> {
    sources: Map<String, Value>,
    layers: Vec<Value>,
    root: &'a str,
    palette: &'a Palette,
}

impl Style<'_> {
    fn add(&mut self, collection: &Collection) -> Result<()> {
        let id = &collection.id;
        let mut source = json!({
            "type": "vector",
            "tiles": [format!("{}/tiles/{id}/{{z}}/{{x}}/{{y}}.mvt", self.root)],
            "minzoom": 0, "maxzoom": fireplan_export::tile::MAX_ZOOM,
        });
        if let Some(bounds) = collection.tiles.world().bounds_wgs84() {
            source["bounds"] = json!(bounds);
        }
        self.sources.insert(id.clone(), source);
        for mut layer in drawn(&collection.layer, self.palette)? {
            layer["id"] = format!("{id}-{}", layer["id"].as_str().unwrap_or("layer")).into();
            layer["source"] = id.as_str().into();
            layer["source-layer"] = id.as_str().into();
            self.layers.push(layer);
        }
        Ok(())
    }
}
