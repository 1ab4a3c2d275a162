//! What goes to the terminal. A reader that closes its end of the pipe (`fireplan check | head -1`) ends nothing: what was
//! asked for is still computed and written, quietly.

use std::io::{ErrorKind, Write};

use anyhow::{Context, Result};
use fireplan_model::message::Language;

/// Prints results to standard output.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("写到标准输出 | writing to standard output"),
    }
}

/// The same with an end of line.
pub(crate) fn print_line(text: &str) -> Result<()> {
    print(&format!("{text}\n"))
}

/// Prints a document for other programs.
pub(crate) fn print_json(document: &impl serde::Serialize) -> Result<()> {
    print_line(&serde_json::to_string_pretty(document).context("写出 JSON | writing JSON")?)
}

/// Tells something beside the results, on standard error. Where nobody listens, nobody is told.
pub(crate) fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Whole numbers as they are, others with one decimal; never `-0`.
pub(crate) fn format_number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    // Adding 0.0 takes the sign from a zero.
    let shown = if value.fract() == 0.0 { value } else { rounded } + 0.0;
    if shown.fract() == 0.0 && value.fract() == 0.0 { format!("{shown}") } else { format!("{shown:.1}") }
}

/// What stands for a figure that is not known.
pub(crate) fn undetermined(language: Language) -> &'static str {
    language.either("待核", "undetermined")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_figure_is_minus_nothing() {
        for value in [-0.0, -0.04, 0.0, 0.04] {
            assert!(!format_number(value).contains('-'), "{value}");
        }
        assert_eq!([12.0, -3.0, 2.25, -0.05].map(format_number), ["12", "-3", "2.3", "-0.1"]);
    }
}
