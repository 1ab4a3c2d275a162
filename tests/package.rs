//! The package of the demo county: its parts are read back by other means than they were written by, and hold the numbers of the
//! findings and of each other; made again, it has the same bytes and keeps what people wrote; the public edition hides what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_package::archive::{pack_archive, unpack_archive};
use fireplan_package::database::map::DatabaseMap;
use fireplan_package::document::blocks::find_blocks;
use fireplan_package::document::merge::BlockFate;
use fireplan_package::schedule::spec::{ColumnValue, RowGroup, read_schedules};
use fireplan_package::sources::{SheetLookup, Sources};
use fireplan_package::{
    AnalysisAnswer, ArchivedPart, AssembledPackage, PackageOrder, PartChoice, PlanFacts, PreviousPackage,
    assemble_package, write_package,
};
use gdal::vector::{FieldValue, LayerAccess};
use gdal::{Dataset, DatasetOptions};

const TEXT: &str = "1 文本/规划文本.docx";
const TABLES: &str = "4 附表/规划附表.xlsx";

/// The area, its rules and every answer, once for all tests here.
pub(crate) fn answered() -> &'static (StudyArea, Rules, Vec<AnalysisAnswer>) {
    static ANSWERED: OnceLock<(StudyArea, Rules, Vec<AnalysisAnswer>)> = OnceLock::new();
    ANSWERED.get_or_init(|| answer_all(fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap()))
}

/// Every answer that an area has.
fn answer_all(area: StudyArea) -> (StudyArea, Rules, Vec<AnalysisAnswer>) {
    let rules = Rules::load(None).unwrap();
    let answers = Request::all().into_iter().map(|request| AnalysisAnswer {
        id: request.id().to_owned(),
        title: request.about().0,
        findings: request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap(),
    });
    let answers = answers.collect();
    (area, rules, answers)
}

fn plan() -> PlanFacts {
    PlanFacts::read(
        "name = '青岚县消防专项规划'\nbody = '青岚县人民政府'\nbase_year = 2026\nnear_until = 2030\nfar_until = 2035\n\
         date = '2026-11-28'\n[targets.'coverage.people_percent']\nnear = '60'\nfar = '85'\nnature = '约束性'\n",
    )
    .unwrap()
}

fn make(public: bool, is_final: bool, previous: &PreviousPackage) -> anyhow::Result<AssembledPackage> {
    assemble(answered(), public, is_final, previous)
}

fn assemble(
    (area, rules, answers): &(StudyArea, Rules, Vec<AnalysisAnswer>),
    public: bool,
    is_final: bool,
    previous: &PreviousPackage,
) -> anyhow::Result<AssembledPackage> {
    let extra = vec![ArchivedPart { name: "3 图集/说明.txt".to_owned(), bytes: b"atlas".to_vec() }];
    let order = PackageOrder {
        area,
        rules,
        answers,
        unanswered: &[],
        plan: &plan(),
        public,
        is_final,
        parts: &PartChoice::default(),
        previous,
        undrawn: &[["16 消防通信规划图".to_owned(), "缺消防通信设施".to_owned()]],
        extra,
        command: "fireplan package demo --out 成果包",
    };
    assemble_package(&order, &Silent)
}

/// The package as made first.
fn whole() -> &'static AssembledPackage {
    static WHOLE: OnceLock<AssembledPackage> = OnceLock::new();
    WHOLE.get_or_init(|| make(false, false, &PreviousPackage::default()).unwrap())
}

fn file<'p>(package: &'p AssembledPackage, name: &str) -> &'p [u8] {
    let found = package.files.iter().find(|file| file.name == name);
    &found.unwrap_or_else(|| panic!("no {name} among {:?}", names(package))).bytes
}

fn names(package: &AssembledPackage) -> Vec<&str> {
    package.files.iter().map(|file| file.name.as_str()).collect()
}

