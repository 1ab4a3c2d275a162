//! Files that are sent: streamed to disk beside their place, counted as they come, and renamed when they are whole.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use fireplan_model::message::writing;
use http_body_util::BodyExt;
use tempfile::NamedTempFile;
use tokio::sync::mpsc;

use super::store::{Draft, refuse};
use crate::areas::folder::safe_path;
use crate::areas::options::UploadLimits;
use crate::areas::whole_file::{begin_whole, end_whole};
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
    let place = target.clone();
    let writer = tokio::task::spawn_blocking(move || write_pieces(pieces, &place));
    let received = receive(body, &sender, &sending, limits).await;
    drop(sender);
    let beside = writer.await?.map_err(|error| refuse(&error))?;
    // What stopped on the way is dropped with its temporary file.
    let bytes = received?;
    draft.forget_look()?;
    let ended = tokio::task::spawn_blocking(move || end_whole(beside, &target)).await?;
    ended.map_err(|error| refuse(&error))?;
    sending.keep();
    Ok(bytes)
}

/// The share of the limits that a file takes while it is sent; given back where it is not kept.
struct Sending<'a> {
    draft: &'a Draft,
    bytes: AtomicU64,
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
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        Ok(())
    }

    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        let mut sent = self.draft.sent.lock().expect("no panic while held");
        let bytes = self.bytes.load(Ordering::Relaxed);
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

fn write_pieces(mut pieces: mpsc::Receiver<Bytes>, target: &Path) -> Result<NamedTempFile> {
    let mut beside = begin_whole(target)?;
    while let Some(piece) = pieces.blocking_recv() {
        beside.write_all(&piece).with_context(|| writing(target))?;
    }
    Ok(beside)
}
