//! The one structure of every mail, printed as plain text and as HTML.

use std::fmt::Write;

/// One part of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// A paragraph of ours.
    Paragraph(String),
    /// Words of another person, set apart so that they cannot pass for ours.
    Quote {
        /// Who wrote it, as a heading.
        by: String,
        /// What they wrote.
        text: String,
    },
    /// A link to where the action is.
    Button {
        /// What it says.
        label: String,
        /// Absolute address.
        url: String,
    },
}

/// A mail before it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    subject: String,
    heading: String,
    parts: Vec<Part>,
    footer: String,
}

/// Longest quotation, in characters; the page shows the rest.
const QUOTE_CHARS_MAX: usize = 1_000;

impl Letter {
    /// A letter with a subject line and a heading.
    pub(super) fn new(subject: impl Into<String>, heading: impl Into<String>) -> Self {
        Self { subject: subject.into(), heading: heading.into(), parts: Vec::new(), footer: String::new() }
    }

    /// With one more paragraph; an empty one is left out.
    pub(super) fn say(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.parts.push(Part::Paragraph(text));
        }
        self
    }

    /// With the words of somebody else, where there are any.
    pub(super) fn quote(mut self, by: impl Into<String>, text: Option<&str>) -> Self {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return self;
        };
        let mut quoted: String = text.chars().take(QUOTE_CHARS_MAX).collect();
        if quoted.len() < text.len() {
            quoted.push('…');
        }
        self.parts.push(Part::Quote { by: by.into(), text: quoted });
        self
    }

    /// With a button.
    pub(super) fn button(mut self, label: impl Into<String>, url: String) -> Self {
        self.parts.push(Part::Button { label: label.into(), url });
        self
    }

    /// With a last line in small print.
    pub(super) fn footer(mut self, text: impl Into<String>) -> Self {
        self.footer = text.into();
        self
    }

    /// The subject, on one line.
    pub(super) fn subject(&self) -> String {
        self.subject.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The plain text part.
    pub(super) fn text(&self) -> String {
        let mut out = format!("{}\n", self.heading);
        for part in &self.parts {
            out.push('\n');
            match part {
                Part::Paragraph(text) => push_line(&mut out, text),
                Part::Quote { by, text } => {
                    push_line(&mut out, &format!("{by}:"));
                    for line in text.lines() {
                        push_line(&mut out, format!("> {line}").trim_end());
                    }
                }
                Part::Button { label, url } => {
                    push_line(&mut out, &format!("{label}:"));
                    push_line(&mut out, url);
                }
            }
        }
        if !self.footer.is_empty() {
            out.push_str("\n-- \n");
            push_line(&mut out, &self.footer);
        }
        out
    }

    /// The HTML part: inline styles only, no images, no background, so that it reads the same on light and dark.
    pub(super) fn html(&self) -> String {
        let mut body = format!(r#"<h1 style="{HEADING}">{}</h1>"#, escaped(&self.heading));
        for part in &self.parts {
            // Writing to a String cannot fail.
            let _ = match part {
                Part::Paragraph(text) => write!(body, r#"<p style="{PARAGRAPH}">{}</p>"#, lines(text)),
                Part::Quote { by, text } => write!(
                    body,
                    r#"<p style="{SMALL};margin:0 0 4px">{}:</p><blockquote style="{QUOTE}">{}</blockquote>"#,
                    escaped(by),
                    lines(text)
                ),
                Part::Button { label, url } => write!(
                    body,
                    r#"<p style="margin:24px 0"><a href="{url}" style="{BUTTON}">{label}</a></p><p style="{SMALL}">Or copy this address: <a href="{url}" style="color:inherit;word-break:break-all">{url}</a></p>"#,
                    url = escaped(url),
                    label = escaped(label)
                ),
            };
        }
        if !self.footer.is_empty() {
            let _ = write!(body, r#"<hr style="{RULE}"><p style="{SMALL}">{}</p>"#, lines(&self.footer));
        }
        format!(
            r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>{}</title></head><body style="{BODY}"><div style="{COLUMN}">{body}</div></body></html>"#,
            escaped(&self.subject())
        )
    }
}

const BODY: &str = "margin:0;padding:24px 16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
const COLUMN: &str = "max-width:560px;margin:0 auto";
const HEADING: &str = "font-size:21px;line-height:1.3;font-weight:600;margin:0 0 16px";
const PARAGRAPH: &str = "margin:0 0 16px";
const QUOTE: &str = "margin:0 0 16px;padding:4px 0 4px 12px;border-left:3px solid #8a8a8a";
const BUTTON: &str = "display:inline-block;padding:12px 20px;border-radius:6px;background:#14603c;color:#ffffff;font-weight:600;text-decoration:none";
const SMALL: &str = "font-size:13px;line-height:1.5;opacity:.75;margin:0 0 16px";
const RULE: &str = "border:0;border-top:1px solid #8a8a8a;margin:32px 0 16px";

fn push_line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

fn lines(text: &str) -> String {
    escaped(text).replace('\n', "<br>")
}

/// Text that is safe between tags and inside quoted attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter::new("A  <b>\nsubject", "Heading & more")
            .say("One <i>")
            .say("")
            .quote("Note from Ada \"x\"", Some("first\n<script>alert(1)</script>"))
            .quote("Nobody", Some("  "))
            .button("Open", "https://a.example/orders/1?x=1&y=2".to_owned())
            .footer("Small print")
    }

    #[test]
    fn text_says_everything_once() {
        let expected = "Heading & more\n\nOne <i>\n\nNote from Ada \"x\":\n> first\n> <script>alert(1)</script>\n\n\
                        Open:\nhttps://a.example/orders/1?x=1&y=2\n\n-- \nSmall print\n";
        assert_eq!(letter().text(), expected);
        assert_eq!(letter().subject(), "A <b> subject");
    }

    #[test]
    fn html_escapes_what_people_wrote() {
        let html = letter().html();
        assert!(!html.contains("<script>") && !html.contains("<i>"), "{html}");
        assert!(html.contains("first<br>&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
        assert!(html.contains(r#"href="https://a.example/orders/1?x=1&amp;y=2""#), "{html}");
        assert!(html.contains("<title>A &lt;b&gt; subject</title>"), "{html}");
        assert!(html.contains("Note from Ada &quot;x&quot;"), "{html}");
    }

    #[test]
    fn a_long_quotation_is_cut() {
        let text = Letter::new("s", "h").quote("Ada", Some(&"ä".repeat(QUOTE_CHARS_MAX + 1))).text();
        assert!(text.contains(&format!("{}…", "ä".repeat(QUOTE_CHARS_MAX))));
        assert!(!text.contains(&"ä".repeat(QUOTE_CHARS_MAX + 1)));
    }
}
