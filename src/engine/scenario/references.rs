//! What references mean, also after the data changed.
//!
//! [`anchor`] writes down what each reference of a scenario means: source id, name, class, a place, and digests of the feature
//! and of the sources of its layer. On other data, [`find_again`] takes a reference to mean
//!
//! 1. what it meant, where the feature is the same;
//! 2. the one thing of the same name and class at the same place, under whatever number: told;
//! 3. else nothing: all such references are told at once, each with what could be meant, and nothing is changed.
//!
//! A reference that nobody wrote down means what it says. One by number is told then, for it means another thing as soon as a row
//! comes before it.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use geo::Coord;

use super::lost::{choices, describe_lost, refuse, tell_lost};
use super::things::{Thing, Things};
use fireplan_model::area::StudyArea;
use fireplan_model::digest::hex_digest;
use fireplan_model::layers::LayerId;
use fireplan_model::method_constants;
use fireplan_model::notes::{NoteClass, NoteKind, Severity};
use fireplan_model::rows::Label;
use fireplan_model::scenario::{Edit, EditReference, KeptScenario, LostReference, ReferredLayer, Scenario, planned_id};

method_constants! {
    /// 资料更新后，同名同类的对象移动不超过此值仍视为同一个 | A thing of the same name and class is the same one as far from its old place as this
    pub(super) const MOVED_M: f64 = 50.0,
        because "大于重测和坐标转换的差别，小于两条同名街巷、两个同名站点通常的间距；假定值，供审查 | More than a new survey or conversion makes, less than two things of one name usually stand apart; an assumption, for review";
    /// 换了编号的道路和没有名称的对象，移动不超过此值才视为同一个 | A road with another number, or a thing without a name, is the same one no farther than this from its old place
    const TWIN_M: f64 = 5.0,
        because "小于两条车行道、两处同类障碍物的间距；更远的可能是另一条，须由人确认；假定值，供审查 | Less than two carriageways or two obstacles of a kind stand apart; what is farther may be the other one, and is asked for; an assumption, for review";
    /// 同一条道路的长度变化不超过此比例 | The length of a road that is still the same changes by no more than this share
    const LENGTH_SHARE: f64 = 0.2,
        because "补测、截断端头所致的长度变化通常在两成以内；假定值，供审查 | Corrections of ends and bends rarely change a length by more; an assumption, for review";
}

/// A thing that is moved by less than this is told to stand where it did.
const STANDS_M: f64 = 1.0;

/// What the references of a scenario mean in an area: rows of the layer.
#[derive(Default)]
pub(super) struct FoundReferences(BTreeMap<(ReferredLayer, String), Found>);

pub(super) struct Found {
    /// `None`: it is looked up as it is written.
    rows: Option<Vec<usize>>,
    told: Option<Told>,
}

impl Found {
    /// The rows that are meant; `None`: it is looked up as it is written.
    pub(super) fn rows(&self) -> Option<&[usize]> {
        self.rows.as_deref()
    }
}

/// Something to tell of a reference.
#[derive(Clone)]
pub(super) struct Told {
    pub class: NoteClass,
    pub text: &'static str,
    pub case: Label,
}

impl FoundReferences {
    pub(super) fn rows(&self, layer: ReferredLayer, text: &str) -> Option<&[usize]> {
        self.0.get(&(layer, text.to_owned()))?.rows.as_deref()
    }

    pub(super) fn told(&self, layer: ReferredLayer, text: &str) -> Option<Told> {
        self.0.get(&(layer, text.to_owned()))?.told.clone()
    }
}

/// What the references of the scenario mean in this area, each once; those written down before keep what they say, and what
/// the scenario itself adds is left out.
pub fn anchor(scenario: &Scenario, known: &[EditReference], area: &StudyArea) -> Vec<EditReference> {
    let mut anchored: Vec<EditReference> = Vec::new();
    for (layer, text) in scenario.edits.iter().filter_map(|edit| edit.reference()) {
        let is_same = |one: &&EditReference| one.layer == layer && one.text == text;
        if anchored.iter().any(|one| is_same(&one)) {
            continue;
        }
        let fresh = || describe(area, layer, text);
        anchored.extend(known.iter().find(is_same).cloned().or_else(fresh));
    }
    // What was said of things that edits add is kept as long as they add them.
    let is_added = |one: &&EditReference| {
        let adds = |edit: &Edit| edit.adds().is_some() && edit.subject() == Some((one.layer, one.text.as_str()));
        !one.done.is_empty() && scenario.edits.iter().any(adds)
    };
    anchored.extend(known.iter().filter(is_added).cloned());
    anchored
}

/// Writes down what a reference means, as it is written.
pub(super) fn describe(area: &StudyArea, layer: ReferredLayer, text: &str) -> Option<EditReference> {
    let things = Things::of(area, layer);
    let thing = things.called(text)?;
    describe_thing(area, (layer, text), &thing)
}

