//! The one structure of every mail, printed as plain text and as HTML by the templates of `templates/letter`.

use askama::Template;

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

    /// The plain text part, by `templates/letter/letter.txt`.
    ///
    /// # Errors
    /// The template could not be filled.
    pub(super) fn text(&self) -> Result<String, askama::Error> {
        LetterText { letter: self }.render()
    }

    /// The HTML part, by `templates/letter/letter.html`.
    ///
    /// # Errors
    /// The template could not be filled.
    pub(super) fn html(&self) -> Result<String, askama::Error> {
        LetterHtml { letter: self, subject: &self.subject() }.render()
    }
}

#[derive(Template)]
#[template(path = "letter/letter.txt")]
struct LetterText<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "letter/letter.html")]
struct LetterHtml<'a> {
    letter: &'a Letter,
    subject: &'a str,
}

/// A quotation's lines as plain text marks them.
fn quoted(text: &str) -> Vec<String> {
    text.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect()
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
        assert_eq!(letter().text().unwrap(), expected);
        assert_eq!(letter().subject(), "A <b> subject");
    }

    #[test]
    fn html_escapes_what_people_wrote() {
        let html = letter().html().unwrap();
        assert!(!html.contains("<script>") && !html.contains("<i>"), "{html}");
        assert!(html.contains("first<br/>&#60;script&#62;alert(1)&#60;/script&#62;"), "{html}");
        assert!(html.contains(r#"href="https://a.example/orders/1?x=1&#38;y=2""#), "{html}");
        assert!(html.contains("<title>A &#60;b&#62; subject</title>"), "{html}");
        assert!(html.contains("Note from Ada &#34;x&#34;"), "{html}");
    }

    #[test]
    fn a_long_quotation_is_cut() {
        let text = Letter::new("s", "h").quote("Ada", Some(&"ä".repeat(QUOTE_CHARS_MAX + 1))).text().unwrap();
        assert!(text.contains(&format!("{}…", "ä".repeat(QUOTE_CHARS_MAX))));
        assert!(!text.contains(&"ä".repeat(QUOTE_CHARS_MAX + 1)));
    }
}
