use std::collections::BTreeMap;

use proptest::prelude::*;

use super::catalogue::catalogue;
use super::lexicon::{Lexicon, Reading, spell};
use super::*;
use fireplan_model::statuses::parse_statuses;

struct ColumnsOf;

impl LayerVisitor for ColumnsOf {
    type Output = Vec<Column>;
    fn visit<R: Row>(&mut self, _: &mut Vec<R>) -> Vec<Column> {
        R::columns()
    }
}

fn columns_of(layer: LayerId) -> Vec<Column> {
    Layers::default().visit(layer, &mut ColumnsOf).unwrap_or_default()
}

fn lexicon(layer: LayerId, column: &str) -> Lexicon {
    let columns = columns_of(layer);
    let column = columns.iter().find(|known| known.name == column).unwrap();
    Lexicon::new(layer, column, None)
}

fn code(layer: LayerId, column: &str, text: &str) -> Option<String> {
    match lexicon(layer, column).read(text) {
        Reading::Known(code) => Some(code),
        Reading::NobodyKnows | Reading::Unmatched { .. } => None,
    }
}

/// A cell as the rows get it, and the examples of what was told.
fn cell(layer: LayerId, column: &'static str, text: &str, extra: &ExtraWords) -> (Option<String>, Vec<String>) {
    let words = WordColumns::new(layer, &columns_of(layer), extra, |_| vec!["类别".to_owned()]);
    let mut notes = Notes::default();
    let cell = SourceCell { heading: 0, text, numeric: false };
    let read = words.read(column, cell, &"a.csv#1".into(), &mut notes);
    (read, notes.into_vec().into_iter().flat_map(|note| note.examples).collect())
}

#[test]
fn the_table_names_columns_and_codes_that_are_there_and_no_spelling_twice() {
    for (layer_code, name, words) in catalogue().columns() {
        let layer = LayerId::ALL.iter().copied().find(|layer| layer.code() == layer_code);
        let columns = columns_of(layer.unwrap_or_else(|| panic!("{layer_code}")));
        let column = columns.iter().find(|column| column.name == name).unwrap_or_else(|| panic!("{layer_code}.{name}"));
        let codes = lexicon::codes(column);
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (ours, theirs) in &words.words {
            assert!(words.open || codes.contains(&ours.as_str()), "{layer_code}.{name}: {ours} is no code");
            for spelling in theirs {
                let before = seen.insert(spell(spelling), ours);
                assert!(before.is_none_or(|before| before == ours), "{layer_code}.{name}: {spelling} is two things");
            }
        }
    }
}

#[test]
fn every_column_of_codes_reads_its_codes_and_labels() {
    for &layer in LayerId::ALL {
        for column in columns_of(layer).iter().filter(|column| !column.codes.is_empty()) {
            let lexicon = Lexicon::new(layer, column, None);
            for known in column.codes.iter().filter(|code| !code.undetermined) {
                for text in [known.code, &known.label.zh, &known.label.en] {
                    assert_eq!(lexicon.read(text), Reading::Known(known.code.to_owned()), "{}: {text}", column.name);
                }
            }
        }
    }
}

