//! OGC API Features, the features: by box, by property, page by page, in any coordinate system offered.

use std::time::SystemTime;

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use geo::{Coord, Intersects, Rect};

use crate::body::GeoJson;
use crate::crs::{Crs, CrsBox};
use crate::datetime::check_datetime;
use crate::downloads::WordFilter;
use crate::downloads::layers::send_features;
use crate::error::{HttpResult, Problem};
use crate::features::{FeatureCollection, FeaturePage, LinkedFeature};
use crate::links::{CSV, GEOJSON, GPKG, GPX, JSON, KML, XLSX, ZIP, link};
use crate::query::QueryParams;
use crate::selection::{SortOrder, take_properties};
use crate::state::{AppState, Collection};
use crate::time::format_time;
use fireplan_export::geojson::feature_with;
use fireplan_export::tile::world::from_lonlat;
use fireplan_model::plane::Plane;
use fireplan_model::rows::{Column, Label, Value, ValueKind};

/// Features on a page where the request names no number.
pub(crate) const DEFAULT_LIMIT: usize = 10;
/// The most features on a page.
pub(crate) const MAX_LIMIT: usize = 10_000;

/// The most features of a file.
const MOST_IN_FILE: usize = 500_000;
/// Formats of a page of features.
const PAGES: [&str; 2] = ["json", "geojson"];
/// Features page by page, or as a file.
const FORMATS: &[(&str, &str)] = &[
    ("json", GEOJSON),
    ("geojson", GEOJSON),
    ("xlsx", XLSX),
    ("csv", CSV),
    ("gpkg", GPKG),
    ("shp", ZIP),
    ("kml", KML),
    ("gpx", GPX),
];

/// What is asked of a collection.
pub(crate) struct ItemsQuery {
    bbox: Option<Bbox>,
    filters: Vec<(usize, Value)>,
    words: WordFilter,
    /// `None`: as many as the format takes, or a page of usual length.
    limit: Option<usize>,
    offset: usize,
    crs: Crs,
    order: SortOrder,
    /// Names of the properties that are sent; `None`: all.
    properties: Option<Vec<&'static str>>,
}

/// A box in degrees (two when it crosses the date line) or in local metres.
enum Bbox {
    Degrees(Vec<Rect>),
    Metres(Rect),
}

/// `/collections/{collectionId}/items`
pub(crate) async fn items(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult {
    let collection = state.find_collection(&id).await?;
    let format = params.format(FORMATS)?;
    let is_page = PAGES.contains(&format);
    if !is_page && params.take("crs").is_some() {
        return Err(Problem::bad(
            "文件格式自定坐标系，不能另选 crs | A file has its own coordinates; crs cannot be chosen",
        ));
    }
    let query = ItemsQuery::parse(&state, &collection, &mut params, if is_page { MAX_LIMIT } else { MOST_IN_FILE })?;
    let shared = state.clone();
    state
        .compute(move || {
            if is_page {
                let found = query.find_matching(&shared, &collection)?;
                return Ok(write_page(&shared, &collection, &query, (&found, &params))?.into_response());
            }
            let wanted = query.find_chosen(&shared, &collection, MOST_IN_FILE + 1)?;
            send_features(&shared, &collection, format, &wanted)
        })
        .await
}

/// `/collections/{collectionId}/items/{featureId}`
pub(crate) async fn item(
    State(state): State<AppState>,
    Path((id, feature)): Path<(String, String)>,
    mut params: QueryParams,
) -> HttpResult<GeoJson<LinkedFeature>> {
    let collection = state.find_collection(&id).await?;
    params.format(&[("json", GEOJSON), ("geojson", GEOJSON)])?;
    let crs = parse_crs(&state, &mut params, "crs")?;
    params.finish()?;
    let index = feature.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let index = index.filter(|index| *index < collection.layer.features.len()).ok_or_else(|| {
        Problem::not_found(format!("图层 {id} 中没有要素 {feature} | There is no feature {feature} in {id}"))
    })?;
    let shared = state.clone();
    state
        .compute(move || {
            let at = format!("{}/collections/{id}", params.root);
            let links = vec![link(format!("{at}/items/{feature}"), "self", GEOJSON), link(at, "collection", JSON)];
            let feature = make_feature(&shared, &collection, index, crs)?;
            GeoJson::write(&LinkedFeature { feature, links }, crs)
        })
        .await
}

fn parse_crs(state: &AppState, params: &mut QueryParams, parameter: &str) -> HttpResult<Crs> {
    params.take(parameter).map_or(Ok(Crs::Crs84), |uri| Crs::parse(&uri, &state.area.plane, parameter))
}

fn make_feature(state: &AppState, collection: &Collection, index: usize, crs: Crs) -> HttpResult<geojson::Feature> {
    let geometry = collection.layer.features[index].geometry.as_ref();
    let written = geometry.map(|geometry| crs.write(geometry, &state.area.plane)).transpose()?;
    Ok(feature_with(&collection.layer, index, written.as_ref(), crs.decimals()))
}

fn write_page(
    state: &AppState,
    collection: &Collection,
    query: &ItemsQuery,
    (matched, params): (&[u32], &QueryParams),
) -> HttpResult<GeoJson<FeaturePage>> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    let shown = matched.iter().skip(query.offset).take(limit);
    let make = |index: &u32| {
        let mut feature = make_feature(state, collection, *index as usize, query.crs)?;
        if let (Some(wanted), Some(properties)) = (&query.properties, &mut feature.properties) {
            properties.retain(|name, _| wanted.contains(&name.as_str()));
        }
        Ok(feature)
    };
    let features = shown.map(make).collect::<HttpResult<Vec<_>>>()?;
    let mut links = vec![
        link(params.itself.clone(), "self", GEOJSON),
        link(format!("{}/collections/{}", params.root, collection.id), "collection", JSON),
    ];
    if query.offset + features.len() < matched.len() {
        links.push(link(change_offset(&params.itself, query.offset + features.len()), "next", GEOJSON));
    }
    if query.offset > 0 {
        links.push(link(change_offset(&params.itself, query.offset.saturating_sub(limit)), "prev", GEOJSON));
    }
    let page = FeaturePage {
        time_stamp: format_time(SystemTime::now()),
        description: collection.layer.scenario_notice().map(|Label { zh, en }| format!("{zh} | {en}")),
        number_matched: matched.len(),
        number_returned: features.len(),
        links,
        collection: FeatureCollection::new(features),
    };
    GeoJson::write(&page, query.crs)
}

