//! The way from the sources that a manifest names to the area.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use geo::{Coord, Rect};
use rayon::prelude::*;

use crate::corrections::CorrectRows;
use crate::digest::digest;
use crate::files::{find, read_bounded};
use crate::join::JoinRequest;
use crate::manifest::{AreaManifest, FileSource, Join, LayerSource};
use crate::network::{build_network, join_loose_ends};
use crate::osm::{Extract, OsmLayers};
use crate::parts::{AreaParts, extent, hull};
use crate::quantity::Declared;
use crate::raster::{RasterFile, Window};
use crate::reports::{self, ReadSheet};
use crate::responsible::read_responsible;
use crate::rows::Fields;
use crate::steps::{CountedSteps, Step};
use crate::table::{SheetRows, SourceTable, TableRequest};
use crate::visitors::{JoinRows, TakeRows, Taken};
use crate::{
    bounds, crs, footprints, lifecycle, once, osm, overlaps, raster, rows, spikes, staffing, strays, table, town_facts,
    voids,
};
use fireplan_algorithms::dissolve::dissolve;
use fireplan_model::area::{SourceReport, StudyArea};
use fireplan_model::doctor;
use fireplan_model::grid::Grid;
use fireplan_model::layers::{LayerId, Layers};
use fireplan_model::notes::{NoteKind, Notes, Severity};
use fireplan_model::plane::Plane;
use fireplan_model::progress::Progress;
use fireplan_model::reports::Reports;
use fireplan_model::rows::Label;
use fireplan_model::units::UnitKind;

pub(super) fn read(manifest: &AreaManifest, progress: &dyn Progress) -> Result<StudyArea> {
    table::set_up_gdal();
    let mut reading = AreaReader {
        manifest,
        progress,
        notes: Notes::default(),
        sources: Vec::new(),
        columns: Vec::new(),
        steps: CountedSteps::default(),
    };
    let extracts = reading.extracts()?;
    let tables = reading.tables(&extracts)?;
    let plane = reading.plane(&extracts, &tables)?;
    let mut parts = AreaParts::default();
    for extract in extracts {
        reading.stage("整理 OSM 数据 | Sorting OSM data")?;
        let osm = extract.extract.layers(&plane, &extract.wanted, &mut reading.notes)?;
        reading.report_osm(&extract, &osm);
        parts.add_osm(osm);
    }
    for table in tables {
        reading.take_table(table, &plane, &mut parts)?;
    }
    reading.join_facts(&mut parts.layers)?;
    reading.correct_facts(&mut parts.layers)?;
    reading.settle(&mut parts);
    reading.finish(plane, parts)
}

/// The largest OSM extract: it is held in memory, and a large country has less.
const MOST_EXTRACT_BYTES: u64 = 4 << 30;

/// Of what [`crate::strays`] takes away.
const STRAY: &str = "有顶点的坐标不可能(不在地球上、为 0，或远离其他要素)，未采用；请改正该行坐标 | \
                     A vertex that cannot be there (off the earth, 0, or far from all others), left out: correct the row";

/// An OSM extract with what is wanted of it.
struct OpenExtract {
    file: String,
    wanted: Vec<LayerId>,
    extract: Extract,
    sha256: String,
}

/// A table of a layer, in longitude and latitude.
struct OpenTable<'a> {
    layer: LayerId,
    source: &'a LayerSource,
    table: SourceTable,
    crs: String,
}

struct AreaReader<'a> {
    manifest: &'a AreaManifest,
    progress: &'a dyn Progress,
    notes: Notes,
    sources: Vec<SourceReport>,
    /// The columns of each source that facts are joined to, by its name.
    columns: Vec<(&'a str, Vec<String>)>,
    steps: CountedSteps,
}

impl<'a> AreaReader<'a> {
    fn stage(&self, label: &str) -> Result<()> {
        if self.progress.cancelled() {
            bail!("读取已中止 | stopped while reading the area");
        }
        self.progress.stage(&Label::parse(label), 0);
        Ok(())
    }