#[test]
fn kinds_and_states_as_clerks_write_them() {
    use LayerId::*;
    for (layer, column, text, wanted) in [
        (Stations, "kind", "一级站", "first_class"),
        (Stations, "kind", "一级普通消防救援站（2019年建成）", "first_class"),
        (Stations, "kind", "特勤站", "special"),
        (Stations, "kind", "特勤消防救援站(现状)", "special"),
        (Stations, "kind", " 小型 消防站 ", "small"),
        (Stations, "kind", "政府专职消防队（一级）", "town_level_1"),
        (Stations, "kind", "政府专职消防队", "town_brigade"),
        (Stations, "kind", "乡镇专职消防队", "town_brigade"),
        (Stations, "kind", "专职消防队", "town_brigade"),
        (Stations, "kind", "政府专职消防救援队", "town_brigade"),
        (Stations, "kind", "企业专职消防队", "works"),
        (Stations, "kind", "企业专职队", "works"),
        (Stations, "kind", "社区微型消防站", "micro"),
        (Stations, "staffed_day", "24小时", "true"),
        (WaterSources, "kind", "消防水池", "pool"),
        (WaterSources, "kind", "消防水池（200m³）", "pool"),
        (WaterSources, "kind", "坑塘水面", "pond"),
        (WaterSources, "kind", "小（一）型水库", "reservoir"),
        (WaterSources, "perennial", "常年有水", "true"),
        (Hydrants, "state", "正常使用", "working"),
        (Hydrants, "state", "已损坏", "out_of_service"),
        (Hydrants, "kind", "地上消火栓", "pillar"),
        (Hydrants, "kind", "消火栓（地下式）", "underground"),
        (Hydrants, "kind", "室外地上式消防栓", "pillar"),
        (Roads, "class", "县道", "secondary"),
        (Roads, "class", "省道（2015年）", "primary"),
        (Roads, "class", "unclassified", "residential"),
        (Roads, "surface", "水泥混凝土路面", "paved"),
        (Roads, "surface", "沥青、水泥", "paved"),
        (Roads, "access", "禁止通行", "closed"),
        (Roads, "oneway", "单行线", "forward"),
        (Roads, "bridge", "大桥", "true"),
        (Roads, "tunnel", "否", "false"),
        (Barriers, "kind", "防火隔离带", "firebreak_line"),
        (BuiltUp, "kind", "集镇", "town"),
        (Towns, "kind", "民族乡", "township"),
        (Towns, "fire_plan", "已编制专项规划（2022年）", "special"),
        (Towns, "fire_committee", "√", "true"),
        (Villages, "kind", "村民小组", "自然村"),
    ] {
        assert_eq!(code(layer, column, text).as_deref(), Some(wanted), "{column}: {text}");
    }
}

#[test]
fn what_says_something_else_or_two_things_is_no_match() {
    use LayerId::*;
    for (layer, column, text) in [
        (Stations, "kind", "一级站（在建）"),
        (Stations, "kind", "拟建一级站"),
        (Stations, "kind", "非特勤站"),
        (Stations, "kind", "一级站、特勤站"),
        (Stations, "kind", "消防站"),
        (Hydrants, "state", "不完好"),
        (Hydrants, "state", "完好（待修）"),
        (Hydrants, "kind", "消火栓"),
        (Roads, "class", "三级公路"),
        (Roads, "surface", "水泥、土路"),
        (Roads, "access", "不可通行吗"),
        (WaterSources, "kind", "水井"),
        (Towns, "fire_plan", "消防规划"),
    ] {
        assert_eq!(code(layer, column, text), None, "{column}: {text}");
    }
}

#[test]
fn an_unmatched_word_is_undetermined_and_listed_with_the_nearest() {
    let none = ExtraWords::new();
    let (read, told) = cell(LayerId::Stations, "kind", "一级救援中队", &none);
    assert_eq!(read.as_deref(), Some("unknown"));
    assert!(told[0].starts_with("a.csv#1：类别=一级救援中队 ≈ ") && told[0].contains("一级"), "{told:?}");
    let (read, told) = cell(LayerId::Roads, "access", "节假日封闭", &none);
    assert_eq!((read.as_deref(), told.len()), (Some("unknown"), 1), "closed or open: nobody says");
    let (read, told) = cell(LayerId::Roads, "surface", "彩色", &none);
    assert_eq!((read, told.len()), (None, 1));
    let (read, told) = cell(LayerId::Villages, "kind", "苗寨", &none);
    assert_eq!((read.as_deref(), told.len()), (Some("苗寨？"), 1));
}

#[test]
fn a_cell_that_says_that_nobody_knows_is_no_word_to_be_listed() {
    let none = ExtraWords::new();
    assert_eq!(cell(LayerId::Stations, "kind", "不详", &none), (Some("unknown".to_owned()), Vec::new()));
    assert_eq!(cell(LayerId::Roads, "surface", "——", &none), (None, Vec::new()));
    assert_eq!(cell(LayerId::Towns, "status", "待核", &none), (None, Vec::new()));
}

