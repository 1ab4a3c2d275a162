//! The rule packs: every entry cited and read, wrong files refused with the line, profiles replace whole entries.

use fireplan_model::findings::Verdict;
use fireplan_model::layers::VehicleClass;
use fireplan_model::message::Language;
use fireplan_model::rules;
use fireplan_model::rules::{Choice, Confidence, Force, Op, Origin, RuleProfile, Rules};

const NATIONAL: &str = include_str!("../../../data/rules/national.toml");
const HEAD: &str = "title = \"测试县\"\ndocument = \"测政发〔2026〕1号\"\ndate = \"2026-01-01\"\n";

fn with_national(text: &str) -> anyhow::Result<Rules> {
    Rules::from_texts(("national.toml", text), None)
}

fn with_profile(entries: &str) -> anyhow::Result<Rules> {
    let text = format!("{HEAD}{entries}");
    Rules::from_texts(("national.toml", NATIONAL), Some(("ceshi.toml", &text)))
}

fn refusal(rules: anyhow::Result<Rules>) -> String {
    format!("{:#}", rules.expect_err("should be refused"))
}

/// The line of the national pack on which this stands.
fn line_of(text: &str, part: &str) -> usize {
    1 + text[..text.find(part).expect("stands in the pack")].matches('\n').count()
}

#[test]
fn every_entry_is_in_force_and_cited() {
    let rules = Rules::load(None).unwrap();
    for key in rules::KEYS {
        assert!(rules.entries.iter().any(|entry| entry.key == *key), "{key} is not in force");
    }
    for entry in &rules.entries {
        assert_eq!(entry.origin, Origin::National);
        let provenance = &entry.provenance;
        if provenance.confidence == Confidence::Unverified {
            assert_eq!(provenance.force, Force::Default, "{}", entry.key);
            assert!(!provenance.note.is_empty(), "{}", entry.key);
        } else {
            assert!(!provenance.cite.is_empty(), "{}", entry.key);
        }
        assert!(!entry.value.zh.is_empty() && !entry.label.zh.is_empty(), "{}", entry.key);
    }
    let time = rules.entries.iter().find(|entry| entry.key == "response.time_min").unwrap();
    assert_eq!(time.value.zh, "≤ 5 min");
    let json = serde_json::to_value(rules.in_force()).unwrap();
    assert_eq!(json["entries"].as_array().unwrap().len(), rules.entries.len());
    assert_eq!(json["entries"][0]["origin"], "national");
}

#[test]
fn the_figures_of_the_clauses() {
    let rules = Rules::load(None).unwrap();
    assert_eq!((rules.response.time_min.op, rules.response.time_min.value), (Op::AtMost, 5.0));
    assert_eq!(rules.response.turnout_min.value + rules.response.travel_min.value, rules.response.time_min.value);
    use fireplan_model::layers::StationKind::{FirstClass, SecondClass, Small, Special};
    for (kind, cap) in [(FirstClass, 7.0), (SecondClass, 4.0), (Small, 2.0), (Special, 7.0)] {
        let row = rules.station.area_km2.iter().find(|row| row.kind == kind).unwrap();
        assert_eq!((row.limit.value, row.limit.provenance.force), (cap, Force::Should));
    }
    assert_eq!(rules.station.area_suburb_km2.provenance.force, Force::Shall);
}

#[test]
fn slopes_beyond_the_table_keep_its_last_factor() {
    let rules = Rules::load(None).unwrap();
    assert_eq!(rules.slope_factor(0.0), 1.0);
    assert_eq!(rules.slope_factor(-8.0), rules.slope_factor(8.0));
    assert_eq!(rules.slope_factor(400.0), rules.slope_factor(99.0));
    assert!(rules.slope_factor(400.0) < 1.0);
}

#[test]
fn each_profile_loads_and_names_its_document() {
    let profiles = rules::profiles().unwrap();
    let names: Vec<&str> = profiles.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["jincheng", "kaizhou", "qidong", "qingfeng", "yili"]);
    for (name, about) in profiles {
        let rules = Rules::load(Some(&name)).unwrap();
        assert_eq!(rules.packs.len(), 2);
        assert_eq!(rules.packs[1], about);
        assert!(about.document.contains('《'), "{name}");
        assert!(rules.notes.is_empty(), "{name}");
    }
    let error = format!("{:#}", Rules::load(Some("jinchen")).unwrap_err());
    assert!(error.contains("jincheng, kaizhou") && error.contains("晋城市城区(jincheng)"), "{error}");
    let named = Rules::load(Some("晋城城区")).unwrap();
    assert_eq!(
        (named.choice.name(), named.packs),
        ("jincheng".to_owned(), Rules::load(Some("jincheng")).unwrap().packs)
    );
    assert_eq!(Rules::load(Some("国家标准")).unwrap().choice.profile, None);
}

