//! Which villages have enough water, by themselves: what is asked again for every scenario that is proposed.

use std::collections::BTreeMap;

use anyhow::Result;

use super::villages::Supply;
use super::{WaterRun, WaterSupply, sources, villages};
use crate::analysis::Context;
use crate::town_rules::TownRules;
use crate::towns::TownIndex;
use fireplan_model::findings::code_of_place;
use fireplan_model::notes::Notes;

impl WaterSupply {
    /// The villages that have enough water, with their residents, `None` where nobody has counted them.
    ///
    /// # Errors
    /// If the driving times of a class of vehicle cannot be found.
    pub(crate) fn supplied_places(&self, context: &Context) -> Result<BTreeMap<String, Option<f64>>> {
        let (area, rules) = (context.area, context.rules);
        let (local, towns) = (TownRules::new(rules, area), TownIndex::new(area));
        let run = WaterRun { question: self, area, rules, local, towns };
        let mut unused_notes = Notes::default();
        let points = sources::points(&run, &mut unused_notes)?;
        let mut supplied: BTreeMap<String, Option<f64>> = BTreeMap::new();
        for village in villages::villages(&run, &points, &mut unused_notes)? {
            if !Supply::is_enough(village.row.supply) {
                continue;
            }
            let people = supplied.entry(code_of_place(village.row.geometry.0)).or_default();
            *people =
                village.row.population_people.map_or(*people, |more| Some(people.unwrap_or(0.0) + f64::from(more)));
        }
        Ok(supplied)
    }
}
