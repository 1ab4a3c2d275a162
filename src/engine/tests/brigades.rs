//! Town brigades: the situations in `tests/cases/*.toml`, which a fire officer can read, and that every threshold of the
//! packs matters to one of them.

use std::collections::BTreeMap;

use fireplan_engine::analyses::brigades::Brigades;
use fireplan_engine::analyses::brigades::existing::{BrigadeFacts, BrigadeStanding, held, standing};
use fireplan_engine::analyses::brigades::grade::{grade, near_misses};
use fireplan_engine::analysis::Context;
use fireplan_engine::duties::facts::TownFacts;
use fireplan_engine::duties::micro_stations::UnitStations;
use fireplan_engine::duties::{DutyRules, KnownUnits, TownUnits};
use fireplan_engine::request::Request;
use fireplan_model::findings::{Findings, Verdict};
use fireplan_model::layers::{Station, Town};
use fireplan_model::progress::Silent;
use fireplan_model::reports::{Answered, Reports};
use fireplan_model::rows::Row;
use fireplan_model::rules::{Condition, Limit, ObligationBasis, Op, Origin, Rules, Tier};
use fireplan_model::units::UnitKind;
use geo::Point;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    profile: Option<String>,
    case: Vec<Case>,
}

/// One situation and what it comes to; what is not said is not asserted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    town: toml::Table,
    #[serde(default)]
    set: BTreeMap<String, String>,
    tier: Option<Tier>,
    computed: Option<Tier>,
    /// The level by unverified conditions.
    presumed: Option<Tier>,
    #[serde(default)]
    says: Vec<String>,
    missing: Option<Vec<String>>,
    near: Option<Vec<String>>,
    unverified: Option<bool>,
    as_of: Option<String>,
    #[serde(default)]
    villages: BTreeMap<String, bool>,
    #[serde(default)]
    villages_unknown: Vec<String>,
    /// Villages whose stations have no crew by night, or may have none.
    #[serde(default)]
    no_night_crew: Vec<String>,
    #[serde(default)]
    night_crew_unknown: Vec<String>,
    #[serde(default)]
    key_units: BTreeMap<String, bool>,
    /// Whether there is forest in the town, and a professional brigade of its own; not known if not said.
    forested: Option<bool>,
    has_brigade: Option<bool>,
    /// What the form says of the town, each of its villages and key units, and the district, by the heading.
    #[serde(default)]
    reported: BTreeMap<String, toml::Value>,
    /// Part of an obligation's name, and how far it has been met: a code, or `not asked`.
    #[serde(default)]
    duties: BTreeMap<String, String>,
    /// A brigade, held against what tier `of` asks.
    brigade: Option<toml::Table>,
    standing: Option<BrigadeStanding>,
    lacks: Option<Vec<String>>,
}

fn row<R: Row>(table: &toml::Table, geometry: geo::Geometry) -> R {
    let mut field = |name: &'static str| {
        table.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    R::read(geometry, &mut field, &mut |name, text| panic!("{name}: '{text}' is not understood")).unwrap()
}

impl Case {
    fn facts(&self) -> TownFacts {
        let known: Vec<&str> = Town::columns().iter().map(|column| column.name).collect();
        for key in self.town.keys() {
            assert!(known.contains(&key.as_str()), "{}: a town has no `{key}`", self.name);
        }
        TownFacts::of(&row::<Town>(&self.town, geo::Rect::new((0.0, 0.0), (1.0, 1.0)).to_polygon().into()))
    }

