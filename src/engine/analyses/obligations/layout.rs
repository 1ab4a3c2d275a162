//! The layout of towns (消防安全布局): hazards near places that must not burn with them, and equipment points.

use geo::{Distance, Euclidean, Geometry, Intersects, Point};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::analysis::Context;
use crate::duties::micro_stations::has_committee;
use crate::town_rules::TownRules;
use crate::towns::TownIndex;
use fireplan_model::findings::{Check, Verdict};
use fireplan_model::ids::TownId;
use fireplan_model::layers::{Hazard, LayerId, Village};
use fireplan_model::method_constants;
use fireplan_model::names;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rows::Label;
use fireplan_model::rules::Limit;

method_constants! {
    /// 消防器材配置点未与村、社区同名时，算作此距离内最近的村、社区的配置点 | An equipment point that bears no village's name counts for a village within this
    const EQUIPMENT_NEAR_M: f64 = 500.0,
        because "手提器材步行携带约 5 分钟；假定值，供审查 | Some five minutes on foot with hand equipment; an assumption, for review";
}

/// Every check of the layout, with the town that it belongs to.
pub(super) fn check_layout(context: &Context, towns: &TownIndex, notes: &mut Notes) -> Vec<(TownId, Check)> {
    let mut checks = check_hazards(context, towns, notes);
    checks.extend(check_equipment(context, towns));
    checks
}

/// What stands around a place: outlines by their boxes.
struct Surroundings<'a> {
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    geometries: Vec<&'a Geometry>,
}

impl<'a> Surroundings<'a> {
    fn new(geometries: Vec<&'a Geometry>) -> Self {
        let boxed = geometries.iter().enumerate().filter_map(|(at, geometry)| {
            let rect = geo::BoundingRect::bounding_rect(*geometry)?;
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(corners, at))
        });
        Self { boxes: RTree::bulk_load(boxed.collect()), geometries }
    }

    /// Numbers and distances of what lies within a distance of a place and does not touch it.
    fn within(&self, place: &Geometry, distance_m: f64) -> Vec<(usize, f64)> {
        let Some(rect) = geo::BoundingRect::bounding_rect(place) else { return Vec::new() };
        let around = AABB::from_corners(
            [rect.min().x - distance_m, rect.min().y - distance_m],
            [rect.max().x + distance_m, rect.max().y + distance_m],
        );
        let near = self.boxes.locate_in_envelope_intersecting(&around).map(|found| found.data);
        let measured = near.map(|at| (at, Euclidean.distance(place, self.geometries[at])));
        let mut found: Vec<(usize, f64)> =
            measured.filter(|(at, m)| *m < distance_m && !place.intersects(self.geometries[*at])).collect();
        found.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        found
    }
}

/// Uses of buildings that the clause names: housing, medicine, teaching, assembly, entertainment, markets.
const PROTECTED_USES: [&str; 24] = [
    "住宅",
    "居住",
    "民居",
    "农房",
    "宿舍",
    "公寓",
    "医",
    "学校",
    "教学",
    "幼儿园",
    "养老",
    "商场",
    "市场",
    "集贸",
    "娱乐",
    "影院",
    "体育",
    "礼堂",
    "house",
    "residential",
    "apartments",
    "school",
    "hospital",
    "retail",
];

