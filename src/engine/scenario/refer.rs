//! Which station or road an edit means, and names that are still free.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use super::apply::Draft;
use super::overtaken::Overtaken;
use super::placing::{Placed, PlacedKind};
use super::standing::{BUILT_M, TWICE_M, find_standing};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::ObstacleId;
use fireplan_model::layers::{LayerId, Obstacle, Road, Station};
use fireplan_model::network::SecondDrawing;
use fireplan_model::scenario::{Edit, ReferredLayer, is_planned, planned_id};

impl Draft<'_> {
    /// Refuses a name that is empty or taken.
    pub(super) fn name_is_new(&self, layer: LayerId, name: &str) -> Result<()> {
        let layers = &self.area.layers;
        let taken = match layer {
            LayerId::Stations => taken(name, layers.stations.iter().map(|one| (&one.name, &one.source_id))),
            LayerId::Hydrants => taken(name, layers.hydrants.iter().map(|one| (&one.name, &one.source_id))),
            LayerId::WaterSources => taken(name, layers.water_sources.iter().map(|one| (&one.name, &one.source_id))),
            // Streets of one name are common; only planned ones must be told apart.
            _ => taken(name, layers.roads.iter().map(|one| (&one.source_id, &one.source_id))),
        };
        if taken && self.stands_in_data(layer, name) {
            let label = layer.label();
            return Err(Overtaken::error(format!(
                "现有数据里已有名为“{name}”的{}；若是另一处，请换一个名称 | \
                 '{name}' is among the {} of the data already; if it is another one, choose another name",
                label.zh,
                label.en.to_lowercase()
            )));
        }
        // What is called like a number in a layer would be taken for the thing that has this number, now or in later data.
        let is_number = name.strip_prefix('#').is_some_and(|rest| rest.parse::<usize>().is_ok());
        if name.trim().is_empty() || taken || is_number {
            let label = layer.label();
            bail!(
                "{}名“{name}”为空或已有，请换一个名称 | the name '{name}' is empty or taken among {}; choose another",
                label.zh,
                label.en
            );
        }
        Ok(())
    }

    /// Refuses what the data have by now at its place, under whatever name. A station that the scenario closes or moves away
    /// makes room for another.
    pub(super) fn is_not_built(&self, layer: LayerId, edit: &Edit) -> Result<()> {
        self.is_not_planned_twice(layer, edit)?;
        let Some(row) = find_standing(self.base, edit) else { return Ok(()) };
        let layers = &self.base.layers;
        let (name, id) = match layer {
            LayerId::Stations => {
                let known = &layers.stations[row];
                let now = self.stations[row].map(|at| self.area.layers.stations[at].geometry);
                if now != Some(known.geometry) {
                    return Ok(());
                }
                (&known.name, &known.source_id)
            }
            LayerId::Hydrants => (&layers.hydrants[row].name, &layers.hydrants[row].source_id),
            _ => (&layers.water_sources[row].name, &layers.water_sources[row].source_id),
        };
        let called = if name.is_empty() { id } else { name };
        let label = layer.label();
        Err(Overtaken::error(format!(
            "现有数据里该处 {BUILT_M} m 内已有{}“{called}”，应已建成；若是另一处，请移到 {BUILT_M} m 以外 | \
             '{called}' among the {} of the data stands within {BUILT_M} m: it is built by now; if it is another one, put it farther away",
            label.zh,
            label.en.to_lowercase()
        )))
    }

    /// Refuses a second one of its kind where an edit before has put one, which adds nothing.
    pub(super) fn is_not_planned_twice(&self, layer: LayerId, edit: &Edit) -> Result<()> {
        let is_of_kind = |placed: &PlacedKind| match edit {
            Edit::AddStation { .. } => *placed == PlacedKind::Station,
            Edit::AddHydrant { .. } => *placed == PlacedKind::Hydrant,
            Edit::AddWater { kind, .. } => *placed == PlacedKind::Water(*kind),
            Edit::AddTurnaround { side_m: asked_m, .. } => {
                matches!(placed, PlacedKind::Turnaround { side_m } if side_m >= asked_m)
            }
            _ => false,
        };
        let (Edit::AddStation { at, .. }
        | Edit::AddHydrant { at, .. }
        | Edit::AddWater { at, .. }
        | Edit::AddTurnaround { at, .. }) = edit
        else {
            return Ok(());
        };
        let at = self.local(*at)?;
        let is_there = |placed: &&Placed| {
            let far = placed.at.0 - at;
            is_of_kind(&placed.kind) && far.x.hypot(far.y) <= TWICE_M
        };
        let Some(twin) = self.placed.iter().find(is_there) else { return Ok(()) };
        let (label, name, number) = (layer.label(), &twin.name, twin.edit);
        bail!(
            "第 {number} 处改动已在该处 {TWICE_M} m 内安排了“{name}”，再加一处{}没有改动；请删去一处，或移到 {TWICE_M} m 以外 | \
             edit {number} puts '{name}' within {TWICE_M} m of there already: a second one among the {} changes nothing; drop one of them or put it farther away",
            label.zh,
            label.en.to_lowercase()
        )
    }

    /// Whether the unchanged area has something of this name.
    fn stands_in_data(&self, layer: LayerId, name: &str) -> bool {
        let layers = &self.base.layers;
        let bears = |known: &String, id: &String| (known == name || id == name) && !is_planned(id);
        match layer {
            LayerId::Stations => layers.stations.iter().any(|one| bears(&one.name, &one.source_id)),
            LayerId::Hydrants => layers.hydrants.iter().any(|one| bears(&one.name, &one.source_id)),
            LayerId::WaterSources => layers.water_sources.iter().any(|one| bears(&one.name, &one.source_id)),
            _ => layers.roads.iter().any(|one| bears(&one.source_id, &one.source_id)),
        }
    }

    /// Index of the station that is meant.
    pub(super) fn station(&self, wanted: &str) -> Result<usize> {
        let stations = &self.area.layers.stations;
        if let Some(&[number]) = self.found.rows(ReferredLayer::Stations, wanted)
            && let Some(Some(at)) = self.stations.get(number)
        {
            return Ok(*at);
        }
        let all = |which: &dyn Fn(&Station) -> bool| {
            stations.iter().enumerate().filter(|(_, one)| which(one)).map(|(at, _)| at).collect::<Vec<_>>()
        };
        let mut found = all(&|one| one.source_id == wanted);
        if found.is_empty() {
            found = all(&|one| one.name == wanted);
        }
        if let (true, Some(number)) = (found.is_empty(), numbered(wanted, self.stations.len())) {
            found.extend(self.stations[number]);
        }
        let examples = || {
            let named = stations.iter().map(|one| if one.source_id.is_empty() { &one.name } else { &one.source_id });
            examples(named.map(String::as_str))
        };
        match found[..] {
            [at] => Ok(at),
            [] => bail!(
                "没有消防站“{wanted}”；可用来源编号、名称或 #序号，例如 {0} | there is no station '{wanted}'; name it by source id, name or #number, e.g. {0}",
                examples()
            ),
            _ => bail!(
                "有 {} 个消防站叫“{wanted}”；请改用来源编号或 #序号 | {} stations are called '{wanted}'; use the source id or #number",
                found.len(),
                found.len()
            ),
        }
    }

    /// Index of the obstacle that is meant.
    pub(super) fn obstacle(&self, wanted: &str) -> Result<usize> {
        let obstacles = &self.area.layers.obstacles;
        if let Some(&[number]) = self.found.rows(ReferredLayer::Obstacles, wanted) {
            return Ok(number);
        }
        let all = |which: &dyn Fn(&Obstacle) -> bool| {
            obstacles.iter().enumerate().filter(|(_, one)| which(one)).map(|(at, _)| at).collect::<Vec<_>>()
        };
        let mut found = all(&|one| one.source_id == wanted);
        if found.is_empty() {
            found.extend(numbered(wanted, obstacles.len()));
        }
        if found.is_empty() {
            found = all(&|one| !one.name.is_empty() && one.name == wanted);
        }
        match found[..] {
            [at] => Ok(at),
            [] => {
                let named = examples(obstacles.iter().map(|one| one.source_id.as_str()));
                bail!(
                    "没有障碍物“{wanted}”；可用来源编号、名称或 #序号，例如 {named} | there is no obstacle '{wanted}'; name it by source id, name or #number, e.g. {named}"
                )
            }
            _ => bail!(
                "有 {} 处障碍物叫“{wanted}”；请改用来源编号或 #序号 | {} obstacles are called '{wanted}'; use the source id or #number",
                found.len(),
                found.len()
            ),
        }
    }

    /// Indexes of the roads that are meant.
    pub(super) fn roads(&self, wanted: &str) -> Result<Vec<usize>> {
        let roads = &self.area.layers.roads;
        if let Some(rows) = self.found.rows(ReferredLayer::Roads, wanted) {
            return Ok(rows.to_vec());
        }
        let all = |which: &dyn Fn(&Road) -> bool| {
            roads.iter().enumerate().filter(|(_, road)| which(road)).map(|(at, _)| at).collect::<Vec<_>>()
        };
        // What is drawn twice is one row, which both drawings mean.
        let with_shared = |mut found: Vec<usize>, of: &dyn Fn(&SecondDrawing) -> &String| {
            let also = self.area.network.topology.also.iter().filter(|second| of(second) == wanted);
            found.extend(also.map(|second| second.road.index()));
            found.sort_unstable();
            found.dedup();
            found
        };
        let mut found = with_shared(all(&|road| road.source_id == wanted), &|second| &second.source_id);
        if found.is_empty() {
            found.extend(numbered(wanted, self.roads));
        }
        if found.is_empty() && !wanted.is_empty() {
            let own = all(&|road| road.name == wanted);
            let ids: BTreeSet<&str> = own.iter().map(|at| roads[*at].source_id.as_str()).collect();
            if own.len() > 1 && (ids.len() > 1 || ids.contains("")) {
                bail!(
                    "有 {} 条道路叫“{wanted}”；请改用来源编号或 #序号 | {} roads are called '{wanted}'; use the source id or #number",
                    own.len(),
                    own.len()
                );
            }
            found = with_shared(own, &|second| &second.name);
        }
        if found.is_empty() {
            let named = examples(roads.iter().map(|road| road.source_id.as_str()));
            bail!(
                "没有道路“{wanted}”；可用来源编号或 #序号，例如 {named} | there is no road '{wanted}'; name it by source id or #number, e.g. {named}"
            );
        }
        Ok(found)
    }
}

