//! Styles (MapLibre style specification 8): one for every collection, and `base` for the input layers together.
//!
//! How a layer is drawn is in [`fireplan_export::style`].

mod names;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use axum::Json;
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::body::{Typed, TypedDocument};
use crate::error::{HttpResult, Problem};
use crate::links::{JSON, STYLE_JSON, WebLink, link};
use crate::query::QueryParams;
use crate::state::{AppState, Collection};
use fireplan_export::style::{Palette, StyleLayer, Theme, collect_gets, style_layers};
use fireplan_export::tile::MAX_ZOOM;
use fireplan_export::tile::label::LABEL_SUFFIX;
use fireplan_model::findings::Layer;
use names::{PlacedStyle, place_styles};

/// The input layers together; no collection has this name.
const BASE: &str = "base";

/// From the bottom up.
const BASE_ORDER: [&str; 17] = [
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
    "obstacles",
    "hydrants",
    "candidates",
    "villages",
    "stations",
];

/// Layers of the input that are not in the order above are drawn just below this one.
const OTHERS_BEFORE: &str = "incidents";

/// The styles of the service.
#[derive(Serialize, JsonSchema)]
pub(crate) struct StyleList {
    default: &'static str,
    styles: Vec<StyleEntry>,
    links: Vec<WebLink>,
}

#[derive(Serialize, JsonSchema)]
struct StyleEntry {
    id: String,
    title: String,
    links: Vec<WebLink>,
}

/// A style of the MapLibre style specification.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Style {
    version: u8,
    name: String,
    metadata: StyleMetadata,
    sources: BTreeMap<String, VectorSource>,
    layers: Vec<StyleLayer>,
}

#[derive(Serialize, JsonSchema)]
struct StyleMetadata {
    theme: &'static str,
    /// The system's fonts are drawn; without this, some clients would look for web fonts at other hosts.
    #[serde(rename = "ol:webfonts")]
    webfonts: String,
}

#[derive(Serialize, JsonSchema)]
struct VectorSource {
    #[serde(rename = "type")]
    kind: &'static str,
    tiles: [String; 1],
    minzoom: u8,
    maxzoom: u8,
    /// West, south, east, north.
    #[serde(skip_serializing_if = "Option::is_none")]
    bounds: Option<[f64; 4]>,
}

impl TypedDocument for Style {
    const MEDIA: &'static str = STYLE_JSON;
}

/// The attributes that the drawing of a layer reads.
pub(crate) fn columns_drawn(layer: &Layer) -> Result<Vec<String>> {
    let mut columns = BTreeSet::new();
    let layers = style_layers(layer, &Palette::load(Theme::Light)?)?;
    layers.iter().flat_map(StyleLayer::expressions).for_each(|part| collect_gets(part, &mut columns));
    Ok(columns.into_iter().collect())
}

/// Whether the drawing of a layer writes names into areas.
pub(crate) fn names_areas(layer: &Layer) -> Result<bool> {
    Ok(names::names_areas(layer, &style_layers(layer, &Palette::load(Theme::Light)?)?))
}

fn parse_theme(params: &mut QueryParams) -> HttpResult<Theme> {
    match params.take("theme").as_deref() {
        None | Some("light") => Ok(Theme::Light),
        Some("dark") => Ok(Theme::Dark),
        Some(other) => {
            Err(Problem::bad(format!("theme 应为 light 或 dark，不是 {other} | theme is light or dark, not {other}")))
        }
    }
}

/// `/styles`
pub(crate) async fn list(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<Json<StyleList>> {
    params.json_only()?;
    let root = &params.root;
    let entry = |id: &str, title: String| StyleEntry {
        id: id.to_owned(),
        title,
        links: vec![link(format!("{root}/styles/{id}"), "stylesheet", STYLE_JSON)],
    };
    let mut styles = vec![entry(BASE, "底图 | Base map".to_owned())];
    styles.extend(state.collections().iter().map(|collection| entry(&collection.id, collection.title())));
    Ok(Json(StyleList { default: BASE, styles, links: vec![link(format!("{root}/styles"), "self", JSON)] }))
}

/// `/styles/{styleId}`: that of a collection, or `base`.
pub(crate) async fn style(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Typed<Style>> {
    params.format(&[("mapbox", STYLE_JSON), ("json", JSON)])?;
    let theme = parse_theme(&mut params)?;
    params.finish()?;
    let palette = Palette::load(theme)?;
    let mut style = Style::new(state.area.name.clone(), theme, &params.root);
    if id == BASE {
        style.add_inputs(&state, &palette, &params.root)?;
    } else {
        let collection = state.find_collection(&id).await?;
        style.add(&collection, &palette, &params.root)?;
        style.name = collection.title();
    }
    Ok(Typed(style))
}

impl Style {
    fn new(name: String, theme: Theme, root: &str) -> Self {
        let webfonts = format!("{root}/fonts/{{font-family}}.css");
        let metadata = StyleMetadata { theme: theme.name(), webfonts };
        Self { version: 8, name, metadata, sources: BTreeMap::new(), layers: Vec::new() }
    }

    /// Draws the layers of the input together, on ground.
    fn add_inputs(&mut self, state: &AppState, palette: &Palette, root: &str) -> Result<()> {
        let paint = json!({ "background-color": palette.colour("ground") });
        self.layers.push(StyleLayer::new("ground", "background", None, paint));
        let mut inputs: Vec<_> =
            state.collections().into_iter().filter(|collection| collection.origin.is_none()).collect();
        let rank = |collection: &Collection| {
            let place = |id: &str| BASE_ORDER.iter().position(|known| *known == id);
            place(&collection.id).or_else(|| place(OTHERS_BEFORE)).unwrap_or_default()
        };
        inputs.sort_by_key(|collection| rank(collection));
        for collection in &inputs {
            self.add(collection, palette, root)?;
        }
        // Names lie above everything that has none, those of points above all.
        self.layers.sort_by_key(|layer| layer.kind == "symbol");
        Ok(())
    }

    fn add(&mut self, collection: &Collection, palette: &Palette, root: &str) -> Result<()> {
        let id = &collection.id;
        let source = VectorSource {
            kind: "vector",
            tiles: [format!("{root}/tiles/{id}/{{z}}/{{x}}/{{y}}.mvt")],
            minzoom: 0,
            maxzoom: MAX_ZOOM,
            bounds: collection.tiles.world().bounds_wgs84(),
        };
        self.sources.insert(id.clone(), source);
        let styles = place_styles(&collection.layer, style_layers(&collection.layer, palette)?).into_iter();
        self.layers.extend(styles.map(|PlacedStyle { style, at_label }| StyleLayer {
            id: format!("{id}-{}", style.id),
            source: Some(id.clone()),
            source_layer: Some(format!("{id}{}", if at_label { LABEL_SUFFIX } else { "" })),
            ..style
        }));
        Ok(())
    }
}
