//! Sensitivity (敏感性): on which unverified figures an answer hangs, and how much.
//!
//! Every figure that nobody looked up and of which it is said between which values it plausibly lies (`range` of an entry of the
//! rules, `plausible` in the schema of a parameter) is set to either end, one at a time, and the question is asked again. What moves the headline most is told first: what to look up first.

use anyhow::Result;
use serde_json::Value;

use crate::analysis::Context;
use crate::request::{Request, schema};
use crate::spread::append;
use fireplan_model::findings::{Figure, Findings, Table};
use fireplan_model::row;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

/// How many of the figures that move the headline most are listed.
const LISTED: usize = 5;

row! {
    /// 敏感性：结论取决于哪些未核实的数值 | On which unverified figures the answer hangs
    pub struct Sensitivity {
        geometry: (),
        /// 先后 | Order
        rank: u32,
        /// 未核实的数值 | What is not verified
        about: Label,
        /// 键 | Key
        key: String,
        /// 取值(小) | Set to at the least
        set_low: Label,
        /// 取值(大) | Set to at the most
        set_high: Label,
        /// 指标 | Figure
        figure: Label,
        /// 取小值时的结果 | Result at the least
        result_low: Option<f64>,
        /// 现结果 | Result as it is
        result_base: Option<f64>,
        /// 取大值时的结果 | Result at the most
        result_high: Option<f64>,
        /// 单位 | Unit
        result_unit: String,
    }
}

/// Something unverified.
#[derive(Debug, Clone, Copy)]
enum Unverified {
    /// An entry of the rules.
    Entry,
    /// A parameter of the question.
    Parameter,
    /// How long stations take that do not say.
    Turnout,
    /// How fast engines drive.
    Speed,
}

struct Doubt {
    about: Label,
    key: String,
    /// What it is set to, at the least and at the most, as it is told.
    ends: [Label; 2],
    by: Unverified,
}

impl Doubt {
    fn new(about: Label, key: &str, ends: [Label; 2], by: Unverified) -> Self {
        Self { about, key: key.to_owned(), ends, by }
    }

    /// The question and the rules with it at one end.
    fn set(&self, request: &Request, rules: &Rules, end: usize) -> Result<(Request, Rules)> {
        let value = &self.ends[end].zh;
        let rules = match self.by {
            Unverified::Parameter => {
                let Value::Object(mut parameters) = serde_json::to_value(request)? else {
                    unreachable!("it is a struct")
                };
                parameters.remove("analysis");
                // A count is written without a fraction.
                let number: Value = serde_json::from_str(value)?;
                parameters.insert(self.key.clone(), number);
                return Ok((Request::from_parts(request.id(), parameters)?, rules.clone()));
            }
            Unverified::Entry => {
                let mut choice = rules.choice.clone();
                choice.set.push((self.key.clone(), value.clone()));
                Rules::load_choice(choice)?
            }
            Unverified::Turnout => rules.clone().with_turnout_at(end == 1),
            Unverified::Speed => rules.clone().with_speed_at(end == 1),
        };
        Ok((request.clone(), rules))
    }
}

/// Everything unverified that has a range: of the question, then of the rules.
fn doubts(request: &Request, rules: &Rules) -> Vec<Doubt> {
    let inputs = schema::inputs(request);
    let parameters = inputs.iter().filter_map(|(name, schema)| {
        let plausible = schema.get("plausible")?.as_array()?;
        let [low, high] = [plausible.first()?.as_f64()?, plausible.get(1)?.as_f64()?];
        let about = schema.get("description").and_then(Value::as_str).unwrap_or(name);
        Some(Doubt::new(about.into(), name, [low, high].map(number), Unverified::Parameter))
    });
    let is_set = |key: &str| rules.choice.set.iter().any(|(set, _)| set == key);
    let everywhere = rules.entries.iter().filter(|entry| entry.towns.is_empty() && !is_set(&entry.key));
    let entries = everywhere.filter_map(|entry| {
        Some(Doubt::new(entry.label.clone(), &entry.key, entry.provenance.range?.map(number), Unverified::Entry))
    });
    let turnout = Doubt::new(
        Label::new("没有自报的出动时间", "Turnout of stations that do not state it"),
        "station.turnout_min",
        [Label::new("最快", "the fastest"), Label::new("最慢", "the slowest")],
        Unverified::Turnout,
    );
    let speed = Doubt::new(
        Label::new("行车速度", "Driving speed"),
        "speed",
        [Label::new("低速", "low"), Label::new("高速", "high")],
        Unverified::Speed,
    );
    parameters.chain(entries).chain([turnout, speed]).collect()
}

/// A number as people and parameters read it.
fn number(value: f64) -> Label {
    Label::new(value.to_string(), value.to_string())
}

/// The headline: the first figure that is known.
fn headline(findings: &Findings) -> Option<&Figure> {
    findings.figures.iter().find(|figure| figure.value.is_some())
}