/// The same address with another offset.
fn change_offset(address: &str, offset: usize) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let kept = query.split('&').filter(|part| !part.is_empty() && !part.starts_with("offset="));
    let parts: Vec<String> = kept.map(str::to_owned).chain([format!("offset={offset}")]).collect();
    format!("{path}?{}", parts.join("&"))
}

impl ItemsQuery {
    pub(crate) fn parse(
        state: &AppState,
        collection: &Collection,
        params: &mut QueryParams,
        most: usize,
    ) -> HttpResult<Self> {
        let limit = params.some_limit(most)?;
        let offset = params.take("offset").map_or(Ok(0), |text| {
            text.parse()
                .map_err(|_| Problem::bad(format!("offset 应为非负整数 | offset is a whole number, not '{text}'")))
        })?;
        let bbox_crs = parse_crs(state, params, "bbox-crs")?;
        let bbox = params.take("bbox").map(|text| Bbox::parse(&text, bbox_crs, &state.area.plane)).transpose()?;
        let crs = parse_crs(state, params, "crs")?;
        // Features have no time of their own: by the standard, every one matches.
        params.take("datetime").map_or(Ok(()), |text| check_datetime(&text))?;
        let order = SortOrder::take(params, collection)?;
        let properties = take_properties(params, collection)?;
        let words = WordFilter::take(params);
        let mut filters = Vec::new();
        for (name, text) in params.take_rest() {
            let columns = &collection.layer.columns;
            let at = columns.iter().position(|column| column.name == name).ok_or_else(|| {
                Problem::bad(format!(
                    "未知参数 {name}，可筛选字段见 queryables | Unknown parameter: {name}; see queryables"
                ))
            })?;
            filters.push((at, parse_filter(&columns[at], &text)?));
        }
        Ok(Self { bbox, filters, words, limit, offset, crs, order, properties })
    }

    /// Features that fit, without those before the offset and beyond the limit, or beyond `most` where there is none.
    pub(crate) fn find_chosen(&self, state: &AppState, collection: &Collection, most: usize) -> HttpResult<Vec<u32>> {
        let found = self.find_matching(state, collection)?.into_iter();
        Ok(found.skip(self.offset).take(self.limit.unwrap_or(most)).collect())
    }