    /// What does not come out as it should.
    fn failures(&self, rules: &Rules) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut expect = |what: &str, wanted: String, got: String| {
            if wanted != got {
                wrong.push(format!("{}: {what} should be {wanted}, not {got}", self.name));
            }
        };
        let facts = self.facts();
        let grade = grade(&rules.brigade, &facts);
        if let Some(tier) = self.tier {
            expect("tier", format!("{tier:?}"), format!("{:?}", grade.tier));
        }
        if let Some(tier) = self.computed {
            expect("computed tier", format!("{tier:?}"), format!("{:?}", grade.computed));
        }
        if let Some(tier) = self.presumed {
            let got = grade.presumed.as_ref().map(|level| level.tier);
            expect("presumed level", format!("{:?}", Some(tier)), format!("{got:?}"));
        }
        if let Some(missing) = &self.missing {
            let got: Vec<&str> = grade.missing.iter().map(|label| label.zh.as_str()).collect();
            expect("missing", missing.join("、"), got.join("、"));
        }
        if let Some(near) = &self.near {
            let mut got: Vec<&str> =
                near_misses(&rules.brigade, &facts, 10.0).iter().map(|near| near.fact.code()).collect();
            got.dedup();
            expect("near misses", near.join("、"), got.join("、"));
        }
        if let Some(unverified) = self.unverified {
            expect("unverified", unverified.to_string(), grade.unverified.to_string());
        }
        let told = fireplan_engine::analyses::brigades::story::reasons(&grade).zh;
        for text in self.says.iter().filter(|text| !told.contains(text.as_str())) {
            expect("reason", text.clone(), told.clone());
        }
        self.duty_failures(rules, &facts, &mut expect);
        self.brigade_failures(rules, &mut expect);
        wrong
    }

    fn duty_failures(&self, rules: &Rules, facts: &TownFacts, expect: &mut impl FnMut(&str, String, String)) {
        let (villages, key_units) = (self.village_stations(), self.unit_stations());
        let reports = self.reports(facts, &[villages.as_slice(), key_units.as_slice()].concat());
        let rules = DutyRules {
            obligations: &rules.obligation,
            brigade: &rules.brigade,
            reports: &reports,
            as_of: self.as_of.as_deref(),
        };
        let known = KnownUnits { villages: true, key_units: true };
        let (forested, brigade) = (self.forested, self.has_brigade);
        let town = TownUnits { facts, villages: &villages, key_units: &key_units, known, forested, brigade };
        let all = [rules.of_town(&town), rules.of_district("甲区")].concat();
        for (part, state) in &self.duties {
            let got = all.iter().find(|duty| duty.obligation.name.zh.contains(part.as_str()));
            expect(part, state.clone(), got.map_or("not asked", |duty| duty.state.code()).to_owned());
        }
    }

    fn village_stations(&self) -> Vec<UnitStations> {
        let known = self.villages.iter().map(|(name, there)| UnitStations {
            name: name.clone(),
            present: Some(*there),
            day_and_night: Some(*there && !self.no_night_crew.contains(name))
                .filter(|_| !self.night_crew_unknown.contains(name)),
            near: Vec::new(),
        });
        let unknown =
            |name: &String| UnitStations { name: name.clone(), present: None, day_and_night: None, near: Vec::new() };
        known.chain(self.villages_unknown.iter().map(unknown)).collect()
    }

    fn unit_stations(&self) -> Vec<UnitStations> {
        let known = |(name, there): (&String, &bool)| UnitStations {
            name: name.clone(),
            present: Some(*there),
            day_and_night: None,
            near: Vec::new(),
        };
        self.key_units.iter().map(known).collect()
    }

    fn reports(&self, facts: &TownFacts, units: &[UnitStations]) -> Reports {
        let mut reports = Reports::default();
        for (item, value) in &self.reported {
            let answer = match value {
                toml::Value::Boolean(yes) => Answered::YesNo(*yes),
                value => Answered::Number(value.as_integer().unwrap() as f64),
            };
            reports.keep(UnitKind::District, "", "", item, answer);
            reports.keep(UnitKind::Town, "", &facts.name, item, answer);
            for unit in units {
                reports.keep(UnitKind::Village, &facts.name, &unit.name, item, answer);
                reports.keep(UnitKind::KeyUnit, &facts.name, &unit.name, item, answer);
            }
        }
        reports
    }

    fn brigade_failures(&self, rules: &Rules, expect: &mut impl FnMut(&str, String, String)) {
        let Some(table) = &self.brigade else { return };
        let tier: Tier = table["of"].as_str().unwrap().parse().unwrap();
        let station: Station = row(table, Point::new(0.0, 0.0).into());
        let held = held(&rules.brigade, tier, &station);
        let known = BrigadeFacts { brigade: Some(&station), ..BrigadeFacts::default() };
        if let Some(wanted) = self.standing {
            expect("standing", format!("{wanted:?}"), format!("{:?}", standing(tier, known, &held)));
        }
        if let Some(lacks) = &self.lacks {
            let short = held.iter().filter(|one| matches!(one.check.verdict, Verdict::Fail | Verdict::Warn));
            let got: Vec<&str> = short.map(|one| one.resource.item.code()).collect();
            expect("lacks", lacks.join("、"), got.join("、"));
        }
    }
}

