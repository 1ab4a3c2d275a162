//! The outline of lines and areas as an SVG path.

use std::fmt::Write;

/// The steps of a path, in tenths of a millimetre, each from the one before: nothing finer shows on paper.
pub(crate) struct Path {
    steps: String,
    fine: i64,
    /// Where the pen is; `None`: it is lifted.
    pen: Option<(i64, i64)>,
    /// Where the next step counts from.
    last: (i64, i64),
    /// Where the ring, or the line, began: the place, and in the text.
    begun: ((i64, i64), usize),
    /// Where that step counted from.
    before: (i64, i64),
    /// Steps since.
    count: usize,
}

impl Path {
    pub(crate) fn new(fine: i64) -> Self {
        Self { steps: String::new(), fine, pen: None, last: (0, 0), begun: ((0, 0), 0), before: (0, 0), count: 0 }
    }

    /// Draws on to a place, in millimetres, or begins there. A place nearer to the pen than `fine` adds nothing, unless it
    /// must.
    pub(crate) fn to(&mut self, (x, y): (f64, f64), must: bool) {
        let place = ((x * 10.0).round() as i64, (y * 10.0).round() as i64);
        let (dx, dy) = (place.0 - self.last.0, place.1 - self.last.1);
        let near = dx * dx + dy * dy < self.fine * self.fine;
        match self.pen {
            Some(_) if near && !must => return,
            Some(_) => self.steps.push('l'),
            None => {
                (self.begun, self.before, self.count) = ((place, self.steps.len()), self.last, 0);
                self.steps.push('m');
            }
        }
        self.count += 1;
        push_tenths(&mut self.steps, dx);
        self.steps.push(',');
        push_tenths(&mut self.steps, dy);
        (self.pen, self.last) = (Some(place), place);
    }

    pub(crate) fn lift(&mut self) {
        self.pen = None;
    }

    /// Back to where the ring began; a ring too small to have an area is taken back.
    pub(crate) fn close(&mut self) {
        if self.pen.take().is_none() {
            return;
        }
        if self.count > 2 {
            self.steps.push('z');
            self.last = self.begun.0;
        } else {
            self.steps.truncate(self.begun.1);
            self.last = self.before;
        }
    }

    pub(crate) fn drawn(self, element: impl Fn(&str) -> String) -> String {
        if self.steps.is_empty() { self.steps } else { element(&self.steps) }
    }
}

/// `-12` tenths are `-1.2`, `30` are `3`.
fn push_tenths(steps: &mut String, value: i64) {
    if value < 0 {
        steps.push('-');
    }
    let size = value.unsigned_abs();
    let _ = write!(steps, "{}", size / 10);
    if !size.is_multiple_of(10) {
        let _ = write!(steps, ".{}", size % 10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_step_from_place_to_place() {
        let mut path = Path::new(1);
        for at in [(1.0, 1.0), (2.0, 1.0), (2.04, 1.04), (2.0, 3.25)] {
            path.to(at, false);
        }
        path.close();
        // A ring without an area is not drawn; after a ring the next step counts from where the ring began.
        path.to((9.0, 9.0), false);
        path.to((9.5, 9.0), false);
        path.close();
        path.to((5.0, 0.0), false);
        path.to((5.01, 0.0), true);
        assert_eq!(path.drawn(str::to_owned), "m1,1l1,0l0,2.3zm4,-1l0,0");
        assert_eq!(Path::new(1).drawn(str::to_owned), "");
    }
}
