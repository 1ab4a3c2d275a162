//! The text of `area.toml`: every source with what speaks for it.

use std::collections::BTreeMap;
use std::fmt::Write;

use fireplan_model::layers::LayerId;

use crate::draft::ProjectDraft;
use crate::questions::quote;
use crate::source_use::SourceUse;
use crate::write::Way;

pub(crate) fn write_manifest(draft: &ProjectDraft, way: &Way) -> String {
    let mut text = String::from(
        "# 由 fireplan new 根据数据文件生成，可手工修改；改过之后再运行 fireplan new，新的建议另存为 area.proposed.toml。\n\
         # Written by fireplan new from the data; it may be edited, and a later proposal is then written beside it.\n",
    );
    let _ = writeln!(text, "name = {}", quote(&draft.name));
    for (layer, use_) in &draft.uses {
        let several = draft.uses.iter().filter(|(known, _)| known == layer).count() > 1;
        text.push_str(&write_source(*layer, use_, several, way));
    }
    for (layer, use_) in &draft.pending {
        text.push_str("\n# 待回答，见 questions.toml | waits for an answer, see questions.toml\n");
        for line in write_source(*layer, use_, true, way).trim().lines() {
            let _ = writeln!(text, "# {line}");
        }
    }
    if let Some(osm) = &draft.osm {
        let use_ = SourceUse { source: osm.clone(), ..SourceUse::default() };
        let source = quote(&way.name(&use_));
        let _ = write!(
            text,
            "\n# 没有自己数据源的图层取自 OSM | every layer without a source of its own\n[osm]\nsource = {source}\n"
        );
    }
    if !draft.left_out.is_empty() {
        text.push_str("\n# 未采用的文件 | Files that are not used\n");
        for (name, why) in &draft.left_out {
            let _ = writeln!(text, "#   {}: {} | {}", one_line(name), one_line(&why.zh), one_line(&why.en));
        }
    }
    text
}

/// One source with what speaks for it.
fn write_source(layer: LayerId, use_: &SourceUse, several: bool, way: &Way) -> String {
    let mut text = format!("\n# {} | {}\n", layer.label().zh, layer.label().en);
    write_evidence(&mut text, use_);
    let is_single = !several && (layer.is_raster() || layer == LayerId::Boundary);
    let [open, close] = if is_single { ["[", "]"] } else { ["[[", "]]"] };
    let _ = writeln!(text, "{open}{}{close}", layer.code());
    for line in lines_of(use_, way) {
        let _ = writeln!(text, "{line}");
    }
    let joins: Vec<String> = use_.joins.iter().map(|(on, join)| write_join(on, join, way)).collect();
    match joins.as_slice() {
        [] => {}
        [only] => drop(writeln!(text, "join = {only}")),
        several => drop(writeln!(text, "join = [\n  {},\n]", several.join(",\n  "))),
    }
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn write_evidence(text: &mut String, use_: &SourceUse) {
    for line in use_.evidence.iter().chain(use_.joins.iter().flat_map(|(_, join)| &join.evidence)) {
        let _ = writeln!(text, "#   {}", one_line(&line.zh));
    }
}

/// The keys of a source but for its joins.
fn lines_of(use_: &SourceUse, way: &Way) -> Vec<String> {
    let mut lines = vec![format!("source = {}", quote(&way.name(use_)))];
    if let Some((x, y)) = &use_.xy {
        lines.push(format!("x = {}", quote(x)));
        lines.push(format!("y = {}", quote(y)));
    }
    lines.extend(use_.crs.as_ref().map(|crs| format!("crs = {}", quote(crs))));
    lines.extend(header_line(&use_.header_row));
    lines.extend(use_.filter.as_ref().map(|filter| format!("where = {}", quote(filter))));
    lines.extend(map_line("fields", &use_.fields));
    if !use_.values.is_empty() {
        let values: Vec<String> =
            use_.values.iter().map(|(ours, values)| format!("{ours} = {}", inline_map(values))).collect();
        lines.push(format!("values = {{ {} }}", values.join(", ")));
    }
    lines.extend(map_line("defaults", &use_.defaults));
    lines.extend(map_line("units", &use_.units));
    lines
}

fn header_line(rows: &[u64]) -> Option<String> {
    match rows {
        [] => None,
        [only] => Some(format!("header_row = {only}")),
        several => {
            let rows: Vec<String> = several.iter().map(u64::to_string).collect();
            Some(format!("header_row = [{}]", rows.join(", ")))
        }
    }
}

fn map_line(key: &str, map: &BTreeMap<String, String>) -> Option<String> {
    (!map.is_empty()).then(|| format!("{key} = {}", inline_map(map)))
}

/// Plain keys stand bare, others in quotes.
fn inline_map(map: &BTreeMap<String, String>) -> String {
    let key = |key: &str| {
        let bare = !key.is_empty()
            && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit());
        if bare { key.to_owned() } else { quote(key) }
    };
    let pairs: Vec<String> = map.iter().map(|(name, value)| format!("{} = {}", key(name), quote(value))).collect();
    format!("{{ {} }}", pairs.join(", "))
}

fn write_join(on: &str, join: &SourceUse, way: &Way) -> String {
    let mut parts = vec![format!("source = {}", quote(&way.name(join))), format!("on = {}", quote(on))];
    parts.extend(header_line(&join.header_row));
    parts.extend(map_line("fields", &join.fields));
    parts.extend(map_line("units", &join.units));
    format!("{{ {} }}", parts.join(", "))
}
