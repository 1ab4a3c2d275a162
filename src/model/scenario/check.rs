//! What any edit and any name must be, whatever the area: one validation for the page, the service, the command and files.

use std::ops::RangeInclusive;

use anyhow::{Result, bail};

use super::Edit;
use super::edit::LonLat;
use crate::layers::{Hydrant, LayerId, Road, RoadClass, Station, WaterSource};
use crate::plausible::plausible;
use crate::rows::{Label, Row, unit_of};

/// Largest number of edits accepted in one scenario.
pub const MOST_EDITS: usize = 2_000;
/// Largest size of a scenario as JSON, in bytes: what the service takes as the body of a request.
pub const MOST_BYTES: usize = 1 << 20;
/// Most points of the line of a new road.
const MOST_POINTS: usize = 5_000;
/// Most characters of the name of a scenario.
const LONGEST_NAME: usize = 60;
/// Most characters of the name of a thing, or of a reference to one.
const LONGEST_THING: usize = 120;

/// The side of a turnaround, which is no column of a layer: from the smallest vehicle's to that of a parade ground.
const SIDE_M: RangeInclusive<f64> = 3.0..=100.0;

/// Refuses a name of a scenario that people cannot say, that a path cannot hold or that looks like another one.
pub(super) fn check_scenario_name(name: &str) -> Result<()> {
    let long = name.chars().count();
    if name.trim() != name || name.is_empty() || long > LONGEST_NAME {
        bail!(
            "方案名应为 1–{LONGEST_NAME} 个字，首尾没有空格 | A scenario's name has 1 to {LONGEST_NAME} characters and no space at its ends"
        );
    }
    if name.chars().any(|c| "/\\?#%".contains(c)) || matches!(name, "." | "..") {
        bail!(
            "方案名不能是 . 或 ..，不能含有 / \\ ? # % | A scenario's name is neither . nor .. and has none of / \\ ? # %"
        );
    }
    check_visible(name)
}

/// Refuses characters that nobody sees: line breaks, control characters, marks that hide or turn the text around them.
fn check_visible(text: &str) -> Result<()> {
    match text.chars().find(|c| c.is_control() || is_hiding(*c)) {
        None => Ok(()),
        Some(mark) => bail!(
            "名称中有看不见的字符(换行、控制符或隐藏标记 U+{:04X})，请删去后重写 | \
             the name has a character that nobody sees (a line break, a control character or a hiding mark, U+{:04X}): write it without",
            u32::from(mark),
            u32::from(mark)
        ),
    }
}