fn statuses(text: &str, extra: &ExtraWords) -> (String, usize) {
    let (read, told) = cell(LayerId::Towns, "status", text, extra);
    (read.unwrap_or_default(), told.len())
}

#[test]
fn statuses_keep_the_year_of_their_list_and_doubtful_words_carry_their_mark() {
    let none = ExtraWords::new();
    for (text, wanted, doubts) in [
        ("全国重点镇（2014年）", "全国重点镇（2014年）", 0),
        ("2014年全国重点镇", "全国重点镇（2014年）", 0),
        ("国家级重点镇", "全国重点镇", 0),
        ("列入全国重点镇名录(建村〔2014〕107号)", "全国重点镇（2014年）", 0),
        ("全国重点镇（第二批）、 中心镇", "全国重点镇、中心镇", 0),
        ("省重点镇", "省级重点镇", 0),
        ("无", "无", 0),
        ("非重点镇", "无", 0),
        ("一般乡镇", "无", 0),
        ("全国重点镇（已取消）", "全国重点镇(已取消)？", 1),
        ("拟申报全国重点镇", "拟申报全国重点镇？", 1),
        ("未列入全国重点镇", "未列入全国重点镇？", 1),
        ("原全国重点镇", "原全国重点镇？", 1),
        ("工业强镇、中心镇", "工业强镇？、中心镇", 1),
        ("不详", "", 0),
    ] {
        assert_eq!(statuses(text, &none), (wanted.to_owned(), doubts), "{text}");
        assert_eq!(parse_statuses(wanted).is_none(), wanted.is_empty());
    }
}

#[test]
fn words_of_area_toml_go_before_those_of_the_table() {
    let list = |texts: &[&str]| OneOrMany(texts.iter().map(|text| (*text).to_owned()).collect());
    let extra = ExtraWords::from([
        (
            "towns".to_owned(),
            BTreeMap::from([("status".to_owned(), BTreeMap::from([("工业强镇".to_owned(), list(&["强镇"]))]))]),
        ),
        (
            "stations".to_owned(),
            BTreeMap::from([(
                "kind".to_owned(),
                BTreeMap::from([("first_class".to_owned(), list(&["甲级站", "小型站"]))]),
            )]),
        ),
    ]);
    check_extra(&extra).unwrap();
    assert_eq!(statuses("工业强镇、强镇（2020年）", &extra), ("工业强镇、工业强镇（2020年）".to_owned(), 0));
    assert_eq!(cell(LayerId::Stations, "kind", "甲级站", &extra).0.as_deref(), Some("first_class"));
    assert_eq!(cell(LayerId::Stations, "kind", "小型站", &extra).0.as_deref(), Some("first_class"));
}

#[test]
fn words_for_what_is_not_there_are_refused_with_what_is() {
    let refused = |layer: &str, column: &str, ours: &str| {
        let words = BTreeMap::from([(ours.to_owned(), OneOrMany(vec!["x".to_owned()]))]);
        let extra = ExtraWords::from([(layer.to_owned(), BTreeMap::from([(column.to_owned(), words)]))]);
        check_extra(&extra).unwrap_err().to_string()
    };
    assert!(refused("station", "kind", "special").contains("stations"));
    assert!(refused("stations", "crew_people", "special").contains("vehicle_class"));
    assert!(refused("stations", "kind", "firstclass").contains("first_class"));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_years_in_brackets_change_nothing(text in "\\PC{0,14}", year in 1950_u32..2030) {
        let lexicon = lexicon(LayerId::Stations, "kind");
        let _ = lexicon.read(&text);
        let _ = statuses(&text, &ExtraWords::new());
        prop_assert_eq!(lexicon.read(&format!("特勤站（{year}年）")), Reading::Known("special".to_owned()));
    }
}
