//! Files that are sent: streamed to disk beside their place, counted as they come, and renamed when they are whole.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use fireplan_model::message::{making_folder, writing};
use http_body_util::BodyExt;
use tokio::sync::mpsc;

use super::store::{Draft, refuse};
use crate::areas::folder::safe_path;
use crate::areas::options::UploadLimits;
use crate::error::{HttpResult, Problem};

/// Pieces that wait to be written.
const WAITING: usize = 8;

/// Keeps a file of a draft under this path; what had it before is replaced. Gives its bytes.
pub(super) async fn keep_file(draft: &Draft, path: &str, body: Body, limits: &UploadLimits) -> HttpResult<u64> {
    draft.forget_look()?;
    let Some(below) = safe_path(path) else {
        return Err(Problem::bad(format!(
            "文件名“{path}”不可用：不能指向项目之外，不能含控制字符或 : * ? \" < > |，层数不超过 8 | \
             The name '{path}' cannot be used: it leads out, is too deep or has characters that names cannot have"
        )));
    };
    let target = draft.sent_folder().join(below);
    let sending = Sending::begin(draft, &target, limits)?;
    let (sender, pieces) = mpsc::channel::<Bytes>(WAITING);
    let writer = tokio::task::spawn_blocking(move || write_pieces(pieces, &target));
    let received = receive(body, &sender, &sending, limits).await;
    drop(sender);
    let (beside, target) = writer.await?.map_err(|error| refuse(&error))?;
    // What stopped on the way is dropped with its temporary file.
    let bytes = received?;
    draft.forget_look()?;
    tokio::task::spawn_blocking(move || {
        beside.persist(&target).with_context(|| writing(&target))?;
        allow_reading(&target);
        anyhow::Ok(())
    })
    .await?
    .map_err(|error| refuse(&error))?;
    sending.keep();
    Ok(bytes)
}

/// The share of the limits that a file takes while it is sent; given back where it is not kept.
struct Sending<'a> {
    draft: &'a Draft,
    bytes: std::sync::atomic::AtomicU64,
    kept: bool,
    replaced: Option<u64>,
}

impl<'a> Sending<'a> {
    fn begin(draft: &'a Draft, target: &Path, limits: &UploadLimits) -> HttpResult<Self> {
        let replaced = std::fs::metadata(target).ok().map(|about| about.len());
        let mut sent = draft.sent.lock().expect("no panic while held");
        if replaced.is_none() && sent.0 >= limits.files {
            let most = limits.files;
            return Err(too_much(format!(
                "文件超过 {most} 个，请只选需要的数据，或打包成 zip | More than {most} files: choose those that are needed, or pack them as zip"
            )));
        }
        sent.0 += 1;
        Ok(Self { draft, bytes: 0.into(), kept: false, replaced })
    }

    /// Counts bytes as they come.
    fn count(&self, bytes: u64, limits: &UploadLimits) -> HttpResult<()> {
        let mut sent = self.draft.sent.lock().expect("no panic while held");
        if sent.1 + bytes > limits.bytes {
            let most = limits.bytes >> 20;
            return Err(too_much(format!(
                "本项目的文件合计超过 {most} MB；更大的数据请由管理员用 --allow 指定服务器上的文件夹 | \
                 The files of this project are more than {most} MB; for more, the operator may allow a folder of the server (--allow)"
            )));
        }
        sent.1 += bytes;
        self.bytes.fetch_add(bytes, std::sync::atomic::Ordering::Relaxed);
        Ok(())
    }

    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        let mut sent = self.draft.sent.lock().expect("no panic while held");
        let bytes = self.bytes.load(std::sync::atomic::Ordering::Relaxed);
        // Of what is not kept all goes; of what is replaced, the one before.
        let gone = if self.kept { self.replaced } else { Some(bytes) };
        if let Some(bytes) = gone {
            *sent = (sent.0.saturating_sub(1), sent.1.saturating_sub(bytes));
        }
    }
}

fn too_much(why: String) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, why)
}

async fn receive(
    mut body: Body,
    sender: &mpsc::Sender<Bytes>,
    sending: &Sending<'_>,
    limits: &UploadLimits,
) -> HttpResult<u64> {
    let mut bytes = 0;
    loop {
        let frame = tokio::time::timeout(limits.idle_time(), body.frame()).await.map_err(|_| {
            Problem::new(StatusCode::REQUEST_TIMEOUT, "上传停顿过久，已放弃该文件 | The file stood still for too long")
        })?;
        let Some(frame) = frame else { return Ok(bytes) };
        let broken = |_| Problem::bad("上传中断，该文件未保存 | The file was cut off and is not kept");
        let Ok(piece) = frame.map_err(broken)?.into_data() else { continue };
        bytes += piece.len() as u64;
        sending.count(piece.len() as u64, limits)?;
        if sender.send(piece).await.is_err() {
            // The writer has failed, and says why.
            return Ok(bytes);
        }
    }
}

fn write_pieces(mut pieces: mpsc::Receiver<Bytes>, target: &Path) -> Result<(tempfile::NamedTempFile, PathBuf)> {
    let above = target.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(above).with_context(|| making_folder(above))?;
    let mut beside = tempfile::Builder::new().prefix(".sent-").tempfile_in(above).with_context(|| writing(target))?;
    let file: &mut File = beside.as_file_mut();
    while let Some(piece) = pieces.blocking_recv() {
        file.write_all(&piece).with_context(|| writing(target))?;
    }
    Ok((beside, target.to_owned()))
}

/// A temporary file is for its writer alone; what was sent is for whoever may read the folder, and is never executed.
fn allow_reading(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644));
    }
    #[cfg(not(unix))]
    let _ = path;
}
