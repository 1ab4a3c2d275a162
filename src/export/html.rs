//! Plain HTML: what comes from data stays text.

/// Text for the content or an attribute of an element.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text as a string of CSS, quotes included; it ends neither the string nor the element that it stands in.
pub(crate) fn css_string(text: &str) -> String {
    let escape = |c: char| match c {
        c if c.is_ascii() && !c.is_ascii_alphanumeric() && c != ' ' => format!("\\{:x} ", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_names_stays_text() {
        assert_eq!(escape("<b>\"甲&乙'\"</b>"), "&lt;b&gt;&quot;甲&amp;乙&#39;&quot;&lt;/b&gt;");
    }

    #[test]
    fn a_name_ends_no_style() {
        assert_eq!(css_string("甲</style>\"; x"), "\"甲\\3c \\2f style\\3e \\22 \\3b  x\"");
    }
}