/// Asks the question again with every unverified figure at either end, adds what it comes to as a table, and says at the
/// headline on what it hangs, or that it is robust.
///
/// # Errors
/// If the rules cannot be loaded with a figure changed, or if nobody waits for the answer any more. Where the question has no
/// answer with a figure at one end, that is told as a result that is not known.
pub fn add_sensitivity(request: &Request, context: &Context, findings: &mut Findings) -> Result<()> {
    let Some(figure) = headline(findings).cloned() else { return Ok(()) };
    let mut rows = Vec::new();
    for doubt in doubts(request, context.rules) {
        context.begin(&format!("敏感性：{}", doubt.about.zh), &format!("Sensitivity: {}", doubt.about.en))?;
        let mut results = [None, None];
        for (end, result) in results.iter_mut().enumerate() {
            let (request, rules) = doubt.set(request, context.rules, end)?;
            let asked = request.run(&Context { rules: &rules, ..*context });
            *result = asked.ok().and_then(|asked| asked.figures.iter().find(|one| one.name == figure.name)?.value);
        }
        rows.push((doubt, results));
    }
    let base = figure.value.unwrap_or_default();
    let moved =
        |results: &[Option<f64>; 2]| results.iter().flatten().map(|result| (result - base).abs()).fold(0.0, f64::max);
    rows.sort_by(|a, b| moved(&b.1).total_cmp(&moved(&a.1)).then(a.0.key.cmp(&b.0.key)));
    tell_headline(findings, &figure, context.rules, rows.first().map(|(doubt, results)| (doubt, *results)));
    let row = |((doubt, results), rank): ((Doubt, [Option<f64>; 2]), u32)| {
        let [set_low, set_high] = doubt.ends;
        Sensitivity {
            geometry: (),
            rank,
            about: doubt.about,
            key: doubt.key,
            set_low,
            set_high,
            figure: figure.label.clone(),
            result_low: results[0],
            result_base: figure.value,
            result_high: results[1],
            result_unit: figure.unit.clone(),
        }
    };
    let listed = rows.into_iter().filter(|(_, results)| moved(results) > 0.0).take(LISTED).zip(1..).map(row);
    findings.tables.push(Table::new("sensitivity", &listed.collect::<Vec<_>>()));
    Ok(())
}

/// Says at the headline what moves it most, or that nothing moves it by more than the rules call robust.
fn tell_headline(findings: &mut Findings, figure: &Figure, rules: &Rules, worst: Option<(&Doubt, [Option<f64>; 2])>) {
    let base = figure.value.unwrap_or_default();
    let limit = &rules.headline.robust_percent;
    let is_robust = |result: f64| {
        let change = (result - base).abs();
        change == 0.0 || (base != 0.0 && limit.op.holds(change / base.abs() * 100.0, limit.value))
    };
    let hangs = worst.filter(|(_, results)| !results.iter().flatten().all(|result| is_robust(*result)));
    let (zh, en) = match hangs {
        None => ("稳健".to_owned(), "robust".to_owned()),
        Some((doubt, results)) => {
            let result = |end: usize| results[end].map_or_else(|| "待核".to_owned(), |value| value.to_string());
            let (low, high, unit) = (result(0), result(1), &figure.unit);
            let [from, to] = &doubt.ends;
            (
                format!(
                    "取决于{}：取{}为 {low} {unit}，取{}为 {high} {unit}，请先核实",
                    doubt.about.zh, from.zh, to.zh
                ),
                format!(
                    "hangs on {}: {low} {unit} at {}, {high} {unit} at {}; look it up first",
                    doubt.about.en, from.en, to.en
                ),
            )
        }
    };
    if let Some(told) = findings.figures.iter_mut().find(|one| one.name == figure.name) {
        append(&mut told.remark, &zh, &en);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::layers::{Layers, Road, StationKind, Surface};
    use fireplan_model::progress::Silent;
    use fireplan_model::sketch;

    /// Villages along a road, and a station of unknown kind that does not say how soon it leaves.
    fn answered() -> Findings {
        let points: Vec<(f64, f64)> = (0..=20).map(|km| (f64::from(km) * 1000.0, 0.0)).collect();
        let station = fireplan_model::layers::Station {
            turnout_min: None,
            kind: StationKind::Unknown,
            ..sketch::station("站", (0.0, 0.0), 1.0)
        };
        let area = sketch::area(Layers {
            roads: vec![Road { width_m: Some(8.0), surface: Some(Surface::Paved), ..sketch::road(&points) }],
            stations: vec![station],
            villages: (0..=20).map(|km| sketch::village(&format!("{km}村"), (f64::from(km) * 1000.0, 10.0))).collect(),
            ..Layers::default()
        });
        let rules = Rules::load(None).unwrap();
        let context = Context { area: &area, rules: &rules, progress: &Silent };
        let parameters = serde_json::json!({ "audit_places": 0, "bands_min": [] });
        let request = Request::from_parts("coverage", parameters.as_object().cloned().unwrap()).unwrap();
        let mut findings = request.run(&context).unwrap();
        add_sensitivity(&request, &context, &mut findings).unwrap();
        findings
    }

    #[test]
    fn what_moves_the_headline_most_is_told_first_with_both_ends() {
        let findings = answered();
        let table = findings.tables.iter().find(|table| table.id == "sensitivity").unwrap();
        let at = |name: &str| table.columns.iter().position(|column| column.name == name).unwrap();
        let number = |row: &[fireplan_model::rows::Value], name: &str| row[at(name)].as_f64().unwrap();
        assert!(!table.rows.is_empty() && table.rows.len() <= LISTED);
        let moved: Vec<f64> = table
            .rows
            .iter()
            .map(|row| {
                let base = number(row, "result_base");
                (number(row, "result_low") - base).abs().max((number(row, "result_high") - base).abs())
            })
            .collect();
        assert!(moved.is_sorted_by(|a, b| a >= b) && moved[0] > 0.0, "{moved:?}");
        let keys: Vec<String> = table.rows.iter().map(|row| row[at("key")].to_string()).collect();
        assert!(keys.contains(&"station.turnout_min".to_owned()) && keys.contains(&"speed".to_owned()), "{keys:?}");
        // Engines that leave later reach no more.
        let turnout = table.rows.iter().find(|row| row[at("key")].to_string() == "station.turnout_min").unwrap();
        assert!(number(turnout, "result_low") >= number(turnout, "result_high"));
        assert!(findings.figures[0].remark.zh.contains("取决于"), "{}", findings.figures[0].remark.zh);
    }
}
