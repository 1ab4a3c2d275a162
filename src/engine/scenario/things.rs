//! Stations, roads, obstacles, hydrants and water as references see them: one row, or the rows that share a source id.

use std::collections::BTreeMap;

use geo::{Coord, Distance, Euclidean, Geometry, LineString, Point};

use super::refer::numbered;
use fireplan_algorithms::linear_reference::middle_of;
use fireplan_model::area::StudyArea;
use fireplan_model::digest::hex_digest;
use fireplan_model::layers::{Hydrant, Obstacle, Road, Station, WaterSource};
use fireplan_model::rows::{Column, Row, Value};
use fireplan_model::scenario::ReferredLayer;

/// A thing of a layer as references see it: one row, or the rows of a road that share a source id.
pub(super) struct Thing {
    pub rows: Vec<usize>,
    pub id: String,
    pub name: String,
    pub class: String,
    shapes: Vec<Geometry>,
}

/// The things of a layer.
pub(super) struct Things<'a> {
    area: &'a StudyArea,
    layer: ReferredLayer,
    count: usize,
}

impl<'a> Things<'a> {
    pub(super) fn of(area: &'a StudyArea, layer: ReferredLayer) -> Self {
        let count = match layer {
            ReferredLayer::Roads => area.layers.roads.len(),
            ReferredLayer::Stations => area.layers.stations.len(),
            ReferredLayer::Obstacles => area.layers.obstacles.len(),
            ReferredLayer::Hydrants => area.layers.hydrants.len(),
            ReferredLayer::WaterSources => area.layers.water_sources.len(),
        };
        Self { area, layer, count }
    }

    fn facts(&self, at: usize) -> [&'a str; 2] {
        let layers = &self.area.layers;
        match self.layer {
            ReferredLayer::Roads => [&layers.roads[at].source_id, &layers.roads[at].name],
            ReferredLayer::Stations => [&layers.stations[at].source_id, &layers.stations[at].name],
            ReferredLayer::Obstacles => [&layers.obstacles[at].source_id, &layers.obstacles[at].name],
            ReferredLayer::Hydrants => [&layers.hydrants[at].source_id, &layers.hydrants[at].name],
            ReferredLayer::WaterSources => [&layers.water_sources[at].source_id, &layers.water_sources[at].name],
        }
    }

    fn thing(&self, rows: Vec<usize>) -> Option<Thing> {
        let first = *rows.first()?;
        let layers = &self.area.layers;
        let class = match self.layer {
            ReferredLayer::Roads => layers.roads[first].class.label().zh,
            ReferredLayer::Stations => layers.stations[first].kind.label().zh,
            ReferredLayer::Obstacles => layers.obstacles[first].kind.label().zh,
            ReferredLayer::Hydrants => layers.hydrants[first].kind.label().zh,
            ReferredLayer::WaterSources => layers.water_sources[first].kind.label().zh,
        };
        let shape = |at: &usize| match self.layer {
            ReferredLayer::Roads => layers.roads[*at].geometry.clone().into(),
            ReferredLayer::Stations => layers.stations[*at].geometry.into(),
            ReferredLayer::Obstacles => {
                Row::geometry(&layers.obstacles[*at]).unwrap_or_else(|| Point::new(0.0, 0.0).into())
            }
            ReferredLayer::Hydrants => layers.hydrants[*at].geometry.into(),
            ReferredLayer::WaterSources => layers.water_sources[*at].geometry.clone(),
        };
        let shapes = rows.iter().map(shape).collect();
        let [id, name] = self.facts(first).map(str::to_owned);
        Some(Thing { rows, id, name, class, shapes })
    }

    /// The thing of a single row.
    pub(super) fn of_row(&self, row: usize) -> Option<Thing> {
        self.thing(vec![row])
    }

