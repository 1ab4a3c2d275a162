//! Progress bars on stderr, where a person is watching.

use std::sync::Mutex;
use std::time::Duration;

use fireplan_model::message::Language;
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// One bar, renamed at each stage; hidden where stderr is no terminal.
pub(crate) struct Bars {
    bar: Mutex<ProgressBar>,
    shown: bool,
    language: Language,
}

impl Bars {
    /// No bar yet; where it is not shown, there never is one.
    pub(crate) fn new(shown: bool, language: Language) -> Self {
        Self { bar: Mutex::new(ProgressBar::hidden()), shown, language }
    }

    fn bar(&self) -> ProgressBar {
        self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Clears the line: what follows is the result.
    pub(crate) fn finish(&self) {
        self.bar().finish_and_clear();
    }
}

impl Progress for Bars {
    fn stage(&self, label: &Label, steps: u64) {
        if !self.shown {
            return;
        }
        self.finish();
        let bar = ProgressBar::with_draw_target((steps > 0).then_some(steps), ProgressDrawTarget::stderr_with_hz(10));
        let template = if steps > 0 { "{msg} {wide_bar} {percent:>3}% {eta}" } else { "{spinner} {msg} {elapsed}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(self.language.of(label).to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        *self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = bar;
    }

    fn step(&self, steps: u64) {
        if self.shown {
            self.bar().inc(steps);
        }
    }

    fn cancelled(&self) -> bool {
        false
    }
}
