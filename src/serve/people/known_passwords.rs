//! Passwords that were right a moment ago. A program that asks for a hundred tiles sends its password with each: hashing it every time
//! would take longer than the tiles.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

/// A password is looked at again after this time.
const KNOWN_FOR: Duration = Duration::from_secs(60);
/// More than these are forgotten.
const MOST_KNOWN: usize = 1_000;

/// Digests of name and password under a secret of this process, with the time at which they were right.
pub(super) struct KnownPasswords {
    secret: [u8; 32],
    right: Mutex<BTreeMap<[u8; 32], Instant>>,
}

impl KnownPasswords {
    /// Nothing is known yet.
    pub(super) fn new() -> anyhow::Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)
            .map_err(|error| anyhow::anyhow!("无法取得随机数：{error} | no random numbers: {error}"))?;
        Ok(Self { secret, right: Mutex::default() })
    }

    fn digest(&self, name: &str, password: &str) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(self.secret);
        hasher.update((name.len() as u64).to_le_bytes());
        hasher.update(name);
        hasher.update(password);
        hasher.finalize().into()
    }

    pub(super) fn is_known(&self, name: &str, password: &str) -> bool {
        let right = self.right.lock().expect("no panic while held");
        right.get(&self.digest(name, password)).is_some_and(|at| at.elapsed() < KNOWN_FOR)
    }

    pub(super) fn learn(&self, name: &str, password: &str) {
        let mut right = self.right.lock().expect("no panic while held");
        right.retain(|_, at| at.elapsed() < KNOWN_FOR);
        if right.len() >= MOST_KNOWN {
            right.clear();
        }
        right.insert(self.digest(name, password), Instant::now());
    }
}