#[test]
fn a_profile_of_one_s_own_is_given_by_its_text() {
    let text = format!(
        "{HEAD}[response.turnout_min]\nvalue = 1.5\ncite = \"本队统计\"\nforce = \"policy\"\nconfidence = \"S\"\n"
    );
    let profile = RuleProfile::Own { file: "/some/folder/wo.toml".to_owned(), text };
    let rules = Rules::load_choice(Choice { profile: Some(profile), ..Choice::default() }).unwrap();
    assert_eq!(rules.response.turnout_min.value, 1.5);
    assert_eq!(rules.packs[1].origin, Origin::Profile("wo".to_owned()));
}

#[test]
fn an_unknown_key_is_refused_with_its_line_and_the_likely_name() {
    let text = NATIONAL.replace("[response.access_speed_kph]", "[response.speed_kmh]");
    let line = line_of(&text, "speed_kmh");
    let error = refusal(with_national(&text));
    assert!(error.contains(&format!("national.toml line {line}: unknown key `response.speed_kmh`")), "{error}");
    assert!(error.contains("did you mean `response.access_speed_kph`?"), "{error}");

    let text = NATIONAL.replacen("at_most = 5", "at_mots = 5", 1);
    let error = refusal(with_national(&text));
    assert!(error.contains(&format!("line {}: unknown key `at_mots`", line_of(&text, "at_mots"))), "{error}");
    assert!(error.contains("at_most"), "{error}");

    let text = NATIONAL.replacen("width_m = 2.5", "wide_m = 2.5", 1);
    let error = refusal(with_national(&text));
    assert!(error.contains(&format!("line {}", line_of(&text, "wide_m"))) && error.contains("wide_m"), "{error}");

    let error = refusal(with_profile("[respons.time_min]\nat_most = 6\n"));
    assert!(error.contains("ceshi.toml line 4: unknown key `respons.time_min`; did you mean"), "{error}");
}

#[test]
fn a_missing_key_is_refused_by_name() {
    let start = NATIONAL.find("[response.access_limit_m]").unwrap();
    let end = NATIONAL.find("[response.access_speed_kph]").unwrap();
    let error = refusal(with_national(&format!("{}{}", &NATIONAL[..start], &NATIONAL[end..])));
    assert!(error.contains("national.toml lacks the entry `response.access_limit_m`"), "{error}");

    let error = refusal(with_national(&NATIONAL.replacen("force = \"shall\"\n", "", 1)));
    assert!(error.contains("[response.time_min] lacks `force`"), "{error}");
    let error = refusal(with_national(&NATIONAL.replacen("date = ", "# date = ", 1)));
    assert!(error.contains("national.toml lacks `date`"), "{error}");
}

#[test]
fn a_figure_without_clause_is_refused() {
    let error = refusal(with_profile("[response.time_min]\nat_most = 6\nforce = \"policy\"\nconfidence = \"S\"\n"));
    assert!(error.contains("ceshi.toml line 4: [response.time_min] lacks `cite`"), "{error}");
    let error = refusal(with_profile(
        "[response.time_min]\nat_most = 6\nforce = \"policy\"\nconfidence = \"unverified\"\nnote = \"记得\"\n",
    ));
    assert!(error.contains("unverified, so its force must be \"default\""), "{error}");
}

#[test]
fn wrong_types_and_values_are_refused_with_the_line() {
    for (from, to, part) in [
        ("at_most = 5", "at_most = \"5\"", "must be a number, not text"),
        ("at_most = 5", "at_most = nan", "must not be NaN"),
        ("at_most = 5", "at_most = -5", "must not be -5"),
        ("at_most = 5", "at_most = 5\nat_least = 1", "exactly one of at_most"),
        ("force = \"shall\"", "force = \"must\"", "'must' is none of shall, should"),
        ("kind = \"small\"", "kind = \"first_class\"", "two rows for first_class"),
        ("factor = 0.85", "factor = 1.85", "0 < factor <= 1"),
        ("base_kph = 75", "base_kph = 7.5", "low_kph <= base_kph"),
        ("lane_width_m = 3.5", "lane_width_m = 2.4", "lane_width_m >= width_m"),
        ("trust = \"likely\"", "trust = \"maybe\"", "'maybe' is none of firm, likely"),
        ("{ surface = \"earth\", factor = 0.5 },", "", "lacks a row with surface = \"earth\""),
        ("[surface]", "[surface", "line "),
    ] {
        let error = refusal(with_national(&NATIONAL.replacen(from, to, 1)));
        assert!(error.contains(part) && error.contains("national.toml line "), "{to}: {error}");
    }
}

