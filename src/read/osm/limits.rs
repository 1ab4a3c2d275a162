//! Limits of width, height and load, as ways and nodes state them.

use geo::Coord;

use super::known_tags::Tags;
use super::quantities;
use fireplan_model::layers::LayerId;
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

method_constants! {
    /// 限轴重折算为限重时的车轴数 | Number of axles by which a limit of axle load becomes one of weight
    const AXLES: f64 = 2.0,
        because "普通消防车多为两轴，总重不超过轴荷的两倍；三轴车另有余量，从严 | Most fire trucks have two axles and weigh at most twice an axle load; a third axle would allow more, so this errs on the safe side";
}

/// The lowest of the signed and measured heights in metres.
pub(super) fn clear_height_m(tags: &Tags) -> Option<f64> {
    lowest(tags, HEIGHT, quantities::metres)
}

/// The least width that a vehicle may have, in metres: what is signed, and what was measured.
pub(super) fn max_width_m(tags: &Tags) -> Option<f64> {
    lowest(tags, WIDTH, quantities::metres)
}

/// The least load in tonnes that a sign allows; an axle load stands for [`AXLES`] axles.
pub(super) fn load_t(tags: &Tags) -> Option<f64> {
    let (axles, whole): (Vec<&str>, Vec<&str>) = LOAD.iter().partition(|key| key.starts_with("maxaxleload"));
    let axles = lowest(tags, &axles, quantities::tonnes).map(|load| load * AXLES);
    let whole = lowest(tags, &whole, quantities::tonnes);
    [axles, whole].into_iter().flatten().reduce(f64::min)
}

fn lowest(tags: &Tags, keys: &[&str], read: fn(&str) -> Option<f64>) -> Option<f64> {
    let said = keys.iter().filter(|key| !is_lifted(tags, key)).filter_map(|key| tags.get(key));
    said.flat_map(|text| text.split(';')).filter_map(|part| read(part.trim())).reduce(f64::min)
}

/// Whether fire engines are exempt from a limit that others must keep: `maxweight:emergency=none`.
fn is_lifted(tags: &Tags, key: &str) -> bool {
    key.starts_with("maxweight")
        && !key.contains("rating")
        && tags.is_any("maxweight:emergency", &["none", "no", "unlimited"])
}

/// Tells of limits that are given but not understood; `default` and `none` say that there is none. Whether there is any.
pub(super) fn note_unread(tags: &Tags, (layer, id): (LayerId, &str), at: Coord, notes: &mut Notes) -> bool {
    let mut found = false;
    for (keys, column) in [(WIDTH, "max_width_m"), (HEIGHT, "clear_height_m"), (LOAD, "load_t")] {
        let read = if column == "load_t" { quantities::tonnes } else { quantities::metres };
        for (key, text) in keys.iter().filter_map(|key| Some((key, tags.get(key)?))) {
            let says_none = ["default", "none", "unsigned", "no_indications", "no_sign"].contains(&text);
            if !says_none && !text.split(';').all(|part| read(part.trim()).is_some()) {
                let note = format!(
                    "{key} 值无法识别，是否限行待核 | Values of {key} that are not understood: whether they stop a truck is undetermined"
                );
                let case = NoteCase::from(format!("{id}: {text}")).of(id).at(at).doubting(column, text, None);
                notes.add(NoteKind::Doubted, Some(layer), &note, case);
                found = true;
            }
        }
    }
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
            let found = note_unread(&tags(pairs), (LayerId::Roads, "way/1"), Coord { x: 0.0, y: 0.0 }, &mut notes);
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
}
