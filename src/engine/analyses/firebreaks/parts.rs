//! Everything that the parts of this analysis find, and the layers, tables and checks it makes.

use std::collections::BTreeMap;

use anyhow::Result;

use super::duties::{ForestDuty, HeldDuty};
use super::lattice::Lattice;
use super::units::{ForestUnitKind, ForestUnits};
use super::watch::WatchFindings;
use super::{
    FirebreakCase, closing, existing, fire_pipes, forest_water, gap_list, helicopters, near, network, posts,
    settlements, summary, zone, zone_duty,
};
use crate::analysis::Context;
use fireplan_model::findings::{Check, Drawing, Layer, Table};
use fireplan_model::ids::TownId;

/// Everything that the parts of this analysis find.
pub(super) struct FirebreakParts {
    pub stretches: Vec<zone::SitedEdge>,
    pub strips: Vec<zone::Strip>,
    pub cells: Vec<network::ForestCell>,
    /// Cells too small to be listed.
    pub specks: usize,
    pub gaps: Vec<gap_list::SitedBarrierGap>,
    pub existing: Vec<existing::BarrierFound>,
    pub lengths: BTreeMap<Option<TownId>, network::Lengths>,
    pub closings: Vec<closing::ClosingLine>,
    pub near: Vec<(near::SettlementNear, Option<TownId>)>,
    pub posts: posts::WatchPosts,
    pub water: forest_water::WaterFindings,
    pub units: ForestUnits,
    pub lattice: Lattice,
    pub watch: WatchFindings,
    pools: Vec<fire_pipes::ForestPool>,
    pipes: Vec<fire_pipes::ForestPipe>,
    pads: Vec<helicopters::ForestPad>,
    pad_checks: Vec<Check>,
    pub duties: Vec<HeldDuty>,
}

impl FirebreakParts {
    pub(super) fn new(case: &FirebreakCase, context: &Context) -> Result<Self> {
        context.begin("建设范围", "The zone")?;
        let stretches = zone::edges(case);
        let strips = zone::strips(case, &zone::zones(case));
        context.begin("网格与缺口", "Cells and gaps")?;
        let (links, effects) = network::links(case);
        let (cells, specks) = network::cells(case, &links);
        let mut gaps = gap_list::gaps(case, &stretches, &links, &effects, &cells);
        let (lengths, barrier_m) = network::lengths(case);
        let existing = existing::found(case, &barrier_m);
        context.begin("封闭线", "Closing lines")?;
        let mut closings = closing::closings(case, &cells);
        context.begin("林区周边", "Around the forest")?;
        let is_near = |place| near::is_near(case, place);
        let near = near::settlements(case, &settlements::count_buildings(case.area, &case.settlements, is_near));
        let posts = posts::watched_places(case);
        let lattice = Lattice::new(case);
        let units = ForestUnits::new(case, &lattice);
        gap_list::tell_ground(case, &units, &mut gaps);
        closings.iter_mut().for_each(|line| line.tell_range(case, &units));
        let water = forest_water::watered(case, &lattice, &units);
        context.begin("瞭望和监控", "Lookouts and cameras")?;
        let watch = WatchFindings::new(case, &lattice);
        context.begin("管网、检查站和直升机", "Pipes, checkposts and helicopters")?;
        let systems = fire_pipes::PipeSystems::new(case);
        let duties = vec![
            zone_duty::zone_duties(case, &units.list, &stretches),
            systems.duties(case, &units.list),
            posts::post_duties(case, &units.list, &posts.places),
            helicopters::helicopter_duties(case, &units.list, &lattice),
            watch.duties(case, &lattice, &units.list),
        ];
        let duties = duties.into_iter().flatten().collect();
        let (pads, pad_checks) = helicopters::pads(case);
        let fire_pipes::PipeSystems { pools, pipes, .. } = systems;
        Ok(Self {
            stretches,
            strips,
            cells,
            specks,
            gaps,
            existing,
            lengths,
            closings,
            near,
            posts,
            water,
            units,
            lattice,
            watch,
            pools,
            pipes,
            pads,
            pad_checks,
            duties,
        })
    }