    fn extracts(&mut self) -> Result<Vec<OpenExtract>> {
        let mut extracts = Vec::new();
        for (file, wanted) in self.manifest.osm_extracts() {
            self.stage("读取 OSM 数据 | Reading OSM data")?;
            let path = find(&self.manifest.folder, &file)?;
            let bytes = read_bounded(&path, MOST_EXTRACT_BYTES)?;
            let (extract, sha256) = rayon::join(|| osm::read(&bytes, &path), || digest(&bytes));
            let extract = extract.with_context(|| {
                let path = path.display();
                format!("{path} 有误 | in {path}")
            })?;
            for stray in extract.strays() {
                self.notes.add(Severity::LeftOut, None, STRAY, format!("{file} {stray}"));
            }
            for remark in extract.remarks() {
                let text = "数据文件自己注明下载时出错，内容可能不全；请缩小范围重新下载 | \
                            The extract says of itself that something went wrong when it was made: it may be incomplete; fetch it again";
                self.notes.add(Severity::Warning, None, text, format!("{file}：{remark}"));
            }
            extracts.push(OpenExtract { file, wanted, extract, sha256 });
        }
        Ok(extracts)
    }

    /// All sources that are no OSM extracts, the boundary first: it tells where the others may lie.
    fn tables(&mut self, extracts: &[OpenExtract]) -> Result<Vec<OpenTable<'a>>> {
        let mut near = extracts.iter().fold(None, |near, e| crs::join(near, crs::middle_extent(e.extract.lonlat())));
        let mut tables = Vec::new();
        for &layer in LayerId::ALL {
            for source in self.manifest.sources(layer).iter().filter(|source| source.osm_extract().is_none()) {
                self.stage(&format!("读取 {} | Reading {}", layer.label().zh, layer.label().en))?;
                let open = self.table(layer, source, near).with_context(|| name_layer(layer))?;
                near = crs::join(near, crs::middle_extent(&open.table.coords()));
                tables.push(open);
            }
        }
        Ok(tables)
    }

    fn table(&mut self, layer: LayerId, source: &'a LayerSource, near: Option<Rect>) -> Result<OpenTable<'a>> {
        let wanted = TableRequest {
            source: &source.source,
            encoding: source.encoding.as_deref(),
            filter: source.filter.as_deref(),
            xy: source.x.as_deref().zip(source.y.as_deref()),
            rows: SheetRows { header: &source.header_row.0, skip: &source.skip_rows.0 },
        };
        let mut table = SourceTable::read(&self.manifest.folder, wanted)?;
        if !source.join.0.is_empty() {
            self.columns.push((&source.source, table.columns.clone()));
        }
        self.note_remarks(layer, &table);
        let placed = crs::to_lonlat(&mut table, source.crs.as_deref(), near)?;
        for stray in placed.strays {
            self.notes.add(Severity::LeftOut, Some(layer), STRAY, stray);
        }
        for far in placed.far {
            let text = "与本区相距 2 度以上的要素，未采用；邻区的数据无妨，若属本区，请改正该行坐标或图层的 crs | \
                        Features more than 2 degrees from the area, left out: no harm if they are a neighbour's, else correct the row or the `crs`";
            self.notes.add(Severity::LeftOut, Some(layer), text, far);
        }
        if table.features.is_empty() {
            let text = "数据源没有读到任何要素；如确实没有，按“有此图层但为空”计算，否则请核对文件和 where 条件 | \
                        A source without any feature: answered as a layer that is there and empty; check the file and `where`";
            self.notes.add(NoteKind::Missing, Some(layer), text, &table.file);
        }
        if placed.old_datum {
            let text = "旧坐标系(北京54或西安80)，转换精度为米级至数十米 | \
                        An old datum (Beijing 1954 or Xian 1980): converted with an error of metres to tens of metres";
            self.notes.add((Severity::Warning, NoteKind::Converted), Some(layer), text, &table.file);
        }
        Ok(OpenTable { layer, source, table, crs: placed.crs })
    }

    /// What had to be guessed of a table, and what was not read of it.
    fn note_remarks(&mut self, layer: LayerId, table: &SourceTable) {
        for remark in &table.remarks {
            self.notes.add(Severity::Warning, Some(layer), remark, &table.file);
        }
    }

    /// The plane of the boundary, or else of whatever has a place, with the one that was asked for as its output.
    fn plane(&self, extracts: &[OpenExtract], tables: &[OpenTable]) -> Result<Plane> {
        let center = |table: &OpenTable| crs::middle_extent(&table.table.coords()).map(Rect::center);
        let boundary = tables.iter().filter(|table| table.layer == LayerId::Boundary).find_map(center);
        let middle = boundary
            .or_else(|| extracts.iter().find_map(|extract| middle(extract.extract.lonlat())))
            .or_else(|| tables.iter().find_map(center))
            .context("没有一个数据源有坐标，无法确定规划范围在哪里 | no source has a place on the map: the area cannot be located")?;
        let plane = Plane::at(middle.x, middle.y)?;
        let Some(epsg) = self.manifest.plane else { return Ok(plane) };
        let output = Plane::of_epsg(epsg).context("area.toml 中的 `plane` | `plane` in area.toml")?;
        Ok(plane.with_output(output))
    }

    fn report_osm(&mut self, extract: &OpenExtract, osm: &OsmLayers) {
        for &(layer, read) in &osm.read {
            let kept = match layer {
                LayerId::Boundary => usize::from(osm.boundary.is_some()),
                // A road that was cut may be several pieces.
                LayerId::Roads => osm.layers.roads.chunk_by(|a, b| a.source_id == b.source_id).count(),
                _ => osm.layers.len(layer),
            };
            self.steps.add_source(layer, read, kept);
            let (source, sha256) = (extract.file.clone(), extract.sha256.clone());
            let crs = "WGS 84 (EPSG:4326)，OSM 格式规定 (by the format)".to_owned();
            // Of an extract nobody knows whether somebody looked for what it does not have.
            let (files, is_empty) = (Vec::new(), false);
            self.sources.push(SourceReport { layer, source, crs, read, kept, sha256, files, is_empty });
        }
    }

    fn take_table(&mut self, open: OpenTable<'a>, plane: &Plane, parts: &mut AreaParts) -> Result<()> {
        let OpenTable { layer, source, mut table, crs } = open;
        let mut coords = table.coords();
        coords.par_chunks_mut(16_384).try_for_each(|chunk| plane.to_local(chunk))?;
        table.replace_coords(&coords);
        let read = table.features.len();
        let taken = self.take_rows(layer, source, &mut table, parts).with_context(|| name_layer(layer))?;
        let kept = taken.kept;
        self.steps.add_source(layer, read, kept);
        // A list on which nothing is in use yet tells that nothing is there.
        let is_empty = table.is_whole && (read == 0 || taken.none_in_use);
        let (source, sha256, files) = (source.source.clone(), table.files.confirm()?, table.files.names());
        self.sources.push(SourceReport { layer, source, crs, read, kept, sha256, files, is_empty });
        Ok(())
    }

    /// Adds the table's rows to the layer.
    fn take_rows(
        &mut self,
        layer: LayerId,
        source: &LayerSource,
        table: &mut SourceTable,
        parts: &mut AreaParts,
    ) -> Result<Taken> {
        if layer == LayerId::Boundary {
            let shapes = rows::polygons(table, &mut self.notes);
            let kept = shapes.len();
            parts.add_boundary((!shapes.is_empty()).then(|| dissolve(shapes.iter().flatten())));
            return Ok(Taken { kept, none_in_use: false });
        }
        let footprints = &mut parts.footprints;
        let mut take =
            TakeRows { layer, source, table, words: &self.manifest.words, footprints, notes: &mut self.notes };
        let taken = parts.layers.visit(layer, &mut take).unwrap_or(Ok(Taken::default()))?;
        // Roads of a table have no node ids: they meet by geometry.
        parts.topology.vertex_ids.resize(parts.layers.roads.len(), Vec::new());
        Ok(taken)
    }

    fn join_facts(&mut self, layers: &mut Layers) -> Result<()> {
        for &layer in LayerId::ALL {
            for source in self.manifest.sources(layer) {
                for facts in &source.join.0 {
                    let (code, file) = (layer.code(), &facts.source);
                    let context = || format!("[{code}] 连接的表“{file}” | [{code}] join '{file}'");
                    let (table, fields) = self.facts(source, facts).with_context(context)?;
                    self.note_remarks(layer, &table);
                    let zero_counts = [source.zero_counts.as_slice(), &facts.zero_counts].concat();
                    let declared = Declared {
                        units: &facts.units,
                        zero_counts: &zero_counts,
                        beside: Some(&source.units),
                        stated: &table.stated_units,
                    };
                    let (on, words) = (&facts.on, &self.manifest.words);
                    let joining = JoinRequest { layer, table: &table, on, fields: &fields, declared, words };
                    let mut join = JoinRows { joining, notes: &mut self.notes };
                    let kept = layers.visit(layer, &mut join).unwrap_or(Ok(0)).with_context(context)?;
                    let (read, sha256, files) = (table.features.len(), table.files.confirm()?, table.files.names());
                    let (source, crs) = (facts.source.clone(), "–".to_owned());
                    self.sources.push(SourceReport { layer, source, crs, read, kept, sha256, files, is_empty: false });
                }
            }
        }
        Ok(())
    }

    /// What was verified on the spot goes before what the sources say.
    fn correct_facts(&mut self, layers: &mut Layers) -> Result<()> {
        let Some(FileSource { source }) = &self.manifest.corrections else { return Ok(()) };
        self.stage("读取现场核查表 | Reading the field workbook")?;
        let sheets = table::sheet_names(&self.manifest.folder, source)?;
        for &layer in LayerId::ALL.iter().filter(|layer| sheets.contains(&layer.label().zh)) {
            let named = format!("{source}|{}", layer.label().zh);
            let context = || format!("[corrections] {named}");
            let rows = SheetRows { header: &[1], skip: &[] };
            let wanted = TableRequest { source: &named, rows, ..TableRequest::default() };
            let table = SourceTable::read(&self.manifest.folder, wanted).with_context(context)?;
            let words = &self.manifest.words;
            let mut corrections = CorrectRows { layer, table: &table, words, notes: &mut self.notes };
            let kept = layers.visit(layer, &mut corrections).unwrap_or(Ok(0)).with_context(context)?;
            let (read, sha256, files) = (table.features.len(), table.files.confirm()?, table.files.names());
            let (source, crs) = (named.clone(), "–".to_owned());
            self.sources.push(SourceReport { layer, source, crs, read, kept, sha256, files, is_empty: false });
        }
        Ok(())
    }

    /// The joined table and its field mapping: its own, and those of the source's fields that it has the columns of.
    fn facts(&mut self, source: &LayerSource, facts: &Join) -> Result<(SourceTable, Fields)> {
        let wanted = TableRequest {
            source: &facts.source,
            encoding: facts.encoding.as_deref(),
            rows: SheetRows { header: &facts.header_row.0, skip: &facts.skip_rows.0 },
            ..TableRequest::default()
        };
        let table = SourceTable::read(&self.manifest.folder, wanted)?;
        let own = self.columns.iter().find(|(name, _)| *name == source.source).map(|(_, columns)| columns.as_slice());
        for name in source.fields.values().flat_map(|theirs| &theirs.0) {
            let known = own.unwrap_or_default().iter().any(|column| column.to_lowercase() == name.to_lowercase());
            if !known && table.column(name).is_none() {
                let (source, file) = (&source.source, &table.file);
                let (own, theirs) = (own.unwrap_or_default().join("、"), table.columns.join("、"));
                bail!(
                    "{source} 和 {file} 都没有“{name}”这一列；前者有 {own}；后者有 {theirs} | \
                     neither {source} nor {file} has a column '{name}'; they have: {own}; and: {theirs}"
                );
            }
        }
        let mut fields = rows::present(&table, &source.fields);
        fields.extend(facts.fields.clone());
        Ok((table, fields))
    }

    /// Tables of which every row says in its name that it is not in use are there, and empty. Of an extract nobody knows whether
    /// somebody looked for what it does not have.
    fn mark_emptied(&mut self, listed: &[LayerId], layers: &Layers) {
        for report in self.sources.iter_mut().filter(|one| listed.contains(&one.layer) && layers.len(one.layer) == 0) {
            report.is_empty |= self.manifest.sources(report.layer).iter().any(|one| one.source == report.source);
        }
    }

    /// One thing once, what is drawn twice once, and places drawn as areas where their houses are.
    fn settle(&mut self, parts: &mut AreaParts) {
        self.steps.mark(Step::Rows, &parts.layers);
        let listed: Vec<LayerId> = LayerId::ALL.iter().copied().filter(|layer| parts.layers.len(*layer) > 0).collect();
        lifecycle::leave_out_named(&mut parts.layers, &mut self.notes);
        self.mark_emptied(&listed, &parts.layers);
        staffing::read_names(&mut parts.layers.stations, &mut self.notes);
        self.steps.mark(Step::Acting, &parts.layers);
        once::merge(&mut parts.layers, &parts.footprints, &mut self.notes);
        overlaps::separate(&mut parts.layers.built_up, &mut self.notes);
        overlaps::note_towns(&parts.layers.towns, &mut self.notes);
        self.steps.mark(Step::Merged, &parts.layers);
        footprints::settle(&mut parts.layers, &parts.footprints, &mut self.notes);
        town_facts::take_contradictions(&mut parts.layers.towns, &mut self.notes);
    }

    fn finish(mut self, plane: Plane, parts: AreaParts) -> Result<StudyArea> {
        let AreaParts { mut layers, topology, boundary, has_cut_units, .. } = parts;
        let bounds = bounds::bounds(boundary.as_ref(), &layers, has_cut_units, &mut self.notes);
        if let Some(bounds) = &bounds {
            bounds::keep_inside(&mut layers, bounds, &mut self.notes);
        }
        self.steps.mark(Step::Inside, &layers);
        let together = bounds.as_ref().map(|bounds| bounds.shape().clone());
        let boundary = boundary.or(together).unwrap_or_else(|| hull(&layers, &mut self.notes));
        doctor::complete(&mut layers);
        let counted = bounds.as_ref();
        let window = extent(&boundary, &layers).map(|extent| Window { plane: &plane, extent, counted });
        let elevation = self.raster(LayerId::Elevation, window.as_ref())?;
        let population = self.raster(LayerId::Population, window.as_ref())?;
        let risk = self.raster(LayerId::Risk, window.as_ref())?;
        let reported = self.read_reports()?;
        self.stage("构建路网 | Building the road network")?;
        let before = layers.roads.len();
        let network = build_network(&mut layers, &topology, (plane.scale(), elevation.as_ref()), &mut self.notes);
        if layers.roads.len() != before {
            self.steps.recount(LayerId::Roads, before, layers.roads.len());
        }
        self.stage("检查数据 | Checking the data")?;
        let mut method = [
            bounds::method(),
            crs::method(),
            spikes::method(),
            strays::method(),
            once::method(),
            overlaps::method(),
            footprints::method(),
            town_facts::method(),
        ]
        .concat();
        if [&elevation, &population, &risk].iter().any(|grid| grid.is_some()) {
            method.extend(raster::method());
            method.extend(voids::method());
        }
        if !self.manifest.osm_extracts().is_empty() {
            method.extend(osm::method());
        }
        let mut area = StudyArea {
            synthetic: self.manifest.synthetic,
            boundary,
            bounds: bounds.map(Arc::new),
            elevation,
            population,
            risk,
            reports: Arc::new(reported),
            responsible: Arc::new(read_responsible(&self.manifest.folder)),
            sources: self.sources,
            counts: self.steps.finish(),
            method,
            ..StudyArea::new(&self.manifest.name, plane, layers, network)
        };
        if let Some(within_m) = self.manifest.join_ends_m() {
            join_loose_ends(&mut area, within_m, &mut self.notes);
        }
        let (mut notes, mut cases) = self.notes.into_cases();
        area.examined_from = Some(notes.len());
        let mut examined = Notes::default();
        doctor::examine(&area, &mut examined);
        let (more, more_cases) = examined.into_cases();
        notes.extend(more);
        cases.extend(more_cases);
        (area.notes, area.cases) = (notes, Arc::new(cases));
        Ok(area)
    }

    /// What the bureau reports of its units, if it filled in a form.
    fn read_reports(&mut self) -> Result<Reports> {
        let Some(FileSource { source }) = &self.manifest.reports else { return Ok(Reports::default()) };
        self.stage("读取填报表 | Reading the form")?;
        let (reports, sheets) = reports::read_reports(&self.manifest.folder, source, &mut self.notes)?;
        for ReadSheet { unit, source, table, answers } in sheets {
            let layer = match unit {
                UnitKind::Village => LayerId::Villages,
                UnitKind::KeyUnit => LayerId::KeyUnits,
                UnitKind::ForestRange => LayerId::Forests,
                UnitKind::District | UnitKind::Town => LayerId::Towns,
            };
            let (read, sha256, files) = (table.features.len(), table.files.confirm()?, table.files.names());
            let crs = "–".to_owned();
            self.sources.push(SourceReport { layer, source, crs, read, kept: answers, sha256, files, is_empty: false });
        }
        Ok(reports)
    }

    fn raster(&mut self, layer: LayerId, window: Option<&Window>) -> Result<Option<Grid>> {
        let Some(source) = self.manifest.raster(layer) else { return Ok(None) };
        let Some(window) = window else {
            let text = "没有界线、道路或村镇，不知本区在何处，未读取栅格 | \
                        Without boundary, roads, towns and villages nobody knows where the area is: the raster was not read";
            self.notes.add(Severity::Warning, Some(layer), text, &source.source);
            return Ok(None);
        };
        self.stage(&format!("读取 {} | Reading {}", layer.label().zh, layer.label().en))?;
        let context = || format!("[{}] {}", layer.code(), source.source);
        let raster = RasterFile::open(&self.manifest.folder, &source.source, source.crs.as_deref(), window);
        let read = raster.and_then(|mut raster| {
            let grid = match layer {
                LayerId::Elevation => raster.elevation(window, &mut self.notes),
                LayerId::Risk => raster.risk(window, &mut self.notes),
                _ => raster.population(window, &mut self.notes),
            };
            grid.map(|grid| (grid, raster))
        });
        let (grid, raster) = read.with_context(context)?;
        if raster.cells() == 0 {
            let text = "栅格不在本区范围内，没有读到任何值；请核对文件和坐标系 | \
                        The raster does not lie in the area, nothing was read: check the file and its coordinate system";
            self.notes.add(Severity::Warning, Some(layer), text, &source.source);
        }
        let (sha256, files) = (raster.files().confirm().with_context(context)?, raster.files().names());
        // Both count cells of the file: those that were read, and those of them that hold a value.
        let (source, crs, read, kept) =
            (source.source.clone(), raster.crs().to_owned(), raster.cells(), raster.cells_with_value());
        self.sources.push(SourceReport { layer, source, crs, read, kept, sha256, files, is_empty: false });
        Ok(Some(grid))
    }
}

/// Names a layer in the context of an error.
fn name_layer(layer: LayerId) -> String {
    let (label, code) = (layer.label(), layer.code());
    format!("图层 {}[{code}] | layer [{code}]", label.zh)
}

/// The median place: a stray node far away does not move it.
fn middle(lonlat: &[Coord]) -> Option<Coord> {
    let median = |mut values: Vec<f64>| {
        let at = values.len() / 2;
        (at < values.len()).then(|| *values.select_nth_unstable_by(at, f64::total_cmp).1)
    };
    Some(Coord { x: median(lonlat.iter().map(|c| c.x).collect())?, y: median(lonlat.iter().map(|c| c.y).collect())? })
}
