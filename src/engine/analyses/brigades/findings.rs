//! What was found of the towns, on its way into findings: rows of layers and tables.

use super::grade::NearMiss;
use super::rows::{self, ConsolidatedBrigade, HubService};
use super::support::{self, Consolidation};
use super::{NONE, TownCase, projects, story, summary};
use crate::analysis::Context;
use crate::duties::Duty;
use crate::duties::rows::DutyRow;
use crate::town_rules::TownRules;
use fireplan_model::findings::{Drawing, Findings, Layer, Table};
use fireplan_model::ids::{StationId, TownId};
use fireplan_model::layers::Station;
use fireplan_model::rows::Label;
use fireplan_model::rules::{Fact, Rules};

/// Everything that was found, from which rows are made.
pub(super) struct BrigadeFindings<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) local: &'a TownRules<'a>,
    pub(super) cases: &'a [TownCase<'a>],
    pub(super) consolidated: &'a Consolidation,
}

impl BrigadeFindings<'_> {
    pub(super) fn findings(&self) -> Findings {
        let order = worst_first(self.cases);
        let towns: Vec<_> = order.iter().zip(1..).map(|(town, rank)| self.town(*town, rank)).collect();
        let ordered: Vec<&TownCase> = order.iter().map(|town| &self.cases[town.index()]).collect();
        let services: Vec<HubService> = order.iter().filter_map(|town| self.service(*town)).collect();
        let layers = [
            Layer::new("brigade_towns", Drawing::Coded { column: "tier" }, &towns),
            Layer::new("brigade_service", Drawing::Coded { column: "reached" }, &services).quiet(),
        ];
        Findings {
            figures: summary::figures(self.context, self.cases, &ordered, self.consolidated),
            layers: layers.into_iter().filter(|layer| !layer.features.is_empty()).collect(),
            tables: vec![
                Table::new("town_grading", &towns).of_layer("brigade_towns"),
                Table::new("near_misses", &near_misses(&ordered)),
                Table::new("town_obligations", &obligations(&ordered)),
                Table::new("brigade_resources", &self.resources(&order)),
                Table::new("consolidated_brigades", &self.consolidated_rows()),
            ],
            checks: summary::checks(&ordered, &towns),
            projects: projects::projects(self.context, self.cases),
            ..Findings::default()
        }
    }

    fn rules_in(&self, town: TownId) -> &Rules {
        self.local.of(Some(town))
    }

    fn station_name(&self, station: StationId) -> String {
        let station = &self.context.area.layers.stations[station.index()];
        if station.name.is_empty() { station.source_id.clone() } else { station.name.clone() }
    }

    fn town(&self, id: TownId, rank: u32) -> rows::TownBrigade {
        let (town, case) = (&self.context.area.layers.towns[id.index()], &self.cases[id.index()]);
        let (facts, grade, support) = (&case.facts, &case.grade, &case.support);
        let helper = support.neighbour.as_ref();
        let neighbour = helper.map_or_else(String::new, |helper| self.station_name(helper.station));
        let brigade = case.brigade;
        let number_of = |fact| facts.number(fact).filter(|span| span.low == span.high).map(|span| span.low);
        let lacks: Vec<Label> = case.held.iter().filter_map(story::lack).collect();
        let telling = story::Telling {
            facts,
            grade,
            standing: case.standing,
            brigade,
            lacks: &lacks,
            support,
            neighbour: &neighbour,
            budget_min: self.rules_in(id).response.time_min.value,
        };
        rows::TownBrigade {
            geometry: town.geometry.clone(),
            rank,
            name: town.name.clone(),
            kind: facts.kind,
            tier: grade.tier,
            tier_text: grade.tier_label(),
            standing: case.standing,
            computed_tier: grade.computed,
            missing_facts: Some(story::joined(&grade.missing).zh)
                .filter(|text| !text.is_empty())
                .unwrap_or(NONE.to_owned()),
            built_up_km2: number_of(Fact::BuiltUpKm2).map(|km2| (km2 * 1e4).round() / 1e4),
            area_computed: facts.area_computed,
            built_up_people: number_of(Fact::BuiltUpPeople),
            total_people: number_of(Fact::TotalPeople),
            status: town.status.clone(),
            status_year: town.status_year,
            brigade: brigade.map_or_else(|| NONE.to_owned(), Station::name_or_id),
            neighbour_min: helper.map(|helper| helper.base_min),
            neighbour_high_min: helper.and_then(|helper| Some(helper.range_min?[0])),
            neighbour_low_min: helper.and_then(|helper| Some(helper.range_min?[1])),
            villages: support.villages,
            villages_in_time: support.villages_in_time,
            unverified: grade.unverified,
            story: story::tell(&telling),
            neighbour,
        }
    }

    fn service(&self, town: TownId) -> Option<HubService> {
        let case = &self.cases[town.index()];
        let helper = case.support.neighbour.as_ref()?;
        Some(HubService {
            geometry: support::line(self.context.area, &case.support)?,
            name: case.facts.name.clone(),
            station: self.station_name(helper.station),
            reached: helper.reached,
            response_min: helper.base_min,
        })
    }

    fn resources(&self, order: &[TownId]) -> Vec<rows::BrigadeResource> {
        let mut rows = Vec::new();
        for town in order {
            let case = &self.cases[town.index()];
            let brigade = case.brigade.map_or_else(String::new, |station| station.name.clone());
            rows.extend(case.held.iter().map(|held| rows::BrigadeResource {
                geometry: (),
                name: case.facts.name.clone(),
                brigade: brigade.clone(),
                tier: held.resource.tier,
                item: held.resource.item,
                required: held.resource.limit.bound(),
                present: held.present,
                missing: held.present.map(|present| (held.resource.limit.value - present).max(0.0)),
                cite: held.resource.limit.provenance.cite_label(),
                confidence: held.resource.limit.provenance.confidence,
            }));
        }
        rows
    }

    fn consolidated_rows(&self) -> Vec<ConsolidatedBrigade> {
        let name = |town: TownId| self.cases[town.index()].facts.name.clone();
        let people = |town: TownId| people_of(&self.cases[town.index()]);
        let mut brigades: Vec<&support::Consolidated> = self.consolidated.brigades.iter().collect();
        let served = |brigade: &support::Consolidated| -> f64 {
            brigade.serves.iter().filter_map(|(town, _)| people(*town)).sum()
        };
        brigades.sort_by(|a, b| served(b).total_cmp(&served(a)).then(a.host.cmp(&b.host)));
        let mut rows = Vec::new();
        for (brigade, rank) in brigades.into_iter().zip(1..) {
            rows.extend(brigade.serves.iter().map(|(town, response_min)| ConsolidatedBrigade {
                geometry: (),
                rank,
                host: name(brigade.host),
                name: name(*town),
                towns: brigade.serves.len() as u32,
                total_people: people(*town),
                response_min: *response_min,
                now_min: self.cases[town.index()].support.neighbour.as_ref().map(|helper| helper.base_min),
                cite: self.rules_in(*town).brigade.consolidated_min.provenance.cite_label(),
            }));
        }
        rows
    }
}

