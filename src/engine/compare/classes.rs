//! The class by which a feature is drawn, and whether another one is better.

use fireplan_model::findings::class_of;
use fireplan_model::findings::{Drawing, Feature, Layer, grade_text};
use fireplan_model::rows::{Code, Label, Value};

pub(super) struct Classes<'a> {
    pub label: Label,
    column: usize,
    by: By<'a>,
}

enum By<'a> {
    Codes { codes: &'a [Code], ordered: bool },
    Size { breaks: &'a [f64], unit: &'static str },
}

pub(super) struct FeatureClass {
    pub label: Label,
    /// Position among the classes; equal for the same class only.
    pub order: usize,
    /// Lower is better; `None`: undetermined, or no direction is known.
    pub rank: Option<usize>,
}

impl<'a> Classes<'a> {
    /// `None`: the layer is not drawn by class.
    pub(super) fn of(layer: &'a Layer) -> Option<Self> {
        let (name, breaks) = match &layer.drawing {
            Drawing::Plain => return None,
            Drawing::Coded { column } => (*column, None),
            Drawing::Graded { column, breaks } => (*column, Some(breaks)),
        };
        let at = layer.columns.iter().position(|column| column.name == name)?;
        let column = &layer.columns[at];
        let by = match breaks {
            Some(breaks) => By::Size { breaks, unit: column.unit },
            None => By::Codes { codes: &column.codes, ordered: column.best_first },
        };
        Some(Self { label: column.label.clone(), column: at, by })
    }

    pub(super) fn class(&self, feature: &Feature) -> FeatureClass {
        let value = &feature.values[self.column];
        match &self.by {
            By::Codes { codes, ordered } => coded(value, codes, *ordered),
            By::Size { breaks, unit } => graded(value, breaks, unit),
        }
    }
}

fn none() -> FeatureClass {
    FeatureClass { label: Label::new("待核", "undetermined"), order: usize::MAX - 1, rank: None }
}

fn coded(value: &Value, codes: &[Code], ordered: bool) -> FeatureClass {
    let known = value.as_str().and_then(|text| codes.iter().position(|code| code.code == text));
    known.map_or_else(none, |order| {
        let code = &codes[order];
        let rank = (ordered && !code.undetermined).then_some(order);
        FeatureClass { label: code.label.clone(), order, rank }
    })
}

fn graded(value: &Value, breaks: &[f64], unit: &str) -> FeatureClass {
    let Value::Int(class) = class_of(value, breaks) else { return none() };
    let order = class as usize;
    let rank = match unit {
        "min" => Some(order),
        "%" => Some(breaks.len() - order),
        _ => None,
    };
    FeatureClass { label: Label::parse(&grade_text(breaks, order, unit)), order, rank }
}