/// Writes down that a reference means this thing.
pub(super) fn describe_thing(
    area: &StudyArea,
    (layer, text): (ReferredLayer, &str),
    thing: &Thing,
) -> Option<EditReference> {
    let things = Things::of(area, layer);
    let mut at = [thing.place()?];
    area.plane.to_lonlat(&mut at).ok()?;
    Some(EditReference {
        layer,
        text: text.to_owned(),
        id: thing.id.clone(),
        name: thing.name.clone(),
        class: thing.class.clone(),
        at: [at[0].x, at[0].y],
        length_m: thing.length_m(),
        digest: things.digest(thing),
        source: digest_sources(area, layer),
        done: Vec::new(),
    })
}

/// What the references of a kept scenario mean in this area.
///
/// # Errors
/// If some mean nothing that is sure: all of them are named, with what could be meant.
pub(super) fn find_again(kept: &KeptScenario, area: &StudyArea) -> Result<FoundReferences> {
    let (mut found, lost) = sort_references(kept, area);
    if !lost.is_empty() {
        return Err(refuse(kept, area, &lost));
    }
    refuse_unknown(kept, area)?;
    for (layer, text) in kept.scenario.edits.iter().filter_map(|edit| edit.reference()) {
        let key = (layer, text.to_owned());
        if text.starts_with('#') && !found.0.contains_key(&key) {
            let told = tell_number(area, layer, text);
            found.0.insert(key, Found { rows: None, told });
        }
    }
    Ok(found)
}

/// What references mean for sure, and those that mean nothing sure.
pub(super) fn sort_references(kept: &KeptScenario, area: &StudyArea) -> (FoundReferences, Vec<LostReference>) {
    let mut found = FoundReferences::default();
    let mut lost = Vec::new();
    for reference in kept.references_in_use() {
        let key = (reference.layer, reference.text.clone());
        match look_up(kept, area, reference) {
            Ok(one) => drop(found.0.insert(key, one)),
            Err(one) => lost.push(*one),
        }
    }
    (found, lost)
}

/// The references of a kept scenario that mean nothing sure in this area, in the order of its edits.
pub fn find_lost(kept: &KeptScenario, area: &StudyArea) -> Vec<LostReference> {
    kept.references_in_use().filter_map(|reference| look_up(kept, area, reference).err().map(|lost| *lost)).collect()
}

/// Names and ids, which are the same in both languages.
fn both(text: String) -> Label {
    Label::new(text.clone(), text)
}

/// A number means another thing as soon as a row comes before it.
fn tell_number(area: &StudyArea, layer: ReferredLayer, text: &str) -> Option<Told> {
    let things = Things::of(area, layer);
    let thing = things.called(text)?;
    Some(Told {
        class: Severity::Info.into(),
        text: "按序号引用的对象，数据增减行后会指向别的对象；请核对所指，存入方案库后会记住 | \
               Things named by their number, which means another thing once rows are added or removed: check what is meant; the store remembers it",
        case: both(format!("{text} = {}", things.tell(&thing))),
    })
}

/// The rows that a reference means, or what could be meant.
pub(super) fn look_up(
    kept: &KeptScenario,
    area: &StudyArea,
    reference: &EditReference,
) -> Result<Found, Box<LostReference>> {
    let EditReference { layer, text, .. } = reference;
    let things = Things::of(area, *layer);
    let named = things.called(text);
    if let Some(thing) = named.as_ref().filter(|thing| things.digest(thing) == reference.digest) {
        return Ok(Found { rows: Some(thing.rows.clone()), told: None });
    }
    let mut place = [Coord { x: reference.at[0], y: reference.at[1] }];
    let at = area.plane.to_local(&mut place).is_ok().then_some(place[0]);
    let same: Vec<Thing> = things.all().filter(|thing| is_same(reference, thing, at)).collect();
    let is_unchanged = |thing: &&Thing| things.digest(thing) == reference.digest;
    let unchanged: Vec<&Thing> = same.iter().filter(is_unchanged).collect();
    let by_text = same.iter().find(|thing| named.as_ref().is_some_and(|named| named.rows == thing.rows));
    let moved_m = |thing: &Thing| moved_m(reference, thing, at);
    // Where another stands nearer to the old place, the ids may have been exchanged.
    let is_nearest = |one: &&Thing| same.iter().all(|other| moved_m(one) <= moved_m(other) + STANDS_M);
    let has_twins = *layer == ReferredLayer::Roads || reference.name.is_empty();
    let is_sure = |one: &&Thing| moved_m(one) <= if has_twins { TWIN_M } else { MOVED_M };
    let sure: Vec<&Thing> = same.iter().filter(is_sure).collect();
    let meant = match (&unchanged[..], by_text, &sure[..]) {
        ([one], ..) => Some(*one),
        (_, Some(one), _) => Some(one).filter(is_nearest),
        (_, _, [one]) => Some(*one),
        _ => None,
    };
    if let Some(thing) = meant {
        let is_called_so = by_text.is_some_and(|one| one.rows == thing.rows);
        let told = tell_found(reference, (things.tell(thing), is_called_so), moved_m(thing));
        return Ok(Found { rows: Some(thing.rows.clone()), told: Some(told) });
    }
    let happened = tell_lost(reference, named.as_ref(), at);
    Err(Box::new(describe_lost(kept, reference, happened, choices(&things, reference, at, named, same))))
}

