//! Whether vehicles get to new roads: told when all edits are made, for a later edit may open what a road joins, or join it to another.

use std::collections::BTreeSet;

use super::apply::Draft;
use super::meetings::{JoinedStretch, Meeting, Met};
use fireplan_model::layers::{Access, RoadClass};
use fireplan_model::scenario::Edit;

impl Draft<'_> {
    /// The roads of the area that are closed as yet and open once all of these edits are made.
    pub(super) fn find_opened(&self, edits: &[Edit]) -> BTreeSet<usize> {
        let mut opened = BTreeSet::new();
        for edit in edits {
            match edit {
                Edit::OpenRoad { road } => opened.extend(self.roads(road).unwrap_or_default()),
                Edit::CloseRoad { road } => {
                    let closed = self.roads(road).unwrap_or_default();
                    opened.retain(|row| !closed.contains(row));
                }
                _ => {}
            }
        }
        opened
    }

    /// Tells of new roads that no vehicle gets to: they join nothing, or only what nobody drives on.
    pub(super) fn tell_unreached(&mut self) {
        let stretches = std::mem::take(&mut self.joined);
        let roads = &self.area.layers.roads;
        let is_driven = |row: &usize| {
            let road = &roads[*row];
            *row < self.roads && road.access != Access::Closed && road.class != RoadClass::Path
        };
        let mut reached: Vec<bool> = stretches.iter().map(|one| one.joins.iter().any(is_driven)).collect();
        let are_joined = |a: &JoinedStretch, b: &JoinedStretch| {
            a.joins.iter().any(|row| b.rows.contains(row)) || b.joins.iter().any(|row| a.rows.contains(row))
        };
        let is_next = |at: usize, reached: &[bool]| {
            !reached[at] && (0..stretches.len()).any(|by| reached[by] && are_joined(&stretches[at], &stretches[by]))
        };
        while let Some(at) = (0..stretches.len()).find(|at| is_next(*at, &reached)) {
            reached[at] = true;
        }
        let is_path = |one: &JoinedStretch| roads[one.rows.start].class == RoadClass::Path;
        let is_alone =
            |one: &JoinedStretch| one.joins.is_empty() && !stretches.iter().any(|other| are_joined(one, other));
        let untold = |one: &JoinedStretch| match is_alone(one) {
            true => Some(Met::Alone),
            false => (!is_path(one)).then_some(Met::Unreached),
        };
        let without = stretches.iter().zip(&reached).filter(|(_, reached)| !**reached);
        let told: Vec<(usize, String, Meeting)> = without
            .filter_map(|(one, _)| Some((one.edit, one.name.clone(), Meeting { at: one.at, what: untold(one)? })))
            .collect();
        for (edit, name, meeting) in told {
            self.number_remarks_of(edit);
            self.remark(meeting.class(), meeting.text(), &meeting.case(&name), Some(meeting.at));
        }
    }
}
