//! 附件 and 审查: on what the figures rest, what is still to be found out, what has changed, how to compute it again.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use fireplan_model::findings::{Input, Verdict};
use fireplan_model::layers::LayerId;
use fireplan_model::rules::{Force, InForce};

use crate::document::compose::{ComposedArticle, ComposedChapter, ComposedDocument};
use crate::document::insets::{plain_table, rule_row};
use crate::document::merge::BlockChange;
use crate::document::spec::DocumentNumbering;
use crate::plan::PlanFacts;
use crate::schedule::fill::FilledSchedule;
use crate::sources::{FoundRow, SheetLookup, Sources, text_of, without_subject};
use crate::template::Teller;
use crate::wording::{NONE, SheetCell};

/// 依据与可信度表: every rule in force, and on which each printed figure rests.
pub fn basis_tables(teller: &Teller<'_>) -> Vec<FilledSchedule> {
    let columns = [
        ("键", 26.0),
        ("内容", 24.0),
        ("数值", 26.0),
        ("效力", 8.0),
        ("可信度", 10.0),
        ("依据", 40.0),
        ("来源", 12.0),
        ("合理范围", 12.0),
        ("说明", 50.0),
    ];
    let rows = teller.entries().iter().map(|entry| {
        let mut row = vec![SheetCell::text(entry.key.clone())];
        row.extend(rule_row(entry));
        row.push(SheetCell::text(origin_word(entry)));
        row.push(SheetCell::text(
            entry.provenance.range.map_or_else(String::new, |[low, high]| format!("{low}～{high}")),
        ));
        row.push(SheetCell::text(entry.provenance.note.clone()));
        row
    });
    let rules = plain_table("采用的规则", &columns, rows.collect());
    let columns = [("指标", 44.0), ("文中数值", 20.0), ("所依据的规则", 50.0), ("其中未核实", 40.0)];
    let rows = teller.figures_told().into_iter().map(|(key, shown)| {
        let keys = teller.keys_of(&key).join("、");
        vec![
            SheetCell::text(key.clone()),
            SheetCell::text(shown),
            SheetCell::text(keys),
            SheetCell::text(teller.unverified_basis(&key).join("、")),
        ]
    });
    vec![on_a3(rules), on_a3(plain_table("文中数值的依据", &columns, rows.collect()))]
}

fn on_a3(table: FilledSchedule) -> FilledSchedule {
    FilledSchedule { paper: "A3".to_owned(), ..table }
}

pub(crate) fn origin_word(entry: &InForce) -> String {
    match entry.origin.to_string().as_str() {
        // A figure without a clause is no standard's.
        "national" if entry.provenance.force == Force::Default => "程序缺省值".to_owned(),
        "national" => "国家标准".to_owned(),
        "set" => "手工设定".to_owned(),
        profile => format!("地方规则 {profile}"),
    }
}

/// 待核清单: what is still to be found out, written or measured.
pub fn open_tables(
    sources: &Sources<'_>,
    undrawn: &[[String; 2]],
    schedules: &[FilledSchedule],
    documents: &[ComposedDocument],
    teller: &Teller<'_>,
) -> Vec<FilledSchedule> {
    vec![
        list_missing(sources, undrawn),
        broken_clauses(sources, teller.entries()),
        unknown_columns(schedules),
        doubtful_figures(documents),
        open_words(documents),
        undetermined_checks(sources, teller.entries()),
    ]
}

/// Analyses without an answer, layers that the area has not, and sheets that are not drawn.
fn list_missing(sources: &Sources<'_>, undrawn: &[[String; 2]]) -> FilledSchedule {
    let analyses = sources.unanswered.iter().map(|one| ["分析".to_owned(), one.title.zh.clone(), one.why.zh.clone()]);
    let layers = LayerId::ALL.iter().filter(|layer| !sources.area.has(**layer));
    let layers = layers.map(|layer| {
        let why = format!("没有此图层（{}）；有此类设施或事项的，请补充", layer.code());
        ["图层".to_owned(), layer.label().zh, why]
    });
    let sheets = undrawn.iter().map(|[sheet, why]| ["图纸".to_owned(), sheet.clone(), why.clone()]);
    let rows = analyses.chain(layers).chain(sheets).map(|row| row.map(SheetCell::text).to_vec());
    plain_table("缺少的数据", &[("类别", 8.0), ("名称", 34.0), ("缺什么", 80.0)], rows.collect())
}

