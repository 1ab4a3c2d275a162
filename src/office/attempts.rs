//! Guessing is slowed: after a few wrong passwords, those of the same name, or from the same address, are not even looked at for a while.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// So many wrong passwords cost nothing.
const FREE: u32 = 5;
/// From one address many people may come: it is slowed later.
const FREE_OF_ADDRESS: u32 = 20;
/// No wait is longer.
const LONGEST: Duration = Duration::from_secs(900);
/// Names and addresses beyond this are forgotten, those first whose wait is over.
const MOST_KNOWN: usize = 10_000;

/// Wrong passwords, by name and by address.
#[derive(Default)]
pub(super) struct Attempts {
    failures: BTreeMap<String, (u32, Instant)>,
}

impl Attempts {
    /// How long somebody has to wait; `None`: not at all.
    pub(super) fn find_wait(&self, name: &str, address: &str, now: Instant) -> Option<Duration> {
        let waits = keys(name, address).into_iter().filter_map(|(key, _)| {
            let (_, until) = self.failures.get(&key)?;
            until.checked_duration_since(now).filter(|wait| !wait.is_zero())
        });
        waits.max()
    }

    /// A wrong password: the wait doubles with each.
    pub(super) fn fail(&mut self, name: &str, address: &str, now: Instant) {
        if self.failures.len() >= MOST_KNOWN {
            self.failures.retain(|_, (_, until)| *until + LONGEST > now);
        }
        if self.failures.len() >= MOST_KNOWN {
            self.failures.clear();
        }
        for (key, free) in keys(name, address) {
            let (count, until) = self.failures.entry(key).or_insert((0, now));
            *count += 1;
            let over = count.saturating_sub(free);
            let seconds = if over == 0 { 0 } else { 1_u64 << over.min(20) };
            *until = now + Duration::from_secs(seconds).min(LONGEST);
        }
    }

    /// The right password: its name begins anew. The address does not, or a guesser who knows one password would never wait.
    pub(super) fn succeed(&mut self, name: &str) {
        self.failures.remove(&name_key(name));
    }
}

fn name_key(name: &str) -> String {
    format!("n{name}")
}

fn keys(name: &str, address: &str) -> Vec<(String, u32)> {
    let mut keys = vec![(name_key(&name.chars().take(60).collect::<String>()), FREE)];
    if !address.is_empty() {
        keys.push((format!("a{address}"), FREE_OF_ADDRESS));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_by_name_and_later_by_address_and_end() {
        let (mut attempts, now) = (Attempts::default(), Instant::now());
        for _ in 0..FREE {
            attempts.fail("甲", "10.0.0.1", now);
        }
        assert_eq!(attempts.find_wait("甲", "10.0.0.9", now), None);
        let mut waits = Vec::new();
        for _ in 0..12 {
            attempts.fail("甲", "10.0.0.1", now);
            waits.push(attempts.find_wait("甲", "10.0.0.9", now).unwrap().as_secs());
        }
        assert_eq!(waits[..4], [2, 4, 8, 16]);
        assert_eq!(waits.last(), Some(&900));
        assert_eq!(attempts.find_wait("乙", "10.0.0.1", now), None, "others at the address may still");
        for at in 0..8 {
            attempts.fail(&format!("猜{at}"), "10.0.0.1", now);
        }
        assert!(attempts.find_wait("乙", "10.0.0.1", now).is_some());
        assert_eq!(attempts.find_wait("甲", "", now + LONGEST), None);
        attempts.succeed("甲");
        assert_eq!(attempts.find_wait("甲", "", now), None);
    }
}