/// What became of the thing that a reference was found to mean: another number, another place, other facts.
fn tell_found(reference: &EditReference, (found, is_called_so): (String, bool), moved_m: f64) -> Told {
    let has_moved = moved_m >= STANDS_M;
    let text = match (is_called_so, has_moved) {
        (false, _) => {
            "所引用对象换了编号，已按名称、类别和位置重新找到 | What an edit refers to has another number; found again by name, class and place"
        }
        (true, true) => {
            "所引用对象的位置有移动，仍按同一对象改动 | What an edit refers to has moved a little; it is taken for the same thing"
        }
        (true, false) => {
            "所引用对象的资料已更新，仍按同一对象改动 | What an edit refers to has other facts now; it is the same thing"
        }
    };
    let [moved_zh, moved_en] = match has_moved {
        true => [format!("，移动 {moved_m:.0} m"), format!(", moved by {moved_m:.0} m")],
        false => [String::new(), String::new()],
    };
    let text_of = |moved: String| format!("{} → {found}{moved}", reference.text);
    Told { class: NoteKind::Converted.into(), text, case: Label::new(text_of(moved_zh), text_of(moved_en)) }
}

/// How far a thing is from where it was: aside from the old place, and of a road in one piece also along itself, farther than its
/// middle moves where it is drawn longer.
pub(super) fn moved_m(reference: &EditReference, thing: &Thing, at: Option<Coord>) -> f64 {
    let Some(at) = at else { return f64::INFINITY };
    let aside_m = thing.distance_m(at);
    let middle = thing.place().filter(|_| thing.rows.len() == 1);
    let along_m = middle.map_or(0.0, |middle| (middle - at).x.hypot((middle - at).y));
    let lengthened_m = reference.length_m.map_or(0.0, |length_m| LENGTH_SHARE * length_m);
    if along_m > aside_m.max(lengthened_m) { along_m } else { aside_m }
}

/// Whether a thing is what was meant: the same name and class at the same place, and no other length.
fn is_same(reference: &EditReference, thing: &Thing, at: Option<Coord>) -> bool {
    let named_alike = thing.name == reference.name && thing.class == reference.class;
    let as_long = match (reference.length_m, thing.length_m()) {
        (Some(was), Some(is)) => (is - was).abs() <= LENGTH_SHARE * was,
        _ => true,
    };
    named_alike && as_long && moved_m(reference, thing, at) <= MOVED_M
}

/// Several references that nobody wrote down and that mean nothing are told at once; a single one is told by its edit.
fn refuse_unknown(kept: &KeptScenario, area: &StudyArea) -> Result<()> {
    let edits = &kept.scenario.edits;
    let is_added =
        |text: &str| edits.iter().filter_map(Edit::adds).any(|name| name == text || planned_id(name) == text);
    let mut unknown: Vec<(usize, &str)> = Vec::new();
    for (number, edit) in (1..).zip(edits) {
        let Some((layer, text)) = edit.reference() else { continue };
        let is_known = is_added(text)
            || kept.references.iter().any(|one| one.layer == layer && one.text == text)
            || Things::of(area, layer).bears(text);
        if !is_known {
            unknown.push((number, text));
        }
    }
    if unknown.len() < 2 {
        return Ok(());
    }
    let list = |before: &str, after: &str, comma: &str| {
        unknown.iter().map(|(number, text)| format!("{before}{number}{after}“{text}”")).collect::<Vec<_>>().join(comma)
    };
    let (zh, en) = (list("第 ", " 处", "、"), list("edit ", " ", ", "));
    let (name, count) = (&kept.scenario.name, unknown.len());
    bail!(
        "方案“{name}”有 {count} 处引用在数据里找不到，未作任何改动：{zh}；请改用来源编号、名称或 #序号 | \
         {count} references of the scenario '{name}' mean nothing in the data, and nothing was changed: {en}; use source ids, names or #numbers"
    )
}

/// Digest of the sources of a layer; while it is the same, nothing of the layer can have changed.
fn digest_sources(area: &StudyArea, layer: ReferredLayer) -> String {
    let layer = match layer {
        ReferredLayer::Roads => LayerId::Roads,
        ReferredLayer::Stations => LayerId::Stations,
        ReferredLayer::Obstacles => LayerId::Obstacles,
        ReferredLayer::Hydrants => LayerId::Hydrants,
        ReferredLayer::WaterSources => LayerId::WaterSources,
    };
    let sources = area.sources.iter().filter(|source| source.layer == layer);
    let text: Vec<String> = sources.map(|source| format!("{} {}", source.source, source.sha256)).collect();
    if text.is_empty() { String::new() } else { hex_digest(text.join("\n").as_bytes()) }
}