/// Marks of Unicode that show nothing, or that change how what stands around them is shown.
fn is_hiding(mark: char) -> bool {
    matches!(mark,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{2800}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Refuses a name of a thing that is empty, too long, or that nobody can read.
fn check_thing_name(name: &str) -> Result<()> {
    if name.trim().is_empty()
        || name.trim() != name
        || name.chars().count() > LONGEST_THING
        || matches!(name, "." | "..")
    {
        bail!(
            "名称“{name}”应为 1–{LONGEST_THING} 个字，首尾没有空格，也不能是 . 或 .. | \
             the name '{name}' must have 1 to {LONGEST_THING} characters, no space at its ends, and be neither . nor ..; choose another"
        );
    }
    check_visible(name)
}

/// Refuses a name of whoever makes a change that is too long, or that nobody can read; it may be empty.
pub(super) fn check_author(name: &str) -> Result<()> {
    if name.chars().count() > LONGEST_NAME {
        bail!(
            "修改人姓名最多 {LONGEST_NAME} 个字 | the name of whoever makes a change has at most {LONGEST_NAME} characters"
        );
    }
    check_visible(name)
}

/// Refuses what cannot refer to anything.
fn check_reference(text: &str) -> Result<()> {
    if text.trim().is_empty() || text.chars().count() > LONGEST_THING {
        bail!(
            "没有写明改动的是哪一个对象(来源编号、名称或 #序号，不超过 {LONGEST_THING} 个字) | \
             the edit does not say of what it is (source id, name or #number, at most {LONGEST_THING} characters)"
        );
    }
    check_visible(text)
}

/// Refuses what is no place on the earth that a plane can hold.
fn check_place([lon, lat]: LonLat) -> Result<()> {
    if !(-180.0..=180.0).contains(&lon) || !(-80.0..=84.0).contains(&lat) {
        bail!(
            "[{lon}, {lat}] 不是经纬度，应为 [经度, 纬度] | [{lon}, {lat}] is no place; write [longitude, latitude] in degrees"
        );
    }
    Ok(())
}

/// Refuses a value outside its range; a value that is not given is in every range. `label` and `why`: what it is and what the
/// range is, `中文 | English`.
fn check_within(name: &str, label: &Label, value: Option<f64>, range: RangeInclusive<f64>, why: &str) -> Result<()> {
    let Some(value) = value.filter(|value| !range.contains(value)) else { return Ok(()) };
    let (low, high, why) = (range.start(), range.end(), Label::parse(why));
    let unit = Some(unit_of(name)).filter(|unit| !unit.is_empty()).map(|unit| format!(" {unit}")).unwrap_or_default();
    bail!(
        "{} {name}={value} 不可信，应在 {low} 与 {high}{unit} 之间（{}）；请核对数值和单位 | \
         the {} {name} is {value}, which is not plausible: it must be between {low} and {high}{unit} ({}); check number and unit",
        label.zh,
        why.zh,
        label.en.to_lowercase(),
        why.en
    )
}

/// Refuses a value that a file could not state of this column either: an edit is believed as far as the data would be.
fn check_plausible(layer: LayerId, name: &str, value: Option<f64>) -> Result<()> {
    let Some(range) = plausible(layer.code(), name) else { return Ok(()) };
    let columns = match layer {
        LayerId::Stations => Station::columns(),
        LayerId::Hydrants => Hydrant::columns(),
        LayerId::WaterSources => WaterSource::columns(),
        _ => Road::columns(),
    };
    let label = columns.into_iter().find(|column| column.name == name).map(|column| column.label).unwrap_or_default();
    // A gradient that is to be lowered has no direction.
    check_within(name, &label, value, range.from.max(0.0)..=range.to, &range.why)
}

impl Edit {
    /// Refuses what no area could make sense of: names and references, places, numbers outside their ranges, nothing to change.
    ///
    /// # Errors
    /// If the edit is not acceptable; the message says why in both languages.
    pub fn check(&self) -> Result<()> {
        match self {
            Self::AddStation { name, at, turnout_min, .. } => {
                check_thing_name(name)?;
                check_place(*at)?;
                check_plausible(LayerId::Stations, "turnout_min", *turnout_min)
            }
            Self::MoveStation { station, to } => {
                check_reference(station)?;
                check_place(*to)
            }
            Self::CloseStation { station } => check_reference(station),
            Self::UpgradeStation { .. } => self.check_upgrade(),
            Self::AddRoad { .. } => self.check_new_road(),
            Self::RemoveObstacle { obstacle } => check_reference(obstacle),
            Self::AddTurnaround { at, side_m } => {
                check_place(*at)?;
                check_within(
                    "side_m",
                    &Label::new("边长", "Side"),
                    Some(*side_m),
                    SIDE_M,
                    "回车场边长一般 12 至 18 米 | Turnarounds have sides of 12 to 18 m",
                )
            }
            Self::AddHydrant { .. } | Self::AddWater { .. } => self.check_new_water(),
            _ => self.check_road_work(),
        }
    }

    fn check_upgrade(&self) -> Result<()> {
        let Self::UpgradeStation { station, kind, vehicle_class, vehicles, crew_people, turnout_min, staffed_night } =
            self
        else {
            return Ok(());
        };
        check_reference(station)?;
        let named = kind.is_some() || vehicle_class.is_some() || staffed_night.is_some();
        if !(named || vehicles.is_some() || crew_people.is_some() || turnout_min.is_some()) {
            bail!(
                "升级消防站没有写明升级什么；请至少写一项(类别、车辆、人数、出动时间、夜间执勤) | \
                 the upgrade of the station says nothing to upgrade; give at least one fact (kind, vehicles, crew, turnout, staffed by night)"
            );
        }
        check_plausible(LayerId::Stations, "vehicles", vehicles.map(f64::from))?;
        check_plausible(LayerId::Stations, "crew_people", crew_people.map(f64::from))?;
        check_plausible(LayerId::Stations, "turnout_min", *turnout_min)
    }

    fn check_new_road(&self) -> Result<()> {
        let Self::AddRoad { name, line, width_m, load_t, .. } = self else { return Ok(()) };
        check_thing_name(name)?;
        if line.len() < 2 {
            bail!("line 至少要有两个点 | line has at least two points");
        }
        if line.len() > MOST_POINTS {
            bail!(
                "line 有 {} 个点，最多 {MOST_POINTS} 个；请先简化 | line has {} points, at most {MOST_POINTS} are taken; simplify it",
                line.len(),
                line.len()
            );
        }
        line.iter().try_for_each(|at| check_place(*at))?;
        check_plausible(LayerId::Roads, "width_m", *width_m)?;
        check_plausible(LayerId::Roads, "load_t", *load_t)
    }

    fn check_new_water(&self) -> Result<()> {
        match self {
            Self::AddHydrant { name, at, diameter_mm, flow_l_s, pressure_mpa, .. } => {
                check_thing_name(name)?;
                check_place(*at)?;
                check_plausible(LayerId::Hydrants, "diameter_mm", *diameter_mm)?;
                check_plausible(LayerId::Hydrants, "flow_l_s", *flow_l_s)?;
                check_plausible(LayerId::Hydrants, "pressure_mpa", *pressure_mpa)
            }
            Self::AddWater { name, at, volume_m3, .. } => {
                check_thing_name(name)?;
                check_place(*at)?;
                check_plausible(LayerId::WaterSources, "volume_m3", *volume_m3)
            }
            _ => Ok(()),
        }
    }

    fn check_road_work(&self) -> Result<()> {
        if let Some((_, road)) = self.reference() {
            check_reference(road)?;
        }
        match self {
            Self::WidenRoad { width_m, .. } => check_plausible(LayerId::Roads, "width_m", Some(*width_m)),
            Self::StrengthenRoad { load_t, .. } => check_plausible(LayerId::Roads, "load_t", Some(*load_t)),
            Self::RaiseRoad { clear_height_m, .. } => {
                check_plausible(LayerId::Roads, "clear_height_m", Some(*clear_height_m))
            }
            Self::RegradeRoad { slope_percent, .. } => {
                check_plausible(LayerId::Roads, "slope_percent", Some(*slope_percent))
            }
            Self::BuildRoad { class: RoadClass::Path, .. } => bail!(
                "改建后仍是小路，没有改动；请选车行道等级 | built as a path nothing changes; choose a class of road for vehicles"
            ),
            Self::BuildRoad { width_m, .. } => check_plausible(LayerId::Roads, "width_m", *width_m),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{KeptScenario, Scenario};

    #[test]
    fn names_that_mislead_or_that_no_path_holds_are_refused() {
        for name in ["近期", "2027年（一期）", "Plan 3", "新建4座覆盖最多(MCLP)", "…"] {
            assert!(Scenario::check_name(name).is_ok(), "{name:?}");
        }
        for name in [
            "",
            " ",
            ".",
            "..",
            "近\n期",
            "近\u{200b}期",
            "近期\u{e0100}",
            "\u{2800}",
            "\u{202e}近期",
            "近\u{2028}期",
            "a\u{feff}",
            "a/b",
            "近期 ",
            "\u{3000}近期",
        ] {
            assert!(Scenario::check_name(name).is_err(), "{name:?}");
        }
        assert!(Scenario::check_name(&"长".repeat(61)).is_err());
    }

    #[test]
    fn edits_that_no_area_could_take_are_refused_in_words() {
        let bad = [
            (r#"{"edit":"upgrade_station","station":"S01"}"#, "至少写一项"),
            (r#"{"edit":"close_station","station":" "}"#, "哪一个对象"),
            (r#"{"edit":"add_station","name":"..","at":[102.0,39.0]}"#, "名称"),
            (r#"{"edit":"add_station","name":"甲\n乙","at":[102.0,39.0]}"#, "看不见"),
            (r#"{"edit":"add_hydrant","name":"栓\u200b","at":[102.0,39.0]}"#, "看不见"),
            (r#"{"edit":"add_hydrant","name":"栓","at":[102.0,39.0],"diameter_mm":-100}"#, "15 与 3000 mm"),
            (r#"{"edit":"add_water","name":"池","at":[102.0,139.0]}"#, "经纬度"),
            (r#"{"edit":"add_water","name":"池","at":[102.0,39.0],"volume_m3":0}"#, "之间"),
            (r#"{"edit":"add_road","name":"路","line":[[102.0,39.0]]}"#, "两个点"),
            (r#"{"edit":"build_road","road":"R1","class":"path"}"#, "没有改动"),
            (r#"{"edit":"upgrade_station","station":"S01","crew_people":4000000}"#, "1000"),
            (r#"{"edit":"add_hydrant","name":"栓","at":[102.0,39.0],"flow_l_s":700}"#, "0.5 与 150 L/s"),
            (r#"{"edit":"add_hydrant","name":"栓","at":[102.0,39.0],"pressure_mpa":3.5}"#, "2.5 MPa"),
            (r#"{"edit":"widen_road","road":"R1","width_m":3500}"#, "100 m"),
            (r#"{"edit":"strengthen_road","road":"R1","load_t":20000}"#, "300 t"),
            (r#"{"edit":"raise_road","road":"R1","clear_height_m":45}"#, "30 m"),
            (r#"{"edit":"regrade_road","road":"R1","slope_percent":-8}"#, "0 与 60 %"),
            (r#"{"edit":"add_station","name":"站","at":[102.0,39.0],"turnout_min":90}"#, "60 min"),
            (r#"{"edit":"add_turnaround","at":[102.0,39.0],"side_m":1}"#, "之间"),
        ];
        for (text, says) in bad {
            let edit: Edit = serde_json::from_str(text).unwrap();
            let error = edit.check().unwrap_err().to_string();
            assert!(error.contains(says) && error.contains(" | "), "{text}: {error}");
        }
    }

    #[test]
    fn a_file_is_held_to_the_same_limits() {
        let file = |text: &str| KeptScenario::from_json("a.json", text).unwrap_err();
        assert!(format!("{:#}", file(r#"{"name":"..","edits":[]}"#)).contains("方案名"));
        let told = format!(
            "{:#}",
            file(
                r#"{"name":"甲","edits":[{"edit":"close_road","road":"R1"},{"edit":"upgrade_station","station":"S01"}]}"#
            )
        );
        assert!(told.contains("第 2 处") && told.contains("至少写一项"), "{told}");
    }
}
