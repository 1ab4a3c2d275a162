//! The package, put together: which file is made of what, where it stands, and when it is refused.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;

use crate::annex;
use crate::archive::ArchivedPart;
use crate::basis::BasisTable;
use crate::database::map::DatabaseMap;
use crate::database::records::{DatabaseFiller, DatabaseSheet};
use crate::database::{DatabaseFormat, ProjectOrder, dictionary, evidence_sheets, write_database};
use crate::digest::sha256_hex;
use crate::document::compose::{ComposedDocument, Composer};
use crate::document::docx::write_docx;
use crate::document::insets::InsetMaker;
use crate::document::merge::{BlockChange, generated_blocks, merge_document};
use crate::document::spec::DocumentSpec;
use crate::edition::{self, PackageEdition};
use crate::metadata::write_metadata;
use crate::order::{AssembledPackage, CONTENTS, PackageOrder, RECORD, TextRecord, name_package};
use crate::parts::PackagePart;
use crate::places::PlaceFinder;
use crate::schedule::fill::{FilledSchedule, Filler};
use crate::schedule::spec::read_schedules;
use crate::schedule::{WorkbookHead, write_workbook};
use crate::sources::Sources;
use crate::template::Teller;

/// What describes the package, and comes with the program.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../data/package"]
struct Described;

/// Where files stand in the package.
pub const TEXT: &str = "1 文本/规划文本.docx";
const EXPLANATION: &str = "2 说明书/规划说明书.docx";
const TABLES: &str = "4 附表/规划附表.xlsx";
const DATABASE: &str = "5 数据库";
const GEOPACKAGE: &str = "XFZXGH.gpkg";
const ANNEX: &str = "6 附件";
/// The list of what is still to be found out, where it is made.
pub const OPEN_LIST: &str = "6 附件/待核清单.xlsx";
const REVIEW: &str = "7 审查";
/// The day that files say they were made on where the bureau names none: no clock is asked.
const NO_DAY: &str = "2000-01-01";

/// The first stage of putting a package together, in both languages: every question is answered then.
pub const TABLES_STAGE: [&str; 2] = ["填写附表", "Filling the tables"];

/// The sheets of the atlas that may be shown to everybody, by their numbers.
///
/// # Errors
/// If the table of what is left out is not understood.
pub fn public_sheets() -> Result<Vec<String>> {
    edition::sheets_of(&described("public.toml")?)
}

fn described(file: &str) -> Result<String> {
    let found =
        Described::get(file).with_context(|| format!("缺少 data/package/{file} | data/package/{file} is missing"))?;
    Ok(String::from_utf8(found.data.into_owned())?)
}

/// Makes the package.
///
/// # Errors
/// If a final package would have unverified figures in 强制性内容 (they are named), if nobody waits for it any more, or if a
/// file cannot be made.
pub fn assemble_package(order: &PackageOrder<'_>, progress: &dyn Progress) -> Result<AssembledPackage> {
    let sources = Sources::new(order.area, order.answers, order.unanswered);
    let edition = match order.public {
        true => PackageEdition::public(&described("public.toml")?, &sources)?,
        false => PackageEdition::whole(),
    };
    let basis = BasisTable::read(&described("basis.toml")?)?;
    let teller = Teller::new(&sources, order.plan, order.rules, &basis);
    let places = PlaceFinder::new(order.area, edition.decimals());
    let filler = Filler::new(&sources, &teller, &places);
    let maker = Maker { order, sources: &sources, edition: &edition, teller: &teller, progress };

    maker.begin(TABLES_STAGE[0], TABLES_STAGE[1])?;
    let specs = read_schedules(&described("tables.toml")?)?;
    let mut schedules: Vec<FilledSchedule> = specs.iter().map(|spec| filler.fill(spec)).collect();
    schedules.iter_mut().for_each(|table| edition.restrict_table(table));

    maker.begin("编写文本和说明书", "Writing the texts")?;
    let documents = maker.compose(&schedules)?;
    if order.is_final {
        refuse_unverified(&documents[0])?;
    }
    let mut made = Made::default();
    maker.make_texts(&documents, &mut made)?;
    made.add(TABLES, write_workbook(&maker.head(), &schedules)?);
    if order.parts.has(PackagePart::Database) {
        maker.begin("写入数据库", "Writing the database")?;
        let map = DatabaseMap::read(&described("layers.toml")?)?;
        let day = order.plan.date.as_str();
        let database = DatabaseFiller { area: order.area, filler: &filler, teller: &teller, places: &places, day };
        let mut filled = database.fill(&map)?;
        filled.extend(evidence_sheets(&sources, teller.entries()));
        filled.iter_mut().try_for_each(|sheet| sheet.move_to_output(&order.area.plane))?;
        maker.name_scenario(&mut filled);
        maker.make_database(&edition.restrict_database(filled), &map, &mut made)?;
    }
    maker.begin("编写附件", "Writing the annexes")?;
    maker.make_annexes(&documents, &schedules, &mut made)?;
    Ok(maker.finish(made, &documents))
}

