//! Limits of width, height and load, as ways and nodes state them.

use geo::Coord;

use super::known_tags::Tags;
use super::quantities;
use fireplan_model::layers::{LayerId, Oneway};
use fireplan_model::method_constants;
use fireplan_model::notes::{NoteCase, NoteKind, Notes};

// What binds lorries (`:hgv`) or lorries with what they draw (`gc`) binds a fire engine as well.
pub(super) const HEIGHT: &[&str] = &["maxheight", "maxheight:physical", "maxheight:hgv"];
pub(super) const WIDTH: &[&str] = &["maxwidth", "maxwidth:physical", "maxwidth:hgv"];
pub(super) const LOAD: &[&str] = &[
    "maxweight",
    "maxweightrating",
    "maxweight:hgv",
    "maxweightrating:hgv",
    "maxgcweight",
    "maxgcweightrating",
    "maxaxleload",
    "maxaxleload:hgv",
];

/// Limits that are also stated by direction (`:forward`, `:backward`) and by lane (`:lanes`).
const BY_DIRECTION: &[&str] = &["maxheight", "maxwidth", "maxweight", "maxaxleload"];

method_constants! {
    /// 限轴重折算为限重时的车轴数 | Number of axles by which a limit of axle load becomes one of weight
    const AXLES: f64 = 2.0,
        because "普通消防车多为两轴，总重不超过轴荷的两倍；三轴车另有余量，从严 | Most fire trucks have two axles and weigh at most twice an axle load; a third axle would allow more, so this errs on the safe side";
}

/// The lowest of the signed and measured heights in metres.
pub(super) fn clear_height_m(tags: &Tags, oneway: Oneway) -> Option<f64> {
    lowest(tags, oneway, HEIGHT, quantities::metres)
}

/// The least width that a vehicle may have, in metres: what is signed, and what was measured.
pub(super) fn max_width_m(tags: &Tags, oneway: Oneway) -> Option<f64> {
    lowest(tags, oneway, WIDTH, quantities::metres)
}

/// The least load in tonnes that a sign allows; an axle load stands for [`AXLES`] axles.
pub(super) fn load_t(tags: &Tags, oneway: Oneway) -> Option<f64> {
    let (axles, whole): (Vec<&str>, Vec<&str>) = LOAD.iter().partition(|key| key.starts_with("maxaxleload"));
    let axles = lowest(tags, oneway, &axles, quantities::tonnes).map(|load| load * AXLES);
    let whole = lowest(tags, oneway, &whole, quantities::tonnes);
    [axles, whole].into_iter().flatten().reduce(f64::min)
}

/// Whether one of these limits is stated, for all of the road, a direction, a lane or certain times.
pub(super) fn is_stated(tags: &Tags, keys: &[&str]) -> bool {
    let has = |key: &&str| {
        let suffixes = ["", ":forward", ":backward", ":lanes", ":conditional"];
        suffixes.into_iter().any(|suffix| tags.get(&format!("{key}{suffix}")).is_some())
    };
    keys.iter().any(has)
}

fn lowest(tags: &Tags, oneway: Oneway, keys: &[&str], read: fn(&str) -> Option<f64>) -> Option<f64> {
    let binding = keys.iter().filter(|key| !is_lifted(tags, key));
    let of_key = |key: &&str| {
        let everywhere =
            tags.get(key).into_iter().flat_map(|text| text.split(';')).filter_map(|part| read(part.trim()));
        everywhere.chain(by_direction(tags, oneway, key, read).and_then(least_bound)).chain(by_lane(tags, key, read))
    };
    binding.flat_map(of_key).filter(|limit| limit.is_finite()).reduce(f64::min)
}

/// A limit as its text says it, infinite where that says that there is none; of several, the lowest. `None`: not understood.
fn limit_of(text: &str, read: fn(&str) -> Option<f64>) -> Option<f64> {
    let of_part = |part: &str| if says_none(part) { Some(f64::INFINITY) } else { read(part) };
    let parts: Option<Vec<f64>> = text.split(';').map(|part| of_part(part.trim())).collect();
    parts?.into_iter().reduce(f64::min)
}

/// Whether a value of a limit says that there is none.
fn says_none(text: &str) -> bool {
    ["default", "none", "unsigned", "no_indications", "no_sign"].contains(&text)
}

/// The limits in the directions in which the road is driven, infinite in one without; `None`: none is told by direction.
fn by_direction(tags: &Tags, oneway: Oneway, key: &str, read: fn(&str) -> Option<f64>) -> Option<Vec<f64>> {
    let driven: &[&str] = match oneway {
        Oneway::Both => &["forward", "backward"],
        Oneway::Forward => &["forward"],
        Oneway::Backward => &["backward"],
    };
    let said: Vec<Option<&str>> = driven.iter().map(|way| tags.get(&format!("{key}:{way}"))).collect();
    let is_told = BY_DIRECTION.contains(&key) && said.iter().any(Option::is_some);
    is_told.then(|| {
        said.into_iter().map(|text| text.and_then(|text| limit_of(text, read)).unwrap_or(f64::INFINITY)).collect()
    })
}

