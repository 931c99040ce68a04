//! One style sheet out of the partials of `style/`.

use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Joins the partials in the order of `order.txt` and strips what a browser does not read.
pub fn bundle(dir: &Path) -> Result<String> {
    let order_file = dir.join("order.txt");
    let order = fs::read_to_string(&order_file)
        .with_context(|| format!("{} lists the partials, one file name per line", order_file.display()))?;
    let names = read_order(&order);
    check_complete(&names, &present(dir)?)?;
    let mut css = String::new();
    for name in names {
        let file = dir.join(name);
        css.push_str(&fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?);
        css.push('\n');
    }
    Ok(strip(&css))
}

/// The file names of an `order.txt`; empty lines and lines starting with `#` say nothing.
fn read_order(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

fn present(dir: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".css") {
            names.insert(name);
        }
    }
    Ok(names)
}

/// Refuses a partial that is listed twice, listed and missing, or forgotten in the list.
fn check_complete(listed: &[&str], present: &BTreeSet<String>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for name in listed {
        if !seen.insert(*name) {
            bail!("style/order.txt lists {name} twice");
        }
        if !present.contains(*name) {
            bail!("style/order.txt lists {name}, which is not in style/");
        }
    }
    match present.iter().find(|name| !seen.contains(name.as_str())) {
        Some(forgotten) => bail!("style/{forgotten} is not listed in style/order.txt"),
        None => Ok(()),
    }
}

/// Removes comments and the white space that cannot matter; text in quotes and in `url(…)` stays as it is.
pub fn strip(css: &str) -> String {
    let mut out = Stripper { css: String::with_capacity(css.len()), space: false, comment: false };
    let mut rest = css;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("/*") {
            out.comment = true;
            rest.get(2..).and_then(|body| body.find("*/")).map_or(rest.len(), |end| end + 4)
        } else if first.is_ascii_whitespace() {
            out.space = true;
            1
        } else {
            let length = token_length(rest, first);
            out.push(rest.get(..length).unwrap_or(rest));
            length
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    out.css
}

/// How long the piece at the start of `rest` is that has to be copied as a whole.
fn token_length(rest: &str, first: char) -> usize {
    match first {
        '"' | '\'' => quoted_length(rest, first),
        '\\' => rest.chars().take(2).map(char::len_utf8).sum(),
        'u' | 'U' if is_raw_url(rest) => rest.find(')').map_or(rest.len(), |end| end + 1),
        _ => first.len_utf8(),
    }
}

fn is_raw_url(rest: &str) -> bool {
    let is_url = rest.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("url("));
    is_url && !rest.get(4..).is_some_and(|body| body.trim_start().starts_with(['"', '\'']))
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, next) in rest.char_indices().skip(1) {
        match next {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if next == quote => return at + next.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// The output so far, and what was left out since its last character.
struct Stripper {
    css: String,
    space: bool,
    comment: bool,
}

impl Stripper {
    fn push(&mut self, token: &str) {
        let before = self.css.chars().next_back();
        let after = token.chars().next();
        if self.space {
            // Spaces around `:`, `+`, `>`, `(` and the like can carry meaning, so they stay.
            let needless = before.is_none_or(|c| "{};,".contains(c)) || after.is_none_or(|c| "{};,".contains(c));
            if !needless {
                self.css.push(' ');
            }
        } else if self.comment && before.is_some_and(is_name) && after.is_some_and(is_name) {
            // Two names that only a comment kept apart must not grow into one.
            self.css.push_str("/**/");
        }
        if after == Some('}') && before == Some(';') {
            self.css.pop();
        }
        self.css.push_str(token);
        self.space = false;
        self.comment = false;
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || "-_#.%".contains(c) || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_and_notes_are_skipped() {
        assert_eq!(read_order("# layers\ntokens.css\n\n  base.css \n"), ["tokens.css", "base.css"]);
    }

    #[test]
    fn the_list_and_the_folder_must_agree() {
        let present = BTreeSet::from(["a.css".to_owned(), "b.css".to_owned()]);
        assert!(check_complete(&["b.css", "a.css"], &present).is_ok());
        for (listed, complaint) in [
            (vec!["a.css"], "b.css is not listed"),
            (vec!["a.css", "b.css", "c.css"], "c.css, which is not"),
            (vec!["a.css", "b.css", "a.css"], "a.css twice"),
        ] {
            let error = check_complete(&listed, &present).unwrap_err().to_string();
            assert!(error.contains(complaint), "{error}");
        }
    }

    #[test]
    fn partials_are_joined_in_the_listed_order() {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("order.txt", "tokens.css\nbase.css\n"),
            ("base.css", "a { color: red }"),
            ("tokens.css", "@layer tokens, base;"),
        ] {
            fs::write(dir.path().join(name), text).unwrap();
        }
        assert_eq!(bundle(dir.path()).unwrap(), "@layer tokens,base;a{color: red}");
    }

    #[test]
    fn comments_and_needless_space_go() {
        let css = "/* head */\n.a ,\n.b {\n  margin: 0 auto; /* why */\n  top: 1px;\n}\n\n.c {}\n";
        assert_eq!(strip(css), ".a,.b{margin: 0 auto;top: 1px}.c{}");
    }

    #[test]
    fn space_that_carries_meaning_stays() {
        for css in [
            "a :hover > b + c{width: calc(1px + 2px)}",
            "@media (width >= 30rem) and (hover){a{--x: 1px}}",
            "a{background: oklch(0.5 0.1 150 / 50%)}",
        ] {
            assert_eq!(strip(css), css);
        }
    }

    #[test]
    fn quotes_urls_and_escapes_are_left_alone() {
        for css in [
            "a{content: \"x  /* y */ ; }\"}",
            "a{content: '\\'  }'}",
            "a{background: url(data:image/svg+xml;utf8,<svg  /*x*/ >)}",
            ".sm\\:x{top: 0}",
        ] {
            assert_eq!(strip(css), css);
        }
    }

    #[test]
    fn a_comment_between_names_still_parts_them() {
        assert_eq!(strip("a{margin: 1px/* */2px}"), "a{margin: 1px/**/2px}");
        assert_eq!(strip("a/* x */ b{}"), "a b{}");
        assert_eq!(strip("a{}/* never closed"), "a{}");
    }
}