    /// What the notices ask, unit by unit, and the pads one by one.
    pub(super) fn checks(&self) -> Vec<Check> {
        self.duties.iter().map(|duty| &duty.check).chain(&self.pad_checks).cloned().collect()
    }

    pub(super) fn layers(&self) -> Vec<Layer> {
        let coded = |column| Drawing::Coded { column };
        let breaks = vec![10.0, 100.0, 500.0, 1000.0, 5000.0];
        vec![
            Layer::new("firebreak_cells", Drawing::Graded { column: "area_hm2", breaks }, &self.cells).quiet(),
            Layer::new("forest_ranges", Drawing::Plain, &self.water.ranges).quiet(),
            Layer::new("firebreak_zone", Drawing::Plain, self.strips.iter().map(|strip| &strip.row)),
            Layer::new("forest_settlements", Drawing::Plain, self.near.iter().map(|(row, _)| row)).quiet(),
            Layer::new("firebreak_barriers", coded("means"), &self.existing).quiet(),
            Layer::new("firebreak_edges", coded("protection"), self.stretches.iter().map(|stretch| &stretch.row)),
            Layer::new("firebreak_closings", Drawing::Plain, &self.closings),
            Layer::new("firebreak_gaps", coded("kind"), self.gaps.iter().map(|gap| &gap.row)).with_sheets(),
            Layer::new("forest_water", coded("taken"), &self.water.points).quiet(),
            Layer::new("unseen_forest", coded("watch"), &self.watch.unseen).quiet(),
            Layer::new("forest_pipes", coded("state"), &self.pipes).quiet(),
            Layer::new("forest_pools", coded("link"), &self.pools).quiet(),
            Layer::new("forest_pads", coded("state"), &self.pads).quiet(),
            Layer::new("forest_lookouts", coded("kind"), &self.watch.lookouts).quiet(),
            Layer::new("forest_entries", coded("watch"), self.posts.places.iter().map(|post| &post.row)).quiet(),
            Layer::new("forest_posts", Drawing::Plain, &self.posts.new),
        ]
    }

    /// What is asked of the units of a kind.
    fn duty_table(&self, id: &str, kind: ForestUnitKind, title: &str) -> Table {
        let mut own: Vec<&ForestDuty> =
            self.duties.iter().map(|duty| &duty.row).filter(|row| row.unit_kind == kind).collect();
        // All that is asked of one unit together; the sort keeps the order of the tasks.
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (unit, number) in self.units.list.iter().zip(0..) {
            places.entry(unit.name.as_str()).or_insert(number);
        }
        own.sort_by_key(|row| places.get(row.unit.as_str()));
        Table::new(id, own).titled(title)
    }

    pub(super) fn tables(&self, by_town: &[summary::TownFirebreaks]) -> Vec<Table> {
        vec![
            Table::new("town_firebreaks", by_town),
            self.duty_table(
                "forest_town_duties",
                ForestUnitKind::Town,
                "分乡镇森林防火设施应有、现有、尚缺、时限 | Forest facilities by town: asked for, there, lacking, due",
            ),
            self.duty_table(
                "forest_range_duties",
                ForestUnitKind::Range,
                "分山系森林防火设施应有、现有、尚缺、时限 | Forest facilities by range: asked for, there, lacking, due",
            ),
            Table::new("firebreak_gaps", self.gaps.iter().map(|gap| &gap.row)).of_layer("firebreak_gaps"),
            Table::new("zone_by_owner", &zone::by_owner(&self.strips)),
            Table::new("forest_settlements", self.near.iter().map(|(row, _)| row)).of_layer("forest_settlements"),
            Table::new("forest_posts", &self.posts.new).of_layer("forest_posts"),
            Table::new("forest_entries", self.posts.places.iter().map(|post| &post.row)).of_layer("forest_entries"),
            Table::new("firebreak_closings", &self.closings).of_layer("firebreak_closings"),
            Table::new("forest_water", &self.water.points).of_layer("forest_water"),
            Table::new("forest_ranges", &self.water.ranges).of_layer("forest_ranges"),
            Table::new("forest_pools", &self.pools).of_layer("forest_pools"),
            Table::new("forest_pads", &self.pads).of_layer("forest_pads"),
            Table::new("forest_lookouts", &self.watch.lookouts).of_layer("forest_lookouts"),
        ]
    }
}