/// Refuses a final package while an unverified figure stands in 强制性内容, or in what would be it with a clause, and says which.
fn refuse_unverified(text: &ComposedDocument) -> Result<()> {
    let mut named = Vec::new();
    for article in text.articles().filter(|article| article.mandatory || !article.not_asked.is_empty()) {
        named
            .extend(article.doubtful.iter().map(|one| format!("“{}”中的{}（{}）", article.title, one.figure, one.why)));
        named.extend(article.missing.iter().map(|lack| format!("“{}”{lack}", article.title)));
    }
    named.dedup();
    if named.is_empty() {
        return Ok(());
    }
    let (count, all) = (named.len(), named.join("；"));
    bail!(
        "强制性内容中有 {count} 处数值未核实，不能定稿：{all}。请核实后写入地方规则（--profile），或不加 --final 先出送审稿 | \
         {count} figures in the mandatory content are unverified, so this cannot be final: {all}. Verify them in a profile, or \
         leave out --final for a draft"
    )
}

/// Files made so far.
#[derive(Default)]
struct Made {
    files: Vec<ArchivedPart>,
    record: TextRecord,
    changes: Vec<(String, BlockChange)>,
}

impl Made {
    fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.files.push(ArchivedPart { name: name.to_owned(), bytes });
    }
}

/// What every part of the package needs.
struct Maker<'a> {
    order: &'a PackageOrder<'a>,
    sources: &'a Sources<'a>,
    edition: &'a PackageEdition,
    teller: &'a Teller<'a>,
    progress: &'a dyn Progress,
}

