//! # Hydrants (消火栓)
//!
//! **Question.** Where are hydrants too far apart or out of reach, and where do the fewest new ones close that?
//!
//! **Method.**
//! 1. Road segments are chained into streets ([`streets`]); every hydrant gets its street, chainage, side and distance from
//!    the kerb; doubtful assignments are listed ([`stock`]).
//! 2. Hydrants are asked for along municipal roads (not motorways, links, tracks, service roads, bridges, tunnels) in or
//!    right beside built-up areas ([`scope`]); villages only where a hydrant says that there are mains.
//! 3. Spacing S holds where no place between hydrants is farther than S/2 along the network from a working one; that is
//!    the same as S between neighbours, and at junctions the nearest on any arm ([`gaps`]). From the last hydrant to the end of
//!    a street the protection radius is allowed, or S/2, as `hydrant.end_reading` says ([`ends`]).
//!    Roads wider than the one-side width are two lines that nothing crosses ([`kerbs`]).
//!    A hydrant must stand at the heads of bridges and the portals of tunnels, too ([`spans`]).
//!    Water cranes are asked for in cold regions only ([`cranes`]).
//!    Of a built-up area without any hydrant in the data nothing is said to be lacking before the ledger was checked.
//! 4. Readings: hydrants known to work; those and the ones of unknown state; those and the ones out of service, as if repaired,
//!    on which new positions are planned. One of unknown state counts as not working wherever something is said to be lacking or
//!    to be built; what it would change if it worked is told as the other end of the range.
//! 5. New positions are the fewest points on the road network that leave nothing too far
//!    ([`path_cover`](fireplan_location::path_cover): exact on regions without rings, elsewhere with a lower bound) at which a
//!    hydrant keeps every clause about its place ([`kerb_places`]); where none near does, it says which it cannot keep.
//! 6. Reach: straight within the protection radius, and by hose along streets and walkable ways, from the hydrant to the
//!    road, along it, and straight to the building, never across open water, railways, walls or motorways ([`reach`]); the hose is
//!    as long as that of the largest engine that gets to the road there.
//! 7. One list of what is to be built ([`plan`]): positions for the spacing; at bridge heads and portals at which none of them
//!    stands; and the fewest more from which a hose reaches the buildings that are still beyond it, a set cover
//!    ([`set_cover`](fireplan_location::set_cover)). It runs street by street, the most people without water first, in phases.
//!
//! **Needs.** Roads, built-up areas and hydrants; buildings, towns, water, barriers and population if there.
//!
//! **Gives.** Layers `hydrant_gaps`, `hydrant_points`, `hydrant_buildings`, `hydrant_heads`, `hydrants_new`; tables `hydrant_roads`
//! (消火栓缺口表 with all that is to be built, worst first) and `hydrant_towns`; checks of every gap, town and fact against its clause.
//!
//! **Limits.** Mains are not in the data: a hydrant stands for them. A level crossing stops a hose, a bridge does not. The
//! new positions know of no mains, trees or driveways; where a street has no hydrant at all, they keep half the spacing from its
//! ends. Two regions of the network that share no new point are solved apart.

mod area_shares;
mod by_road;
mod by_street;
mod checks;
mod cranes;
mod dry_places;
mod ends;
mod figures;
mod gaps;
mod kerb_places;
mod kerb_sources;
mod kerbs;
mod measure;
mod plan;
mod points;
mod projects;
mod proposals;
mod reach;
mod scope;
mod spacing;
mod spans;
mod stock;
mod story;
mod streets;
mod sums;
#[cfg(test)]
mod tests;
mod ways;
mod with_water;

use std::sync::Arc;

use anyhow::Result;
use geo::{Coord, LineString};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analysis::{Analysis, Context};
use crate::town_rules::TownRules;
use crate::towns::TownIndex;
use fireplan_algorithms::linear_reference::Side;
use fireplan_algorithms::metric_graph::{DistanceField, Stretch};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Drawing, Findings, Layer, Table};
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::{LayerId, Road};
use fireplan_model::method::MethodConstant;
use fireplan_model::method_constants;
use fireplan_model::notes::Notes;
use fireplan_model::rules::{HydrantRules, Rules};

