//! The features of one layer of a dataset, and what tells that some of them were not read.

use anyhow::{Context, Result, bail};
use gdal::Dataset;
use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Layer, LayerAccess};

use super::complaints::Complaints;
use super::endless::StatementWatch;
use super::{FileCrs, SourceFeature, SourceTable, TableRequest};
use crate::digest::SourceFiles;
use crate::quantity::StatedUnits;

pub(super) fn read_dataset(
    dataset: &Dataset,
    layer: Option<&str>,
    wanted: TableRequest,
    complaints: &Complaints,
) -> Result<SourceTable> {
    let watch = StatementWatch::start(dataset);
    let read = read_layer(dataset, layer, wanted, complaints, &watch);
    if watch.has_stopped() {
        bail!(
            "视图或 where 条件长时间没有给出一行，可能永不结束：请改用普通图层，或改写条件 | \
             a view or `where` gave no row for long and may never end: use a layer of its own, or another condition"
        );
    }
    read
}

fn read_layer(
    dataset: &Dataset,
    layer: Option<&str>,
    wanted: TableRequest,
    complaints: &Complaints,
    watch: &StatementWatch,
) -> Result<SourceTable> {
    let mut layer = choose_layer(dataset, layer)?;
    let promised = count_features(&layer)?;
    watch.row();
    if let Some(filter) = wanted.filter {
        layer.set_attribute_filter(filter).with_context(|| {
            format!("where = \"{filter}\" 写法有误或列名不存在 | `where = \"{filter}\"` is not understood")
        })?;
    }
    let columns: Vec<String> = layer.defn().fields().map(|field| field.name()).collect();
    let is_number = |field: &gdal::vector::Field| {
        use gdal::vector::OGRFieldType::{OFTInteger, OFTInteger64, OFTReal};
        [OFTInteger, OFTInteger64, OFTReal].contains(&field.field_type())
    };
    let numeric = layer.defn().fields().map(|field| is_number(&field)).collect();
    let crs = layer.spatial_ref().and_then(|crs| file_crs(&crs));
    let features = read_features(&mut layer, columns.len(), watch)?;
    // Some drivers find out only while reading that a condition names a column that is not there.
    if let (Some(filter), Some(first), true) = (wanted.filter, complaints.first(), features.is_empty()) {
        bail!(
            "where = \"{filter}\" 写法有误或列名不存在(GDAL：{first}) | `where = \"{filter}\"` is not understood (GDAL: {first})"
        );
    }
    let mut remarks = Vec::new();
    if let Some(first) = complaints.first() {
        remarks.push(format!(
            "读取中途出错，文件可能损坏，其余要素可能未读到；请用原软件重新导出(GDAL：{first}) | \
             An error while reading: the file may be damaged and the rest not read; export it again (GDAL: {first})"
        ));
    }
    let read = features.len() as u64;
    let is_short = wanted.filter.is_none() && promised.is_some_and(|promised| promised > read);
    if let Some(promised) = promised.filter(|_| is_short) {
        remarks.push(short(promised, read));
    }
    let is_whole = remarks.is_empty();
    if let (Some(filter), Some(all), 0) = (wanted.filter, promised, read) {
        remarks.push(format!(
            "{all} 个要素中没有一个符合 where 条件：{filter}；请核对条件中的列名和值 | \
             Of {all} features none fits the condition {filter}: check its columns and values"
        ));
    }
    if features.iter().flat_map(|feature| feature.values.iter().flatten()).any(|text| text.contains('\u{fffd}')) {
        let text = "文字中有无法解码的字符，编码可能不符；请转为 UTF-8 后重新导出 | \
                    Texts with characters that cannot be decoded: export them again in UTF-8";
        remarks.push(text.to_owned());
    }
    Ok(SourceTable {
        file: String::new(),
        columns,
        numeric,
        has_schema: true,
        features,
        crs,
        files: SourceFiles::default(),
        is_headless: false,
        stated_units: StatedUnits::default(),
        is_whole,
        remarks,
    })
}

/// That a file has fewer features than it promised.
pub(super) fn short(promised: u64, read: u64) -> String {
    format!(
        "文件应有 {promised} 个要素，只读到 {read} 个，文件可能损坏；请用原软件重新导出 | \
         The file should have {promised} features and {read} were read: it may be damaged; export it again"
    )
}

/// How many features the driver says there are, where it can say; refuses more than can be held.
fn count_features(layer: &Layer) -> Result<Option<u64>> {
    /// A province has some ten million buildings.
    const MOST_FEATURES: u64 = 20_000_000;
    // A driver that cannot count says -1.
    let promised = Some(layer.feature_count()).filter(|count| i64::try_from(*count).is_ok());
    if let Some(count) = promised.filter(|count| *count > MOST_FEATURES) {
        bail!(
            "有 {count} 个要素，多于 {MOST_FEATURES}：请裁切到本区或用 where 选取后另存 | \
             it has {count} features, more than {MOST_FEATURES}: cut it to the area first"
        );
    }
    Ok(promised)
}

/// The named layer, or the only one that has anything in it.
fn choose_layer<'a>(dataset: &'a Dataset, name: Option<&str>) -> Result<Layer<'a>> {
    let names = || dataset.layers().map(|layer| layer.name()).collect::<Vec<_>>().join(", ");
    if let Some(name) = name {
        return dataset.layer_by_name(name).ok().with_context(|| {
            let names = names();
            format!("其中没有“{name}”这一层；有 {names} | it has no layer '{name}'; it has: {names}")
        });
    }
    let mut filled: Vec<Layer> = dataset.layers().filter(|layer| layer.feature_count() > 0).collect();
    match filled.len() {
        1 => Ok(filled.remove(0)),
        0 if dataset.layer_count() > 0 => Ok(dataset.layer(0)?),
        0 => bail!("其中没有任何图层或表 | it has no layer"),
        _ => {
            let names = names();
            bail!(
                "其中有几层，请写成“文件|层”指明一层：{names} | \
                 it has several layers: name one of them as \"file|layer\": {names}"
            )
        }
    }
}

pub(super) fn file_crs(crs: &SpatialRef) -> Option<FileCrs> {
    let name = crs.name().unwrap_or_default();
    // A coordinate system "for engineering" is how GDAL says that it knows nothing.
    if crs.is_local() || name.eq_ignore_ascii_case("unknown") || name.starts_with("Undefined") {
        return None;
    }
    let definition = crs.authority().ok().or_else(|| crs.to_wkt().ok())?;
    Some(FileCrs { definition, name })
}

fn read_features(layer: &mut Layer, columns: usize, watch: &StatementWatch) -> Result<Vec<SourceFeature>> {
    let mut features = Vec::new();
    for (at, feature) in layer.features().enumerate() {
        watch.row();
        let values = (0..columns)
            .map(|column| Ok(feature.field_as_string(column)?.filter(|text| !text.trim().is_empty())))
            .collect::<Result<_>>()?;
        let geometry = feature.geometry().filter(|geometry| geometry.has_gdal_ptr() && !geometry.is_empty());
        let geometry = geometry.and_then(|geometry| {
            let mut flat = geometry.clone();
            flat.flatten_to_2d();
            (&flat).try_into().ok()
        });
        features.push(SourceFeature { geometry, values, id: feature.fid().unwrap_or(at as u64), is_stray: false });
    }
    Ok(features)
}