    /// Features that fit, in order.
    fn find_matching(&self, state: &AppState, collection: &Collection) -> HttpResult<Vec<u32>> {
        let mut matched = match &self.bbox {
            None => (0..collection.layer.features.len() as u32).collect(),
            Some(bbox) => bbox.find_matching(state, collection)?,
        };
        matched.retain(|index| {
            let values = &collection.layer.features[*index as usize].values;
            self.filters.iter().all(|(column, wanted)| values[*column] == *wanted)
                && self.words.fits(&collection.layer.columns, values)
        });
        self.order.sort(&mut matched, collection);
        Ok(matched)
    }
}

fn parse_filter(column: &Column, text: &str) -> HttpResult<Value> {
    let value = match column.kind {
        ValueKind::Text | ValueKind::Label | ValueKind::Edits => Some(Value::text(text)),
        ValueKind::Int => text.parse().ok().map(Value::Int),
        ValueKind::Float => text.parse().ok().map(Value::Float),
        ValueKind::Bool => text.parse().ok().map(Value::Bool),
    };
    value.ok_or_else(|| {
        let name = column.name;
        Problem::bad(format!("{name} 的值“{text}”类型不符 | {name}: '{text}' is not of the column's type"))
    })
}

impl Bbox {
    fn parse(text: &str, crs: Crs, plane: &Plane) -> HttpResult<Self> {
        let bad = || {
            Problem::bad(format!(
                "bbox 应为 4 个数（或 6 个，含高程），最小在前：“{text}” | bbox is 4 numbers (6 with heights), lower ones first, not '{text}'"
            ))
        };
        let numbers: Vec<f64> =
            text.split(',').map(|part| part.trim().parse()).collect::<Result<_, _>>().map_err(|_| bad())?;
        let (a, b) = match *numbers {
            [a, b, c, d] => ([a, b], [c, d]),
            [a, b, _, c, d, _] => ([a, b], [c, d]),
            _ => return Err(bad()),
        };
        let place = |[first, second]: [f64; 2]| {
            if crs.north_first() { Coord { x: second, y: first } } else { Coord { x: first, y: second } }
        };
        let (low, high) = (place(a), place(b));
        let across = matches!(crs, Crs::Crs84 | Crs::Degrees { .. });
        if numbers.iter().any(|number| !number.is_finite()) || low.y > high.y || (!across && low.x > high.x) {
            return Err(bad());
        }
        let on_earth = |c: Coord| c.x.abs() <= 180.0 && c.y.abs() <= 90.0;
        match crs.read_box([low, high], plane)? {
            CrsBox::Metres(rect) => Ok(Self::Metres(rect)),
            CrsBox::Degrees(low, high) if !(on_earth(low) && on_earth(high)) => Err(bad()),
            CrsBox::Degrees(low, high) if low.x <= high.x => Ok(Self::Degrees(vec![Rect::new(low, high)])),
            CrsBox::Degrees(low, high) => Ok(Self::Degrees(vec![
                Rect::new(low, Coord { x: 180.0, y: high.y }),
                Rect::new(Coord { x: -180.0, y: low.y }, high),
            ])),
        }
    }

    fn find_matching(&self, state: &AppState, collection: &Collection) -> HttpResult<Vec<u32>> {
        let features = &collection.layer.features;
        match self {
            Self::Metres(rect) => Ok((0..features.len() as u32)
                .filter(|index| features[*index as usize].geometry.as_ref().is_some_and(|shape| shape.intersects(rect)))
                .collect()),
            Self::Degrees(rects) => {
                let mut found = Vec::new();
                for rect in rects {
                    found.extend(find_in_degrees(state, collection, rect)?);
                }
                found.sort_unstable();
                found.dedup();
                Ok(found)
            }
        }
    }
}

fn find_in_degrees(state: &AppState, collection: &Collection, rect: &Rect) -> HttpResult<Vec<u32>> {
    let world = collection.tiles.world();
    let low = from_lonlat(Coord { x: rect.min().x, y: rect.max().y });
    let high = from_lonlat(Coord { x: rect.max().x, y: rect.min().y });
    let mut found = world.within(low, high);
    let mut failed = None;
    found.retain(|index| {
        let inside = world
            .bounds(*index)
            .is_some_and(|(min, max)| min.x >= low.x && min.y >= low.y && max.x <= high.x && max.y <= high.y);
        // Only what lies across the edge needs a closer look.
        inside
            || match &collection.layer.features[*index as usize].geometry {
                None => false,
                Some(geometry) => match Crs::Crs84.write(geometry, &state.area.plane) {
                    Ok(geometry) => geometry.intersects(rect),
                    Err(problem) => {
                        failed = Some(problem);
                        false
                    }
                },
            }
    });
    failed.map_or(Ok(found), Err)
}