    /// Every thing: rows of one source id together, the others one by one.
    pub(super) fn all(&self) -> impl Iterator<Item = Thing> + '_ {
        let mut by_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut alone = Vec::new();
        for at in 0..self.count {
            match self.facts(at)[0] {
                "" => alone.push(vec![at]),
                id => by_id.entry(id).or_default().push(at),
            }
        }
        by_id.into_values().chain(alone).filter_map(|rows| self.thing(rows))
    }

    /// Whether a reference means something as it is written, be it one thing or several.
    pub(super) fn bears(&self, text: &str) -> bool {
        (0..self.count).any(|at| self.facts(at).contains(&text))
            || numbered(text, self.count).is_some()
            || !self.with_second_drawings(Vec::new(), text).is_empty()
    }

    /// What a reference means as it is written, if that is one thing: by source id, by number, or by name.
    pub(super) fn called(&self, text: &str) -> Option<Thing> {
        let bearing = |fact: usize| (0..self.count).filter(|at| self.facts(*at)[fact] == text).collect::<Vec<_>>();
        let by_id = bearing(0);
        if !by_id.is_empty() {
            return self.thing(self.with_second_drawings(by_id, text));
        }
        if let Some(at) = numbered(text, self.count) {
            return self.thing(vec![at]);
        }
        let by_name = bearing(1);
        let one_id = by_name.iter().all(|at| self.facts(*at)[0] == self.facts(by_name[0])[0]);
        if by_name.len() > 1 && !one_id {
            return None;
        }
        self.thing(self.with_second_drawings(by_name, text))
    }

    /// What is drawn twice is one row, which the id and the name of the second drawing mean as well.
    fn with_second_drawings(&self, mut rows: Vec<usize>, text: &str) -> Vec<usize> {
        if self.layer == ReferredLayer::Roads {
            let also = self.area.network.topology.also.iter();
            let also = also.filter(|second| second.source_id == text || second.name == text);
            rows.extend(also.map(|second| second.road.index()));
            rows.sort_unstable();
            rows.dedup();
        }
        rows
    }

    /// How an edit calls a thing: by its source id, or else by its number.
    pub(super) fn call(&self, thing: &Thing) -> String {
        if thing.id.is_empty() { format!("#{}", thing.rows[0] + 1) } else { thing.id.clone() }
    }

    /// `R00100 建设路(支路)`.
    pub(super) fn tell(&self, thing: &Thing) -> String {
        let id = self.call(thing);
        let name = if thing.name == id { "" } else { thing.name.as_str() };
        format!("{id} {name}({})", thing.class).replace(" (", "(")
    }

    /// Digest of the facts and shapes of a thing, whatever number its source gives it.
    pub(super) fn digest(&self, thing: &Thing) -> String {
        let layers = &self.area.layers;
        let mut text = String::new();
        let is_fact = |column: &Column| column.name != "source_id";
        let facts_of = |columns: Vec<Column>, values: Vec<Value>| {
            let facts = columns.iter().zip(&values).filter(|(column, _)| is_fact(column));
            facts.map(|(_, value)| value.to_string()).collect::<Vec<_>>().join("\u{1f}")
        };
        for at in &thing.rows {
            text += &match self.layer {
                ReferredLayer::Roads => facts_of(Road::columns(), layers.roads[*at].values()),
                ReferredLayer::Stations => facts_of(Station::columns(), layers.stations[*at].values()),
                ReferredLayer::Obstacles => facts_of(Obstacle::columns(), layers.obstacles[*at].values()),
                ReferredLayer::Hydrants => facts_of(Hydrant::columns(), layers.hydrants[*at].values()),
                ReferredLayer::WaterSources => facts_of(WaterSource::columns(), layers.water_sources[*at].values()),
            };
        }
        for shape in &thing.shapes {
            for at in geo::CoordsIter::coords_iter(shape) {
                text += &format!("{:.1},{:.1};", at.x, at.y);
            }
        }
        hex_digest(text.as_bytes())
    }
}

impl Thing {
    /// A place on it: the middle of the longest of its lines.
    pub(super) fn place(&self) -> Option<Coord> {
        let longest = self.lines().max_by(|a, b| length_m(a).total_cmp(&length_m(b)));
        let first = self.shapes.first().and_then(|shape| geo::CoordsIter::coords_iter(shape).next());
        longest.filter(|line| line.0.len() > 1).map(middle_of).or(first)
    }

    fn lines(&self) -> impl Iterator<Item = &LineString> {
        self.shapes.iter().filter_map(|shape| match shape {
            Geometry::LineString(line) => Some(line),
            _ => None,
        })
    }

    pub(super) fn length_m(&self) -> Option<f64> {
        self.lines().map(length_m).reduce(|a, b| a + b)
    }

    pub(super) fn distance_m(&self, at: Coord) -> f64 {
        self.shapes
            .iter()
            .map(|shape| Euclidean.distance(shape, &Geometry::from(Point(at))))
            .fold(f64::INFINITY, f64::min)
    }
}

fn length_m(line: &LineString) -> f64 {
    line.lines().map(|piece| (piece.end - piece.start).x.hypot((piece.end - piece.start).y)).sum()
}
