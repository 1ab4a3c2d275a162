//! Where the crew of a station is, by what the station is called: volunteers come from home.

use fireplan_model::layers::{LayerId, Staffing, Station, StationKind};
use fireplan_model::notes::{NoteCase, NoteKind, Notes};

/// What the names of volunteer brigades have in them. A brigade of unknown kind is called by it what its crew is; its kind, on
/// which duties hang, stays unknown: in some countries nearly every brigade has volunteers, named so or not.
const VOLUNTEERS: &[&str] =
    &["志愿", "义务", "freiwillig", "volunt", "volontair", "ochotnicz", "dobrovoln", "vrijwillig"];

/// Reads from the names of stations of which neither the kind nor the crew is known that they are volunteers, and tells so.
pub(super) fn read_names(stations: &mut [Station], notes: &mut Notes) {
    for station in stations.iter_mut().filter(|station| station.kind == StationKind::Unknown) {
        let name = station.name.to_lowercase();
        if station.staffing.is_none() && VOLUNTEERS.iter().any(|word| name.contains(word)) {
            station.staffing = Some(Staffing::OnCall);
            let text = "类别不明的消防站，按站名为志愿(义务)队：队员不在站，出动时间按志愿队的范围计 | \
                        Stations of unknown kind that are volunteers by their name: their crew is elsewhere, their turnout is the range of volunteers";
            let case = NoteCase::from(&station.name).at(station.geometry.0).of(&station.source_id);
            notes.add(NoteKind::Converted, Some(LayerId::Stations), text, case);
        }
    }
}

#[cfg(test)]
mod tests {
    use fireplan_model::sketch::station;

    use super::*;

    #[test]
    fn a_name_tells_of_volunteers_where_nothing_else_does() {
        let of = |name: &str, kind: StationKind, staffing: Option<Staffing>| {
            let mut stations = vec![Station { kind, staffing, ..station(name, (0.0, 0.0), 1.0) }];
            let mut notes = Notes::default();
            read_names(&mut stations, &mut notes);
            (stations[0].staffing, notes.into_vec().len())
        };
        let unknown = StationKind::Unknown;
        assert_eq!(of("Freiwillige Feuerwehr Balzers", unknown, None), (Some(Staffing::OnCall), 1));
        assert_eq!(of("石门镇义务消防队", unknown, None), (Some(Staffing::OnCall), 1));
        assert_eq!(of("石门镇消防站", unknown, None), (None, 0));
        assert_eq!(of("志愿者路消防站", StationKind::Small, None), (None, 0));
        assert_eq!(of("志愿队", unknown, Some(Staffing::AtStation)), (Some(Staffing::AtStation), 0));
    }
}