#[test]
fn a_profile_replaces_whole_entries() {
    let rules = with_profile(
        "[response.time_min]\nless_than = 8\ncite = \"测政发〔2026〕1号 二\"\nforce = \"policy\"\nconfidence = \"S\"\n",
    )
    .unwrap();
    let time = &rules.response.time_min;
    assert_eq!((time.op, time.value, time.provenance.force), (Op::LessThan, 8.0, Force::Policy));
    assert_eq!(time.provenance.cite, "测政发〔2026〕1号 二");
    assert!(time.provenance.note.is_empty(), "the national note must not stay with a local figure");
    let entry = rules.entries.iter().find(|entry| entry.key == "response.time_min").unwrap();
    assert_eq!(entry.origin, Origin::Profile("ceshi".to_owned()));

    let rules = with_profile(
        "[station.area_km2]\ncite = \"甲\"\nforce = \"policy\"\nconfidence = \"S\"\nrows = [{ kind = \"small\", at_most = 3 }]\n",
    )
    .unwrap();
    assert_eq!(rules.station.area_km2.len(), 1, "a table is replaced whole");
}

#[test]
fn looser_than_a_national_shall_is_noted() {
    let entry = |minutes: u32| {
        format!("[response.time_min]\nat_most = {minutes}\ncite = \"甲\"\nforce = \"policy\"\nconfidence = \"S\"\n")
    };
    let looser = with_profile(&entry(6)).unwrap();
    assert_eq!(looser.notes.len(), 1);
    assert!(looser.notes[0].text.zh.contains("建标152-2017") && looser.notes[0].text.zh.contains("≤ 5 min"));
    assert!(with_profile(&entry(4)).unwrap().notes.is_empty());
}

#[test]
fn figures_set_by_hand_are_a_layer_of_their_own() {
    let set = |key: &str, value: &str| Rules::load_with(None, &[(key.to_owned(), value.to_owned())]);
    let rules = set("response.time_min", "6").unwrap();
    let entry = rules.entries.iter().find(|entry| entry.key == "response.time_min").unwrap();
    assert_eq!((entry.value.zh.as_str(), &entry.origin), ("≤ 6 min", &Origin::Set));
    assert_eq!((entry.provenance.force, entry.provenance.cite.as_str()), (Force::Default, ""));
    assert_eq!(rules.notes.len(), 1);
    assert_eq!(rules.response.time_min.check("站", Some(7.0)).verdict, Verdict::Warn);
    assert_eq!(set("response.access_limit_m", "250").unwrap().response.access_limit_m.value, 250.0);

    for (key, value, part) in [
        ("response.time", "6", "did you mean `response.time_min`?"),
        ("response.time_min", "six", "'six' is no number"),
        ("response.time_min", "-1", "must not be -1"),
        ("speed", "40", "this entry is a table"),
    ] {
        let error = refusal(set(key, value));
        assert!(error.contains(part), "{error}");
    }
}

