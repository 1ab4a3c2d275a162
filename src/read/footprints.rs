//! What things that stand at a point were drawn as: the outlines of stations and villages given as areas.

use std::collections::BTreeMap;

use geo::{
    BoundingRect, Centroid, Contains, Coord, InteriorPoint, Intersects, Line, LineString, MultiPolygon, Point, Rect,
};

use fireplan_model::layers::{LayerId, Layers, RoadClass};
use fireplan_model::method_constants;
use fireplan_model::notes::{NoteCase, NoteKind, Notes};

method_constants! {
    /// 面状村庄内没有房屋时，沿道路取点的间距 | Spacing of the places along roads that stand for a village drawn as an area without houses
    const ALONG_ROAD_M: f64 = 20.0,
        because "约一户宽，不影响以分钟计的到达时间 | About the width of a yard: it does not move a time in minutes";
    /// 面状村庄内既无房屋又无道路时，每边取样格数 | Places per side that are tried in a village drawn as an area without houses and roads
    const TRIED_PER_SIDE: f64 = 40.0,
        because "村庄宽数百米时格距约十米 | About ten metres apart in a village of some hundred metres";
}

/// The outlines of what stands at a point, by layer and source id.
#[derive(Debug, Default)]
pub(crate) struct Footprints(BTreeMap<(LayerId, String), MultiPolygon>);

impl Footprints {
    /// Remembers what the thing was drawn as.
    pub(crate) fn add(&mut self, layer: LayerId, source_id: &str, shape: MultiPolygon) {
        self.0.insert((layer, source_id.to_owned()), shape);
    }

    /// Takes over what others remember.
    pub(crate) fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// The outline of the thing, if it was drawn as an area.
    pub(crate) fn of(&self, layer: LayerId, source_id: &str) -> Option<&MultiPolygon> {
        self.0.get(&(layer, source_id.to_owned()))
    }
}

/// A point that stands for the area: its centroid, or else, where that lies outside, a point inside.
pub(crate) fn point_inside(shape: &MultiPolygon) -> Option<Point> {
    shape.centroid().filter(|centroid| shape.contains(centroid)).or_else(|| shape.interior_point())
}

/// Puts villages that were drawn as areas where their houses are, or else their roads, and tells so.
pub(crate) fn settle(layers: &mut Layers, footprints: &Footprints, notes: &mut Notes) {
    let houses: Vec<Coord> = layers.buildings.iter().filter_map(|house| Some(house.geometry.centroid()?.0)).collect();
    let driven = layers.roads.iter().filter(|road| road.class != RoadClass::Path);
    let roads: Vec<&LineString> = driven.map(|road| &road.geometry).collect();
    for village in &mut layers.villages {
        let Some(shape) = footprints.of(LayerId::Villages, &village.source_id) else { continue };
        let Some(place) = place_in(shape, &houses, &roads) else { continue };
        village.geometry = Point(place);
        let text = "以面表示的村庄，按面内一点计：有房屋取房屋，无房屋取道路，均无取面内最近道路处 | \
                    Villages drawn as areas stand at a point inside: at their houses, else at their roads, else at the place inside that is nearest to a road";
        let name = if village.name.is_empty() { &village.source_id } else { &village.name };
        let case = NoteCase::from(name).of(&village.source_id);
        notes.add(NoteKind::Converted, Some(LayerId::Villages), text, case);
    }
}

fn place_in(shape: &MultiPolygon, houses: &[Coord], roads: &[&LineString]) -> Option<Coord> {
    let bounds = shape.bounding_rect()?;
    let inside = |at: &Coord| bounds.intersects(at) && shape.contains(&Point(*at));
    let houses: Vec<Coord> = houses.iter().copied().filter(inside).collect();
    let near = |line: &Line| Rect::new(line.start, line.end).intersects(&bounds);
    let pieces = || roads.iter().flat_map(|road| road.lines());
    let middle = |places: &[Coord]| {
        let sum = places.iter().fold(Coord::default(), |sum, at| sum + *at);
        let mean = sum / places.len() as f64;
        places.iter().copied().min_by(|a, b| distance2(*a, mean).total_cmp(&distance2(*b, mean)))
    };
    if !houses.is_empty() {
        return middle(&houses);
    }
    let along: Vec<Coord> = pieces().filter(near).flat_map(stations_along).filter(inside).collect();
    if !along.is_empty() {
        return middle(&along);
    }
    nearest_to_roads(shape, bounds, pieces()).or_else(|| Some(shape.interior_point()?.0))
}

