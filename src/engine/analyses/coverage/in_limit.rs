//! How many places are reached within the time that binds where each lies.

use super::Sited;
use super::attended::{AttendedPlace, PlaceAttendance, PlaceKind, rows};
use super::sites::VillageReach;
use crate::response::attendance::RouteBasis;
use crate::response::times::ResponseTimes;
use fireplan_model::findings::{Figure, Verdict};
use fireplan_model::rows::Label;

/// How many places are reached within the time that binds where each lies; none without such places.
pub(super) fn figures(places: &[AttendedPlace]) -> Vec<Figure> {
    let of = |village: bool| {
        let rows: Vec<&PlaceAttendance> =
            rows(places).filter(|row| (row.kind == PlaceKind::Village) == village).collect();
        let times: Vec<LimitedTimes> = rows.iter().map(|row| LimitedTimes::of(row)).collect();
        let judged = JudgedPlaces::of(places, village, &times);
        let open = rows.iter().filter(|row| row.route.0 == Some(RouteBasis::Undetermined)).count();
        let proven: Vec<LimitedTimes> =
            rows.iter().map(|row| LimitedTimes { allowed_min: row.allowed_min, min: [row.proven_min.0; 3] }).collect();
        let mut figure = if village { villages_in_limit(&times)? } else { key_places_in_limit(&times)? };
        let percent = share_in_time(&proven, 1);
        let judged = judged.tell();
        figure.remark.zh += &format!("；{}；首到路线待核 {open} 处，只计已核路线为 {percent} %", judged.zh);
        figure.remark.en += &format!("; {}; ways to verify {open}, by proven ways only {percent} %", judged.en);
        Some(figure)
    };
    [true, false].into_iter().filter_map(of).collect()
}

/// How places were judged one by one, beside the share that base speed gives.
struct JudgedPlaces {
    all: usize,
    met: usize,
    open: usize,
    /// Of the open ones, those reached in time at base speed: the share counts them.
    open_in_time: usize,
}

impl JudgedPlaces {
    /// `times` are those of the same places, in the same order.
    fn of(places: &[AttendedPlace], village: bool, times: &[LimitedTimes]) -> Self {
        let of_kind = places.iter().filter(|place| (place.row.kind == PlaceKind::Village) == village);
        let mut judged = Self { all: times.len(), met: 0, open: 0, open_in_time: 0 };
        for (place, time) in of_kind.zip(times) {
            match place.check.verdict {
                Verdict::Pass => judged.met += 1,
                Verdict::Undetermined => {
                    judged.open += 1;
                    judged.open_in_time += usize::from(time.is_in_time(1));
                }
                Verdict::Warn | Verdict::Fail | Verdict::Overdue => {}
            }
        }
        judged
    }

    fn tell(&self) -> Label {
        let Self { all, met, open, open_in_time } = *self;
        let share = |count: usize| (count as f64 / all as f64 * 1000.0).round() / 10.0;
        let (least, most, short) = (share(met), share(met + open), all - met - open);
        Label::new(
            format!(
                "逐处判定符合 {met} 处（{least} %）、待核 {open} 处（均能按时到则为 {most} %）、未达到 {short} 处，本值按基准车速计，含待核中按时到达的 {open_in_time} 处"
            ),
            format!(
                "one by one {met} are met ({least} %), {open} undetermined ({most} % if all are met) and {short} fall short; this share is by base speed and counts {open_in_time} undetermined ones that it reaches in time"
            ),
        )
    }
}

/// First arrivals at a place under the low, base and high readings, and the time that binds there.
struct LimitedTimes {
    allowed_min: f64,
    min: [Option<f64>; 3],
}

impl LimitedTimes {
    fn of(row: &PlaceAttendance) -> Self {
        let min = [row.response_low_min.0, row.response_min.0, row.response_high_min.0];
        Self { allowed_min: row.allowed_min, min }
    }

    /// Under the low, base or high reading.
    fn is_in_time(&self, reading: usize) -> bool {
        self.min[reading].is_some_and(|min| min <= self.allowed_min)
    }
}

/// The villages that are reached in time; `None`: there are none.
fn villages_in_limit(times: &[LimitedTimes]) -> Option<Figure> {
    let label = "按各自时限到达的村庄 | Villages reached within the time that binds there";
    in_limit("villages_in_limit_percent", label, times)
}

/// The same of villages of which only the first arrivals are known.
pub(super) fn figure_of_villages(run: &ResponseTimes, villages: &[Sited<VillageReach>]) -> Option<Figure> {
    let counted = Sited::rows(villages).filter(|row| run.area.counts(row.geometry.0));
    let times = counted.map(|row| LimitedTimes {
        allowed_min: row.allowed_min,
        min: [row.response_low_min, row.response_min, row.response_high_min],
    });
    villages_in_limit(&times.collect::<Vec<_>>())
}

fn key_places_in_limit(times: &[LimitedTimes]) -> Option<Figure> {
    let label =
        "按各自时限到达的重点场所 | Hazards, crowded places and key units reached within the time that binds there";
    in_limit("key_places_in_limit_percent", label, times)
}

fn in_limit(name: &str, label: &str, times: &[LimitedTimes]) -> Option<Figure> {
    let mut limits: Vec<(f64, usize)> = Vec::new();
    for one in times {
        match limits.iter_mut().find(|(min, _)| *min == one.allowed_min) {
            Some((_, count)) => *count += 1,
            None => limits.push((one.allowed_min, 1)),
        }
    }
    limits.sort_by(|a, b| a.0.total_cmp(&b.0));
    let zh: Vec<String> = limits.iter().map(|(min, count)| format!("{min} 分钟 {count} 处")).collect();
    let en: Vec<String> = limits.iter().map(|(min, count)| format!("{count} in {min} min")).collect();
    let count = times.len();
    let (of_zh, of_en) = match limits[..] {
        [(min, _)] => (format!("共 {count} 处，时限均为 {min} 分钟"), format!("of {count}, all in {min} min")),
        _ => (format!("共 {count} 处：时限 {}", zh.join("、")), format!("of {count}: {}", en.join(", "))),
    };
    (count > 0).then(|| {
        Figure::new(name, label, Some(share_in_time(times, 1)), "%")
            .range(Some([share_in_time(times, 0), share_in_time(times, 2)]))
            .remark(of_zh, of_en)
    })
}

/// In percent with one decimal.
fn share_in_time(times: &[LimitedTimes], reading: usize) -> f64 {
    let in_time = times.iter().filter(|one| one.is_in_time(reading)).count();
    (in_time as f64 / times.len() as f64 * 1000.0).round() / 10.0
}