/// The clauses that oblige and that new stations of the plan break: to be mended before they become projects.
fn broken_clauses(sources: &Sources<'_>, entries: &[InForce]) -> FilledSchedule {
    let mut new = BTreeSet::new();
    if let SheetLookup::Found(stations) = sources.sheet("siting.siting_stations") {
        let said =
            |row: &FoundRow<'_>, column: &str| stations.value(*row, column).map(|(_, value)| text_of(value).to_owned());
        let is_new = |row: &&FoundRow<'_>| said(row, "role").as_deref() == Some("new");
        new.extend(stations.rows.iter().filter(is_new).filter_map(|row| said(row, "name")));
    }
    let checks = sources.findings("siting").map_or(&[][..], |findings| findings.checks.as_slice());
    let broken = checks.iter().filter(|check| check.verdict == Verdict::Fail && new.contains(&check.subject));
    let rows = broken.map(|check| {
        let label =
            entries.iter().find(|entry| entry.key == check.rule).map_or(check.rule.as_str(), |entry| &entry.label.zh);
        [
            check.subject.as_str(),
            label,
            without_subject(&check.text.zh),
            "改建其他类别的站、另选站址，或先使其符合再立项",
        ]
        .map(SheetCell::text)
        .to_vec()
    });
    let columns = [("规划消防站", 28.0), ("条文", 30.0), ("情况", 60.0), ("处理", 34.0)];
    plain_table("规划消防站不符合的条文", &columns, rows.collect())
}

fn unknown_columns(schedules: &[FilledSchedule]) -> FilledSchedule {
    let mut rows = Vec::new();
    for table in schedules {
        for (at, column) in table.columns.iter().enumerate() {
            let unknown = table.rows.iter().filter(|row| row[at] == SheetCell::Unknown).count();
            if unknown == 0 {
                continue;
            }
            let heading = if column.group.is_empty() {
                column.title.clone()
            } else {
                format!("{}/{}", column.group, column.title)
            };
            let what = column.value.unknown.clone().unwrap_or_else(|| "数据中没有，请补充相应图层或字段".to_owned());
            rows.push(vec![
                SheetCell::text(format!("{} {}", table.label, table.title)),
                SheetCell::text(heading),
                SheetCell::Number(unknown as f64, 0),
                SheetCell::Number(table.rows.len() as f64, 0),
                SheetCell::text(what),
            ]);
        }
    }
    let columns = [("附表", 34.0), ("列", 28.0), ("待核(行)", 10.0), ("共(行)", 10.0), ("须补充", 44.0)];
    plain_table("附表中待核的列", &columns, rows)
}

fn doubtful_figures(documents: &[ComposedDocument]) -> FilledSchedule {
    let mut rows = Vec::new();
    for document in documents {
        for article in document.articles() {
            let mut doubtful = article.doubtful.clone();
            doubtful.sort();
            doubtful.dedup();
            for figure in doubtful {
                let mandatory = match (article.mandatory, article.not_asked.is_empty()) {
                    (true, _) => "是",
                    (false, false) => "否（无“应”条依据）",
                    (false, true) => NONE,
                };
                rows.push(
                    [&*document.title, &*article.title, mandatory, &*figure.figure, &*figure.shown, &*figure.why]
                        .map(SheetCell::text)
                        .to_vec(),
                );
            }
        }
    }
    let columns =
        [("成果", 14.0), ("条目", 24.0), ("强制性内容", 10.0), ("数值", 34.0), ("文中", 18.0), ("原因", 60.0)];
    plain_table("正文中待核的数值", &columns, rows)
}