/// A crowded place or a building of a use that the clause names, nearer than allowed, breaks it; a building of unknown use
/// leaves it 待核, for it may belong to the works.
fn check_hazards(context: &Context, towns: &TownIndex, notes: &mut Notes) -> Vec<(TownId, Check)> {
    let layers = &context.area.layers;
    let local = TownRules::new(context.rules, context.area);
    let crowded = Surroundings::new(layers.crowded_places.iter().map(|place| &place.geometry).collect());
    let outlines: Vec<Geometry> = layers.buildings.iter().map(|one| one.geometry.clone().into()).collect();
    let buildings = Surroundings::new(outlines.iter().collect());
    let is_protected = |kind: &str| PROTECTED_USES.iter().any(|word| kind.to_lowercase().contains(word));
    let known = context.area.has(LayerId::Buildings) || context.area.has(LayerId::CrowdedPlaces);
    let mut checks = Vec::new();
    for hazard in &layers.hazards {
        let Some(town) = middle(&hazard.geometry).and_then(|at| towns.at(at.0)) else {
            let text = "不在任何乡镇内的危险源，未核对布局 | Hazards in no town: their layout was not checked";
            notes.add(Severity::Warning, Some(LayerId::Hazards), text, hazard.name.as_str());
            continue;
        };
        let limit = &local.of(Some(town)).layout.hazard_housing_m;
        let near_crowded = crowded
            .within(&hazard.geometry, limit.value)
            .first()
            .map(|(at, m)| (*m, layers.crowded_places[*at].name.clone()));
        let near_buildings = buildings.within(&hazard.geometry, limit.value);
        let near_protected = near_buildings
            .iter()
            .find(|(at, _)| is_protected(&layers.buildings[*at].kind))
            .map(|(at, m)| (*m, format!("{}{}", layers.buildings[*at].name, layers.buildings[*at].kind)));
        let nearest = near_crowded.into_iter().chain(near_protected).min_by(|a, b| a.0.total_cmp(&b.0));
        let unknown = near_buildings.iter().filter(|(at, _)| layers.buildings[*at].kind.is_empty()).count();
        checks.push((town, hazard_check(limit, hazard, nearest, unknown, known)));
    }
    checks
}

fn hazard_check(limit: &Limit, hazard: &Hazard, nearest: Option<(f64, String)>, unknown: usize, known: bool) -> Check {
    let name = if hazard.name.is_empty() { &hazard.source_id } else { &hazard.name };
    if let Some((distance_m, place)) = nearest {
        let mut check = limit.check(name, Some((distance_m * 10.0).floor() / 10.0));
        check.text.zh += &format!("；最近的是{place}");
        check.text.en += &format!("; the nearest is {place}");
        return check;
    }
    let check = limit.check(name, None);
    let (verdict, text) = match (known, unknown) {
        (true, 0) => (
            Verdict::Pass,
            Label::new(
                format!("{name}：{} 内没有居住、公共建筑", limit.measured(limit.value)),
                format!("{name}: no housing and no public building within {}", limit.measured(limit.value)),
            ),
        ),
        (true, count) => (
            Verdict::Undetermined,
            Label::new(
                format!("{name}：{} 内有 {count} 栋用途不明的建筑，待核", limit.measured(limit.value)),
                format!("{name}: {count} buildings of unknown use within {}", limit.measured(limit.value)),
            ),
        ),
        (false, _) => (
            Verdict::Undetermined,
            Label::new(
                format!("{name}：没有建筑和人员密集场所图层，距离待核"),
                format!("{name}: neither buildings nor crowded places are known"),
            ),
        ),
    };
    Check { verdict, text, ..check }
}

/// Each village and community: whether an equipment point bears its name or is near.
fn check_equipment(context: &Context, towns: &TownIndex) -> Vec<(TownId, Check)> {
    let layers = &context.area.layers;
    let local = TownRules::new(context.rules, context.area);
    let known = context.area.has(LayerId::EquipmentPoints);
    let count = |village: &Village| {
        let is_its = |name: &str, at: Point| {
            names::bears(name, &village.name) || Euclidean.distance(at, village.geometry) <= EQUIPMENT_NEAR_M
        };
        layers.equipment_points.iter().filter(|point| is_its(&point.name, point.geometry)).count()
    };
    let check = |village: &Village| {
        let town = towns.at(village.geometry.0)?;
        let limit = &local.of(Some(town)).layout.equipment_points;
        Some((town, limit.check(&village.name, known.then(|| count(village) as f64))))
    };
    layers.villages.iter().filter(|village| has_committee(village)).filter_map(check).collect()
}

