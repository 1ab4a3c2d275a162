//! Bringing an archive back.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use fireplan_model::message::{making_folder, reading, writing};
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::{BackedFile, BackupList, BackupReport, FORMAT, LIST, write_hex};

/// No list of an archive is longer.
const LONGEST_LIST_BYTES: u64 = 1 << 28;

/// Brings an archive back into a folder that does not exist yet, or is empty.
///
/// # Errors
/// If the archive is damaged, incomplete or of a newer program, or something is in the folder. Then the folder is as it was.
pub fn restore_backup(archive: &Path, to: &Path) -> Result<BackupReport> {
    let shown = to.display();
    if fs::read_dir(to).is_ok_and(|mut entries| entries.next().is_some()) || to.is_file() {
        bail!(
            "{shown} 里已有内容；请恢复到一个新文件夹，核对后再替换 | there is something in {shown}: bring it back into a new folder, look at it, and put that in place"
        );
    }
    let above = to.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(above).with_context(|| making_folder(above))?;
    let mut zip = ZipArchive::new(File::open(archive).with_context(|| reading(archive))?)
        .with_context(|| refuse_archive(archive))?;
    let list = read_list(&mut zip, archive)?;
    let part = tempfile::Builder::new().prefix(".part-").tempdir_in(above).with_context(|| writing(to))?;
    let mut report = BackupReport::default();
    for file in &list.files {
        restore_file(&mut zip, file, part.path()).with_context(|| refuse_archive(archive))?;
        report.files += 1;
        report.bytes += file.bytes;
    }
    if to.is_dir() {
        fs::remove_dir(to).with_context(|| writing(to))?;
    }
    fs::rename(part.path(), to).with_context(|| writing(to))?;
    // It has another name now, and stays.
    let _ = part.keep();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(to, fs::Permissions::from_mode(0o755)).with_context(|| writing(to))?;
    }
    Ok(report)
}

fn refuse_archive(archive: &Path) -> String {
    let shown = archive.display();
    format!("{shown} 不是完整的备份，未恢复 | {shown} is no whole backup; nothing was brought back")
}

fn read_list(zip: &mut ZipArchive<File>, archive: &Path) -> Result<BackupList> {
    let refuse = || refuse_archive(archive);
    let file = zip.by_name(LIST).with_context(refuse)?;
    let list: BackupList = serde_json::from_reader(file.take(LONGEST_LIST_BYTES)).with_context(refuse)?;
    if list.format > FORMAT {
        let (shown, program) = (archive.display(), &list.program);
        bail!(
            "{shown} 由更新版本的程序({program})备份，请升级程序 | {shown} was made by a newer program ({program}): upgrade"
        );
    }
    let mut seen = BTreeSet::new();
    if !list.files.iter().all(|file| seen.insert(&file.path)) {
        bail!(refuse());
    }
    Ok(list)
}

/// Brings a file back, if it is what the list says.
fn restore_file(zip: &mut ZipArchive<File>, file: &BackedFile, folder: &Path) -> Result<()> {
    let name = &file.path;
    let mut entry = zip.by_name(name).with_context(|| format!("缺少 {name} | {name} is missing"))?;
    let inner: PathBuf =
        entry.enclosed_name().with_context(|| format!("路径 {name} 不可用 | the path {name} cannot be used"))?;
    let path = folder.join(inner);
    if let Some(above) = path.parent() {
        fs::create_dir_all(above).with_context(|| making_folder(above))?;
    }
    let mut out = File::create_new(&path).with_context(|| writing(&path))?;
    let (mut hasher, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; 1 << 18]);
    loop {
        let read = entry.read(&mut piece).with_context(|| reading(&path))?;
        bytes += read as u64;
        if read == 0 || bytes > file.bytes {
            break;
        }
        hasher.update(&piece[..read]);
        out.write_all(&piece[..read]).with_context(|| writing(&path))?;
    }
    if bytes != file.bytes || write_hex(&hasher.finalize()) != file.sha256 {
        bail!("{name} 与清单不符 | {name} is not as listed");
    }
    out.sync_all().with_context(|| writing(&path))?;
    hide_people(&path).with_context(|| writing(&path))
}

/// Nobody but its owner reads the file of people.
fn hide_people(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if path.to_string_lossy().ends_with("office.sqlite") {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    }
    let _ = path;
    Ok(())
}
