//! How does text become part of HTML or XML? The one place where it is escaped: pages, documents and drawings all ask here.

/// Escaped for element content and attribute values. A control character, which neither language can hold, becomes U+FFFD.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_open_a_tag_leave_an_attribute_or_hide_a_control_character() {
        assert_eq!(escape("<b a=\"1\" c='2'>&\0\u{b}"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;\u{fffd}\u{fffd}");
        assert_eq!(escape("漠河市\n"), "漠河市\n");
    }
}
