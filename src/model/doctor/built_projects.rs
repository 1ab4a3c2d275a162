//! Stations that the list of projects calls built and the stations layer lacks: they act nowhere, and are told.

use geo::{Distance, Euclidean, InteriorPoint, Point};

use crate::area::StudyArea;
use crate::layers::{LayerId, Project, ProjectKind, ProjectState, Station};
use crate::method::MethodConstant;
use crate::method_constants;
use crate::names;
use crate::notes::{NoteCase, Notes, Severity};

method_constants! {
    /// 规划消防站项目与此距离内的消防站视为同一座 | A station within this of a project is what the project built
    pub const SAME_STATION_M: f64 = 100.0,
        because "规划图点位与实际院落常差数十米；假定值，供审查 | Drawn sites and built yards often differ by tens of metres; an assumption, for review";
}

/// The constants by which a project and its station are known to be one.
pub fn constants() -> Vec<MethodConstant> {
    method()
}

/// The projects of stations that are not given up, each with its place.
pub fn station_projects(area: &StudyArea) -> Vec<(&Project, Point)> {
    let projects = area.layers.projects.iter();
    projects
        .filter(|project| project.kind == ProjectKind::Station && project.state != ProjectState::Cancelled)
        .filter_map(|project| Some((project, project.geometry.interior_point()?)))
        .collect()
}

/// Whether a station is what a project at this place has built: by its name, or else by its place.
pub fn is_same_station(station: &Station, project: &Project, at: Point) -> bool {
    let named = !project.name.is_empty() && names::whole(&station.name) == names::whole(&project.name);
    named || Euclidean.distance(station.geometry, at) <= SAME_STATION_M
}

pub(super) fn note_built(area: &StudyArea, notes: &mut Notes) {
    for (project, at) in station_projects(area) {
        let stands = || area.layers.stations.iter().any(|station| is_same_station(station, project, at));
        if project.state != ProjectState::Built || stands() {
            continue;
        }
        let text = "项目表写明已建成而消防站图层没有的队站，不计入现状；如已投入执勤，请补入消防站图层 | \
                    Stations that are built by the projects and not in the stations layer: they count for nothing now; if they are on duty, add them to the stations";
        let name = if project.name.is_empty() { &project.source_id } else { &project.name };
        let case = NoteCase::from(name).of(&project.source_id).at(at.0);
        notes.add(Severity::Warning, Some(LayerId::Stations), text, case);
    }
}
