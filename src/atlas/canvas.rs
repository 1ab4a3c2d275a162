//! A page as a list of marks, in millimetres from its upper left corner, y downwards. What draws knows no format; what writes
//! a format knows no map.

use geo::{Coord, Rect};

/// A colour and how much it covers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ink {
    /// Red, green, blue.
    pub rgb: [u8; 3],
    /// From 0, invisible, to 1.
    pub opacity: f64,
}

impl Ink {
    /// A colour that covers.
    pub const fn solid(red: u8, green: u8, blue: u8) -> Self {
        Self { rgb: [red, green, blue], opacity: 1.0 }
    }

    /// The colour that styles write as `#rrggbb`; `None`: it is not written so.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = value.to_be_bytes();
        Some(Self::solid(red, green, blue))
    }

    /// The same colour, covering less.
    pub fn with_opacity(self, opacity: f64) -> Self {
        Self { opacity: self.opacity * opacity.clamp(0.0, 1.0), ..self }
    }

    /// The same colour mixed with black: what is drawn upon it stands out, also in grey.
    pub fn darkened(self, share: f64) -> Self {
        Self { rgb: self.rgb.map(|part| (f64::from(part) * (1.0 - share)).round() as u8), ..self }
    }
}

/// Text and lines of the sheet itself.
pub const BLACK: Ink = Ink::solid(0x1c, 0x1f, 0x23);
/// Lesser text.
pub const GREY: Ink = Ink::solid(0x5c, 0x62, 0x69);
/// Paper.
pub const WHITE: Ink = Ink::solid(0xff, 0xff, 0xff);

/// One step of an outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Begins a new part here.
    Move(Coord),
    /// A straight line to here.
    Line(Coord),
    /// A cubic curve by two control points to the last.
    Curve(Coord, Coord, Coord),
    /// Back to where the part began.
    Close,
}

/// The outline of lines or areas.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outline(pub Vec<Step>);

impl Outline {
    /// A rectangle.
    pub fn rect(rect: Rect) -> Self {
        let (low, high) = (rect.min(), rect.max());
        Self::polygon(&[low, Coord { x: high.x, y: low.y }, high, Coord { x: low.x, y: high.y }])
    }

    /// A closed ring of these corners.
    pub fn polygon(corners: &[Coord]) -> Self {
        let mut outline = Self::polyline(corners);
        outline.0.push(Step::Close);
        outline
    }

    /// An open line.
    pub fn polyline(places: &[Coord]) -> Self {
        let step = |(at, place): (usize, &Coord)| if at == 0 { Step::Move(*place) } else { Step::Line(*place) };
        Self(places.iter().enumerate().map(step).collect())
    }

    /// A circle of four curves.
    pub fn circle(centre: Coord, radius: f64) -> Self {
        /// Distance of the control points of a quarter of the unit circle.
        const KAPPA: f64 = 0.552_284_75;
        let at = |x: f64, y: f64| Coord { x: centre.x + radius * x, y: centre.y + radius * y };
        let quarter = |from: (f64, f64), to: (f64, f64)| {
            let control = |a: (f64, f64), b: (f64, f64)| at(a.0 + KAPPA * b.0, a.1 + KAPPA * b.1);
            Step::Curve(control(from, to), control(to, from), at(to.0, to.1))
        };
        let (east, south, west, north) = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0));
        Self(vec![
            Step::Move(at(1.0, 0.0)),
            quarter(east, south),
            quarter(south, west),
            quarter(west, north),
            quarter(north, east),
            Step::Close,
        ])
    }

    /// Adds the parts of another.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// How a line is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Pen {
    /// Its colour.
    pub ink: Ink,
    /// Its width.
    pub width_mm: f64,
    /// Dashes and the gaps between them; empty: unbroken.
    pub dash_mm: Vec<f64>,
    /// Whether its ends are round.
    pub round: bool,
}

impl Pen {
    /// An unbroken line with square ends.
    pub fn solid(ink: Ink, width_mm: f64) -> Self {
        Self { ink, width_mm, dash_mm: Vec::new(), round: false }
    }
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct TextMark {
    /// Left end of the line on which the letters stand.
    pub at: Coord,
    /// Size of the letters.
    pub size_pt: f64,
    /// What is written.
    pub text: String,
    /// Its colour.
    pub ink: Ink,
    /// Whether it is heavier.
    pub bold: bool,
    /// Turned about `at`, clockwise.
    pub angle_deg: f64,
    /// Colour and width of what sets it off from what lies below.
    pub halo: Option<(Ink, f64)>,
}

/// What is on a page, from the bottom up.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// An area, a line or both.
    Shape {
        /// Where.
        outline: Outline,
        /// Its inside, even-odd.
        fill: Option<Ink>,
        /// Its line.
        pen: Option<Pen>,
    },
    /// A line of text.
    Text(TextMark),
    /// What follows shows only in here, until [`Mark::Unclip`].
    Clip(Outline),
    /// Ends the last [`Mark::Clip`].
    Unclip,
}

/// A page with its marks.
#[derive(Debug, Clone, PartialEq)]
pub struct Canvas {
    /// Width and height.
    pub size_mm: (f64, f64),
    /// From the bottom up.
    pub marks: Vec<Mark>,
}

impl Canvas {
    /// An empty page.
    pub fn new(size_mm: (f64, f64)) -> Self {
        Self { size_mm, marks: Vec::new() }
    }

    /// Fills an area.
    pub fn fill(&mut self, outline: Outline, ink: Ink) {
        self.shape(outline, Some(ink), None);
    }

    /// Draws a line.
    pub fn stroke(&mut self, outline: Outline, pen: Pen) {
        self.shape(outline, None, Some(pen));
    }

    /// Draws an area with its line; nothing if there is no outline.
    pub fn shape(&mut self, outline: Outline, fill: Option<Ink>, pen: Option<Pen>) {
        if !outline.is_empty() {
            self.marks.push(Mark::Shape { outline, fill, pen });
        }
    }

    /// A straight line.
    pub fn line(&mut self, from: Coord, to: Coord, pen: Pen) {
        self.stroke(Outline::polyline(&[from, to]), pen);
    }

    /// Writes text; nothing where there is none.
    pub fn write(&mut self, text: TextMark) {
        if !text.text.trim().is_empty() {
            self.marks.push(Mark::Text(text));
        }
    }

    /// Draws `what` within an outline only.
    pub fn clipped(&mut self, outline: Outline, what: impl FnOnce(&mut Self)) {
        if outline.is_empty() {
            return;
        }
        self.marks.push(Mark::Clip(outline));
        what(self);
        self.marks.push(Mark::Unclip);
    }

    /// All texts on the page.
    pub fn texts(&self) -> impl Iterator<Item = &TextMark> {
        self.marks.iter().filter_map(|mark| match mark {
            Mark::Text(text) => Some(text),
            _ => None,
        })
    }
}
