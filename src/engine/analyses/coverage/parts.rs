//! The places and roads of a run one by one, before anything is summed: what a part of a province computes for its own, and what
//! is put together of all parts in the order of the province.

use anyhow::Result;
use rayon::prelude::*;

use super::attended::{self, AttendedPlace};
use super::audit::{self, AuditTally};
use super::bands::{Lattice, LatticePoint, Sampled};
use super::people::{self, PeopleAt};
use super::roads::{self, RoadReach};
use super::sites::{self, BuildingReach, BuiltUpJudged, VillageReach};
use super::{Coverage, Sited};
use crate::analysis::Context;
use crate::response::times::ResponseTimes;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::LayerId;
use fireplan_model::rows::Label;
use geo::Coord;

/// A village.
pub(super) struct VillagePart {
    /// Its place in the layer.
    pub number: u32,
    /// The distance of a road that is nearer than the one that serves it, and that no crew gets to.
    pub nearer_m: Option<f64>,
    pub sited: Sited<VillageReach>,
}

/// A building.
pub(super) struct BuildingPart {
    /// Its place in the layer.
    pub number: u32,
    pub source_id: String,
    /// `None`: it has no area.
    pub sited: Option<Sited<BuildingReach>>,
}

/// A stretch of road.
pub(super) struct RoadPart {
    /// The place of its segment in the network.
    pub number: u32,
    /// How much of it counts.
    pub counted_m: f64,
    /// It is a road of a plan.
    pub is_planned: bool,
    pub sited: Sited<RoadReach>,
}

/// A built-up area.
pub(super) struct BuiltUpPart {
    /// Its place in the layer.
    pub number: u32,
    pub judged: BuiltUpJudged,
}

/// A cell with people.
pub(super) struct CellPart {
    /// Its place in the raster.
    pub number: u32,
    pub at: PeopleAt,
}

/// Everything that a run says of single places and roads.
pub(super) struct CoverageParts {
    pub villages: Vec<VillagePart>,
    pub buildings: Vec<BuildingPart>,
    pub roads: Vec<RoadPart>,
    pub built_up: Vec<BuiltUpPart>,
    /// `None`: there is no raster of people.
    pub cells: Option<Vec<CellPart>>,
    pub attended: Vec<AttendedPlace>,
    pub audited: AuditTally,
}

impl CoverageParts {
    /// Of all that the run answers for; with the places of the lattice where it draws bands.
    pub(super) fn compute(
        question: &Coverage,
        run: &ResponseTimes,
        context: &Context,
    ) -> Result<(Self, Option<Sampled>)> {
        let stage = |zh: &str, en: &str| context.progress.stage(&Label::new(zh, en), 0);
        stage("村庄与建筑", "Villages and buildings");
        let villages = sites::villages(run);
        let buildings = sites::buildings(run);
        stage("道路", "Roads");
        let roads = roads(run);
        let lattice = Lattice::new(run.corners(), run.access.limit_m, question.lattice_m)?;
        let judged = sites::judged(context.area, &run.towns, &lattice);
        let sampled =
            (!question.bands_min.is_empty()).then(|| Sampled::new(run, lattice, context.progress)).transpose()?;
        let point = |(place, number): &(Coord, Option<usize>)| match (&sampled, number) {
            (Some(sampled), Some(number)) => sampled.point(*number),
            _ => LatticePoint::at(run, *place),
        };
        let built_up = judged.par_iter().filter_map(|judged| {
            let number = run.number(LayerId::BuiltUp, judged.area.index())?;
            let points: Vec<LatticePoint> = judged.places.iter().map(point).collect();
            Some(BuiltUpPart { number, judged: sites::built_up(run, judged, &points) })
        });
        let built_up = built_up.collect();
        let cells = run.area.population.as_ref().map(|grid| people::cells_reached(run, grid));
        stage("到场力量", "Engines at each place");
        let attended = attended::attended(run)?;
        let audited = audit::tally(run, question.audit_places, &roads)?;
        Ok((Self { villages, buildings, roads, built_up, cells, attended, audited }, sampled))
    }
}

/// The stretches of all motor roads that the run answers for, in the order of the network's segments.
fn roads(run: &ResponseTimes) -> Vec<RoadPart> {
    let area = run.area;
    let of_segment = |segment: SegmentId| {
        let number = run.segment_number(segment);
        let stretches = number.map_or_else(Vec::new, |_| roads::stretches(run, segment));
        let is_planned = area.is_new_road(segment);
        stretches.into_iter().map(move |stretch| {
            let sited = roads::row(run, &stretch);
            let counted_m = area.counted_m(&sited.row.geometry, sited.row.length_m);
            RoadPart { number: number.unwrap_or_default(), counted_m, is_planned, sited }
        })
    };
    (0..area.network.segments.len() as u32).into_par_iter().map(SegmentId).flat_map_iter(of_segment).collect()
}