fn stations_along(line: Line) -> impl Iterator<Item = Coord> {
    let steps = (line.delta().x.hypot(line.delta().y) / ALONG_ROAD_M).ceil().max(1.0);
    (0..=steps as u32).map(move |step| line.start + line.delta() * (f64::from(step) / steps))
}

fn distance2(a: Coord, b: Coord) -> f64 {
    (a.x - b.x).powi(2) + (a.y - b.y).powi(2)
}

/// Of places inside the area, the one nearest to a road.
fn nearest_to_roads(shape: &MultiPolygon, bounds: Rect, roads: impl Iterator<Item = Line>) -> Option<Coord> {
    let reach = Coord { x: bounds.width(), y: bounds.height() };
    let around = Rect::new(bounds.min() - reach, bounds.max() + reach);
    let roads: Vec<Line> = roads.filter(|line| Rect::new(line.start, line.end).intersects(&around)).collect();
    if roads.is_empty() {
        return None;
    }
    let per_side = TRIED_PER_SIDE as u32;
    let tried = (0..per_side).flat_map(|row| (0..per_side).map(move |column| (column, row)));
    let places = tried.map(|(column, row)| {
        let share = |number: u32| (f64::from(number) + 0.5) / TRIED_PER_SIDE;
        bounds.min() + Coord { x: bounds.width() * share(column), y: bounds.height() * share(row) }
    });
    let places = places.filter(|at| shape.contains(&Point(*at)));
    let to_road = |at: Coord| roads.iter().map(|line| distance2_to(at, *line)).fold(f64::INFINITY, f64::min);
    places.map(|at| (to_road(at), at)).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, at)| at)
}

fn distance2_to(at: Coord, line: Line) -> f64 {
    let along = line.delta();
    let length2 = along.x * along.x + along.y * along.y;
    let from = at - line.start;
    let share = if length2 > 0.0 { ((from.x * along.x + from.y * along.y) / length2).clamp(0.0, 1.0) } else { 0.0 };
    distance2(at, line.start + along * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    use fireplan_model::layers::{Building, Village};
    use fireplan_model::rows::Row;
    use fireplan_model::sketch::{rectangle, road};
    use geo::polygon;
    use proptest::prelude::*;

    /// Open to the north.
    fn horseshoe() -> MultiPolygon {
        polygon![
            (x: 0.0, y: 0.0), (x: 400.0, y: 0.0), (x: 400.0, y: 900.0), (x: 350.0, y: 900.0),
            (x: 350.0, y: 100.0), (x: 50.0, y: 100.0), (x: 50.0, y: 900.0), (x: 0.0, y: 900.0),
        ]
        .into()
    }

    fn settled(mut layers: Layers) -> Coord {
        let blank = Village::blank(Point::new(200.0, 300.0)).unwrap();
        layers.villages = vec![Village { source_id: "a".to_owned(), ..blank }];
        let mut footprints = Footprints::default();
        footprints.add(LayerId::Villages, "a", horseshoe());
        settle(&mut layers, &footprints, &mut Notes::default());
        layers.villages[0].geometry.0
    }

    #[test]
    fn a_village_stands_at_its_houses_or_roads_and_never_outside() {
        let street = || vec![road(&[(375.0, 700.0), (375.0, 860.0)]), road(&[(-500.0, -30.0), (900.0, -30.0)])];
        let house = Building::blank(rectangle((10.0, 400.0), (20.0, 410.0))).unwrap();
        let at_house = settled(Layers { roads: street(), buildings: vec![house], ..Layers::default() });
        assert_eq!(at_house, Coord { x: 15.0, y: 405.0 });
        assert_eq!(settled(Layers { roads: street(), ..Layers::default() }).x, 375.0);
        let beside = settled(Layers { roads: street().split_off(1), ..Layers::default() });
        assert!(beside.y < 30.0 && horseshoe().contains(&Point(beside)), "{beside:?}");
        assert!(horseshoe().contains(&Point(settled(Layers::default()))));
    }

    proptest! {
        #[test]
        fn a_point_for_an_area_lies_inside(xs in prop::collection::vec((-500.0_f64..500.0, -500.0_f64..500.0), 3..12)) {
            // A star around the origin: any vertices sorted by angle make a simple polygon.
            let mut vertices = xs;
            vertices.sort_by(|a, b| a.1.atan2(a.0).total_cmp(&b.1.atan2(b.0)));
            let shape: MultiPolygon = geo::Polygon::new(LineString::from(vertices), Vec::new()).into();
            prop_assume!(geo::Area::unsigned_area(&shape) > 1.0);
            let at = point_inside(&shape).unwrap();
            prop_assert!(shape.intersects(&at));
        }
    }
}
