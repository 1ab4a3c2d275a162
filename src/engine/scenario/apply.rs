//! Making the edits on a copy of the area.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Result, bail};
use geo::{BoundingRect, Coord, Distance, Euclidean, LineString, Point};

use super::cut_off::LargerVehicle;
use super::join_road::SNAP_M;
use super::meetings::JoinedStretch;
use super::overtaken::Overtaken;
use super::placing::{Drawn, Placed, PlacedKind};
use super::references::{FoundReferences, anchor};
use super::tell_apart::call_anew;
use fireplan_model::area::StudyArea;
use fireplan_model::doctor;
use fireplan_model::layers::{Access, LayerId, Station};
use fireplan_model::network::{Network, Topology};
use fireplan_model::notes::{Note, NoteCase, NoteClass, Notes};
use fireplan_model::rows::Label;
use fireplan_model::scenario::{AppliedScenario, Edit, EditRemark, KeptScenario, LonLat, is_planned, planned_id};

/// Greatest distance outside the area at which an edit may place something, in metres.
const OUTSIDE_M: f64 = 10_000.0;
/// A thing that is moved by less than this stays where it is.
const STAYS_M: f64 = 0.1;
/// Begins the notes on roads that end just before another.
const LOOSE_END: &str = "疑似断头";

/// The area while edits are made on it.
pub(super) struct Draft<'a> {
    /// The area as it is.
    pub(super) base: &'a StudyArea,
    pub(super) area: StudyArea,
    /// Where feature n of the unchanged stations is now; `None`: closed.
    pub(super) stations: Vec<Option<usize>>,
    /// Number of roads of the unchanged area.
    pub(super) roads: usize,
    pub(super) topology: Topology,
    pub(super) network: Stale,
    pub(super) found: FoundReferences,
    /// Number of the edit that is being made, from 1.
    pub(super) edit: usize,
    remarks: Vec<EditRemark>,
    notes: Notes,
    /// Rows of the roads that are made of paths.
    pub(super) built_roads: BTreeSet<usize>,
    /// Roads of the area, closed as yet, that are open once all edits are made: new roads join them in whatever order.
    pub(super) opened: BTreeSet<usize>,
    /// What new roads join, stretch by stretch.
    pub(super) joined: Vec<JoinedStretch>,
    /// Stations that send a larger vehicle than today.
    pub(super) larger: Vec<LargerVehicle>,
    /// What edits have put somewhere, and the roads as they were drawn.
    pub(super) placed: Vec<Placed>,
    pub(super) drawn: Vec<Drawn>,
}

/// Which part of the network the edits have made out of date.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(super) enum Stale {
    Nothing,
    Components,
    Everything,
}

impl<'a> Draft<'a> {
    pub(super) fn new(area: &'a StudyArea, found: FoundReferences) -> Self {
        Self {
            base: area,
            stations: (0..area.layers.stations.len()).map(Some).collect(),
            roads: area.layers.roads.len(),
            topology: Topology::default(),
            network: Stale::Nothing,
            area: area.clone(),
            found,
            edit: 0,
            remarks: Vec::new(),
            notes: Notes::default(),
            built_roads: BTreeSet::new(),
            opened: BTreeSet::new(),
            joined: Vec::new(),
            larger: Vec::new(),
            placed: Vec::new(),
            drawn: Vec::new(),
        }
    }

    /// The area with the edits of this scenario made, and what is to be told of them.
    pub(super) fn finish(mut self, kept: &KeptScenario) -> StudyArea {
        self.tell_places();
        self.tell_unreached();
        let mut area = self.area;
        match self.network {
            Stale::Nothing => {}
            Stale::Components => area.network = Arc::new(area.network.reopened(&area.layers.roads)),
            Stale::Everything => {
                // The notes on the roads are dropped: opening the area has given them already, and of what is new the edits
                // have told.
                let mut unused_notes = Notes::default();
                let elevation = area.elevation.as_ref();
                let (roads, obstacles) = (&area.layers.roads, &area.layers.obstacles);
                let ground = (area.plane.scale(), elevation);
                let network = Network::build((roads, obstacles), &self.topology, ground, &mut unused_notes);
                area.network = Arc::new(network);
            }
        }
        examine_anew(&mut area);
        let loose_ends = tell_loose_ends(self.base, &area, &self.drawn);
        self.remarks.extend(loose_ends);
        self.remarks.sort_by_key(|remark| remark.edit);
        area.notes.extend(self.notes.into_vec());
        let moved_stations = find_moved(self.base, &area, &self.stations);
        let applied = AppliedScenario {
            title: kept.title(),
            remarks: self.remarks,
            references: anchor(&kept.scenario, &kept.references, self.base),
            called_now: call_anew(kept, self.base),
            built_roads: self.built_roads,
            moved_stations,
        };
        area.applied = Some(Arc::new(applied));
        area
    }

