//! The project folder: `area.toml`, the questions that are open, copies and drawn layers. Every file is written beside its
//! place and renamed, `area.toml` last, so that nothing is ever half-written.

use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use fireplan_model::message::{making_folder, writing};
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use sha2::{Digest, Sha256};

use crate::draft::ProjectDraft;
use crate::inventory::Inventory;
use crate::manifest_text::write_manifest;
use crate::questions::{quote, write_questions};
use crate::source_use::SourceUse;

/// The line that says by its digest whether somebody has edited the rest.
const MARK: &str = "# fireplan new, sha256 ";

/// What was written.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct WrittenProject {
    /// Files that are new or have changed.
    pub changed: Vec<PathBuf>,
    /// `area.toml` was edited by hand since: it stands, and the proposal lies beside it here.
    pub proposal: Option<PathBuf>,
}

/// Writes the project. `copy`: the data are copied into it; otherwise they stay where they are.
pub fn write_project(
    draft: &ProjectDraft,
    inventory: &Inventory,
    out: &Path,
    copy: bool,
    progress: &dyn Progress,
) -> Result<WrittenProject> {
    let mut written = WrittenProject::default();
    std::fs::create_dir_all(out).with_context(|| making_folder(out))?;
    let way = Way::new(&inventory.folder, out, copy)?;
    progress.stage(&Label::new("写入项目", "Writing the project"), draft.derived.len() as u64);
    for (_, use_) in &draft.uses {
        for one in std::iter::once(use_).chain(use_.joins.iter().map(|(_, join)| join)) {
            refuse_stopped(progress)?;
            way.bring(one, inventory)?;
        }
    }
    if let Some(osm) = draft.osm.as_ref().filter(|_| copy) {
        way.copy_beside(&inventory.folder.join(osm), osm)?;
    }
    for layer in &draft.derived {
        refuse_stopped(progress)?;
        let text = layer.draw().with_context(|| {
            let file = layer.file();
            format!("绘制 {file} | drawing {file}")
        })?;
        write_changed(&out.join(layer.file()), text.as_bytes(), &mut written)?;
        progress.step(1);
    }
    refuse_stopped(progress)?;
    if !draft.questions.is_empty() {
        let text = write_questions(&draft.questions);
        write_changed(&out.join("questions.toml"), text.as_bytes(), &mut written)?;
    }
    let text = write_manifest(draft, &way);
    let file = out.join("area.toml");
    let whole = format!("{}{text}", mark_text(&text));
    match std::fs::read_to_string(&file) {
        Ok(known) if is_edited(&known) && known != whole => {
            let beside = out.join("area.proposed.toml");
            write_changed(&beside, whole.as_bytes(), &mut written)?;
            written.proposal = Some(beside);
        }
        _ => write_changed(&file, whole.as_bytes(), &mut written)?,
    }
    Ok(written)
}

fn refuse_stopped(progress: &dyn Progress) -> Result<()> {
    if progress.cancelled() {
        bail!("已中止；area.toml 未改动 | stopped; area.toml is as it was");
    }
    Ok(())
}

/// Whether somebody has changed the file since it was written here.
fn is_edited(text: &str) -> bool {
    let Some((mark, rest)) = text.split_once('\n') else { return true };
    mark.strip_prefix(MARK).is_none_or(|digest| digest.trim() != format!("{:x}", Sha256::digest(rest.as_bytes())))
}

/// Gives the project in a folder another name; what somebody has edited in its `area.toml` stays, and stays known as edited.
pub fn rename_project(folder: &Path, name: &str) -> Result<()> {
    let file = folder.join("area.toml");
    let whole = std::fs::read_to_string(&file).with_context(|| fireplan_model::message::reading(&file))?;
    let edited = is_edited(&whole);
    let text = if edited { whole.as_str() } else { whole.split_once('\n').map_or("", |(_, rest)| rest) };
    let named = name_text(text, name);
    let whole = if edited { named } else { format!("{}{named}", mark_text(&named)) };
    write_changed(&file, whole.as_bytes(), &mut WrittenProject::default())
}

/// The manifest with another name: the key stands above the first table, on a line of its own.
fn name_text(text: &str, name: &str) -> String {
    let line = format!("name = {}", quote(name));
    let mut lines: Vec<&str> = text.lines().collect();
    let head = lines.iter().position(|line| line.starts_with('[')).unwrap_or(lines.len());
    let is_name = |line: &&str| line.split_once('=').is_some_and(|(key, _)| key.trim() == "name");
    match lines[..head].iter().position(is_name) {
        Some(at) => lines[at] = &line,
        None => lines.insert(0, &line),
    }
    lines.join("\n") + "\n"
}

fn mark_text(text: &str) -> String {
    format!("{MARK}{:x}\n", Sha256::digest(text.as_bytes()))
}

/// Writes a file beside its place and renames it, if it says something new.
fn write_changed(path: &Path, bytes: &[u8], written: &mut WrittenProject) -> Result<()> {
    if std::fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| making_folder(folder))?;
    let mut beside = tempfile::NamedTempFile::new_in(folder).with_context(|| writing(path))?;
    beside.write_all(bytes).with_context(|| writing(path))?;
    beside.persist(path).with_context(|| writing(path))?;
    allow_reading(path);
    written.changed.push(path.to_owned());
    Ok(())
}