fn files() -> Vec<Cases> {
    let mut paths: Vec<_> = std::fs::read_dir("tests/cases").unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    paths.iter().map(read).collect()
}

impl Cases {
    fn rules(&self) -> Rules {
        Rules::load(self.profile.as_deref()).unwrap()
    }

    fn failures(&self) -> Vec<String> {
        let all = self.case.iter().flat_map(|case| {
            let set: Vec<(String, String)> = case.set.clone().into_iter().collect();
            case.failures(&Rules::load_with(self.profile.as_deref(), &set).unwrap())
        });
        all.collect()
    }
}

#[test]
fn every_case_comes_out_as_a_fire_officer_would_say() {
    let files = files();
    let profiles: Vec<Option<&str>> = files.iter().map(|file| file.profile.as_deref()).collect();
    for (name, _) in fireplan_model::rules::profiles().unwrap() {
        assert!(profiles.contains(&Some(name.as_str())), "no cases for the profile {name}");
    }
    let wrong: Vec<String> = files.iter().flat_map(Cases::failures).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every bound of the brigades' and obligations' entries, with the key of its entry.
fn limits(rules: &mut Rules) -> Vec<(&'static str, &mut Limit)> {
    let brigade = &mut rules.brigade;
    let criteria = [&mut brigade.professional, &mut brigade.level_1, &mut brigade.volunteer];
    let conditions = criteria.into_iter().flat_map(|entry| &mut entry.conditions);
    fn size(condition: &mut Condition) -> Option<&mut Limit> {
        match condition {
            Condition::Size { limit, .. } => Some(limit),
            Condition::Words { .. } => None,
        }
    }
    // Whether a village has a station at all is asked with the one bound that the rules admit.
    let duties = rules.obligation.iter_mut().filter_map(|duty| match &mut duty.basis {
        ObligationBasis::Fact { condition, .. } if condition.fact().is_of_micro_stations() => None,
        ObligationBasis::Fact { condition, .. } => size(condition),
        ObligationBasis::Reported(item) => item.limit.as_mut(),
        ObligationBasis::Analysis { .. } | ObligationBasis::Nothing { .. } => None,
    });
    let resources = brigade.resources.iter_mut().map(|resource| &mut resource.limit);
    conditions.filter_map(size).chain(duties).chain(resources).map(|limit| (limit.key, limit)).collect()
}

type Shift = fn(&mut Limit);

const SHIFTS: [(&str, Shift); 3] = [
    ("raised", |limit| limit.value += step(limit)),
    ("lowered", |limit| limit.value -= step(limit)),
    ("strict and inclusive exchanged", |limit| {
        limit.op = match limit.op {
            Op::MoreThan => Op::AtLeast,
            Op::AtLeast => Op::MoreThan,
            Op::LessThan => Op::AtMost,
            Op::AtMost => Op::LessThan,
        }
    }),
];

/// The least that matters: one person, one vehicle, a hectare.
fn step(limit: &Limit) -> f64 {
    if limit.unit == "km²" { 0.01 } else { 1.0 }
}

#[test]
fn a_shift_of_any_threshold_fails_a_case() {
    let mut mutants = 0;
    for file in files() {
        let rules = file.rules();
        let own = |key: &str| {
            let origin = &rules.entries.iter().find(|entry| entry.key == key).unwrap().origin;
            (*origin == Origin::National) == file.profile.is_none()
        };
        let caught =
            |rules: &Rules| file.case.iter().any(|case| case.set.is_empty() && !case.failures(rules).is_empty());
        let count = limits(&mut rules.clone()).len();
        for at in 0..count {
            for (shift, apply) in SHIFTS {
                let mut mutant = rules.clone();
                let (key, limit) = &mut limits(&mut mutant)[at];
                if !own(key) {
                    continue;
                }
                let told = format!("{key}: {} {}", limit.label.zh, limit.bound());
                apply(limit);
                mutants += 1;
                assert!(caught(&mutant), "{:?}: no case notices that {told} is {shift}", file.profile);
            }
        }
        if file.profile.is_none() {
            for year in [-1.0, 1.0] {
                let mut mutant = rules.clone();
                mutant.brigade.status_lists[0].since_year += year;
                assert!(caught(&mutant), "no case notices that the list of key towns moves by {year} year");
            }
        }
    }
    assert!(mutants > 60, "{mutants}");
}

fn demo(profile: &str, set: &[(&str, &str)]) -> Findings {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    let set: Vec<(String, String)> = set.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    let rules = Rules::load_with(Some(profile), &set).unwrap();
    let request = Request::Brigades(Brigades::default());
    request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap()
}

fn column(findings: &Findings, table: &str, column: &str) -> Vec<String> {
    let table = findings.tables.iter().find(|one| one.id == table).unwrap();
    let at = table.columns.iter().position(|one| one.name == column).unwrap();
    table.rows.iter().map(|row| row[at].to_string()).collect()
}

#[test]
fn the_demo_county_shows_every_kind_of_verdict_and_says_which_facts_are_missing() {
    let findings = demo("jincheng", &[]);
    let tiers = column(&findings, "town_grading", "tier");
    for tier in ["professional", "volunteer", "not_applicable", "uncovered", "undetermined"] {
        assert!(tiers.iter().any(|one| one == tier), "no town is {tier}");
    }
    let standings = column(&findings, "town_grading", "standing");
    for standing in ["met", "short", "missing", "not_asked", "undetermined"] {
        assert!(standings.iter().any(|one| one == standing), "no town is {standing}");
    }
    let names = column(&findings, "town_grading", "name");
    let missing = column(&findings, "town_grading", "missing_facts");
    let of = |town: &str| missing[names.iter().position(|name| name == town).unwrap()].as_str();
    assert_eq!(of("双河镇"), "建成区常住人口、身份名录年份");
    // 晋城 asks brigades of towns (镇): what is not known of a township (乡) matters nothing.
    let tier = |town: &str| tiers[names.iter().position(|name| name == town).unwrap()].as_str();
    for township in ["桃坪乡", "鹿鸣乡"] {
        assert_eq!((of(township), tier(township)), ("无", "not_applicable"));
    }
    // The area that the table lacks comes from the polygons.
    assert_eq!((of("金谷镇"), tier("金谷镇")), ("无", "volunteer"));
    // The towns whose figures are near a bound have their tier by their status: the other side of it would change nothing.
    assert!(column(&findings, "near_misses", "name").is_empty());
    for verdict in [Verdict::Pass, Verdict::Fail, Verdict::Undetermined] {
        assert!(findings.checks.iter().any(|check| check.verdict == verdict), "{verdict:?}");
    }
}

#[test]
fn the_switch_and_the_parameters_of_consolidation_matter() {
    let tiers = |set: &[(&str, &str)]| column(&demo("jincheng", set), "town_grading", "tier");
    assert_ne!(tiers(&[]), tiers(&[("brigade.status_reading", "and")]));
    let served = |set: &[(&str, &str)]| column(&demo("yili", set), "consolidated_brigades", "name");
    let usual = served(&[]);
    assert!(served(&[("brigade.remote_min", "10")]).len() > usual.len());
    assert_ne!(
        column(&demo("yili", &[("brigade.remote_min", "10")]), "consolidated_brigades", "host"),
        column(
            &demo("yili", &[("brigade.remote_min", "10"), ("brigade.consolidated_min", "5")]),
            "consolidated_brigades",
            "host"
        ),
    );
}

#[test]
fn a_joint_brigade_serves_two_towns_or_more_and_each_sooner_than_now() {
    let findings = demo("yili", &[("brigade.remote_min", "10")]);
    let of = |name: &str| column(&findings, "consolidated_brigades", name);
    let (hosts, names, towns) = (of("host"), of("name"), of("towns"));
    assert!(!hosts.is_empty() && towns.iter().all(|towns| towns.parse::<u32>().unwrap() > 1), "{towns:?}");
    for (row, (then, now)) in of("response_min").iter().zip(of("now_min")).enumerate() {
        let sooner = now.parse::<f64>().map_or(true, |now| then.parse::<f64>().unwrap() < now);
        assert!(sooner || hosts[row] == names[row], "{} {then} {now}", names[row]);
    }
    // 梨川 alone is remote by the usual bound, and nothing is joined.
    assert!(column(&demo("jincheng", &[]), "consolidated_brigades", "host").is_empty());
}

#[test]
fn a_profile_decides_and_the_computed_result_stays_beside_it() {
    for (profile, tier) in [("qidong", "professional"), ("yili", "volunteer"), ("kaizhou", "hub")] {
        let findings = demo(profile, &[]);
        let (kinds, tiers) = (column(&findings, "town_grading", "kind"), column(&findings, "town_grading", "tier"));
        // 启东 says “所有镇”, and nothing of townships: those are graded by their facts.
        let is_silent = |kind: &str| profile == "qidong" && kind == "township";
        for (kind, got) in kinds.iter().zip(&tiers).filter(|(kind, _)| !is_silent(kind)) {
            assert_eq!(got == tier, kind != "subdistrict", "{profile}: {kind} {got}");
        }
        let computed = column(&findings, "town_grading", "computed_tier");
        assert!(computed.iter().any(|one| one == "professional"), "{profile}");
    }
}

/// The extract says neither what kind of town nor what kind of station there is: nothing is graded, nothing denied.
#[test]
fn stations_of_a_kind_that_nobody_says_are_told_and_not_denied() {
    let Some(path) = fireplan_testing::data("liechtenstein/liechtenstein-2024.osm.pbf") else { return };
    let area = fireplan_read::open(&path, &Silent).unwrap();
    let rules = Rules::load(Some("jincheng")).unwrap();
    let request = Request::Brigades(Brigades::default());
    let findings = request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
    let tiers = column(&findings, "town_grading", "tier");
    assert!(tiers.len() == 11 && tiers.iter().all(|tier| tier == "undetermined"), "{tiers:?}");
    let names = column(&findings, "town_grading", "name");
    let (brigades, stories) =
        (column(&findings, "town_grading", "brigade"), column(&findings, "town_grading", "story"));
    let vaduz = names.iter().position(|name| name == "Vaduz").unwrap();
    assert!(brigades[vaduz] != "无" && stories[vaduz].contains("境内有") && stories[vaduz].contains("待核"));
    // A gap of the data, not of reality: three municipalities have no station in it.
    assert_eq!(brigades.iter().filter(|brigade| *brigade == "无").count(), 3, "{brigades:?}");
}

/// A brigade of unstated level is a hub; the town to which no road leads from it is late, and not merely unknown.
#[test]
fn a_town_that_no_brigade_reaches_is_late() {
    use fireplan_model::layers::{Layers, StationKind, TownKind};
    use fireplan_model::sketch::{self, rectangle, road, station, village};
    let town = |name: &str, x: f64| Town {
        name: name.to_owned(),
        kind: TownKind::Town,
        ..Town::blank(rectangle((x, -1_000.0), (x + 3_000.0, 1_000.0))).unwrap()
    };
    let standings = |kinds: &[StationKind]| {
        let place = |(kind, x): (&StationKind, f64)| Station { kind: *kind, ..station("甲队", (x, 0.0), 1.0) };
        let area = sketch::area(Layers {
            towns: vec![town("温泉镇", 0.0), town("乙镇", 3_000.0), town("丙镇", 6_000.0)],
            villages: vec![village("乙村", (4_000.0, 0.0)), village("丙村", (7_000.0, 0.0))],
            roads: vec![road(&[(0.0, 0.0), (5_000.0, 0.0)]), road(&[(6_500.0, 0.0), (8_000.0, 0.0)])],
            stations: kinds.iter().zip([2_900.0, 2_800.0]).map(place).collect(),
            ..Layers::default()
        });
        let rules = Rules::load(Some("kaizhou")).unwrap();
        let request = Request::from_parts("brigades", serde_json::Map::new()).unwrap();
        let context = Context { area: &area, rules: &rules, progress: &Silent };
        let findings = request.run(&context).unwrap();
        let table = findings.tables.iter().find(|table| table.id == "town_grading").unwrap();
        let at = |name: &str| table.columns.iter().position(|column| column.name == name).unwrap();
        let of = |wanted: &str| {
            let row = table.rows.iter().find(|row| row[at("name")].to_string() == wanted).unwrap();
            row[at("standing")].to_string()
        };
        ["乙镇", "丙镇"].map(of)
    };
    assert_eq!(standings(&[StationKind::TownBrigade]), ["served", "late"]);
    // No professional brigade at all comes to nobody; one of unknown kind may be one.
    assert_eq!(standings(&[StationKind::Volunteer]), ["late", "late"]);
    assert_eq!(standings(&[StationKind::TownBrigade, StationKind::Unknown])[1], "undetermined");
}