/// A county may need exactly the bound: what the text says of equality decides.
#[test]
fn moving_any_bound_of_the_pack_flips_a_check_at_the_bound() {
    let rules = Rules::load(None).unwrap();
    let lane = &rules.fire_lane;
    let mut limits = vec![
        &rules.response.time_min,
        &rules.station.area_suburb_km2,
        &lane.clear_width_m,
        &lane.clear_height_m,
        &lane.slope_percent,
        &lane.slope_laden_percent,
        &lane.rescue_slope_percent,
        &lane.lane_spacing_m,
        &lane.turnaround_m,
        &lane.dead_end_m,
    ];
    let village = &rules.village_lane;
    limits.extend([&village.clear_width_m, &village.clear_height_m, &village.lane_spacing_m]);
    limits.extend([&village.turnaround_m, &village.small_engine]);
    let site = &rules.site;
    limits.extend([&site.exit_m, &site.hazard_m, &site.hazard_far_m, &site.setback_m]);
    limits.extend([&site.frontage_m, &site.slope_percent, &site.water_m]);
    limits.extend(rules.site.land_m2.iter().map(|row| &row.limit));
    let (hydrant, water) = (&rules.hydrant, &rules.water);
    limits.extend([
        &hydrant.spacing_m,
        &hydrant.radius_m,
        &hydrant.one_side_width_m,
        &hydrant.kerb_min_m,
        &hydrant.kerb_max_m,
        &hydrant.wall_m,
        &hydrant.diameter_mm,
        &hydrant.flow_l_s,
        &hydrant.pressure_mpa,
        &hydrant.pressure_fire_mpa,
        &hydrant.complete_percent,
        &hydrant.bridge_head,
        &hydrant.crane_flow_l_s,
        &hydrant.crane_spacing_m,
        &hydrant.crane_main_mm,
    ]);
    limits.extend([
        &water.bank_m,
        &water.suction_m,
        &water.radius_m,
        &water.pool_m3,
        &water.pool_hydrants_m3,
        &water.village_flow_l_s,
    ]);
    limits.extend([&water.suction_hose_m, &water.portable_pump_m, &water.portable_pump_lift_m, &water.bridge_clear_m]);
    limits.extend([&water.shuttle_trucks, &water.relay_engines]);
    limits.extend([&water.old_town_pipe_mm, &water.old_town_pool_m3]);
    let breaks = &rules.firebreak;
    limits.extend([
        &breaks.zone_urban_m,
        &breaks.zone_town_m,
        &breaks.barrier_width_m,
        &breaks.road_width_m,
        &breaks.density_m_hm2,
        &breaks.density_near_m_hm2,
        &breaks.road_density_m_hm2,
        &breaks.road_density_near_m_hm2,
        &breaks.settlement_distance_m,
        &breaks.zone_guarded_percent,
        &breaks.pipes_connected_percent,
        &breaks.checkpost_reach_m,
        &breaks.priority_people,
        &breaks.helicopter_waters,
        &breaks.helipads,
        &breaks.helipad_concrete_m,
        &breaks.helipad_earth_m,
        &breaks.helipad_grass_width_m,
        &breaks.helipad_grass_length_m,
        &breaks.helipad_slope_percent,
        &breaks.helipad_clear_m,
        &breaks.watched_percent,
        &rules.layout.hazard_housing_m,
        &rules.layout.equipment_points,
        &rules.progress.built_percent,
    ]);
    limits.extend(rules.station.area_km2.iter().map(|row| &row.limit));
    limits.extend(rules.station.small_adjoins.iter().map(|row| &row.limit));
    let response = &rules.response;
    limits.extend([&response.village_min, &response.audit_places_percent, &response.audit_band_percent]);
    limits.extend([&rules.headline.spread_percent, &rules.headline.robust_percent]);
    limits.extend([&rules.brigade.remote_min, &rules.brigade.consolidated_min, &breaks.steep_percent]);
    limits.extend(rules.brigade.resources.iter().map(|row| &row.limit));
    for limit in &limits {
        // A strict bound is broken at itself, an inclusive one as soon as it moves.
        let is_strict = matches!(limit.op, Op::LessThan | Op::MoreThan);
        let at_bound = limit.check("甲", Some(limit.value)).verdict == Verdict::Pass;
        assert_eq!(at_bound, !is_strict, "{}", limit.key);
        let mut moved = (*limit).clone();
        let tightens = if matches!(limit.op, Op::AtMost | Op::LessThan) { -0.01 } else { 0.01 };
        moved.value += if is_strict { -tightens } else { tightens };
        assert_ne!(moved.check("甲", Some(limit.value)).verdict == Verdict::Pass, at_bound, "{}", limit.key);
    }
    // Conditions of brigades are moved in the tests of the grading.
    let national: toml::Table = NATIONAL.parse().unwrap();
    let is_bound = |key: &&&str| {
        let entry = key.split('.').try_fold(&national, |table, part| table.get(part)?.as_table());
        entry.is_some_and(|entry| Op::ALL.iter().any(|op| entry.contains_key(op.code())))
    };
    let missed: Vec<&&str> =
        rules::KEYS.iter().filter(is_bound).filter(|key| limits.iter().all(|limit| limit.key != **key)).collect();
    assert!(missed.is_empty(), "no bound of these was moved: {missed:?}");
}