fn middle(geometry: &Geometry) -> Option<Point> {
    geo::InteriorPoint::interior_point(geometry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::layers::{Building, CrowdedPlace, EquipmentPoint, Layers, Town, TownKind};
    use fireplan_model::progress::Silent;
    use fireplan_model::rows::Row;
    use fireplan_model::rules::Rules;
    use fireplan_model::sketch::{self, rectangle};

    fn town() -> Town {
        Town { name: "甲镇".into(), kind: TownKind::Town, ..Town::blank(rectangle((0.0, 0.0), (5e3, 5e3))).unwrap() }
    }

    fn verdicts(layers: Layers) -> Vec<(String, Verdict)> {
        let area = sketch::area(layers);
        let rules = Rules::load(None).unwrap();
        let context = Context { area: &area, rules: &rules, progress: &Silent };
        let checks = check_layout(&context, &TownIndex::new(&area), &mut Notes::default());
        checks.into_iter().map(|(_, check)| (check.subject, check.verdict)).collect()
    }

    fn hazard() -> Hazard {
        Hazard { name: "加油站".into(), ..Hazard::blank(Point::new(1_000.0, 1_000.0)).unwrap() }
    }

    fn school(x: f64) -> CrowdedPlace {
        CrowdedPlace { name: "小学".into(), ..CrowdedPlace::blank(Point::new(x, 1_000.0)).unwrap() }
    }

    fn building(kind: &str) -> Building {
        Building { kind: kind.into(), ..Building::blank(rectangle((1_020.0, 990.0), (1_030.0, 1_010.0))).unwrap() }
    }

    #[test]
    fn fifty_metres_are_enough_and_less_is_not() {
        let at = |x: f64| {
            verdicts(Layers {
                towns: vec![town()],
                hazards: vec![hazard()],
                crowded_places: vec![school(x)],
                ..Layers::default()
            })[0]
                .1
        };
        assert_eq!(at(1_049.9), Verdict::Fail);
        assert_eq!(at(1_050.0), Verdict::Pass);
    }

    #[test]
    fn a_building_of_unknown_use_may_be_the_works_own() {
        let with = |kind: &str| {
            verdicts(Layers {
                towns: vec![town()],
                hazards: vec![hazard()],
                buildings: vec![building(kind)],
                ..Layers::default()
            })[0]
                .1
        };
        assert_eq!(with("住宅"), Verdict::Fail);
        assert_eq!(with(""), Verdict::Undetermined);
        assert_eq!(with("站房"), Verdict::Pass);
        let bare = verdicts(Layers { towns: vec![town()], hazards: vec![hazard()], ..Layers::default() });
        assert_eq!(bare[0].1, Verdict::Undetermined);
    }

    #[test]
    fn an_equipment_point_counts_for_its_own_village_or_one_nearby() {
        let village =
            |name: &str, x: f64| Village { name: name.into(), ..Village::blank(Point::new(x, 10.0)).unwrap() };
        let point = |name: &str, x: f64| EquipmentPoint {
            name: name.into(),
            ..EquipmentPoint::blank(Point::new(x, 10.0)).unwrap()
        };
        let mut layers = Layers {
            towns: vec![town()],
            // A hamlet has no committee, and is asked for none, as it is for no micro station.
            villages: vec![
                village("甲村", 100.0),
                village("乙村", 2_000.0),
                village("丙村", 4_000.0),
                Village { kind: "自然村".into(), ..village("丁组", 4_500.0) },
            ],
            ..Layers::default()
        };
        assert!(verdicts(layers.clone()).iter().all(|(_, verdict)| *verdict == Verdict::Undetermined));
        layers.equipment_points = vec![point("乙村器材点", 4_900.0), point("", 600.0)];
        let wanted = [("甲村", Verdict::Pass), ("乙村", Verdict::Pass), ("丙村", Verdict::Warn)];
        assert_eq!(verdicts(layers), wanted.map(|(name, verdict)| (name.to_owned(), verdict)));
    }
}