/// How an edit names an obstacle of an area so that it means this one only.
pub fn obstacle_reference(area: &StudyArea, obstacle: ObstacleId) -> String {
    let obstacles = &area.layers.obstacles;
    let id = &obstacles[obstacle.index()].source_id;
    let alone = !id.is_empty() && obstacles.iter().filter(|one| one.source_id == *id).count() == 1;
    if alone { id.clone() } else { format!("#{}", obstacle.index() + 1) }
}

/// How an edit names a station of an area so that it means this one only.
pub fn station_reference(area: &StudyArea, at: usize) -> String {
    let stations = &area.layers.stations;
    let Station { source_id, name, .. } = &stations[at];
    let is_own = |text: &str| {
        let bears = |one: &&Station| one.source_id == text || one.name == text;
        !text.is_empty() && stations.iter().filter(bears).count() == 1
    };
    match [source_id, name].into_iter().find(|text| is_own(text)) {
        Some(own) => own.clone(),
        None => format!("#{}", at + 1),
    }
}

/// How an edit names each road of an area so that it means this one only: by source id, or by number where others share it.
pub fn road_references(area: &StudyArea) -> Vec<String> {
    let mut bearers: BTreeMap<&str, u32> = BTreeMap::new();
    for road in &area.layers.roads {
        *bearers.entry(&road.source_id).or_default() += 1;
    }
    for second in &area.network.topology.also {
        *bearers.entry(&second.source_id).or_default() += 1;
    }
    let roads = area.layers.roads.iter().zip(1..);
    roads
        .map(|(road, number)| match (road.source_id.as_str(), bearers[road.source_id.as_str()]) {
            // A planned bridge is several rows, which its id means together; rows behind those of the area have no number.
            (id, _) if is_planned(id) => id.to_owned(),
            ("", _) | (_, 2..) => format!("#{number}"),
            (id, _) => id.to_owned(),
        })
        .collect()
}

/// Whether something has this name, or was planned under it; `names`: name and source id of each.
fn taken<'a>(name: &str, mut names: impl Iterator<Item = (&'a String, &'a String)>) -> bool {
    names.any(|(known, id)| known == name || id == name || *id == planned_id(name))
}

/// `#n` as an index.
pub(super) fn numbered(wanted: &str, count: usize) -> Option<usize> {
    let number: usize = wanted.strip_prefix('#')?.parse().ok()?;
    (1..=count).contains(&number).then(|| number - 1)
}

fn examples<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: BTreeSet<&str> = names.filter(|name| !name.is_empty()).take(200).collect();
    names.into_iter().take(3).collect::<Vec<_>>().join("、")
}