impl Maker<'_> {
    fn begin(&self, zh: &str, en: &str) -> Result<()> {
        self.progress.stage(&Label::new(zh, en), 0);
        if self.progress.cancelled() { bail!("已取消 | cancelled") } else { Ok(()) }
    }

    /// The day that files say they were made on.
    fn day(&self) -> &str {
        if self.order.plan.date.is_empty() { NO_DAY } else { &self.order.plan.date }
    }

    fn compose(&self, schedules: &[FilledSchedule]) -> Result<[ComposedDocument; 2]> {
        let insets = InsetMaker { sources: self.sources, schedules, entries: self.teller.entries() };
        let composer = Composer { sources: self.sources, teller: self.teller, insets: &insets };
        let compose = |file: &str| -> Result<ComposedDocument> {
            let mut document = composer.compose(&DocumentSpec::read(file, &described(file)?)?);
            for article in document.chapters.iter_mut().flat_map(|chapter| &mut chapter.articles) {
                article.paragraphs.iter_mut().for_each(|text| *text = self.edition.hide_names(text));
                article.tables.iter_mut().for_each(|table| self.edition.restrict_table(table));
            }
            Ok(document)
        };
        Ok([compose("text.toml")?, compose("explanation.toml")?])
    }

    /// The texts, with what people have written into those of before.
    fn make_texts(&self, documents: &[ComposedDocument; 2], made: &mut Made) -> Result<()> {
        for (path, document) in [TEXT, EXPLANATION].into_iter().zip(documents) {
            let fresh = write_docx(document)?;
            made.record.texts.insert(path.to_owned(), generated_blocks(&fresh)?);
            let bytes = match self.order.previous.text(path) {
                None => fresh,
                Some((before, written)) => {
                    let merged = merge_document(before, written, &fresh)
                        .with_context(|| format!("合并人工修改过的 {path} | merging the edited {path}"))?;
                    made.changes.extend(merged.changes.into_iter().map(|change| (document.title.clone(), change)));
                    merged.bytes
                }
            };
            made.add(path, bytes);
        }
        Ok(())
    }

    fn make_database(&self, sheets: &[DatabaseSheet], map: &DatabaseMap, made: &mut Made) -> Result<()> {
        let folder = tempfile::tempdir().context("建立临时文件夹 | making a temporary folder")?;
        let epsg = self.order.area.plane.output().epsg();
        let project = self.order_project(map);
        for (format, name) in [
            (DatabaseFormat::GeoPackage, GEOPACKAGE),
            (DatabaseFormat::FileGeodatabase, "XFZXGH.gdb"),
            (DatabaseFormat::Shapefiles, "shp"),
        ] {
            self.begin(&format!("写入 {name}"), &format!("Writing {name}"))?;
            let path = folder.path().join(name);
            write_database(format, &path, epsg, sheets, Some(&project))?;
            collect_files(&path, &format!("{DATABASE}/{name}"), &mut made.files)?;
        }
        let tables: Vec<FilledSchedule> = dictionary::dictionary_tables(sheets);
        made.add(&format!("{DATABASE}/数据字典.xlsx"), write_workbook(&self.head(), &tables)?);
        let metadata = write_metadata(self.sources, self.order.plan, sheets);
        made.add(&format!("{DATABASE}/元数据.xml"), metadata.into_bytes());
        if let Some(notice) = self.sources.scenario_notice() {
            // Shapefiles have no place for the name of a layer.
            made.add(&format!("{DATABASE}/shp/说明.txt"), format!("{notice}\n").into_bytes());
        }
        Ok(())
    }

    /// Puts the scenario into what every layer is called, wherever that stands.
    fn name_scenario(&self, sheets: &mut [DatabaseSheet]) {
        if let Some(scenario) = self.sources.scenario() {
            sheets.iter_mut().for_each(|sheet| sheet.alias += &format!("（{scenario}）"));
        }
    }

    /// What the project of QGIS says beside the layers.
    fn order_project<'m>(&self, map: &'m DatabaseMap) -> ProjectOrder<'m> {
        let (plan, area) = (self.order.plan, self.order.area);
        let line = |what: &str, key: &str| [what.to_owned(), plan.tell(key, &area.name).unwrap_or_default()];
        ProjectOrder {
            title: self.signed_title(),
            file: GEOPACKAGE.to_owned(),
            plane: area.plane.output().describe().join("\n"),
            epsg: area.plane.output().epsg(),
            synthetic: area.synthetic,
            block: vec![
                line("组织编制单位", "body"),
                line("编制单位", "author"),
                line("数据基准年", "base_year"),
                line("编绘日期", "date"),
            ],
            themes: &map.theme,
        }
    }

    fn head(&self) -> WorkbookHead {
        let notice = self.sources.scenario_notice();
        WorkbookHead { title: self.signed_title(), base_year: self.base_year(), notice, day: self.day().to_owned() }
    }

    /// The name of the plan, and the scenario it is made under.
    fn signed_title(&self) -> String {
        match self.sources.scenario() {
            Some(scenario) => format!("{}（{scenario}）", self.title()),
            None => self.title(),
        }
    }

    fn title(&self) -> String {
        self.order.plan.title(&self.order.area.name)
    }

    fn base_year(&self) -> String {
        self.order.plan.tell("base_year", &self.order.area.name).unwrap_or_default()
    }

    fn make_annexes(
        &self,
        documents: &[ComposedDocument; 2],
        schedules: &[FilledSchedule],
        made: &mut Made,
    ) -> Result<()> {
        let head = self.head();
        let basis = annex::basis_tables(self.teller);
        let open = annex::open_tables(self.sources, self.order.undrawn, schedules, documents, self.teller);
        let figures: BTreeMap<String, String> = self.teller.figures_told().into_iter().collect();
        let changes = annex::change_tables(&made.changes, self.order.previous.figures(), &figures);
        made.record.figures = figures;
        let program = self.sources.answers.first().map_or("fireplan", |answer| &answer.findings.manifest.program);
        let mandatory = annex::mandatory_list(&documents[0]);
        let recomputed = annex::recomputation(&documents[0], self.sources, self.order.command, program);
        let record = annex::run_record(self.sources, self.order.plan, self.order.public);
        for (path, bytes) in [
            (format!("{ANNEX}/依据与可信度表.xlsx"), write_workbook(&head, &basis)?),
            (OPEN_LIST.to_owned(), write_workbook(&head, &open)?),
            (format!("{ANNEX}/强制性内容一览表.docx"), write_docx(&mandatory)?),
            (format!("{REVIEW}/前后版本差异.xlsx"), write_workbook(&head, &changes)?),
            (format!("{REVIEW}/重算说明.docx"), write_docx(&recomputed)?),
            (format!("{REVIEW}/run.json"), self.edition.hide_names(&record).into_bytes()),
        ] {
            if self.edition.has_file(&path) {
                made.add(&path, bytes);
            }
        }
        let mut text = serde_json::to_string_pretty(&made.record)?;
        text.push('\n');
        made.add(RECORD, text.into_bytes());
        Ok(())
    }

    fn finish(&self, mut made: Made, documents: &[ComposedDocument; 2]) -> AssembledPackage {
        let order = self.order;
        made.files.extend(order.extra.iter().filter(|file| self.edition.has_file(&file.name)).cloned());
        // Without the record, what people write into these texts could not be kept the next time.
        made.files.retain(|file| order.parts.has_file(&file.name) || file.name == RECORD);
        made.files.sort_by(|a, b| a.name.cmp(&b.name));
        let line = |file: &ArchivedPart| format!("{}  {}\n", sha256_hex(&file.bytes), file.name);
        let contents: String = made.files.iter().map(line).collect();
        // A line that begins so is none of a file, for this program and for those that verify digests.
        let notice = self.sources.scenario_notice().map_or_else(String::new, |notice| format!("# {notice}\n"));
        made.add(CONTENTS, (notice + &contents).into_bytes());
        AssembledPackage {
            name: name_package(order.plan, order.area, order.public, order.parts),
            files: made.files,
            changes: made.changes,
            doubtful: documents.iter().flat_map(ComposedDocument::articles).map(|article| article.doubtful.len()).sum(),
            open_words: documents.iter().map(|document| document.open_words().len()).sum(),
        }
    }
}

/// The files of a folder, or the one file, under a path of the package.
fn collect_files(path: &Path, name: &str, files: &mut Vec<ArchivedPart>) -> Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            let inner = format!("{name}/{}", entry.file_name().to_string_lossy());
            collect_files(&entry.path(), &inner, files)?;
        }
        return Ok(());
    }
    if path.exists() {
        files.push(ArchivedPart { name: name.to_owned(), bytes: std::fs::read(path)? });
    }
    Ok(())
}