/// The limit that nobody gets around who goes one of the ways that these hold for.
fn least_bound(ways: Vec<f64>) -> Option<f64> {
    ways.into_iter().reduce(f64::max)
}

/// The limit of the lane that lets most through, if each lane has one.
fn by_lane(tags: &Tags, key: &str, read: fn(&str) -> Option<f64>) -> Option<f64> {
    let lanes = tags.get(&format!("{key}:lanes")).filter(|_| BY_DIRECTION.contains(&key))?;
    let limits: Option<Vec<f64>> = lanes.split('|').map(|lane| limit_of(lane.trim(), read)).collect();
    least_bound(limits?)
}

/// Whether fire engines are exempt from a limit that others must keep: `maxweight:emergency=none`.
fn is_lifted(tags: &Tags, key: &str) -> bool {
    key.starts_with("maxweight")
        && !key.contains("rating")
        && tags.is_any("maxweight:emergency", &["none", "no", "unlimited"])
}

/// Tells of limits that are given and do not say whether they stop a truck: not understood, other in the two directions of a road,
/// or for certain times. `default` and `none` say that there is none. Whether there is any.
pub(super) fn note_undecided(
    tags: &Tags,
    oneway: Oneway,
    (layer, id): (LayerId, &str),
    at: Coord,
    notes: &mut Notes,
) -> bool {
    let mut found = false;
    for (keys, column) in [(WIDTH, "max_width_m"), (HEIGHT, "clear_height_m"), (LOAD, "load_t")] {
        let read = if column == "load_t" { quantities::tonnes } else { quantities::metres };
        for key in keys.iter().filter(|key| !is_lifted(tags, key)) {
            for (key, text, why) in undecided(tags, oneway, key, read) {
                let note = format!(
                    "{key} {}，是否限行待核 | Values of {key} {}: whether they stop a truck is undetermined",
                    why.0, why.1
                );
                let case = NoteCase::from(format!("{id}: {text}")).of(id).at(at).doubting(column, text, None);
                notes.add(NoteKind::Doubted, Some(layer), &note, case);
                found = true;
            }
        }
    }
    found
}

