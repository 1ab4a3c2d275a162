//! # Firebreaks (林火阻隔系统)
//!
//! **Question.** Where must the firebreak system be built, what stands there, and where has it holes?
//!
//! **Method.**
//! 1. Stands that adjoin, overlap or nearly touch are one forest: a gap narrower than the narrowest thing that divides
//!    cells is none ([`woods`]).
//! 2. A piece of forest edge *faces* a settlement that lies within the facing distance and is seen from it over open land
//!    ([`facing`]). The urban area asks for the wider zone, other settlements for the narrower; where both hold, the wider.
//! 3. The zone is what lies in the forest within that width of facing edges, measured inward, in metres of the Gauss-Krüger plane
//!    ([`inward_strip`](fireplan_algorithms::inward_strip)); areas are those on the ellipsoid
//!    ([`Plane::area_m2`](fireplan_model::plane::Plane::area_m2)). Lengths keep the scale of the plane: at most 0.02 % in a
//!    3-degree zone, 4 cm on 200 m.
//! 4. A facing edge is *protected* where its shortest way across the zone crosses a barrier wide enough ([`protection`]). Forest
//!    tracks are none, unless the rules say so; the density counts lines, belts, and roads, railways and rivers of stated
//!    sufficient width, and tells the rest apart ([`network`]).
//! 5. Built lines that end inside the forest are breaks and loose ends ([`gaps`]); all barriers together divide the forest
//!    into cells ([`faces`](fireplan_algorithms::faces)). Each gap is closed in thought, alone and with all others, to see which cells
//!    it joins and what its closing cuts off; the cheapest lines that would divide the largest cells are searched ([`closing`]).
//!    Gaps and unprotected edges have a cost by width and slope and one of three priorities: by whom they face, how near, and,
//!    where it is known, the wind of the fire season ([`gap_list`], [`terrain`]).
//! 6. Around the forest: settlements too near, water, and when a brigade is at the edges ([`near`], [`forest_water`]).
//! 7. What the notices ask of each town with forest and each range ([`units`]) is held against what is there, item by item
//!    ([`duties`]): the zone built ([`zone_duty`]), pools and tanks connected by pipes ([`fire_pipes`]), checkposts at road
//!    entries, exits of settlements, work sites and edges where fires break out, along the roads ([`posts`]), water and pads for
//!    helicopters ([`helicopters`]), and forest in view of lookouts and cameras ([`watch`]).
//!
//! **Needs.** Forests. Built-up areas and villages, towns, roads, barriers, water sources, stations, elevation, checkposts, fire
//! pipes, helicopter pads, lookouts, work sites, incidents, people if there; what is asked but has no layer is 待核.
//!
//! **Gives.** Layers `firebreak_zone`, `firebreak_cells`, `firebreak_edges`, `firebreak_barriers`, `firebreak_gaps`,
//! `firebreak_closings`, `forest_settlements`, `forest_entries` (all places that a checkpost must watch), `forest_posts` (the
//! fewest new ones), `forest_water`,
//! `forest_ranges`, `forest_pools`, `forest_pipes`, `forest_pads`, `forest_lookouts`, `unseen_forest`; tables `town_firebreaks`,
//! `forest_town_duties`, `forest_range_duties`, `firebreak_gaps`, `zone_by_owner`, `forest_settlements`, `forest_entries`,
//! `firebreak_closings`, `forest_water`, `forest_ranges`, `forest_pools`, `forest_pads`, `forest_lookouts`; checks of every item
//! by town and by range, of density by town, of settlement distance and of each pad.
//!
//! **Limits.** Terrain does not block the view from edge to settlement. A settlement is looked for at its nearest place and a dozen
//! others along its outline. Lines are as wide everywhere as the data says of them as a whole. Widths required have no confirmed
//! clause. A post watches what lies along the road from it, also where side roads come in between. What a camera sees is the bare
//! ground, without trees and smoke. Sand belts and the terrain around pads, pressure and flow in pipes, and whether a gate or post is
//! manned are not checked.

mod barriers;
mod closing;
mod dividing;
mod duties;
mod entries;
mod existing;
mod exits;
mod facing;
mod figures;
mod fire_pipes;
mod forest_water;
mod gap_list;
mod gaps;
mod helicopters;
mod lattice;
mod near;
mod network;
mod new_posts;
mod parts;
mod post_roads;
mod posts;
mod projects;
mod protection;
mod settlements;
mod story;
mod summary;
mod terrain;
#[cfg(test)]
mod tests;
mod tracing;
mod units;
mod watch;
mod woods;
mod zone;
mod zone_duty;

