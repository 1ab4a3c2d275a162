//! What was found of the towns, on its way into findings: rows of layers and tables.

use super::existing::ExistingStations;
use super::grade::NearMiss;
use super::rows::{self, ConsolidatedBrigade, HubService};
use super::support::{self, Consolidated};
use super::{NONE, TownCase, story, summary};
use crate::analysis::Context;
use crate::duties::Duty;
use crate::duties::rows::TownDuty;
use crate::response::crews;
use fireplan_model::findings::{Drawing, Findings, Layer, Table};
use fireplan_model::ids::{StationId, TownId};
use fireplan_model::rows::Label;
use fireplan_model::rules::Fact;

/// Everything that was found, from which rows are made.
pub(super) struct BrigadeFindings<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) existing: &'a ExistingStations<'a>,
    pub(super) cases: &'a [TownCase<'a>],
    pub(super) consolidated: &'a [Consolidated],
}

impl BrigadeFindings<'_> {
    pub(super) fn findings(&self) -> Findings {
        let towns: Vec<_> = TownId::first(self.cases.len()).map(|town| self.town(town)).collect();
        let services: Vec<HubService> = TownId::first(self.cases.len()).filter_map(|town| self.service(town)).collect();
        let layers = [
            Layer::new("brigade_towns", Drawing::Coded { column: "tier" }, &towns),
            Layer::new("brigade_service", Drawing::Coded { column: "reached" }, &services).quiet(),
        ];
        Findings {
            figures: summary::figures(self.context, self.cases),
            layers: layers.into_iter().filter(|layer| !layer.features.is_empty()).collect(),
            tables: vec![
                Table::new("town_grading", &towns).of_layer("brigade_towns"),
                Table::new("near_misses", &self.near_misses()),
                Table::new("town_obligations", &self.obligations()),
                Table::new("brigade_resources", &self.resources()),
                Table::new("consolidated_brigades", &self.consolidated_rows()),
            ],
            checks: summary::checks(self.cases, &towns),
            ..Findings::default()
        }
    }

    fn budget_min(&self) -> f64 {
        self.context.rules.response.time_min.value
    }

    fn station_name(&self, station: StationId) -> String {
        let station = &self.context.area.layers.stations[station.index()];
        if station.name.is_empty() { station.source_id.clone() } else { station.name.clone() }
    }

    fn town(&self, id: TownId) -> rows::TownBrigade {
        let (town, case) = (&self.context.area.layers.towns[id.index()], &self.cases[id.index()]);
        let (facts, grade, support) = (&case.facts, &case.grade, &case.support);
        let helper = support.neighbour.as_ref();
        let neighbour = helper.map_or_else(String::new, |helper| self.station_name(helper.station));
        let brigade = self.existing.brigade(id);
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
            budget_min: self.budget_min(),
        };
        rows::TownBrigade {
            geometry: town.geometry.clone(),
            name: town.name.clone(),
            kind: facts.kind,
            tier: grade.tier,
            tier_text: grade.tier_label(),
            standing: case.standing,
            computed_tier: grade.computed,
            missing: Some(story::joined(&grade.missing).zh).filter(|text| !text.is_empty()).unwrap_or(NONE.to_owned()),
            built_up_km2: number_of(Fact::BuiltUpKm2).map(|km2| (km2 * 1e4).round() / 1e4),
            area_computed: facts.area_computed,
            built_up_people: number_of(Fact::BuiltUpPeople),
            total_people: number_of(Fact::TotalPeople),
            status: town.status.clone(),
            status_year: town.status_year,
            brigade: brigade.map_or_else(|| NONE.to_owned(), crews::name),
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

    fn near_misses(&self) -> Vec<rows::Near> {
        let row = |(case, near): (&TownCase, &NearMiss)| rows::Near {
            geometry: (),
            name: case.facts.name.clone(),
            fact: near.fact,
            measured: near.limit.measured(near.measured),
            bound: near.limit.bound(),
            off_percent: (near.off_percent * 10.0).round() / 10.0,
            tier: case.grade.equipped_as(),
            otherwise: near.otherwise,
            cite: near.limit.provenance.cite_label(),
        };
        self.cases.iter().flat_map(|case| case.near.iter().map(move |near| (case, near))).map(row).collect()
    }

    fn obligations(&self) -> Vec<TownDuty> {
        let row = |(case, duty): (&TownCase, &Duty)| TownDuty::of(&case.facts.name, duty);
        self.cases.iter().flat_map(|case| case.duties.iter().map(move |duty| (case, duty))).map(row).collect()
    }

    fn resources(&self) -> Vec<rows::BrigadeResource> {
        let mut rows = Vec::new();
        for (town, case) in TownId::first(self.cases.len()).zip(self.cases) {
            let brigade = self.existing.brigade(town).map_or_else(String::new, |station| station.name.clone());
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
        let cite = self.context.rules.brigade.consolidated_min.provenance.cite_label();
        let mut rows = Vec::new();
        for brigade in self.consolidated {
            rows.extend(brigade.serves.iter().map(|(town, response_min)| ConsolidatedBrigade {
                geometry: (),
                host: name(brigade.host),
                name: name(*town),
                response_min: *response_min,
                now_min: self.cases[town.index()].support.neighbour.as_ref().map(|helper| helper.base_min),
                cite: cite.clone(),
            }));
        }
        rows
    }
}