/// What is said of a limit that does not decide: the key, what it says, and why, in both languages.
fn undecided<'a>(
    tags: &'a Tags,
    oneway: Oneway,
    key: &str,
    read: fn(&str) -> Option<f64>,
) -> Vec<(String, &'a str, (&'static str, &'static str))> {
    let stated = |suffix: &str| {
        let key = format!("{key}{suffix}");
        tags.get(&key).map(|text| (key, text))
    };
    let mut found = Vec::new();
    let unread = |text: &str| text.split(';').any(|part| limit_of(part.trim(), read).is_none());
    let is_unread = |key: &str, text: &str| match key.ends_with(":lanes") {
        // A lane without a value has no limit.
        true => text.split('|').any(|lane| !lane.trim().is_empty() && unread(lane)),
        false => unread(text),
    };
    for (key, text) in ["", ":forward", ":backward", ":lanes"].into_iter().filter_map(stated) {
        if is_unread(&key, text) {
            found.push((key, text, ("值无法识别", "that are not understood")));
        }
    }
    let differs = |ways: &Vec<f64>| ways.windows(2).any(|pair| pair[0] != pair[1]);
    if by_direction(tags, oneway, key, read).as_ref().is_some_and(differs) {
        let said = [":forward", ":backward"].into_iter().filter_map(stated);
        found.extend(said.map(|(key, text)| (key, text, ("只限一个方向，或两个方向不同", "that differ by direction"))));
    }
    // Who is let off at certain times, or to certain ends, is bound by no more than the limit itself.
    let is_limit =
        |text: &str| text.split(';').any(|part| !says_none(part.split('@').next().unwrap_or_default().trim()));
    let timed = stated(":conditional").filter(|(_, text)| is_limit(text));
    found.extend(timed.map(|(key, text)| {
        (key, text, ("只在特定时段或条件下有效", "that hold at certain times or in certain cases"))
    }));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        let mut tags = Tags::default();
        pairs.iter().for_each(|(key, value)| tags.add(key, value));
        tags
    }

    #[test]
    fn the_strictest_limit_holds() {
        let clear_height_m = |tags: &Tags| clear_height_m(tags, Oneway::Both);
        let max_width_m = |tags: &Tags| max_width_m(tags, Oneway::Both);
        let load_t = |tags: &Tags| load_t(tags, Oneway::Both);
        assert_eq!(clear_height_m(&tags(&[("maxheight", "3.5"), ("maxheight:physical", "3.2")])), Some(3.2));
        assert_eq!(clear_height_m(&tags(&[("maxheight", "2.5;3.0")])), Some(2.5));
        assert_eq!(max_width_m(&tags(&[("maxwidth:physical", "2.0")])), Some(2.0));
        assert_eq!(load_t(&tags(&[("maxweight", "20"), ("maxweightrating", "3.5")])), Some(3.5));
        assert_eq!(load_t(&tags(&[("maxaxleload", "2")])), Some(4.0));
        assert_eq!(load_t(&tags(&[("maxweightrating:hgv", "7.5"), ("maxgcweight", "12")])), Some(7.5));
        assert_eq!(load_t(&tags(&[("maxweight", "3.5"), ("maxweight:emergency", "none")])), None);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let unread = |pairs: &[(&str, &str)]| {
            let mut notes = Notes::default();
            let at = Coord { x: 0.0, y: 0.0 };
            let found = note_undecided(&tags(pairs), Oneway::Both, (LayerId::Roads, "way/1"), at, &mut notes);
            assert_eq!(found, !notes.into_vec().is_empty());
            found
        };
        assert!(
            unread(&[("maxheight", "low")])
                && unread(&[("maxheight", "2.5;low")])
                && unread(&[("maxheight", "below_default")])
                && unread(&[("maxweight", "3.5 parsec")])
        );
        assert!(!unread(&[("maxheight", "default")]) && !unread(&[("maxheight", "2.5;3.0")]) && !unread(&[]));
    }

    #[test]
    fn limits_by_direction_and_lane_bind_as_far_as_they_say() {
        let both = [("maxheight:forward", "2.5"), ("maxheight:backward", "2.5")];
        let apart = [("maxheight:forward", "2.5"), ("maxheight:backward", "3")];
        let one = [("maxwidth:forward", "2")];
        let lanes = [("maxwidth:lanes", "2.0|2.3")];
        let free_lane = [("maxwidth:lanes", "2.0|")];
        let undecided = |pairs: &[(&str, &str)], oneway: Oneway| {
            note_undecided(
                &tags(pairs),
                oneway,
                (LayerId::Roads, "way/1"),
                Coord { x: 0.0, y: 0.0 },
                &mut Notes::default(),
            )
        };
        assert_eq!(clear_height_m(&tags(&both), Oneway::Both), Some(2.5));
        assert!(!undecided(&both, Oneway::Both));
        // Who drives the other way passes under 3 m: below that everybody is stopped, above it nobody knows.
        assert_eq!(clear_height_m(&tags(&apart), Oneway::Both), Some(3.0));
        assert!(undecided(&apart, Oneway::Both) && !undecided(&apart, Oneway::Forward));
        assert_eq!(clear_height_m(&tags(&apart), Oneway::Forward), Some(2.5));
        assert_eq!((max_width_m(&tags(&one), Oneway::Both), undecided(&one, Oneway::Both)), (None, true));
        assert_eq!((max_width_m(&tags(&one), Oneway::Backward), undecided(&one, Oneway::Backward)), (None, false));
        assert_eq!((max_width_m(&tags(&lanes), Oneway::Both), undecided(&lanes, Oneway::Both)), (Some(2.3), false));
        assert_eq!((max_width_m(&tags(&free_lane), Oneway::Both), undecided(&free_lane, Oneway::Both)), (None, false));
        let load = [("maxaxleload:forward", "2"), ("maxaxleload:backward", "2")];
        assert_eq!(load_t(&tags(&load), Oneway::Both), Some(4.0));
    }

    #[test]
    fn limits_for_certain_times_are_told_and_exemptions_are_none() {
        let undecided = |pairs: &[(&str, &str)]| {
            let tags = tags(pairs);
            assert_eq!(load_t(&tags, Oneway::Both).or(clear_height_m(&tags, Oneway::Both)), None);
            note_undecided(
                &tags,
                Oneway::Both,
                (LayerId::Roads, "way/1"),
                Coord { x: 0.0, y: 0.0 },
                &mut Notes::default(),
            )
        };
        assert!(undecided(&[("maxweight:conditional", "3.5 @ (22:00-06:00)")]));
        assert!(undecided(&[("maxheight:conditional", "2.5 @ (Mo-Fr)")]));
        assert!(undecided(&[("maxweightrating:hgv:conditional", "7.5 @ (22:00-06:00)")]));
        assert!(!undecided(&[("maxweight:conditional", "none @ agricultural;none @ forestry")]));
        assert!(!undecided(&[("maxweight:conditional", "3.5 @ (Sa)"), ("maxweight:emergency", "none")]));
    }
}