fn open_words(documents: &[ComposedDocument]) -> FilledSchedule {
    let rows = documents.iter().flat_map(|document| {
        let words = document.open_words().into_iter();
        words.map(|(article, words)| [&*document.title, &article, &words].map(SheetCell::text).to_vec())
    });
    plain_table("待补的文字", &[("成果", 14.0), ("条目", 30.0), ("须补写", 80.0)], rows.collect())
}

fn undetermined_checks(sources: &Sources<'_>, entries: &[InForce]) -> FilledSchedule {
    let mut rows = Vec::new();
    for answer in sources.answers {
        let mut counted: BTreeMap<&str, (usize, Vec<&str>)> = BTreeMap::new();
        for check in answer.findings.checks.iter().filter(|check| check.verdict == Verdict::Undetermined) {
            let found = counted.entry(&check.rule).or_default();
            found.0 += check.count;
            if found.1.len() < 5 {
                found.1.push(&check.subject);
            }
        }
        for (rule, (count, examples)) in counted {
            let label = entries.iter().find(|entry| entry.key == rule).map_or(rule, |entry| &entry.label.zh);
            rows.push(vec![
                SheetCell::text(&*answer.title.zh),
                SheetCell::text(label),
                SheetCell::Number(count as f64, 0),
                SheetCell::text(examples.join("、")),
            ]);
        }
    }
    let columns = [("分析", 20.0), ("条文", 34.0), ("待核(项)", 10.0), ("例如", 70.0)];
    plain_table("待核的条文检查", &columns, rows)
}

/// 前后版本差异: what became of the blocks of the texts, and which figures have changed.
pub fn change_tables(
    changes: &[(String, BlockChange)],
    before: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> Vec<FilledSchedule> {
    let rows = changes.iter().map(|(document, change)| {
        [document.as_str(), &change.id, change.fate.words(), &change.before, &change.now].map(SheetCell::text).to_vec()
    });
    let columns = [("成果", 16.0), ("内容块", 18.0), ("处理", 26.0), ("上一版", 70.0), ("本版生成", 70.0)];
    let mut blocks = on_a3(plain_table("正文的变化", &columns, rows.collect()));
    blocks.empty = "没有变化（首次生成，或与上一版相同）。".to_owned();
    let keys = before.keys().chain(now.keys()).collect::<BTreeSet<_>>();
    let changed = keys.into_iter().filter(|key| !before.is_empty() && before.get(*key) != now.get(*key));
    let rows = changed.map(|key| {
        let shown = |all: &BTreeMap<String, String>| all.get(key).cloned().unwrap_or_default();
        [key.as_str(), &shown(before), &shown(now)].map(SheetCell::text).to_vec()
    });
    let mut figures = plain_table("指标的变化", &[("指标", 50.0), ("上一版", 24.0), ("本版", 24.0)], rows.collect());
    figures.empty.clone_from(&blocks.empty);
    vec![blocks, figures]
}

/// 强制性内容一览表.
pub fn mandatory_list(text: &ComposedDocument) -> ComposedDocument {
    let rows = text.chapters.iter().flat_map(|chapter| {
        let mandatory = chapter.articles.iter().filter(|article| article.mandatory);
        mandatory.map(|article| {
            [&*chapter.title, &*article.title, &article.paragraphs.join("\n")].map(SheetCell::text).to_vec()
        })
    });
    let table = plain_table("强制性内容", &[("章", 12.0), ("条", 14.0), ("内容", 60.0)], rows.collect());
    one_chapter(text, "强制性内容一览表", vec![article("mandatory", "强制性内容", Vec::new(), vec![table])])
}

/// 重算说明: versions, inputs with their digests, and the command.
pub fn recomputation(text: &ComposedDocument, sources: &Sources<'_>, command: &str, program: &str) -> ComposedDocument {
    let rows = sources.inputs().into_iter().map(|(source, sha256)| [source, sha256].map(SheetCell::text).to_vec());
    let inputs = plain_table("输入文件", &[("文件", 20.0), ("SHA-256", 60.0)], rows.collect());
    let version = format!(
        "本成果由 {program} 生成。相同的输入文件、规则、参数和程序版本得到逐字节相同的成果；各文件的 SHA-256 见《成果清单.txt》。"
    );
    let steps = vec![
        "一、核对输入文件的 SHA-256 与下表一致；".to_owned(),
        "二、核对 run.json 中的程序版本、规则和参数；".to_owned(),
        format!("三、运行：{command}"),
        "四、比较新旧《成果清单.txt》。文本、说明书若有人工修改，其 SHA-256 不同，修改处见《前后版本差异.xlsx》。"
            .to_owned(),
    ];
    let articles = vec![
        article("r_version", "版本", vec![version], Vec::new()),
        article("r_inputs", "输入", Vec::new(), vec![inputs]),
        article("r_steps", "重算步骤", steps, Vec::new()),
    ];
    one_chapter(text, "重算说明", articles)
}

fn article(id: &str, title: &str, paragraphs: Vec<String>, tables: Vec<FilledSchedule>) -> ComposedArticle {
    ComposedArticle {
        id: id.to_owned(),
        title: title.to_owned(),
        mandatory: false,
        not_asked: Vec::new(),
        paragraphs,
        tables,
        doubtful: Vec::new(),
        missing: Vec::new(),
    }
}

fn one_chapter(like: &ComposedDocument, title: &str, articles: Vec<ComposedArticle>) -> ComposedDocument {
    ComposedDocument {
        title: title.to_owned(),
        header: like.header.clone(),
        numbering: DocumentNumbering::Sections,
        cover: vec![like.header.clone(), title.to_owned()],
        notice: like.notice.clone(),
        chapters: vec![ComposedChapter { title: title.to_owned(), articles }],
    }
}

/// What a package was made of, for whoever reviews it.
#[derive(Serialize)]
struct RunRecord<'a> {
    program: &'a str,
    area: &'a str,
    synthetic: bool,
    crs: &'a str,
    edition: &'a str,
    plan: &'a PlanFacts,
    profile: &'a str,
    set: &'a [String],
    as_of: Option<&'a str>,
    scenario: Option<&'a str>,
    inputs: Vec<Input>,
    analyses: Vec<AnalysisRecord<'a>>,
    unanswered: Vec<[&'a str; 2]>,
    rules: &'a serde_json::Value,
}

#[derive(Serialize)]
struct AnalysisRecord<'a> {
    id: &'a str,
    request: &'a serde_json::Value,
    figures: &'a [fireplan_model::findings::Figure],
    checks: usize,
}