use by_street::{ByStreet, Lane};
use ends::StreetEnds;
use figures::FigureInputs;
use kerb_places::KerbPlaces;
use kerbs::Kerbs;
use measure::measure;
use scope::Scope;
use stock::{PlacedHydrant, StateReading};
use streets::{StreetId, StreetIndex};

/// Title of the analysis, `中文 | English`.
pub const TITLE: &str = "消火栓间距与供水可达 | Hydrants";
/// The question in one sentence, `中文 | English`.
pub const QUESTION: &str = "哪些道路消火栓间距超标，哪些建筑水带够不着，最少补建几处 | Where are hydrants too far apart or out of reach, and where do the fewest new ones close that?";

/// Where are hydrants too far apart or out of reach, and where do the fewest new ones close that?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Hydrants {
    /// 归属道路的最大距离 | Farthest road a hydrant may belong to
    #[schemars(range(min = 1.0, max = 100.0))]
    pub assign_within_m: f64,
    /// 道路离建成区多近算建成区道路 | Roads this near to a built-up area belong to it
    #[schemars(range(min = 0.0, max = 100.0))]
    pub beside_m: f64,
    /// 先修复损坏、冻结的再补建 | Repair what is out of service before adding
    pub repair_first: bool,
    /// 台账完整，没有记录的建成区确无消火栓 | The ledger is complete: built-up areas without a hydrant in it have none
    pub ledger_complete: bool,
    /// 建成区采样间距 | Lattice of the built-up area
    #[schemars(range(min = 5.0, max = 200.0))]
    pub lattice_m: f64,
    /// 按水带补建时候选位置的间距 | Distance of the places tried for reach by hose
    #[schemars(range(min = 5.0, max = 100.0))]
    pub candidates_m: f64,
}

impl Default for Hydrants {
    fn default() -> Self {
        Self {
            assign_within_m: 30.0,
            beside_m: 15.0,
            repair_first: true,
            ledger_complete: false,
            lattice_m: 25.0,
            candidates_m: 20.0,
        }
    }
}

method_constants! {
    /// 沿路网查找消火栓的最远距离 | Farthest that a hydrant is looked for along the network
    const HORIZON_M: f64 = 2_000.0,
        because "为规定间距的十余倍，再远只影响间距数值的显示，不改变是否超距 | More than ten times the spacing asked for: beyond it nothing changes but how large a gap is said to be";
}

/// Rounds to a number of decimals. Adding 0 turns -0.0, Rust's empty sum, into 0.
pub(crate) fn round(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale + 0.0
}

/// What all parts of this analysis work on: the question, the area, the rules and what was found first.
pub(crate) struct HydrantRun<'a> {
    pub area: &'a StudyArea,
    pub rules: &'a Rules,
    pub local: &'a TownRules<'a>,
    pub streets: &'a StreetIndex,
    pub scope: &'a Scope,
    pub kerbs: &'a Kerbs,
    pub placed: &'a [PlacedHydrant<'a>],
    pub towns: TownIndex<'a>,
    /// Distance from every place of the network to the nearest two hydrants known to work.
    pub certain: Arc<DistanceField<'a>>,
    /// The street ends between these.
    pub certain_ends: StreetEnds,
    /// The same distances if hydrants of unknown state work too.
    pub hopeful: Arc<DistanceField<'a>>,
    /// Road where hydrants are asked for; the three fields below are what of it is too far from a hydrant under each
    /// reading.
    pub wanted: ByStreet,
    /// What of `wanted` lies between hydrants, not at street ends.
    pub wanted_between: ByStreet,
    pub beyond_certain: ByStreet,
    /// What of `beyond_certain` lies at street ends, which go on beyond the protection radius.
    pub beyond_at_ends: ByStreet,
    pub beyond_hopeful: ByStreet,
    pub beyond_repaired: ByStreet,
    /// Road that new hydrants must come within half the spacing of, given those that count under `planned_on`.
    pub to_cover: Vec<Stretch>,
    /// The same if those of unknown state work too.
    pub to_cover_hopeful: Vec<Stretch>,
    /// Which hydrants proposals take to work.
    pub planned_on: StateReading,
}