/// What villages and hydrants are asked for carries its own clause and force, no other's.
#[test]
fn villages_and_hydrants_carry_their_own_clause() {
    let rules = Rules::load(None).unwrap();
    let (village, town) = (&rules.village_lane, &rules.fire_lane);
    for limit in [&village.clear_height_m, &village.lane_spacing_m] {
        assert_eq!((limit.provenance.force, limit.provenance.confidence), (Force::Should, Confidence::V1));
    }
    assert_eq!(village.clear_width_m.provenance.force, Force::Default);
    assert_eq!(village.turnaround_m.provenance.force, Force::Shall);
    for limit in [&town.clear_width_m, &town.clear_height_m, &town.lane_spacing_m, &town.turnaround_m] {
        assert!(!limit.provenance.cite.contains("GB 50039"), "{}", limit.key);
    }
    assert_eq!(rules.hydrant.kerb_max_m.provenance.force, Force::Shall);
    assert_eq!(rules.hydrant.bridge_head.provenance.force, Force::Shall);
    assert_eq!(rules.hydrant.cold_region.value, rules::ColdRegion::Unknown);
}

/// What 开州 asks of 温泉古镇, and 青峰 of its market town, they ask by their own notices.
#[test]
fn local_water_rules_carry_their_notice() {
    let national = Rules::load(None).unwrap();
    assert_eq!(national.in_town("温泉镇").water.old_town_pool_m3.provenance.force, Force::Default);
    let kaizhou = Rules::load(Some("kaizhou")).unwrap();
    let at = |town: &str| {
        let water = kaizhou.in_town(town).water.clone();
        [water.old_town_pipe_mm, water.old_town_pool_m3]
    };
    for limit in at("温泉镇") {
        assert_eq!(
            (limit.provenance.force, limit.provenance.confidence),
            (Force::Policy, Confidence::S),
            "{}",
            limit.key
        );
        assert!(limit.provenance.cite.contains("开州府办发〔2023〕47号"));
    }
    assert_eq!(at("温泉镇").map(|limit| limit.value), [100.0, 500.0]);
    assert_eq!(at("开州区温泉镇").map(|limit| limit.provenance.force), [Force::Policy; 2], "with its county");
    assert_eq!(at("郭家镇").map(|limit| limit.provenance.force), [Force::Default; 2], "the notice names no other town");
    let qingfeng = Rules::load(Some("qingfeng")).unwrap();
    assert!(qingfeng.in_town("青峰镇").hydrant.complete_percent.provenance.cite.contains("青峰府发〔2022〕47号"));
}

const SPACING: &str = "[hydrant.spacing_m]\nat_most = 60\ncite = \"甲\"\nforce = \"policy\"\nconfidence = \"S\"\ntowns = [\"甲镇\", \"乙镇\"]\n";

/// What a notice says of some towns leaves all others to what stood before it, each with its own clause.
#[test]
fn an_entry_with_towns_binds_in_them_only() {
    let rules = with_profile(&format!(
        "{SPACING}[fire_lane.clear_width_m]\nat_least = 5\ncite = \"乙\"\nforce = \"policy\"\nconfidence = \"S\"\ntowns = [\"乙镇\"]\n"
    ))
    .unwrap();
    let of = |town: &str| {
        let rules = rules.in_town(town);
        (rules.hydrant.spacing_m.value, rules.fire_lane.clear_width_m.value)
    };
    assert_eq!([of("甲镇"), of("乙镇"), of("丙镇"), of("")], [(60.0, 4.0), (60.0, 5.0), (120.0, 4.0), (120.0, 4.0)]);
    let check = rules.in_town("甲镇").hydrant.spacing_m.check("街", Some(80.0));
    assert_eq!((check.verdict, check.cite.as_str()), (Verdict::Fail, "甲"));
    assert_eq!(rules.in_town("丙镇").hydrant.spacing_m.check("街", Some(80.0)).verdict, Verdict::Pass);
    let of_key: Vec<_> = rules.entries.iter().filter(|entry| entry.key == "hydrant.spacing_m").collect();
    assert_eq!(of_key.iter().map(|entry| entry.towns.len()).collect::<Vec<_>>(), [0, 2], "both are in force");
    assert_eq!(of_key[1].value.zh, "仅限 甲镇、乙镇 ≤ 60 m");
    assert_eq!(rules.entry_in_town("hydrant.spacing_m", "乙镇").unwrap().provenance.cite, "甲");
    assert!(rules.entry_in_town("hydrant.spacing_m", "丙镇").unwrap().towns.is_empty());
    assert!(rules::show::table(&rules, Language::Chinese).contains("甲镇"));
    assert_ne!(rules.fingerprint(), Rules::load(None).unwrap().fingerprint());
}