    /// Makes remarks about this edit from now on, beginning with what its reference was found to mean.
    pub(super) fn begin(&mut self, number: usize, edit: &Edit) {
        self.edit = number;
        if let Some((layer, text)) = edit.reference()
            && let Some(told) = self.found.told(layer, text)
        {
            self.remark(told.class, told.text, &told.case, None);
        }
    }

    /// Tells something of the edit that is being made: `text` (`中文 | English`) is one for all cases of its kind.
    pub(super) fn remark(&mut self, class: impl Into<NoteClass>, text: &str, case: &Label, at: Option<Coord>) {
        let class = class.into();
        let Label { zh, en } = Label::parse(text);
        let lonlat = at.and_then(|at| {
            let mut places = [at];
            self.area.plane.to_lonlat(&mut places).ok()?;
            Some([places[0].x, places[0].y])
        });
        let told = Label::new(format!("{zh}：{}", case.zh), format!("{en}: {}", case.en));
        self.remarks.push(EditRemark { edit: self.edit, severity: class.severity, text: told, at: lonlat });
        let case = NoteCase { place: at, ..NoteCase::from(case.zh.as_str()) };
        self.notes.add(class, None, text, case);
    }

    pub(super) fn apply(&mut self, edit: &Edit) -> Result<()> {
        match edit {
            Edit::AddStation { .. } => self.add_station(edit)?,
            Edit::MoveStation { station, to } => self.move_station(station, *to)?,
            Edit::CloseStation { station } => self.close_station(station)?,
            Edit::UpgradeStation { .. } => self.upgrade_station(edit)?,
            Edit::OpenRoad { road } => self.set_access(road, Access::Open)?,
            Edit::CloseRoad { road } => self.set_access(road, Access::Closed)?,
            Edit::WidenRoad { .. }
            | Edit::StrengthenRoad { .. }
            | Edit::RaiseRoad { .. }
            | Edit::RegradeRoad { .. }
            | Edit::BuildRoad { .. } => self.work_on_road(edit)?,
            Edit::AddRoad { .. } => self.add_road(edit)?,
            Edit::RemoveObstacle { obstacle } => self.remove_obstacle(obstacle)?,
            Edit::AddTurnaround { .. } => self.add_turnaround(edit)?,
            Edit::AddHydrant { .. } | Edit::AddWater { .. } => self.add_water(edit)?,
        }
        Ok(())
    }

    /// A place in local metres, not far from the area.
    pub(super) fn local(&self, [lon, lat]: LonLat) -> Result<Coord> {
        let mut at = [Coord { x: lon, y: lat }];
        self.area.plane.to_local(&mut at)?;
        let extent = self.area.boundary.bounding_rect();
        let outside = extent.is_some_and(|extent| {
            let off = |value: f64, low: f64, high: f64| (low - value).max(value - high).max(0.0);
            off(at[0].x, extent.min().x, extent.max().x).hypot(off(at[0].y, extent.min().y, extent.max().y)) > OUTSIDE_M
        });
        if outside {
            bail!(
                "[{lon}, {lat}] 在本区范围外 10 km 以上 | [{lon}, {lat}] is more than 10 km outside the area; are the axes swapped?"
            );
        }
        Ok(at[0])
    }

    fn add_station(&mut self, edit: &Edit) -> Result<()> {
        let Edit::AddStation { name, at, kind, vehicle_class, turnout_min } = edit else { return Ok(()) };
        self.name_is_new(LayerId::Stations, name)?;
        self.is_not_built(LayerId::Stations, edit)?;
        let geometry = Point(self.local(*at)?);
        self.place(name, geometry, PlacedKind::Station);
        self.area.layers.stations.push(Station {
            geometry,
            name: name.clone(),
            kind: *kind,
            vehicle_class: *vehicle_class,
            vehicles: None,
            crew_people: None,
            full_time_people: None,
            land_m2: None,
            turnout_min: *turnout_min,
            turnout_night_min: None,
            staffing: None,
            staffed_day: None,
            staffed_night: None,
            source_id: planned_id(name),
        });
        Ok(())
    }

    fn move_station(&mut self, station: &str, to: LonLat) -> Result<()> {
        let (at, geometry) = (self.station(station)?, Point(self.local(to)?));
        let known = &mut self.area.layers.stations[at];
        let moved_m = (known.geometry.0 - geometry.0).x.hypot((known.geometry.0 - geometry.0).y);
        if moved_m < STAYS_M {
            return Err(Overtaken::error("新位置就是现在的位置，没有迁移 | it stands there already: nothing is moved"));
        }
        known.geometry = geometry;
        let name = known.name.clone();
        // Where it was put by an edit before, it no longer stands.
        self.placed.retain(|placed| !(placed.kind == PlacedKind::Station && placed.name == name));
        self.place(&name, geometry, PlacedKind::Station);
        Ok(())
    }

    /// Remembers that the present edit puts something somewhere.
    pub(super) fn place(&mut self, name: &str, at: Point, kind: PlacedKind) {
        self.placed.push(Placed { edit: self.edit, name: name.to_owned(), at, kind });
    }