impl HydrantRun<'_> {
    /// Half the spacing on an edge of the network of kerbs.
    pub(crate) fn half_m(&self, edge: u32) -> f64 {
        self.rules_of(edge).spacing_m.value / 2.0
    }

    /// The rules for an edge of the network of kerbs.
    pub(crate) fn rules_of(&self, edge: u32) -> &HydrantRules {
        &self.local.of_segment(self.kerbs.kerbs[edge as usize].segment).hydrant
    }

    /// The rules for a street at a chainage.
    pub(crate) fn rules_on(&self, street: StreetId, at_m: f64) -> &HydrantRules {
        &self.local.of_segment(self.part_at(street, at_m).segment).hydrant
    }

    /// The rules of the town in which a place lies.
    pub(crate) fn rules_at(&self, place: Coord) -> &HydrantRules {
        &self.local.at(&self.towns, place).hydrant
    }

    pub(crate) fn street_name(&self, street: StreetId) -> String {
        self.streets.streets[street.index()].name.clone()
    }

    /// The streets a hydrant counts for: its own or, where that is a companion, the one that answers for it.
    pub(crate) fn stands_on(&self, placed: &PlacedHydrant) -> Vec<(StreetId, f64, Option<Lane>)> {
        let Some(on_road) = &placed.on_road else { return Vec::new() };
        let lane = |segment: SegmentId, side: Side| {
            let left = side == Side::Left || !self.kerbs.is_wide(segment);
            Some(if left { Lane::Left } else { Lane::Right })
        };
        let across = kerb_sources::across(self.area, self.streets, on_road, placed.hydrant.geometry);
        if let Some((position, side)) = across
            && let Some((street, part)) = self.streets.part(position.segment)
        {
            let side = side.seen(part.backwards);
            return vec![(street, part.chainage(position.offset_m), lane(position.segment, side))];
        }
        vec![(on_road.street, on_road.chainage_m, lane(on_road.segment, on_road.side_on_street))]
    }

    /// The line of a street between two chainages, part by part.
    pub(crate) fn street_line(&self, street: StreetId, from_m: f64, to_m: f64) -> Vec<LineString> {
        let parts = self.streets.streets[street.index()].parts.iter();
        let touched = parts.filter(|part| part.start_m < to_m && part.start_m + part.length_m > from_m);
        let line = |part: &streets::StreetPart| {
            let (from_m, to_m) = (from_m.max(part.start_m), to_m.min(part.start_m + part.length_m));
            let (a, b) = (from_m - part.start_m, to_m - part.start_m);
            if part.backwards {
                let mut line = self.area.network.part(part.segment, part.length_m - b, part.length_m - a);
                line.0.reverse();
                line
            } else {
                self.area.network.part(part.segment, a, b)
            }
        };
        touched.map(line).collect()
    }

    fn part_at(&self, street: StreetId, at_m: f64) -> &streets::StreetPart {
        let parts = &self.streets.streets[street.index()].parts;
        &parts[parts.partition_point(|part| part.start_m <= at_m).saturating_sub(1)]
    }

    /// The width of a street where it is known.
    pub(crate) fn street_width_m(&self, street: StreetId, at_m: f64) -> Option<f64> {
        let segment = self.part_at(street, at_m).segment;
        self.area.road_of(segment).width_m
    }
}

