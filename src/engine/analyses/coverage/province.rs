//! Coverage of a province in parts: each part answers for its own places and roads, and what all of them say is put together in the
//! order of the province and summed by the code that sums a whole run.
//!
//! Sums are made of single places, cells and stretches, never of the percentages of parts, so that they are those of the whole run
//! to the last digit. Time bands are drawn over the whole lattice and are not cut: parts are asked without them.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use super::attended::{AttendedPlace, PlaceAttendance};
use super::audit::AuditTally;
use super::parts::{BuildingPart, BuiltUpPart, CellPart, CoverageParts, RoadPart, VillagePart};
use super::people::PeopleAt;
use super::sites::BuiltUpJudged;
use super::{Coverage, Sited};
use crate::analysis::Context;
use crate::response::dispatch::Dispatch;
use crate::response::times::{ProvincePart, Reached, ResponseTimes};
use fireplan_model::findings::{Check, Feature, Findings};
use fireplan_model::ids::{StationId, TownId};
use fireplan_model::layers::LayerId;
use fireplan_model::notes::Notes;
use fireplan_model::rows::{Row, RowReader};

/// What a part of a province answers, to be kept in a file: rows as features, and beside each what is known of it.
/// Everything is numbered as in the province.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct CoverageRecord {
    /// What is known beside the rows.
    pub facts: CoverageFacts,
    /// Rows of villages, of buildings with an area, of stretches of road, of built-up areas and of attended places.
    #[serde(skip)]
    pub rows: [Vec<Feature>; 5],
}

/// What is known beside the rows.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct CoverageFacts {
    villages: Vec<(RowFacts, Option<f64>)>,
    buildings: Vec<(u32, String, Option<RowFacts>)>,
    roads: Vec<(RowFacts, f64, bool)>,
    built_up: Vec<(u32, TownCounts)>,
    cells: Option<Vec<CellFacts>>,
    attended: Vec<(u32, Check)>,
    audited: AuditTally,
}

/// Places of a built-up area by town, and how many of them are reached under each table.
type TownCounts = Vec<(Option<TownId>, (u32, [u32; 3]))>;

/// What is known beside a row.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct RowFacts {
    number: u32,
    town: Option<TownId>,
    first: Option<StationId>,
}

/// A cell with people.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct CellFacts {
    number: u32,
    people: f64,
    town: Option<TownId>,
    reached: Reached,
    if_favourable: bool,
    first: Option<StationId>,
}

fn feature(row: &impl Row) -> Feature {
    Feature { geometry: row.geometry(), values: row.values() }
}

/// Rows made again of their features.
fn read_rows<R: Row>(features: Vec<Feature>) -> Result<Vec<R>> {
    let reader = RowReader::<R>::default();
    let read = |feature: Feature| reader.read(feature.geometry?, &feature.values);
    let rows = features.into_iter().map(read).collect::<Option<Vec<R>>>();
    rows.context("分县成果的行无法识读，可能由另一版本的程序写出；请重新计算该县 | a row of a county's results cannot be read: perhaps another version of the program wrote it; run that county again")
}

impl RowFacts {
    fn of<R>(number: u32, sited: &Sited<R>) -> Self {
        Self { number, town: sited.town, first: sited.first }
    }

    fn with<R>(self, row: R) -> Sited<R> {
        Sited { row, town: self.town, first: self.first }
    }
}

impl CoverageRecord {
    /// The numbers in the province of what it answers for, by layer, in order; of roads, those of their segments.
    pub fn numbers(&self) -> Vec<(&'static str, Vec<u32>)> {
        let facts = &self.facts;
        let mut segments: Vec<u32> = facts.roads.iter().map(|(known, ..)| known.number).collect();
        segments.dedup();
        vec![
            ("villages", facts.villages.iter().map(|(known, _)| known.number).collect()),
            ("buildings", facts.buildings.iter().map(|(number, ..)| *number).collect()),
            ("segments", segments),
            ("built_up", facts.built_up.iter().map(|(number, _)| *number).collect()),
        ]
    }

    /// How many rows of each kind it holds.
    pub fn count_rows(&self) -> BTreeMap<String, usize> {
        let kinds = ["villages", "buildings", "roads", "built_up", "attendance"];
        kinds.into_iter().zip(&self.rows).map(|(kind, rows)| (kind.to_owned(), rows.len())).collect()
    }

    /// Of these parts, whose towns are numbered in the province as `town_number` says.
    fn of(parts: CoverageParts, town_number: impl Fn(TownId) -> TownId) -> Self {
        let facts = |facts: RowFacts| RowFacts { town: facts.town.map(&town_number), ..facts };
        let rows = [
            parts.villages.iter().map(|one| feature(&one.sited.row)).collect(),
            parts.buildings.iter().filter_map(|one| Some(feature(&one.sited.as_ref()?.row))).collect(),
            parts.roads.iter().map(|one| feature(&one.sited.row)).collect(),
            parts.built_up.iter().map(|one| feature(&one.judged.row)).collect(),
            parts.attended.iter().map(|one| feature(&one.row)).collect(),
        ];
        let village = |one: VillagePart| (facts(RowFacts::of(one.number, &one.sited)), one.nearer_m);
        let building = |one: BuildingPart| {
            let of_row = one.sited.map(|sited| facts(RowFacts::of(one.number, &sited)));
            (one.number, one.source_id, of_row)
        };
        let road = |one: RoadPart| (facts(RowFacts::of(one.number, &one.sited)), one.counted_m, one.is_planned);
        let built_up = |one: BuiltUpPart| {
            let by_town = one.judged.by_town.into_iter().map(|(town, counts)| (town.map(&town_number), counts));
            (one.number, by_town.collect())
        };
        let cell = |CellPart { number, at }: CellPart| CellFacts {
            number,
            people: at.people,
            town: at.town.map(&town_number),
            reached: at.reached,
            if_favourable: at.reached_if_favourable,
            first: at.first,
        };
        let facts = CoverageFacts {
            villages: parts.villages.into_iter().map(village).collect(),
            buildings: parts.buildings.into_iter().map(building).collect(),
            roads: parts.roads.into_iter().map(road).collect(),
            built_up: parts.built_up.into_iter().map(built_up).collect(),
            cells: parts.cells.map(|cells| cells.into_iter().map(cell).collect()),
            attended: parts.attended.into_iter().map(|one| (one.number, one.check)).collect(),
            audited: parts.audited,
        };
        Self { facts, rows }
    }

