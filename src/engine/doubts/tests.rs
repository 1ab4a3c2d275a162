//! Doubts of small areas whose effect is known.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

use fireplan_model::layers::{Layers, Road};
use fireplan_model::notes::{NoteKind, Notes};
use fireplan_model::progress::Silent;
use fireplan_model::sketch::{area, road, station, village};

/// A station, a lane of a width that is not used, and a village at its end.
fn doubted(if_true: Option<f64>) -> StudyArea {
    let lane = Road { source_id: "lane".to_owned(), width_m: None, ..road(&[(0.0, 0.0), (1_500.0, 0.0)]) };
    let wide = Road { width_m: Some(8.0), ..road(&[(-500.0, 0.0), (0.0, 0.0)]) };
    let layers = Layers {
        roads: vec![wide, lane],
        stations: vec![station("甲站", (-500.0, 0.0), 1.0)],
        villages: vec![village("乙村", (1_500.0, 5.0))],
        ..Layers::default()
    };
    let mut area = area(layers);
    let mut notes = Notes::default();
    let case = NoteCase::from("lane：KUAN=0.5").of("lane").doubting("width_m", "0.5", if_true);
    notes.add(NoteKind::Doubted, Some(LayerId::Roads), "宽度超出可信范围 | Width", case);
    let (notes, cases) = notes.into_cases();
    area.notes.extend(notes);
    area.cases = Arc::new(vec![Vec::new(); area.notes.len() - 1].into_iter().chain(cases).collect());
    area
}

#[test]
fn a_width_that_may_be_true_decides_a_village() {
    let rules = Rules::load(None).unwrap();
    let effects = doubt_effects(&doubted(Some(0.5)), &rules, &Silent).unwrap();
    let [effect] = &effects[..] else { panic!("one note, one effect: {effects:?}") };
    assert_eq!((effect.rows, effect.column.as_str()), (1, "width_m"));
    assert_eq!(effect.premise.zh, "若这 1 处道路的“路面宽度”属实");
    let access = effect.questions.iter().find(|question| question.process == "access").unwrap();
    let first = &access.moves[0];
    assert!(first.was_undetermined && first.after.is_some(), "{access:?}");
    let told = "村庄消防车通达：1 处“居民点通达情况”由“待核”变为“各类车辆均不可达”";
    assert!(effect.sentence().zh.contains(told), "{}", effect.sentence().zh);
    assert!(effect.questions.iter().all(|question| question.process != "brigades"), "it has no towns");
}

#[test]
fn what_nobody_can_tell_is_not_supposed() {
    let area = doubted(None);
    assert_eq!(count_groups(&area), 0);
    assert!(doubt_effects(&area, &Rules::load(None).unwrap(), &Silent).unwrap().is_empty());
}

#[test]
fn what_is_known_from_elsewhere_is_not_in_doubt() {
    let mut area = doubted(Some(0.5));
    area.layers.roads[1].width_m = Some(6.0);
    assert!(doubt_effects(&area, &Rules::load(None).unwrap(), &Silent).unwrap().is_empty());
}

/// Waits for so many stages.
struct Impatient(AtomicUsize);

impl Progress for Impatient {
    fn stage(&self, _: &Label, _: u64) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    fn step(&self, _: u64) {}
    fn cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 2
    }
}

#[test]
fn it_ends_when_nobody_waits_for_it() {
    let rules = Rules::load(None).unwrap();
    assert!(doubt_effects(&doubted(Some(0.5)), &rules, &Impatient(AtomicUsize::new(0))).is_err());
}