impl Analysis for Hydrants {
    fn needs(&self) -> &'static [LayerId] {
        &[LayerId::Roads, LayerId::BuiltUp, LayerId::Hydrants]
    }

    fn reads(&self) -> &'static [LayerId] {
        &[
            LayerId::Roads,
            LayerId::BuiltUp,
            LayerId::Hydrants,
            LayerId::Buildings,
            LayerId::Barriers,
            LayerId::WaterSources,
            LayerId::Towns,
            LayerId::Population,
            LayerId::RoadAreas,
            LayerId::Elevation,
            LayerId::Obstacles,
            LayerId::Stations,
        ]
    }

    fn rules(&self) -> Vec<&'static str> {
        [crate::response::rules(), vec!["hydrant"]].concat()
    }

    fn method(&self) -> Vec<MethodConstant> {
        [
            method(),
            kerb_places::method(),
            spacing::method(),
            reach::method(),
            scope::method(),
            spans::method(),
            stock::method(),
            streets::method(),
        ]
        .concat()
    }

    fn run(&self, context: &Context) -> Result<Findings> {
        let area = context.area;
        let mut notes = Notes::default();
        let scope = Scope::new(area, self, &mut notes);
        let grown = Scope::with_planned(area, self, &mut Notes::default());
        let more = grown.included.len() - scope.included.len();
        let makes_roads = area.applied.as_ref().is_some_and(|applied| !applied.built_roads.is_empty());
        let plans_roads = makes_roads || area.layers.roads.iter().any(Road::is_planned);
        let mut findings = self.answer(context, &scope, notes)?;
        if more > 0 || plans_roads {
            let with_more = self.answer(context, &grown, Notes::default())?;
            figures::tell_grown(&mut findings.figures, &with_more.figures, more);
        }
        Ok(findings)
    }
}

impl Hydrants {
    /// The answer for these built-up areas with mains.
    fn answer(&self, context: &Context, scope: &Scope, mut notes: Notes) -> Result<Findings> {
        let (area, rules) = (context.area, context.rules);
        context.begin("消火栓归属道路", "Assigning hydrants to roads")?;
        let streets = StreetIndex::new(area);
        let local = TownRules::new(rules, area);
        let kerbs = Kerbs::new(area, &local, &streets, scope);
        let placed = stock::place(self, area, &streets, &mut notes);
        context.begin("沿路间距", "Spacing along the roads")?;
        let run = measure(self, context, &local, &streets, scope, &kerbs, &placed);
        let mut gaps = gaps::gaps(&run);
        context.begin("最少补建位置", "The fewest new positions")?;
        let kerb_places = KerbPlaces::new(self, &run);
        let spacing = spacing::close_gaps(&run, &kerb_places);
        let heads = spans::heads(&run, &kerb_places, &spacing.sites);
        context.begin("水带可达", "Reach by hose")?;
        let reach = reach::HydrantReach::new(self, &run, &mut notes)?;
        let new = plan::plan(self, (&run, &kerb_places), &reach, &heads, spacing);
        gaps::sort_worst_first(&run, &reach, &mut gaps);
        context.begin("汇总", "Summing up")?;
        let points = points::points(&run, &reach);
        let (by_town, all) = sums::sums(&run, &new, &reach);
        let (roads, towns) = (by_road::roads(&run, &gaps, &new, &reach), sums::towns(&run, &by_town));
        checks::note_assumptions(&run, &mut notes);
        let mut checks = checks::checks(&run, &gaps, &heads, &towns);
        checks.extend(cranes::checks(&run, &mut notes));
        let (projects, gains) = projects::projects(&run, &new, &reach);

        let coded = |column| Drawing::Coded { column };
        let layers = vec![
            Layer::new("hydrant_buildings", coded("served"), reach.buildings.iter().map(|building| &building.row)),
            Layer::new("hydrant_gaps", coded("state"), gaps.iter().map(|gap| &gap.row)),
            Layer::new("hydrant_points", coded("state"), &points),
            Layer::new("hydrant_heads", coded("state"), heads.iter().map(|head| &head.row)),
            Layer::new("hydrants_new", coded("why"), new.rows.iter().map(|new| &new.row)),
        ];
        Ok(Findings {
            figures: figures::figures(&FigureInputs {
                run: &run,
                all: &all,
                new: &new,
                roads: &roads,
                points: &points,
            }),
            tables: vec![
                Table::new("hydrant_roads", &roads),
                Table::new("hydrant_towns", &towns),
                Table::new("hydrant_gap_list", gaps.iter().map(|gap| &gap.row)).of_layer("hydrant_gaps"),
                Table::new("hydrants_new_list", new.rows.iter().map(|new| &new.row)).of_layer("hydrants_new"),
                Table::new("hydrant_head_list", heads.iter().map(|head| &head.row)).of_layer("hydrant_heads"),
                Table::new("hydrant_stock", &points).of_layer("hydrant_points"),
            ],
            checks,
            notes: notes.into_vec(),
            projects,
            gains,
            ..Findings::default()
        }
        .with_layers(layers))
    }
}
