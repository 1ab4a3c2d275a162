//! The callback that HiGHS calls between its steps: it passes on value and bound, and ends the solver at its limits.

use std::ffi::{c_char, c_int, c_void};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use highs::Model;
use highs_sys as sys;

use super::milp::Goal;
use super::{Ended, SearchLimits};

/// HiGHS calculates in floating point: bounds closer to the value than this share of it count as equal.
pub(super) const RELATIVE: f64 = 1e-9;

/// What HiGHS may use at most: seconds, and simplex iterations.
pub(super) struct Limits {
    pub seconds: f64,
    pub work: u64,
}

/// What the thread that runs HiGHS and the thread that waits for it exchange.
#[derive(Default)]
pub(super) struct SolverSignals {
    pub stop: AtomicBool,
    /// Value and bound that were not reported yet.
    news: Mutex<Option<(u64, u64)>>,
}

impl SolverSignals {
    /// Reports value and bound if they changed since the last report.
    pub(crate) fn report(&self, search_limits: &SearchLimits) {
        let news = self.news.lock().ok().and_then(|mut news| news.take());
        if let Some((value, bound)) = news {
            (search_limits.on_progress)(value, bound);
        }
    }
}

pub(super) struct MipCallback<'a> {
    pub goal: Goal,
    pub offset: u64,
    pub enough: Option<u64>,
    pub limits: &'a Limits,
    pub shared: &'a SolverSignals,
    pub ended: Option<Ended>,
}

impl MipCallback<'_> {
    /// Has HiGHS call this callback while it solves the model.
    ///
    /// # Safety
    /// `self` must not move or be dropped as long as the model is used.
    pub(crate) unsafe fn attach(&mut self, model: &mut Model) {
        // SAFETY: the model is a valid one of HiGHS; the caller answers for the callback.
        unsafe {
            let highs = model.as_mut_ptr();
            sys::Highs_setCallback(highs, Some(on_mip_interrupt), std::ptr::from_mut(self).cast());
            sys::Highs_startCallback(highs, sys::kHighsCallbackMipInterrupt);
        }
    }

    /// A bound as a whole number: rounded towards the value, once error of calculation is allowed for.
    pub(crate) fn whole_bound(&self, bound: f64) -> u64 {
        let slack = 1e-6 + RELATIVE * bound.abs();
        match self.goal {
            Goal::Most if bound.is_finite() => self.offset.saturating_add((bound + slack).floor().max(0.0) as u64),
            Goal::Most => u64::MAX,
            Goal::Least if bound.is_finite() => self.offset.saturating_add((bound - slack).ceil().max(0.0) as u64),
            Goal::Least => 0,
        }
    }

    pub(crate) fn whole_value(&self, value: f64) -> u64 {
        self.offset.saturating_add(value.round().max(0.0) as u64)
    }

    fn on_interrupt(&mut self, seen: &sys::HighsCallbackDataOut) -> bool {
        let bound = self.whole_bound(seen.mip_dual_bound);
        let value = seen.mip_primal_bound.is_finite().then(|| self.whole_value(seen.mip_primal_bound));
        if let (Some(value), Ok(mut news)) = (value, self.shared.news.lock()) {
            *news = Some((value, bound));
        }
        let worst = if self.goal == Goal::Most { 0 } else { u64::MAX };
        let decided = self.enough.is_some_and(|enough| self.goal.decided(value.unwrap_or(worst), bound, enough));
        let worked = u64::try_from(seen.mip_total_lp_iterations).unwrap_or(0) >= self.limits.work;
        if worked || decided || self.shared.stop.load(Ordering::Relaxed) {
            self.ended = Some(Ended::WorkLimit);
        }
        self.ended.is_some()
    }
}

/// The function that HiGHS calls between its steps.
unsafe extern "C" fn on_mip_interrupt(
    _kind: c_int,
    _message: *const c_char,
    seen: *const sys::HighsCallbackDataOut,
    answer: *mut sys::HighsCallbackDataIn,
    mip_callback: *mut c_void,
) {
    // SAFETY: HiGHS passes its own data and the callback that was attached; nothing else uses them meanwhile.
    let parts = unsafe { (seen.as_ref(), answer.as_mut(), mip_callback.cast::<MipCallback>().as_mut()) };
    if let (Some(seen), Some(answer), Some(mip_callback)) = parts {
        answer.user_interrupt = c_int::from(mip_callback.on_interrupt(seen));
    }
}
