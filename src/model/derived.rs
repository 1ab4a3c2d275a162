//! What is derived from an area once and read by every analysis of it, so that none computes its own.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The results kept for one area, by their type and by a key for what else they depend on.
///
/// A copy of an area begins with none: it is there to be changed. Whoever makes a copy that leaves unchanged what some results
/// were derived from may hand them on with [`carry`](Self::carry).
#[derive(Default)]
pub struct Derived {
    kept: Arc<Mutex<KeptResults>>,
}

type KeptResults = BTreeMap<(TypeId, u64), Arc<dyn Any + Send + Sync>>;

impl Clone for Derived {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Derived {
    /// The same results for a copy that is never changed: what is derived of either is derived of both.
    pub fn share(&self) -> Self {
        Self { kept: self.kept.clone() }
    }

    /// What was derived before, or else is now; of several that derive it at the same time, all get what the first has kept.
    ///
    /// Nothing is locked while it is derived: threads that work for one another could wait for themselves.
    ///
    /// # Errors
    /// If it cannot be derived.
    pub fn once<T: Send + Sync + 'static, E>(
        &self,
        key: u64,
        derive: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let at = (TypeId::of::<T>(), key);
        if let Some(known) = self.known(at) {
            return Ok(known);
        }
        let derived: Arc<dyn Any + Send + Sync> = Arc::new(derive()?);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).entry(at).or_insert(derived).clone();
        Ok(kept.downcast().unwrap_or_else(|_| unreachable!("results are kept by their type")))
    }

    fn known<T: Send + Sync + 'static>(&self, at: (TypeId, u64)) -> Option<Arc<T>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&at)?.clone();
        kept.downcast().ok()
    }

    /// Takes over what another area has of this type.
    pub fn carry<T: Send + Sync + 'static>(&self, from: &Self) {
        if Arc::ptr_eq(&self.kept, &from.kept) {
            return;
        }
        let theirs = from.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let of_type: Vec<_> = theirs.iter().filter(|((of, _), _)| *of == TypeId::of::<T>()).collect();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(of_type.into_iter().map(|(at, result)| (*at, result.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_derived_once_for_each_key_and_not_handed_to_copies() {
        let derived = Derived::default();
        let derive = |value: u32| move || Ok::<u32, ()>(value);
        assert_eq!(*derived.once(1, derive(10)).unwrap(), 10);
        assert_eq!(*derived.once(1, derive(11)).unwrap(), 10);
        assert_eq!(*derived.once(2, derive(12)).unwrap(), 12);
        assert_eq!(*derived.once(1, || Ok::<u64, ()>(13)).unwrap(), 13);
        assert!(derived.once(3, || Err::<u32, _>("not today")).is_err());
        assert_eq!(*derived.clone().once(1, derive(14)).unwrap(), 14);
        assert_eq!(*derived.share().once(1, derive(15)).unwrap(), 10);
    }

    #[test]
    fn what_is_carried_over_is_of_one_type() {
        let (from, to) = (Derived::default(), Derived::default());
        from.once(1, || Ok::<u32, ()>(10)).unwrap();
        from.once(1, || Ok::<u64, ()>(11)).unwrap();
        to.carry::<u32>(&from);
        assert_eq!(*to.once(1, || Ok::<u32, ()>(20)).unwrap(), 10);
        assert_eq!(*to.once(1, || Ok::<u64, ()>(21)).unwrap(), 21);
    }
}