    /// Remembers that the present edit draws a road.
    pub(super) fn remember_drawn(&mut self, name: &str, line: LineString, bridge: bool) {
        self.drawn.push(Drawn { edit: self.edit, name: name.to_owned(), line, bridge });
    }

    /// Makes remarks about this edit from now on.
    pub(super) fn number_remarks_of(&mut self, number: usize) {
        self.edit = number;
    }

    fn close_station(&mut self, station: &str) -> Result<()> {
        let at = self.station(station)?;
        let name = self.area.layers.stations[at].name.clone();
        self.placed.retain(|placed| !(placed.kind == PlacedKind::Station && placed.name == name));
        self.area.layers.stations.remove(at);
        for place in &mut self.stations {
            *place = match *place {
                Some(other) if other == at => None,
                Some(other) if other > at => Some(other - 1),
                other => other,
            };
        }
        Ok(())
    }

    fn set_access(&mut self, road: &str, access: Access) -> Result<()> {
        let rows = self.roads(road)?;
        if rows.iter().all(|at| self.area.layers.roads[*at].access == access) {
            let state = access.label();
            let of_base = |at: &usize| self.base.layers.roads[..self.roads].get(*at).map(|road| road.access);
            if !rows.iter().all(|at| of_base(at) == Some(access)) {
                bail!(
                    "前面的改动已使该路为“{}”，再写一次没有改动 | an edit before makes the road {} already: nothing is changed; drop one of them",
                    state.zh,
                    state.en.to_lowercase()
                );
            }
            return Err(Overtaken::error(format!(
                "该路现在就是“{}”，没有改动 | the road is {} already: nothing is changed",
                state.zh,
                state.en.to_lowercase()
            )));
        }
        for at in rows {
            self.area.layers.roads[at].access = access;
        }
        self.stale(Stale::Components);
        Ok(())
    }

    pub(super) fn stale(&mut self, what: Stale) {
        if self.network < what {
            self.network = what;
        }
    }
}

/// Ends of roads that are there and that now end just beside a new road: the data would be noted so, and so is whoever draws it.
fn tell_loose_ends(base: &StudyArea, changed: &StudyArea, drawn: &[Drawn]) -> Vec<EditRemark> {
    if drawn.is_empty() {
        return Vec::new();
    }
    let ends = |area: &StudyArea| {
        let pairs = area.notes.iter().zip(area.cases.iter()).filter(|(note, _)| note.text.zh.starts_with(LOOSE_END));
        let cases =
            pairs.flat_map(|(note, cases)| cases.iter().map(|case| (note.severity, note.text.clone(), case.clone())));
        cases.collect::<Vec<_>>()
    };
    let known: Vec<Coord> = ends(base).iter().filter_map(|(.., case)| case.place).collect();
    let is_known = |at: Coord| known.iter().any(|one| (*one - at).x.hypot((*one - at).y) < STAYS_M);
    let mut told = Vec::new();
    for (severity, text, case) in ends(changed) {
        let is_of_plan = case.feature.as_deref().is_some_and(is_planned);
        let Some(at) = case.place.filter(|at| !is_of_plan && !is_known(*at)) else { continue };
        let beside = drawn.iter().map(|drawn| (Euclidean.distance(&Point(at), &drawn.line), drawn.edit));
        let nearest = beside.filter(|(far_m, _)| *far_m <= SNAP_M).min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, edit)) = nearest else { continue };
        let mut place = [at];
        let lonlat = changed.plane.to_lonlat(&mut place).is_ok().then(|| [place[0].x, place[0].y]);
        let text = Label::new(format!("{}：{}", text.zh, case.text), format!("{}: {}", text.en, case.text));
        told.push(EditRemark { edit, severity, text, at: lonlat });
    }
    told
}

/// Source ids of the stations that stand elsewhere than before; `now`: where feature n of those before is in the changed area.
fn find_moved(before: &StudyArea, changed: &StudyArea, now: &[Option<usize>]) -> BTreeSet<String> {
    let pairs = before.layers.stations.iter().zip(now);
    let pairs = pairs.filter_map(|(station, now)| Some((station, &changed.layers.stations[(*now)?])));
    pairs.filter(|(was, is)| was.geometry != is.geometry).map(|(_, is)| is.source_id.clone()).collect()
}

/// What the notes on the data say of the area, found anew.
fn examine_anew(area: &mut StudyArea) {
    let Some(first) = area.examined_from else { return };
    let mut notes = Notes::default();
    doctor::examine(area, &mut notes);
    let (fresh, cases): (Vec<Note>, Vec<Vec<NoteCase>>) = notes.into_cases();
    let mut known_cases = area.cases.as_ref().clone();
    area.notes.truncate(first);
    known_cases.truncate(first);
    area.notes.extend(fresh);
    known_cases.extend(cases);
    area.cases = Arc::new(known_cases);
}