/// The words of every block of a docx.
fn words(docx: &[u8]) -> BTreeMap<String, String> {
    let parts = unpack_archive(docx).unwrap();
    let document = parts.iter().find(|part| part.name == "word/document.xml").unwrap();
    let blocks = find_blocks(std::str::from_utf8(&document.bytes).unwrap()).unwrap();
    blocks.into_iter().map(|block| (block.id, block.text)).collect()
}

/// The cells of a workbook, sheet by sheet, as GDAL reads them: not by the library that wrote them.
fn sheets(xlsx: &[u8], folder: &Path) -> BTreeMap<String, Vec<Vec<String>>> {
    let path = folder.join("tables.xlsx");
    std::fs::write(&path, xlsx).unwrap();
    let options =
        DatasetOptions { open_options: Some(&["HEADERS=DISABLE", "FIELD_TYPES=STRING"]), ..Default::default() };
    let dataset = Dataset::open_ex(&path, options).unwrap();
    let mut all = BTreeMap::new();
    for mut layer in dataset.layers() {
        let mut rows = Vec::new();
        for feature in layer.features() {
            let cells = feature.fields().map(|(_, value)| match value {
                Some(FieldValue::StringValue(text)) => text,
                _ => String::new(),
            });
            rows.push(cells.collect());
        }
        all.insert(layer.name(), rows);
    }
    all
}

/// Writes files of the package into a folder, so that GDAL can open them.
fn unpacked(package: &AssembledPackage, below: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for file in package.files.iter().filter(|file| file.name.starts_with(below)) {
        let path = folder.path().join(&file.name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.bytes).unwrap();
    }
    let path = folder.path().join(below);
    (folder, path)
}

/// Number of features of each layer with a geometry.
fn layers(path: &Path) -> BTreeMap<String, u64> {
    count_rows(path, true)
}

/// Number of rows of each layer, or of each table.
fn count_rows(path: &Path, placed: bool) -> BTreeMap<String, u64> {
    let dataset = Dataset::open(path).unwrap();
    let is_placed =
        |layer: &gdal::vector::Layer<'_>| layer.defn().geometry_type() != gdal::vector::OGRwkbGeometryType::wkbNone;
    let wanted = dataset.layers().filter(|layer| layer.name() != "layer_styles" && is_placed(layer) == placed);
    wanted.map(|layer| (layer.name(), layer.feature_count())).collect()
}

fn field(path: &Path, layer: &str, name: &str) -> BTreeMap<String, Option<f64>> {
    let dataset = Dataset::open(path).unwrap();
    let mut layer = dataset.layer_by_name(layer).unwrap();
    let text = |feature: &gdal::vector::Feature<'_>, name: &str| {
        feature.field_as_string(feature.field_index(name).unwrap()).unwrap().unwrap_or_default()
    };
    let number = |feature: &gdal::vector::Feature<'_>| {
        let at = feature.field_index(name).unwrap();
        feature.field_as_double(at).unwrap().map(|value| (value * 100.0).round() / 100.0)
    };
    layer.features().map(|feature| (text(&feature, "BSM"), number(&feature))).collect()
}

/// The columns that a value names of its row (`""`) and of joined sheets.
fn columns_of(value: &ColumnValue) -> Vec<(String, String)> {
    let braces = |text: &str| -> Vec<String> {
        let inside = text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name.to_owned()));
        inside.collect()
    };
    let plain = value.value.iter().flat_map(|value| value.split('|').map(|name| name.trim().to_owned()));
    let named = plain.chain(value.text.iter().flat_map(|text| braces(text))).filter(|name| name != "#");
    // `each` fills its text with the columns of each row of the join.
    let each = value.over.as_ref().filter(|_| value.op.as_deref() == Some("each"));
    let mut columns: Vec<(String, String)> = named
        .map(|name| match name.trim_start_matches("all ").split_once('.') {
            Some((join, column)) => (join.to_owned(), column.to_owned()),
            None => (each.cloned().unwrap_or_default(), name),
        })
        .collect();
    if let (Some(over), Some(of)) = (&value.over, &value.of) {
        columns.push((over.clone(), of.clone()));
    }
    columns
}