use anyhow::Result;
use geo::Coord;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::barriers::Barriers;
use self::facing::Facing;
use self::forest_water::ForestWaters;
use self::parts::FirebreakParts;
use self::protection::Guard;
use self::settlements::Settlements;
use self::units::{ForestUnit, ForestUnitKind};
use self::woods::{EdgePiece, Woods};
use crate::analysis::{Analysis, Context};
use crate::response::dispatch::Dispatch;
use crate::town_rules::TownRules;
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::ids::TownId;
use fireplan_model::layers::LayerId;
use fireplan_model::message::explain;
use fireplan_model::method::MethodConstant;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rules::{Firebreak, Rules};

/// Title of the analysis, `中文 | English`.
pub const TITLE: &str = "林火阻隔系统 | Forest firebreaks";
/// The question in one sentence, `中文 | English`.
pub const QUESTION: &str =
    "林火阻隔系统该建在哪里、已有什么、缺口在哪里 | Where must firebreaks be, what stands there, where are the holes?";

/// Where must firebreaks be, what stands there, where are the holes?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Firebreaks {
    /// 面向村镇的距离 | Facing distance to towns and villages
    #[schemars(range(min = 10.0, max = 5000.0))]
    pub facing_m: f64,
    /// 面向城区的距离 | Facing distance to the urban area
    #[schemars(range(min = 10.0, max = 10_000.0))]
    pub facing_urban_m: f64,
    /// 林缘取样间距 | Longest piece of edge judged as one
    #[schemars(range(min = 2.0, max = 100.0))]
    pub sample_m: f64,
    /// 视线中断合并长度 | Unseen bits up to this long are bridged
    #[schemars(range(min = 0.0, max = 500.0))]
    pub bridge_m: f64,
    /// 断口最大长度 | Longest gap between two ends
    #[schemars(range(min = 10.0, max = 2000.0))]
    pub gap_m: f64,
    /// 列入缺口的林缘最短长度 | Shortest unprotected edge listed
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub least_gap_m: f64,
    /// 参与分割网格的最小宽度 | Least width that divides cells
    #[schemars(range(min = 0.0, max = 50.0))]
    pub least_width_m: f64,
    /// 网格最小面积 | Least area of a cell drawn
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub least_cell_hm2: f64,
    /// 森林取水采样间距 | Lattice for shares of forest near water
    #[schemars(range(min = 20.0, max = 1000.0))]
    pub lattice_m: f64,
}

impl Default for Firebreaks {
    fn default() -> Self {
        Self {
            facing_m: 500.0,
            facing_urban_m: 2000.0,
            sample_m: 5.0,
            bridge_m: 60.0,
            gap_m: 300.0,
            least_gap_m: 20.0,
            least_width_m: 3.5,
            least_cell_hm2: 1.0,
            lattice_m: 100.0,
        }
    }
}

/// What all parts of this analysis work on: the question, the area, the rules and what was found first.
pub(crate) struct FirebreakCase<'a> {
    question: &'a Firebreaks,
    area: &'a StudyArea,
    rules: &'a Rules,
    local: TownRules<'a>,
    woods: Woods,
    settlements: Settlements,
    barriers: Barriers,
    water: ForestWaters,
    towns: TownIndex<'a>,
    pieces: Vec<EdgePiece>,
    facing: Vec<Option<Facing>>,
    guards: Vec<Option<Guard>>,
    /// Crews on the network, where there are stations.
    crews: Option<crate::response::times::ResponseTimes<'a>>,
}

/// Rounds to whole units. Adding 0 turns -0.0, Rust's empty sum, into 0.
fn whole(value: f64) -> f64 {
    value.round() + 0.0
}

/// Hectares of an area in square metres, rounded to a tenth.
fn hm2(area_m2: f64) -> f64 {
    whole(area_m2 / 1000.0) / 10.0
}

impl FirebreakCase<'_> {
    /// The rules in a town.
    fn rules_in(&self, town: Option<TownId>) -> &Firebreak {
        &self.local.of(town).firebreak
    }

    /// The rules for a unit: of a town its own, of a range those that hold everywhere.
    fn rules_of(&self, unit: &ForestUnit) -> &Firebreak {
        let town = unit.town.filter(|_| unit.kind() == ForestUnitKind::Town);
        self.rules_in(town)
    }

    /// The rules of the town in which a place lies.
    fn rules_at(&self, place: Coord) -> &Firebreak {
        &self.local.at(&self.towns, place).firebreak
    }

    /// Longitude and latitude of a place as people type them into a handset; empty beyond what the plane can tell.
    fn tell_lonlat(&self, at: Coord) -> String {
        let mut at = [at];
        let known = self.area.plane.to_lonlat(&mut at).is_ok();
        if known { format!("{:.6}°, {:.6}°", at[0].x, at[0].y) } else { String::new() }
    }

    /// When the first crew is at a place, at base speed, and whose it is.
    fn arrival(&self, place: Coord) -> (Option<f64>, String) {
        let first = self.crews.as_ref().and_then(|run| Some((run.times_at(place).base[0]?, run)));
        first.map_or((None, String::new()), |(first, run)| {
            (Some(crate::response::times::minutes(first.ms)), run.station_name(first.origin))
        })
    }
}

