//! Digests of what was read, so that a result can be traced to its inputs.

use std::path::PathBuf;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// One digest over files that belong together.
pub(crate) fn digest_files(files: &[PathBuf]) -> Result<String> {
    let mut hasher = Sha256::new();
    for file in files {
        hasher.update(std::fs::read(file).with_context(|| format!("reading {}", file.display()))?);
    }
    Ok(format!("{:x}", hasher.finalize()))
}