/// What of these groups names a column that its sheet has not; sheets that the demo has nothing for say nothing.
fn missing_columns(sources: &Sources<'_>, groups: &[RowGroup], values: &[(String, ColumnValue)]) -> Vec<String> {
    let mut missing = Vec::new();
    let mut ask = |sheet: &str, column: &str| {
        let SheetLookup::Found(found) = sources.sheet(sheet) else { return };
        if found.column(column).is_none() {
            missing.push(format!("{sheet} has no {column}"));
        }
    };
    for group in groups {
        let from = &group.from[0];
        group.only.keys().chain(&group.sort).for_each(|column| ask(from, column));
        for join in group.join.values() {
            join.on.keys().chain(join.only.keys()).chain(&join.above_zero).for_each(|column| ask(&join.from, column));
            join.on.values().for_each(|column| ask(from, column));
        }
        for (title, value) in values {
            for (join, column) in columns_of(group.cells.get(title).unwrap_or(value)) {
                match group.join.get(&join) {
                    Some(join) => ask(&join.from, &column),
                    None => ask(from, &column),
                }
            }
        }
    }
    missing
}

#[test]
fn every_column_that_the_package_names_is_one_of_the_findings() {
    let (area, _, answers) = answered();
    let sources = Sources::new(area, answers, &[]);
    let read = |file: &str| std::fs::read_to_string(Path::new("data/package").join(file)).unwrap();
    let mut missing = Vec::new();
    for spec in read_schedules(&read("tables.toml")).unwrap() {
        let values: Vec<(String, ColumnValue)> =
            spec.column.iter().map(|column| (column.title.clone(), column.value.clone())).collect();
        for group in &spec.rows {
            let unknown = group.cells.keys().filter(|title| values.iter().all(|(known, _)| known != *title));
            missing.extend(unknown.map(|title| format!("table {} has no column {title}", spec.number)));
        }
        missing.extend(missing_columns(&sources, &spec.rows, &values));
    }
    for layer in DatabaseMap::read(&read("layers.toml")).unwrap().layer {
        let own = layer.field.iter().map(|field| (field.code.clone(), field.value.clone()));
        let values: Vec<(String, ColumnValue)> = own.chain([("MC".to_owned(), layer.name_of.clone())]).collect();
        missing.extend(missing_columns(&sources, &layer.rows, &values));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_part_is_there_and_named_in_the_list_of_contents() {
    let package = whole();
    assert_eq!(package.name, "青岚县消防专项规划（2026—2035年）_送审稿_20261128");
    for name in [
        TEXT,
        "2 说明书/规划说明书.docx",
        "3 图集/说明.txt",
        TABLES,
        "5 数据库/XFZXGH.gpkg",
        "5 数据库/XFZXGH.gdb/gdb",
        "5 数据库/shp/XFZD.shp",
        "5 数据库/shp/XFZD.cpg",
        "5 数据库/数据字典.xlsx",
        "5 数据库/元数据.xml",
        "6 附件/依据与可信度表.xlsx",
        "6 附件/待核清单.xlsx",
        "6 附件/强制性内容一览表.docx",
        "7 审查/run.json",
        "7 审查/重算说明.docx",
        "7 审查/前后版本差异.xlsx",
    ] {
        file(package, name);
    }
    let contents = std::str::from_utf8(file(package, "成果清单.txt")).unwrap();
    assert_eq!(contents.lines().count(), package.files.len() - 1);
    let digest = <sha2::Sha256 as sha2::Digest>::digest(file(package, TABLES));
    assert!(contents.contains(&format!("{digest:x}  {TABLES}")));
}

#[test]
fn the_workbook_has_all_tables_with_their_columns_and_no_empty_cell() {
    let folder = tempfile::tempdir().unwrap();
    let sheets = sheets(file(whole(), TABLES), folder.path());
    assert_eq!(sheets.len(), 19, "{:?}", sheets.keys());
    for (name, rows) in &sheets {
        let number: u32 = name.chars().skip(2).take_while(char::is_ascii_digit).collect::<String>().parse().unwrap();
        assert!((1..=19).contains(&number), "{name}");
        assert!(rows[0][0].starts_with(&format!("附表{number}")), "{name}: {:?}", rows[0]);
        let body = rows.iter().skip(3).take_while(|row| !row[0].starts_with("注："));
        let filled: Vec<&Vec<String>> = body.filter(|row| row[0].parse::<f64>().is_ok()).collect();
        for row in filled {
            assert!(row.iter().all(|cell| !cell.is_empty()), "{name}: an empty cell in {row:?}");
        }
    }
    // The joined sheet of villages: every village of the findings with its time and its water.
    let villages = &sheets["附表11村庄消防通达一览表"];
    let access = find("access").findings.layers.iter().find(|layer| layer.id == "access_villages").unwrap();
    let kind = access.columns.iter().position(|column| column.name == "kind").unwrap();
    let count = access.features.iter().filter(|feature| feature.values[kind].as_str() == Some("village")).count();
    let numbered = villages.iter().filter(|row| row[0].parse::<usize>().is_ok()).count();
    assert_eq!(numbered, count);
    let towns = &sheets["附表5乡镇(街道)消防队伍建设一览表"];
    let numbered = towns.iter().filter(|row| row[0].parse::<usize>().is_ok()).count();
    assert_eq!(numbered, answered().0.layers.towns.len());
}

fn find(id: &str) -> &'static AnalysisAnswer {
    answered().2.iter().find(|answer| answer.id == id).unwrap()
}

#[test]
fn a_figure_is_the_same_in_text_table_and_findings() {
    let folder = tempfile::tempdir().unwrap();
    let sheets = sheets(file(whole(), TABLES), folder.path());
    let text = words(file(whole(), TEXT));
    let explanation = words(file(whole(), "2 说明书/规划说明书.docx"));
    for (analysis, name, row) in [
        ("coverage", "people_percent", "人口响应覆盖率"),
        ("coverage", "built_up_percent", "城镇建成区消防站响应覆盖率"),
        ("hydrants", "road_within_spacing_percent", "建成区道路消火栓间距达标率"),
        ("access", "standard_villages_percent", "普通消防车可达的居民点比例"),
        ("water", "villages_supplied_percent", "消防供水满足的村庄比例"),
    ] {
        let figure = find(analysis).findings.figures.iter().find(|figure| figure.name == name).unwrap();
        let value = figure.value.unwrap();
        let shown = format!("{value}%");
        assert!(text.values().any(|text| text.contains(&shown)), "{name}: no {shown} in the text");
        assert!(explanation.values().any(|text| text.contains(&shown)), "{name}: no {shown} in the explanation");
        let found = sheets["附表1规划指标表"].iter().find(|cells| cells[1] == row).unwrap();
        assert_eq!(found[3].parse::<f64>().ok(), Some(value), "{name}: {found:?}");
    }
    let targets = sheets["附表1规划指标表"].iter().find(|cells| cells[1] == "人口响应覆盖率").unwrap();
    assert_eq!(targets[4..7], ["60", "85", "约束性"]);
}

/// One brigade of the demo states neither crew nor engines: what nobody states is not summed up as nothing.
#[test]
fn a_sum_of_what_some_do_not_state_says_so() {
    let text = &words(file(whole(), TEXT))["t_now_stations"];
    let crew: f64 = answered().0.layers.stations.iter().filter_map(|station| station.crew_people).map(f64::from).sum();
    let unknown = answered().0.layers.stations.iter().filter(|station| station.crew_people.is_none()).count();
    assert!(unknown > 0 && text.contains(&format!("队员 不少于 {crew}人（{unknown} 处待核）【待核】")), "{text}");
}

#[test]
fn the_database_says_the_same_in_every_format_and_as_the_tables() {
    let (_folder, path) = unpacked(whole(), "5 数据库");
    let (gpkg, gdb, shp) = (path.join("XFZXGH.gpkg"), path.join("XFZXGH.gdb"), path.join("shp"));
    let counts = layers(&gpkg);
    assert!(counts.len() >= 15, "{counts:?}");
    assert_eq!(layers(&gdb), counts);
    assert_eq!(layers(&shp), counts);
    for (layer, name) in [("CZTD", "DDSJ"), ("XFSHUAN", "GJ"), ("GHXHS", "TZ"), ("XFZZRQ", "MJ"), ("XFFGFW", "TBMJ")] {
        let values = field(&gpkg, layer, name);
        assert_eq!(field(&gdb, layer, name), values, "{layer}.{name}");
        assert_eq!(field(&shp, layer, name), values, "{layer}.{name}");
        assert!(values.values().any(Option::is_some), "{layer}.{name} says nothing");
    }
    let coverage = &find("coverage").findings;
    let villages = coverage.layers.iter().find(|layer| layer.id == "coverage_villages").unwrap();
    let at = villages.columns.iter().position(|column| column.name == "response_min").unwrap();
    let found: BTreeSet<String> = villages
        .features
        .iter()
        .filter_map(|feature| feature.values[at].as_f64())
        .map(|value| format!("{value:.2}"))
        .collect();
    let written: BTreeSet<String> =
        field(&gpkg, "CZTD", "DDSJ").values().flatten().map(|value| format!("{value:.2}")).collect();
    assert_eq!(written, found);
}

#[test]
fn the_database_carries_what_it_rests_on() {
    let (_folder, path) = unpacked(whole(), "5 数据库");
    let (gpkg, gdb) = (path.join("XFZXGH.gpkg"), path.join("XFZXGH.gdb"));
    let tables = count_rows(&gpkg, false);
    assert_eq!(count_rows(&gdb, false), tables);
    let answers = &answered().2;
    let sum = |count: fn(&AnalysisAnswer) -> usize| answers.iter().map(count).sum::<usize>() as u64;
    assert_eq!(tables["ZBSZ"], sum(|answer| answer.findings.figures.len()));
    assert_eq!(tables["TWJC"], sum(|answer| answer.findings.checks.len()));
    assert_eq!(tables["CYGZ"], answered().1.in_force().entries.len() as u64);
    assert!(tables["FXCS"] > answers.len() as u64 * 5 && tables["JCLY"] > 10, "{tables:?}");

    let dataset = Dataset::open(&gpkg).unwrap();
    let texts = |statement: &str| -> Vec<String> {
        let mut found = dataset.execute_sql(statement, None, gdal::vector::sql::Dialect::DEFAULT).unwrap().unwrap();
        found.features().map(|row| row.field_as_string(0).unwrap().unwrap_or_default()).collect()
    };
    let figure = find("coverage").findings.figures.iter().find(|figure| figure.name == "people_percent").unwrap();
    let told = texts("SELECT SZ FROM ZBSZ WHERE JM = 'coverage.people_percent'");
    assert_eq!(told[0].parse::<f64>().unwrap(), figure.value.unwrap());
    let digests = texts("SELECT SHA256 FROM JCLY WHERE WJ = 'stations.geojson'");
    let station_file = std::fs::read(fireplan_testing::demo().join("stations.geojson")).unwrap();
    assert_eq!(digests, [format!("{:x}", <sha2::Sha256 as sha2::Digest>::digest(station_file))]);
    let words = texts("SELECT value FROM gpkg_data_column_constraints WHERE constraint_name = 'XFZD_LB'");
    assert!(words.iter().any(|word| word == "一级普通消防站"), "{words:?}");
}

#[test]
fn the_geopackage_has_a_project_with_a_theme_and_a_layout_for_each_of_its_sheets() {
    let (_folder, path) = unpacked(whole(), "5 数据库/XFZXGH.gpkg");
    let dataset = Dataset::open(&path).unwrap();
    let mut found = dataset
        .execute_sql("SELECT name, CAST(content AS TEXT) FROM qgis_projects", None, gdal::vector::sql::Dialect::DEFAULT)
        .unwrap()
        .unwrap();
    let row = found.features().next().unwrap();
    assert_eq!(row.field_as_string(0).unwrap().unwrap(), "青岚县消防专项规划");
    let hex = row.field_as_string(1).unwrap().unwrap();
    let bytes: Vec<u8> =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
    let project = String::from_utf8(unpack_archive(&bytes).unwrap().remove(0).bytes).unwrap();

    let atlas = std::fs::read_to_string("data/atlas/sheets.toml").unwrap();
    let map = DatabaseMap::read(&std::fs::read_to_string("data/package/layers.toml").unwrap()).unwrap();
    let there = layers(&path);
    for theme in &map.theme {
        let title = &theme.title;
        assert!(atlas.contains(&format!("title = \"{title}\"")), "the atlas has no sheet {title}");
        if theme.layers.iter().all(|name| !there.contains_key(name)) {
            continue;
        }
        assert!(project.contains(&format!("<visibility-preset name=\"{title}\"")), "no theme {title}");
        assert!(project.contains(&format!("<Layout name=\"{title}\"")), "no layout {title}");
    }
    for name in there.keys() {
        assert!(project.contains(&format!("<datasource>./XFZXGH.gpkg|layername={name}</datasource>")), "{name}");
    }
}

#[test]
fn shapefiles_are_in_gbk_and_say_so() {
    let package = whole();
    assert_eq!(file(package, "5 数据库/shp/XFZD.cpg"), b"GBK");
    let dbf = file(package, "5 数据库/shp/XFZD.dbf");
    let name = [0xcf_u8, 0xfb, 0xb7, 0xc0]; // 消防
    assert!(dbf.windows(4).any(|bytes| bytes == name), "no 消防 in GBK");
}

#[test]
fn the_same_findings_give_the_same_bytes_again_and_in_the_same_folder() {
    let again = make(false, false, &PreviousPackage::default()).unwrap();
    let differ = |a: &AssembledPackage, b: &AssembledPackage| -> Vec<String> {
        assert_eq!(names(a), names(b));
        let pairs = a.files.iter().zip(&b.files);
        pairs.filter(|(a, b)| a.bytes != b.bytes).map(|(a, _)| a.name.clone()).collect()
    };
    assert_eq!(differ(whole(), &again), Vec::<String>::new());
    let out = tempfile::tempdir().unwrap();
    let written = write_package(whole(), out.path()).unwrap();
    let archive = std::fs::read(&written.archive).unwrap();
    let previous = PreviousPackage::read(&written.folder).unwrap();
    let third = make(false, false, &previous).unwrap();
    assert_eq!(differ(whole(), &third), Vec::<String>::new());
    write_package(&third, out.path()).unwrap();
    assert_eq!(std::fs::read(&written.archive).unwrap(), archive);
}

#[test]
fn what_people_wrote_into_the_text_stays() {
    let out = tempfile::tempdir().unwrap();
    let written = write_package(whole(), out.path()).unwrap();
    let path = written.folder.join(TEXT);
    let mut parts = unpack_archive(&std::fs::read(&path).unwrap()).unwrap();
    let document = parts.iter_mut().find(|part| part.name == "word/document.xml").unwrap();
    let text = String::from_utf8(document.bytes.clone()).unwrap();
    let principle = "【补充：规划原则，如统筹布局、城乡一体、近远结合、资源共享】";
    assert!(text.contains(principle));
    document.bytes = text.replace(principle, "坚持政府统一领导").into_bytes();
    std::fs::write(&path, pack_archive(parts).unwrap()).unwrap();
    let previous = PreviousPackage::read(&written.folder).unwrap();
    let package = make(false, false, &previous).unwrap();
    let kept = words(file(&package, TEXT));
    assert!(kept["t_principles"].contains("坚持政府统一领导"));
    assert_eq!(kept["t_now_stations"], words(file(whole(), TEXT))["t_now_stations"]);
    let fates: Vec<(&str, BlockFate)> = package.changes.iter().map(|(_, one)| (one.id.as_str(), one.fate)).collect();
    assert_eq!(fates, [("t_principles", BlockFate::KeptEdited)]);
}

#[test]
fn a_final_package_is_refused_while_mandatory_figures_are_unverified() {
    let refusal = make(false, true, &PreviousPackage::default()).err().expect("unverified figures").to_string();
    assert!(refusal.contains("强制性内容") && refusal.contains("规划消防站"), "{refusal}");
}

#[test]
fn the_public_edition_hides_what_its_table_says() {
    let public = make(true, false, &PreviousPackage::default()).unwrap();
    assert!(public.name.contains("公示版"));
    assert!(names(&public).iter().all(|name| !name.contains("待核清单") && !name.contains("XFSHUAN")));
    let secret: Vec<&str> = answered().0.layers.key_units.iter().map(|unit| unit.name.as_str()).collect();
    let secret: Vec<&str> = secret.into_iter().filter(|name| name.chars().count() > 1).collect();
    assert!(!secret.is_empty(), "the demo has key units");
    let whole_says = |name: &str| whole().files.iter().any(|file| says(file, name));
    assert!(secret.iter().any(|name| whole_says(name)), "the whole package names them");
    for file in &public.files {
        for name in &secret {
            assert!(!says(file, name), "{} still says {name}", file.name);
        }
        for heading in ["管径(mm)", "压力(MPa)"] {
            assert!(!says(file, heading), "{}: {heading}", file.name);
        }
    }
    let fine = |part: &ArchivedPart| {
        let text = String::from_utf8_lossy(&part.bytes).into_owned();
        text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
            .filter_map(|number| number.split_once('.'))
            .find(|(degrees, decimals)| degrees.len() == 3 && degrees.starts_with('1') && decimals.len() > 3)
            .map(|(degrees, decimals)| format!("{degrees}.{decimals}"))
    };
    let tables = unpack_archive(file(&public, TABLES)).unwrap();
    let strings = tables.iter().find(|part| part.name == "xl/sharedStrings.xml").unwrap();
    assert_eq!(fine(strings), None, "a place finer than three decimals");
    let whole_tables = unpack_archive(file(whole(), TABLES)).unwrap();
    let whole_strings = whole_tables.iter().find(|part| part.name == "xl/sharedStrings.xml").unwrap();
    assert!(fine(whole_strings).is_some(), "the whole package has fine places");
    let (_folder, path) = unpacked(&public, "5 数据库");
    let counts = layers(&path.join("XFZXGH.gpkg"));
    assert!(
        counts.contains_key("CZTD") && !counts.contains_key("XFSHUAN") && !counts.contains_key("XFTD"),
        "{counts:?}"
    );
    let dataset = Dataset::open(path.join("XFZXGH.gpkg")).unwrap();
    let mut layer = dataset.layer_by_name("CZTD").unwrap();
    for feature in layer.features() {
        let (x, y, _) = feature.geometry().unwrap().get_point(0);
        assert_eq!((x % 100.0, y % 100.0), (0.0, 0.0), "a place to the metre");
    }
}

/// Whether a file says something, in any part of it and in any encoding that is used.
fn says(file: &ArchivedPart, what: &str) -> bool {
    let gbk = encoding_rs::GBK.encode(what).0.into_owned();
    let utf16: Vec<u8> = what.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let has = |bytes: &[u8]| {
        [what.as_bytes(), &gbk, &utf16].iter().any(|word| bytes.windows(word.len()).any(|window| window == *word))
    };
    let packed = file.name.ends_with(".docx") || file.name.ends_with(".xlsx");
    if packed { unpack_archive(&file.bytes).unwrap().iter().any(|part| has(&part.bytes)) } else { has(&file.bytes) }
}
