//! The maps in archives: unpacked within bounds, and named as `area.toml` can name them.

use std::path::Path;

use anyhow::{Context, Result, bail};
use fireplan_model::message::{explain, reading};
use fireplan_model::rows::Label;
use fireplan_read::survey::{SurveyBounds, is_archive, survey_file, unpack_archive};
use zip::ZipArchive;

use crate::dictionary::Dictionary;
use crate::inventory::{Inventory, is_map, list_files, shown};

impl Inventory {
    /// The maps in an archive. What `area.toml` cannot name inside it is marked to be unpacked into the project.
    pub(crate) fn look_into(&mut self, path: &Path, name: &str, dictionary: &Dictionary) -> Result<()> {
        self.refuse_swollen(path)?;
        let unpacked = unpack_archive(path)?;
        let root = unpacked.path().to_owned();
        self.unpacked.push(unpacked);
        let mut files = Vec::new();
        list_files(&root, Path::new(""), self.bounds.files, &mut files, &mut Vec::new());
        let maps = files.iter().filter(|file| is_map(file)).count();
        for file in files {
            let inside = format!("{name}/{}", shown(&root, &file));
            if is_map(&file) {
                self.take_inner_map(&file, &root, name, &inside, maps, dictionary);
            } else {
                self.leave_out_inner(&file, &inside, dictionary);
            }
        }
        Ok(())
    }

    /// Refuses an archive that says of itself that it unpacks to more than all archives of the folder may. One that says
    /// too little is stopped when it is unpacked.
    fn refuse_swollen(&mut self, path: &Path) -> Result<()> {
        let file = std::fs::File::open(path).with_context(|| reading(path))?;
        // What is no archive is told by whoever unpacks it.
        let Ok(mut archive) = ZipArchive::new(std::io::BufReader::new(file)) else { return Ok(()) };
        let sizes = (0..archive.len()).map(|at| archive.by_index_raw(at).map_or(0, |member| member.size()));
        let bytes = sizes.fold(0, u64::saturating_add);
        let Some(left) = self.unpacked_left.checked_sub(bytes) else {
            let most = self.bounds.unpacked_bytes >> 20;
            bail!(
                "各压缩包解压后合计超过 {most} MB，此包未打开；请直接放入解压后的数据 | \
                 the archives unpack to more than {most} MB, so this one was not opened: give the unpacked data instead"
            );
        };
        self.unpacked_left = left;
        Ok(())
    }

    fn take_inner_map(
        &mut self,
        file: &Path,
        root: &Path,
        name: &str,
        inside: &str,
        maps: usize,
        dictionary: &Dictionary,
    ) {
        let tables = match survey_file(file, SurveyBounds::default()) {
            Ok(tables) => tables,
            Err(error) => return self.left_out.push((inside.to_owned(), explain(&error))),
        };
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let nameable = maps == 1 || tables.len() == 1;
        let source = if maps == 1 { name.to_owned() } else { format!("{name}|{stem}") };
        let from = self.tables.len();
        self.add_tables(file, inside, &source, tables, dictionary);
        if nameable {
            return;
        }
        let relative = shown(root, file);
        for found in &mut self.tables[from..] {
            found.unpacked = true;
            found.source = match found.table.is_one_of_several {
                true => format!("{name}/{relative}|{}", found.table.name),
                false => format!("{name}/{relative}"),
            };
        }
    }

    /// Rasters, extracts and archives inside an archive cannot be named there.
    fn leave_out_inner(&mut self, file: &Path, inside: &str, dictionary: &Dictionary) {
        let before = (self.rasters.len(), self.extracts.len(), self.left_out.len());
        if is_archive(file) {
            let why = Label::new("压缩包中的压缩包请先解压", "an archive in an archive: unpack it first");
            return self.left_out.push((inside.to_owned(), why));
        }
        self.look_at(file, inside, dictionary);
        if before != (self.rasters.len(), self.extracts.len(), self.left_out.len()) {
            self.rasters.truncate(before.0);
            self.extracts.truncate(before.1);
            let why = Label::new("压缩包中的此类文件请先解压", "files of this kind: unpack them first");
            self.left_out.truncate(before.2);
            self.left_out.push((inside.to_owned(), why));
        }
    }
}