fn near_misses(ordered: &[&TownCase]) -> Vec<rows::Near> {
    let row = |(case, near): (&TownCase, &NearMiss)| rows::Near {
        geometry: (),
        name: case.facts.name.clone(),
        fact: near.fact,
        measured: near.limit.measured(near.measured),
        bound: near.limit.bound(),
        off_percent: (near.off_percent * 10.0).round() / 10.0,
        tier: case.grade.tier_label(),
        otherwise: near.otherwise.clone(),
        cite: near.limit.provenance.cite_label(),
    };
    ordered.iter().flat_map(|case| case.near.iter().map(move |near| (*case, near))).map(row).collect()
}

fn obligations(ordered: &[&TownCase]) -> Vec<DutyRow> {
    let row = |(case, duty): (&TownCase, &Duty)| DutyRow::of_town(&case.facts.name, duty);
    ordered.iter().flat_map(|case| case.duties.iter().map(move |duty| (*case, duty))).map(row).collect()
}

/// All residents of a town, where they are known.
fn people_of(case: &TownCase) -> Option<f64> {
    case.facts.number(Fact::TotalPeople).filter(|span| span.low == span.high).map(|span| span.low)
}

/// The towns in the order in which a bureau takes them up: what stands worst first, and of that what has the most people.
fn worst_first(cases: &[TownCase]) -> Vec<TownId> {
    let mut order: Vec<TownId> = TownId::first(cases.len()).collect();
    order.sort_by(|a, b| {
        let (case_a, case_b) = (&cases[a.index()], &cases[b.index()]);
        let people = |case: &TownCase| people_of(case).unwrap_or(0.0);
        (case_a.standing.urgency().cmp(&case_b.standing.urgency()))
            .then(people(case_b).total_cmp(&people(case_a)))
            .then(a.cmp(b))
    });
    order
}