/// One key may hold one figure in some towns, another in others and a third elsewhere: `[[key]]` once for each.
#[test]
fn a_key_may_be_said_once_for_each_list_of_towns() {
    let one = |figure: &str, cite: &str, towns: &str| {
        format!(
            "[[hydrant.spacing_m]]\nat_most = {figure}\ncite = \"{cite}\"\nforce = \"policy\"\nconfidence = \"S\"\n{towns}\n"
        )
    };
    let first = one("60", "甲", "towns = [\"甲镇\"]");
    let second = one("80", "乙", "towns = [\"乙镇\", \"丁乡\"]");
    let elsewhere = one("100", "丙", "");
    for order in [[&first, &second, &elsewhere], [&elsewhere, &second, &first], [&second, &elsewhere, &first]] {
        let rules = with_profile(&order.map(String::as_str).concat()).unwrap();
        let of = |town: &str| {
            let limit = rules.in_town(town).hydrant.spacing_m.clone();
            (limit.value, limit.provenance.cite)
        };
        let expected = [(60.0, "甲"), (80.0, "乙"), (80.0, "乙"), (100.0, "丙"), (100.0, "丙")];
        let found = ["甲镇", "乙镇", "某县丁乡", "戊镇", ""].map(of);
        assert_eq!(found.each_ref().map(|(value, cite)| (*value, cite.as_str())), expected);
        assert_eq!(rules.entry_in_town("hydrant.spacing_m", "乙镇").unwrap().provenance.cite, "乙");
    }
    // Without a figure of its own for elsewhere, what stood before it holds there.
    let rules = with_profile(&format!("{first}{second}")).unwrap();
    assert_eq!(["甲镇", "乙镇", "戊镇"].map(|town| rules.in_town(town).hydrant.spacing_m.value), [60.0, 80.0, 120.0]);
    // A table of rows and other entries of the same topic stand beside it.
    let rules = with_profile(&format!(
        "{first}{second}[hydrant.radius_m]\nat_most = 90\ncite = \"丙\"\nforce = \"policy\"\nconfidence = \"S\"\n"
    ));
    assert_eq!(rules.unwrap().hydrant.radius_m.value, 90.0);
    let error = refusal(with_profile(&format!("{first}{}", one("80", "乙", "towns = [\"某县甲镇\"]"))));
    assert!(error.contains("ceshi.toml line 10: [[hydrant.spacing_m]] names 甲镇 twice"), "{error}");
    let error = refusal(with_profile(&format!("{elsewhere}{elsewhere}")));
    assert!(error.contains("[[hydrant.spacing_m]] names no towns twice"), "{error}");
}

#[test]
fn a_figure_set_by_hand_holds_in_all_towns() {
    let profile = RuleProfile::Own { file: "wo.toml".to_owned(), text: format!("{HEAD}{SPACING}") };
    let set = vec![("hydrant.spacing_m".to_owned(), "100".to_owned())];
    let rules = Rules::load_choice(Choice { profile: Some(profile), set, as_of: None }).unwrap();
    assert_eq!(["甲镇", "丙镇"].map(|town| rules.in_town(town).hydrant.spacing_m.value), [100.0; 2]);
}

#[test]
fn towns_are_a_list_of_names() {
    for towns in ["\"甲镇\"", "[]", "[1]", "[\"\"]"] {
        let error = refusal(with_profile(&SPACING.replace("[\"甲镇\", \"乙镇\"]", towns)));
        assert!(error.contains("ceshi.toml line 9: `towns` of [hydrant.spacing_m] must be a list"), "{error}");
    }
    let error = refusal(with_profile(&SPACING.replace("hydrant.spacing_m", "response.turnout_min")));
    assert!(error.contains("[response.turnout_min] cannot have `towns`: engines cross towns"), "{error}");
}

#[test]
fn the_printed_table_marks_unverified_figures() {
    let text = rules::show::table(&Rules::load(Some("yili")).unwrap(), Language::Chinese);
    assert!(text.contains("未核实") && text.contains("伊犁"));
    assert!(text.contains("≤ 5 min"));
}

#[test]
fn each_engine_lays_its_own_hose() {
    let set = [("hydrant.hose_lay_small_m".to_owned(), "90".to_owned())];
    let rules = Rules::load_with(None, &set).unwrap();
    let lays =
        [VehicleClass::Standard, VehicleClass::Small, VehicleClass::Motorcycle].map(|class| rules.hose_lay_m(class));
    assert_eq!(lays, [150.0, 90.0, 60.0]);
}
