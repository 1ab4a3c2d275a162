//! A folder of results that is replaced as a whole: everything is written beside, brought to disk, and only then put in place.
//! A run that fails, is killed or finds the disk full leaves the results of before; two runs into one folder are told apart.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use fireplan_model::message::{making_folder, writing};

/// Holds what is being written, inside the folder so that it is on the same disk.
const UNFINISHED: &str = ".unfinished";
/// In it are the new results,
const NEW: &str = "new";
/// those of before while they are exchanged,
const OLD: &str = "old";
/// a file that says that the new ones are whole,
const WHOLE: &str = "whole";
/// and one that is locked by the program that writes.
const LOCK: &str = "lock";

/// The exchange of the results in one folder.
pub(crate) struct FolderExchange<'a> {
    folder: &'a Path,
    unfinished: PathBuf,
    /// Locked until the exchange is over; the system frees it when the program ends, however it ends.
    _lock: File,
}

impl<'a> FolderExchange<'a> {
    /// Begins an exchange: ends first what an earlier program had wholly written and not put in place. `items` are the names of
    /// the files and folders that results consist of, the one that describes them last.
    pub(crate) fn begin(folder: &'a Path, items: &[&str]) -> Result<Self> {
        let unfinished = folder.join(UNFINISHED);
        fs::create_dir_all(&unfinished).with_context(|| making_folder(&unfinished))?;
        let path = unfinished.join(LOCK);
        let lock = File::create(&path).with_context(|| writing(&path))?;
        if lock.try_lock().is_err() {
            let folder = folder.display();
            bail!(
                "另一个程序正在向 {folder} 写成果，请等它结束或另选文件夹 | \
                 another program is writing results into {folder}: wait until it ends, or choose another folder"
            );
        }
        let exchange = Self { folder, unfinished, _lock: lock };
        if let Ok(earlier) = fs::read_to_string(exchange.at(WHOLE)) {
            exchange.put_in_place(items, &earlier.lines().collect())?;
        }
        exchange.clear().with_context(|| writing(&exchange.unfinished))?;
        let new = exchange.new_results();
        fs::create_dir_all(&new).with_context(|| making_folder(&new))?;
        Ok(exchange)
    }

    /// The folder into which the new results are to be written.
    pub(crate) fn new_results(&self) -> PathBuf {
        self.at(NEW)
    }

    /// Puts the new results, which are all written, in place of those of before. Of these `earlier` names every file: others that
    /// somebody has laid into the same folders stay.
    pub(crate) fn finish(self, items: &[&str], earlier: &BTreeSet<String>) -> Result<()> {
        let context = || writing(self.folder);
        sync_all(&self.new_results()).with_context(context)?;
        let earlier: Vec<&str> = earlier.iter().map(String::as_str).collect();
        self.mark_whole(&earlier.join("\n")).with_context(context)?;
        self.put_in_place(items, &earlier.into_iter().collect())?;
        self.clear().with_context(context)?;
        fs::remove_dir_all(&self.unfinished).with_context(context)
    }

    /// From here on the new results count, whatever happens to this program.
    fn mark_whole(&self, earlier: &str) -> io::Result<()> {
        let (beside, mark) = (self.at(NEW).with_extension("mark"), self.at(WHOLE));
        fs::write(&beside, earlier)?;
        File::open(&beside)?.sync_all()?;
        fs::rename(beside, mark)
    }

    fn put_in_place(&self, items: &[&str], earlier: &BTreeSet<&str>) -> Result<()> {
        let (new, old) = (self.at(NEW), self.at(OLD));
        let exchange = || -> io::Result<()> {
            fs::create_dir_all(&old)?;
            for item in items {
                // What is in place already was put there before the program was stopped.
                if !new.join(item).exists() && old.join(item).exists() {
                    continue;
                }
                rename_if_there(&self.folder.join(item), &old.join(item))?;
                rename_if_there(&new.join(item), &self.folder.join(item))?;
            }
            items.iter().try_for_each(|item| self.keep_strangers(item, earlier))
        };
        exchange().with_context(|| writing(self.folder))
    }

    /// Moves what is not of the earlier results from the folder of before to the new one.
    fn keep_strangers(&self, item: &str, earlier: &BTreeSet<&str>) -> io::Result<()> {
        let Ok(entries) = fs::read_dir(self.at(OLD).join(item)) else { return Ok(()) };
        for entry in entries {
            let entry = entry?;
            let name = format!("{item}/{}", entry.file_name().to_string_lossy());
            let place = self.folder.join(item).join(entry.file_name());
            if !earlier.contains(name.as_str()) && !place.exists() {
                fs::create_dir_all(self.folder.join(item))?;
                fs::rename(entry.path(), place)?;
            }
        }
        Ok(())
    }

    fn clear(&self) -> io::Result<()> {
        // The mark goes first: without it nothing of the rest counts.
        remove_if_there(fs::remove_file(self.at(WHOLE)))?;
        remove_if_there(fs::remove_dir_all(self.at(NEW)))?;
        remove_if_there(fs::remove_dir_all(self.at(OLD)))
    }

    fn at(&self, name: &str) -> PathBuf {
        self.unfinished.join(name)
    }
}

fn remove_if_there(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    remove_if_there(fs::rename(from, to))
}

/// Brings every file below the folder to disk.
fn sync_all(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { sync_all(&path)? } else { File::open(&path)?.sync_all()? }
    }
    Ok(())
}
