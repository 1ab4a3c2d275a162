//! Digests, by which what is equal is known without being kept.

use sha2::{Digest, Sha256};

/// SHA-256 of these bytes, in hexadecimal digits.
pub fn hex_digest(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_the_known_digest() {
        assert!(hex_digest(b"").starts_with("e3b0c44298fc1c14"));
    }
}
