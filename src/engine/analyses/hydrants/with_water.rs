//! How many people have water, by themselves: what is asked again for every scenario that is proposed.

use anyhow::Result;

use super::kerbs::Kerbs;
use super::reach::people_without;
use super::scope::Scope;
use super::streets::StreetIndex;
use super::{Hydrants, measure, stock};
use crate::analysis::Context;
use crate::town_rules::TownRules;
use fireplan_model::notes::Notes;

impl Hydrants {
    /// People whom no hose reaches where there are mains, whom the key figure counts in whole people; `None` without a raster of
    /// people.
    ///
    /// # Errors
    /// If the rules do not give the size of a vehicle.
    pub(crate) fn people_without_water(&self, context: &Context) -> Result<Option<f64>> {
        let area = context.area;
        if area.population.is_none() {
            return Ok(None);
        }
        let mut unused_notes = Notes::default();
        let scope = Scope::new(area, self, &mut unused_notes);
        let (streets, local) = (StreetIndex::new(area), TownRules::new(context.rules, area));
        let kerbs = Kerbs::new(area, &local, &streets, &scope);
        let placed = stock::place(self, area, &streets, &mut unused_notes);
        let run = measure(self, context, &local, &streets, &scope, &kerbs, &placed);
        Ok(Some(people_without(self, &run)?))
    }
}