/// A temporary file is for its writer alone; what is written is for whoever may read the folder.
fn allow_reading(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644));
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// The way from the project to the data.
pub(crate) struct Way {
    out: PathBuf,
    folder: PathBuf,
    /// From `area.toml` to the folder of the data.
    prefix: String,
    copy: bool,
}

impl Way {
    fn new(folder: &Path, out: &Path, copy: bool) -> Result<Self> {
        let absolute = |path: &Path| path.canonicalize().with_context(|| fireplan_model::message::reading(path));
        let (folder, out) = (absolute(folder)?, absolute(out)?);
        let prefix = if copy { "data".to_owned() } else { relative(&out, &folder) };
        Ok(Self { out, folder, prefix, copy })
    }

    /// How `area.toml` names a source.
    pub(crate) fn name(&self, use_: &SourceUse) -> String {
        let source = &use_.source;
        if use_.unpacked {
            return format!("unpacked/{source}");
        }
        if source.starts_with("derived/") || self.prefix.is_empty() {
            return source.clone();
        }
        format!("{}/{source}", self.prefix)
    }

    /// Copies what has to lie in the project.
    fn bring(&self, use_: &SourceUse, inventory: &Inventory) -> Result<()> {
        let file = use_.source.split('|').next().unwrap_or(&use_.source);
        if use_.unpacked {
            let found = inventory.tables.iter().find(|found| found.source == use_.source);
            let Some(found) = found else { return Ok(()) };
            return copy_all(&found.path, &self.out.join("unpacked").join(file));
        }
        if self.copy && !file.starts_with("derived/") {
            self.copy_beside(&self.folder.join(file), file)?;
        }
        Ok(())
    }

    fn copy_beside(&self, from: &Path, name: &str) -> Result<()> {
        copy_all(from, &self.out.join("data").join(name))
    }
}

/// The path from one folder to another.
fn relative(from: &Path, to: &Path) -> String {
    let (a, b): (Vec<Component>, Vec<Component>) = (from.components().collect(), to.components().collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    if same == 0 || matches!(a.first(), Some(Component::Prefix(_))) && same < 2 {
        return to.to_string_lossy().replace('\\', "/");
    }
    let up = std::iter::repeat_n("..".to_owned(), a.len() - same);
    let down = b[same..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Copies a file with those of its name beside it, or a folder; what is there already and as large stays.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| making_folder(folder))?;
    if from.is_dir() {
        std::fs::create_dir_all(to).with_context(|| making_folder(to))?;
        for entry in std::fs::read_dir(from).with_context(|| fireplan_model::message::reading(from))? {
            let entry = entry.with_context(|| fireplan_model::message::reading(from))?;
            copy_file(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    let stem = from.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let above = from.parent().unwrap_or(Path::new("."));
    for entry in std::fs::read_dir(above).with_context(|| fireplan_model::message::reading(above))? {
        let entry = entry.with_context(|| fireplan_model::message::reading(above))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let belongs = entry.path() == from || is_beside(&name, &stem);
        if belongs && entry.path().is_file() {
            copy_file(&entry.path(), &folder.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn is_beside(name: &str, stem: &str) -> bool {
    const PARTS: [&str; 11] = ["shp", "shx", "dbf", "prj", "cpg", "mid", "mif", "dat", "map", "id", "tfw"];
    name.strip_prefix(stem)
        .and_then(|rest| rest.strip_prefix('.'))
        .is_some_and(|end| PARTS.iter().any(|part| end.eq_ignore_ascii_case(part)))
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    let size = |path: &Path| std::fs::metadata(path).map(|about| about.len()).ok();
    if size(to).is_some() && size(to) == size(from) {
        return Ok(());
    }
    let folder = to.parent().unwrap_or(Path::new("."));
    let beside = tempfile::NamedTempFile::new_in(folder).with_context(|| writing(to))?;
    std::fs::copy(from, beside.path()).with_context(|| writing(to))?;
    beside.persist(to).with_context(|| writing(to))?;
    allow_reading(to);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_between_folders() {
        assert_eq!(relative(Path::new("/a/b/out"), Path::new("/a/b/数据")), "../数据");
        assert_eq!(relative(Path::new("/a/b"), Path::new("/a/b")), "");
        assert_eq!(relative(Path::new("/a/b"), Path::new("/a/b/c/d")), "c/d");
    }

    #[test]
    fn a_project_gets_another_name_and_what_was_edited_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("area.toml");
        let text = "# 说明\nname = \"甲\"\n\n[roads]\nsource = \"a.shp\"\nname = \"x\"\n";
        for (before, edited) in [(format!("{}{text}", mark_text(text)), false), (text.to_owned(), true)] {
            std::fs::write(&file, before).unwrap();
            rename_project(folder.path(), "乙 \"二\"").unwrap();
            let after = std::fs::read_to_string(&file).unwrap();
            assert!(
                after.contains("# 说明\nname = '乙 \"二\"'\n\n[roads]\nsource = \"a.shp\"\nname = \"x\"\n"),
                "{after}"
            );
            assert_eq!(is_edited(&after), edited);
        }
    }

    #[test]
    fn what_somebody_edited_is_known() {
        let text = "name = \"甲\"\n";
        let whole = format!("{MARK}{:x}\n{text}", Sha256::digest(text.as_bytes()));
        assert!(!is_edited(&whole));
        assert!(is_edited(&format!("{whole}plane = 4547\n")) && is_edited(text));
    }
}