/// Crews as the coverage analysis sees them; without stations or roads there are none, and arrivals stay undetermined.
fn crews<'a>(context: &Context<'a>, notes: &mut Notes) -> Option<crate::response::times::ResponseTimes<'a>> {
    let area = context.area;
    if !area.has(LayerId::Roads) || !area.has(LayerId::Stations) {
        let text = "没有道路或消防站数据，林缘到达时间待核 | Without roads or stations, arrivals at forest edges are undetermined";
        notes.add(Severity::Warning, None, text, "");
        return None;
    }
    // The notes on stations are dropped: the coverage analysis gives them.
    match crate::response::times::ResponseTimes::from_dispatch(Dispatch::default(), context, &mut Notes::default()) {
        Ok(run) => Some(run),
        Err(error) => {
            let text =
                "没有可出动的队伍，林缘到达时间待核 | No crew can leave; arrivals at forest edges are undetermined";
            notes.add(Severity::Warning, Some(LayerId::Stations), text, explain(&error).zh);
            None
        }
    }
}

impl<'a> FirebreakCase<'a> {
    fn new(question: &'a Firebreaks, context: &Context<'a>, notes: &mut Notes) -> Result<Self> {
        let (area, rules) = (context.area, context.rules);
        let crews = crews(context, notes);
        context.begin("合并相邻林班", "Joining stands")?;
        let woods = Woods::new(area, question.least_width_m);
        woods.refuse_too_wide(question, area)?;
        let (towns, local) = (TownIndex::new(area), TownRules::new(rules, area));
        let settlements = Settlements::new(area, &towns);
        context.begin("面向聚落的林缘", "Edges that face settlements")?;
        let pieces = woods::pieces(&woods, question.sample_m);
        let facing = facing::facing(question, area, rules, &woods, &settlements, &pieces);
        context.begin("已有阻隔", "Existing barriers")?;
        let barriers = Barriers::new(area, rules, question.least_width_m, notes);
        let zone_m = |piece: &EdgePiece, facing: &Facing| {
            protection::zone_m(facing, &local.at(&towns, piece.middle()).firebreak)
        };
        let guards = protection::guards(rules, &woods, &barriers, &pieces, &facing, &zone_m);
        let water = ForestWaters::new(area, rules);
        Ok(Self {
            question,
            area,
            rules,
            local,
            woods,
            settlements,
            barriers,
            water,
            towns,
            pieces,
            facing,
            guards,
            crews,
        })
    }
}

impl Analysis for Firebreaks {
    fn needs(&self) -> &'static [LayerId] {
        &[LayerId::Forests]
    }

    fn reads(&self) -> &'static [LayerId] {
        &[
            LayerId::Forests,
            LayerId::Barriers,
            LayerId::Roads,
            LayerId::Obstacles,
            LayerId::Stations,
            LayerId::Villages,
            LayerId::BuiltUp,
            LayerId::Buildings,
            LayerId::WaterSources,
            LayerId::Towns,
            LayerId::Checkposts,
            LayerId::FirePipes,
            LayerId::Helipads,
            LayerId::Lookouts,
            LayerId::WorkSites,
            LayerId::Incidents,
            LayerId::Elevation,
            LayerId::RoadAreas,
            LayerId::Population,
        ]
    }

    fn rules(&self) -> Vec<&'static str> {
        [crate::response::rules(), vec!["firebreak"]].concat()
    }

    fn method(&self) -> Vec<MethodConstant> {
        [
            barriers::method(),
            closing::method(),
            dividing::method(),
            entries::method(),
            existing::method(),
            exits::method(),
            facing::method(),
            fire_pipes::method(),
            forest_water::method(),
            gaps::method(),
            helicopters::method(),
            network::method(),
            posts::method(),
            protection::method(),
            settlements::method(),
            terrain::method(),
            units::method(),
            watch::method(),
            zone::method(),
            crate::response::method(),
        ]
        .concat()
    }

    fn run(&self, context: &Context) -> Result<Findings> {
        let mut notes = Notes::default();
        let case = FirebreakCase::new(self, context, &mut notes)?;
        let answer = FirebreakParts::new(&case, context)?;
        summary::note(&case, answer.specks, &mut notes);
        let by_town = summary::by_town(&case, &answer);
        let checks = [summary::checks(&case, &by_town, &answer.near), answer.checks()].concat();
        let (projects, gains) = projects::projects(&case, &answer);
        Ok(Findings {
            figures: figures::figures(&case, &answer),
            projects,
            gains,
            tables: answer.tables(&by_town),
            checks,
            notes: notes.into_vec(),
            ..Findings::default()
        }
        .with_layers(answer.layers()))
    }
}
