//! Passwords: only what argon2id makes of them is kept.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};

use super::{OfficeError, OfficeResult};

/// A password has at least so many characters.
const SHORTEST: usize = 8;
/// And at most so many bytes: hashing is slow enough.
const LONGEST_BYTES: usize = 1_000;

/// Refuses what is guessed first.
pub(super) fn check_password(name: &str, password: &str) -> OfficeResult<()> {
    let kinds: [fn(char) -> bool; 3] =
        [char::is_alphabetic, |c| c.is_ascii_digit(), |c| !c.is_alphabetic() && !c.is_ascii_digit()];
    let of_kinds = kinds.iter().filter(|kind| password.chars().any(kind)).count();
    let long = password.chars().count() >= SHORTEST && password.len() <= LONGEST_BYTES;
    let named = password.to_lowercase().contains(&name.to_lowercase());
    if !long || of_kinds < 2 || named { Err(OfficeError::WeakPassword) } else { Ok(()) }
}

/// What is kept of a password, in the usual notation of its parameters, salt and digest.
pub(super) fn hash_password(password: &str) -> Result<String, String> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| error.to_string())?;
    let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt).map_err(|error| error.to_string())?;
    Ok(hash.to_string())
}

/// Whether this is the password. It takes as long where there is none to compare with, so that nobody learns by it who is known.
pub(super) fn is_password(password: &str, kept: Option<&str>) -> bool {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let nobody = || NOBODY.get_or_init(|| hash_password("nobody has this one").unwrap_or_default()).as_str();
    let Ok(hash) = PasswordHash::new(kept.unwrap_or_else(nobody)) else { return false };
    password.len() <= LONGEST_BYTES
        && Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
        && kept.is_some()
}

/// A password that nobody guesses, of letters that nobody misreads.
pub fn make_password() -> OfficeResult<String> {
    /// 32 of them, so that five bits choose one evenly.
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";
    let mut random = [0; 15];
    getrandom::fill(&mut random)
        .map_err(|error| OfficeError::OfficeFailed { path: String::new(), why: error.to_string() })?;
    let letters: Vec<char> = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(letters.chunks(5).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_refused() {
        for weak in ["", "short1!", "12345678", "abcdefgh", "王工12345678"] {
            assert!(check_password("王工", weak).is_err(), "{weak}");
        }
        for good in ["abc12345", "消防规划2035", &make_password().unwrap()] {
            assert!(check_password("王工", good).is_ok(), "{good}");
        }
        assert_ne!(make_password().unwrap(), make_password().unwrap());
    }

    #[test]
    fn a_password_is_known_by_its_hash_alone() {
        let hash = hash_password("消防规划2035").unwrap();
        assert!(hash.starts_with("$argon2id$") && !hash.contains("2035"));
        assert!(is_password("消防规划2035", Some(&hash)));
        assert!(!is_password("消防规划2036", Some(&hash)) && !is_password("消防规划2035", None));
        assert!(!is_password("x", Some("no hash")));
    }
}
