//! `/map`: layers as a sheet to print, laid out as the sheets of the atlas are.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use geo::{BoundingRect, Coord, LineString, Rect};

use super::sent::{PdfFile, SentFile, name_file};
use super::tell_origin;
use crate::error::{HttpResult, Problem};
use crate::links::PDF;
use crate::query::QueryParams;
use crate::state::{AppState, Collection};
use crate::tiles::choose_collections;
use fireplan_atlas::{MapSheet, Paper, draw_sheet};
use fireplan_export::style::Theme;
use fireplan_handover::tell_facts;
use fireplan_model::findings::Layer;
use fireplan_model::message::explain;

/// The most characters of a title: more do not fit a sheet.
pub(crate) const MOST_TITLE: usize = 60;
/// The most layers of a sheet: their legend would not fit.
const MOST_LAYERS: usize = 60;

/// What is asked for.
struct MapQuery {
    collections: Vec<Arc<Collection>>,
    extent: Rect,
    title: String,
    paper: Paper,
    theme: Theme,
}

/// `/map`
pub(crate) async fn map(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<SentFile<PdfFile>> {
    params.format(&[("pdf", PDF)])?;
    let query = MapQuery::parse(&state, &mut params).await?;
    params.finish()?;
    let shared = state.clone();
    state
        .compute(move || {
            let facts = tell_facts(&shared.packages.facts().unwrap_or_default(), &shared.area.name);
            let job = query.collections.iter().rev().find_map(|one| one.origin.as_ref());
            let note = format!("{}。", tell_origin(&shared, job.map(|origin| origin.job.as_str())).source);
            let layers: Vec<&Layer> = query.collections.iter().map(|one| &one.layer).collect();
            let sheet = MapSheet {
                area: &shared.area,
                layers: &layers,
                extent: query.extent,
                title: &query.title,
                note: &note,
                facts: &facts,
                paper: query.paper,
                theme: query.theme,
            };
            let refused = |error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, explain(&error).to_string());
            let pdf = draw_sheet(&sheet).map_err(refused)?;
            Ok(SentFile::whole(pdf, name_file(&[&shared.area.name, &query.title], "pdf")))
        })
        .await
}

impl MapQuery {
    async fn parse(state: &AppState, params: &mut QueryParams) -> HttpResult<Self> {
        let collections = if params.has("collections") {
            choose_collections(state, params).await?.collections
        } else {
            state.collections().into_iter().filter(|one| one.origin.is_none() && !one.layer.quiet).collect()
        };
        if collections.is_empty() || collections.len() > MOST_LAYERS {
            return Err(Problem::bad(format!(
                "collections 应为 1–{MOST_LAYERS} 个图层 | collections are 1 to {MOST_LAYERS} layers"
            )));
        }
        let extent = match params.take("bbox") {
            Some(text) => read_extent(state, &text)?,
            None => whole_extent(state, &collections)?,
        };
        let title = params.take("title").unwrap_or_default().trim().to_owned();
        if title.chars().count() > MOST_TITLE {
            return Err(Problem::bad(format!(
                "图名不超过 {MOST_TITLE} 字 | the title has at most {MOST_TITLE} characters"
            )));
        }
        let usual = || match collections.as_slice() {
            [only] => format!("{}图", only.layer.title.zh),
            _ => format!("{}专题图", state.area.name.split(['（', '(']).next().unwrap_or_default()),
        };
        let title = if title.is_empty() { usual() } else { title };
        let paper = params.take("paper").map_or(Ok(Paper::A3), |text| text.parse());
        let paper = paper.map_err(|error| Problem::bad(error.to_string()))?;
        let theme = match params.take("theme").as_deref() {
            None | Some("print") => Theme::Print,
            Some("light") => Theme::Light,
            Some(other) => {
                return Err(Problem::bad(format!(
                    "theme={other} 不可用，可用：print、light | theme={other} is not offered; there are: print, light"
                )));
            }
        };
        Ok(Self { collections, extent, title, paper, theme })
    }
}

/// A box in degrees in the metres of the area.
fn read_extent(state: &AppState, text: &str) -> HttpResult<Rect> {
    let bad = || {
        Problem::bad(format!(
            "bbox 应为西、南、东、北四个度数：“{text}” | bbox is west, south, east, north in degrees, not '{text}'"
        ))
    };
    let numbers: Vec<f64> =
        text.split(',').map(|part| part.trim().parse()).collect::<Result<_, _>>().map_err(|_| bad())?;
    let [west, south, east, north] = numbers[..] else { return Err(bad()) };
    let on_earth = west < east && south < north && west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0;
    if !on_earth {
        return Err(bad());
    }
    let at = |x, y| Coord { x, y };
    let mut corners = [at(west, south), at(east, south), at(east, north), at(west, north)];
    state.area.plane.to_local(&mut corners).map_err(|_| bad())?;
    let extent = LineString(corners.to_vec()).bounding_rect().filter(|rect| rect.width().is_finite());
    extent.filter(|rect| rect.height().is_finite()).ok_or_else(bad)
}

/// The extent of the area, or else of what is drawn.
fn whole_extent(state: &AppState, collections: &[Arc<Collection>]) -> HttpResult<Rect> {
    let of_layers = || {
        let features = collections.iter().flat_map(|one| &one.layer.features);
        let rects = features.filter_map(|feature| feature.geometry.as_ref().and_then(BoundingRect::bounding_rect));
        rects.reduce(|a, b| {
            let low = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
            Rect::new(low, Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) })
        })
    };
    let extent = state.area.boundary.bounding_rect().or_else(of_layers);
    extent.ok_or_else(|| Problem::bad("没有可以表示的范围；请给出 bbox | there is no extent to show; give a bbox"))
}