/// run.json: inputs, versions, rules, parameters and figures.
pub fn run_record(sources: &Sources<'_>, plan: &PlanFacts, public: bool) -> String {
    let manifest = sources.answers.first().map(|answer| &answer.findings.manifest);
    let nothing = serde_json::Value::Null;
    let record = RunRecord {
        program: manifest.map_or("", |manifest| &manifest.program),
        area: &sources.area.name,
        synthetic: sources.area.synthetic,
        crs: sources.area.plane.name(),
        edition: if public { "公示版" } else { "内部版" },
        plan,
        profile: manifest.map_or("", |manifest| &manifest.profile),
        set: manifest.map_or(&[], |manifest| &manifest.set),
        as_of: manifest.and_then(|manifest| manifest.as_of.as_deref()),
        scenario: manifest.and_then(|manifest| manifest.scenario_title.as_ref()).map(|title| &*title.zh),
        inputs: sources.inputs().into_iter().map(|(source, sha256)| Input { source, sha256 }).collect(),
        analyses: sources
            .answers
            .iter()
            .map(|answer| AnalysisRecord {
                id: &answer.id,
                request: &answer.findings.manifest.request,
                figures: &answer.findings.figures,
                checks: answer.findings.checks.iter().map(|check| check.count).sum(),
            })
            .collect(),
        unanswered: sources.unanswered.iter().map(|one| [&*one.id, &*one.why.zh]).collect(),
        rules: manifest.map_or(&nothing, |manifest| &manifest.rules),
    };
    let mut text = serde_json::to_string_pretty(&record).expect("the record is plain data");
    text.push('\n');
    text
}