    fn into_parts(self) -> Result<CoverageParts> {
        let [villages, buildings, roads, built_up, attended] = self.rows;
        let facts = self.facts;
        let villages = read_rows(villages)?
            .into_iter()
            .zip(facts.villages)
            .map(|(row, (known, nearer_m))| VillagePart { number: known.number, nearer_m, sited: known.with(row) });
        let mut rows = read_rows(buildings)?.into_iter();
        let buildings = facts.buildings.into_iter().map(|(number, source_id, known)| BuildingPart {
            number,
            source_id,
            sited: known.and_then(|known| Some(known.with(rows.next()?))),
        });
        let roads = read_rows(roads)?.into_iter().zip(facts.roads).map(|(row, (known, counted_m, is_planned))| {
            RoadPart { number: known.number, counted_m, is_planned, sited: known.with(row) }
        });
        let built_up = read_rows(built_up)?.into_iter().zip(facts.built_up).map(|(row, (number, counts))| {
            let by_town: BTreeMap<_, _> = counts.into_iter().collect();
            BuiltUpPart { number, judged: BuiltUpJudged { row, by_town } }
        });
        let cell = |one: CellFacts| {
            let CellFacts { number, people, town, reached, if_favourable, first } = one;
            CellPart { number, at: PeopleAt { people, town, reached, reached_if_favourable: if_favourable, first } }
        };
        let attended = read_rows::<PlaceAttendance>(attended)?.into_iter().zip(facts.attended);
        Ok(CoverageParts {
            villages: villages.collect(),
            buildings: buildings.collect(),
            roads: roads.collect(),
            built_up: built_up.collect(),
            cells: facts.cells.map(|cells| cells.into_iter().map(cell).collect()),
            attended: attended.map(|(row, (number, check))| AttendedPlace { number, row, check }).collect(),
            audited: facts.audited,
        })
    }
}

impl CoverageParts {
    /// Adds what another part answers; [`sort`](Self::sort) once all are there.
    fn append(&mut self, mut other: Self) {
        self.villages.append(&mut other.villages);
        self.buildings.append(&mut other.buildings);
        self.roads.append(&mut other.roads);
        self.built_up.append(&mut other.built_up);
        if let Some(mut cells) = other.cells {
            self.cells.get_or_insert_default().append(&mut cells);
        }
        self.attended.append(&mut other.attended);
        self.audited.merge(other.audited);
    }

    /// Puts everything into the order of the province. Stretches of one segment come from one part, in order.
    fn sort(&mut self) {
        self.villages.sort_by_key(|one| one.number);
        self.buildings.sort_by_key(|one| one.number);
        self.roads.sort_by_key(|one| one.number);
        self.built_up.sort_by_key(|one| one.number);
        self.cells.iter_mut().for_each(|cells| cells.sort_by_key(|one| one.number));
        self.attended.sort_by_key(|one| (one.row.kind, one.number));
    }
}

impl Coverage {
    /// Which crews set out, on which the border of every part rests.
    pub fn crews(&self) -> Dispatch {
        self.dispatch()
    }

    /// What a part of a province answers for its own places and roads.
    ///
    /// # Errors
    /// If time bands are asked for: they are drawn over the whole lattice.
    pub fn run_part(&self, context: &Context, part: &Arc<ProvincePart>) -> Result<CoverageRecord> {
        if !self.bands_min.is_empty() {
            bail!(
                "等时面尚不能分县精确计算：分县时请加 --bands-min \"\"，需要等时面请整省运行 fireplan run coverage | \
                 time bands cannot be cut exactly yet: give --bands-min \"\" for counties, or run coverage on the whole province"
            );
        }
        let run = ResponseTimes::of_part(context.area, context.rules, part.clone());
        let (parts, _) = CoverageParts::compute(self, &run, context)?;
        let number = |town: TownId| TownId(part.holdings.number(LayerId::Towns, town.index()).number);
        Ok(CoverageRecord::of(parts, number))
    }

    /// What all parts of a province come to: the findings of a run on the whole. Of the area only what is summed over need be
    /// there: towns, villages, built-up areas and stations; and of the border only the crews.
    ///
    /// # Errors
    /// If a record cannot be read, or if too many of the audited places contradict.
    pub fn merge_parts(
        &self,
        context: &Context,
        frame: Arc<ProvincePart>,
        records: Vec<CoverageRecord>,
    ) -> Result<Findings> {
        let mut notes = Notes::default();
        frame.border.notes.iter().for_each(|note| notes.take(note.clone()));
        let mut all: Option<CoverageParts> = None;
        for record in records {
            let parts = record.into_parts()?;
            match &mut all {
                Some(all) => all.append(parts),
                None => all = Some(parts),
            }
        }
        let mut parts = all.context("没有一个县的成果可以合并 | there are no results of any county to merge")?;
        parts.sort();
        let run = ResponseTimes::of_part(context.area, context.rules, frame);
        self.assemble(&run, parts, (None, notes), context)
    }
}
