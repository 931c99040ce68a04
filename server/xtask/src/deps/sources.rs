//! Reading the paths that a Rust source names: enough of the language for rules about imports, and no more.

/// A path named in a source, with the line it is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Counted from 1.
    pub line: usize,
    /// The path's names. In paths of the own crate the first is `crate`, with `self` and `super` worked out.
    pub path: Vec<String>,
}

/// A source without its comments, texts and test modules.
#[derive(Debug)]
pub struct Source {
    /// The file's path below its crate's `src`.
    pub file: String,
    /// All paths it names, those of `use` one by one.
    pub mentions: Vec<Mention>,
    /// Methods it calls, by line.
    pub calls: Vec<(usize, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Name(String),
    /// `::`
    Sep,
    Mark(char),
}

type Tokens = [(usize, Token)];

impl Source {
    /// Reads a source; `file` is its path below `src`.
    pub fn read(file: &str, text: &str) -> Self {
        let tokens = without_tests(tokens(text));
        let module = module_of(file);
        let mut mentions = Vec::new();
        let mut calls = Vec::new();
        let mut at = 0;
        while let Some((line, token)) = tokens.get(at) {
            match token {
                Token::Name(word) if word == "use" => {
                    at = use_tree(&tokens, at + 1, &[], &mut mentions);
                    continue;
                }
                Token::Name(_) => {
                    let (path, next) = plain_path(&tokens, at);
                    if path.len() > 1 {
                        mentions.push(Mention { line: *line, path });
                    }
                    at = next;
                    continue;
                }
                Token::Mark('.') => {
                    if let Some((_, Token::Name(method))) = tokens.get(at + 1) {
                        calls.push((*line, method.clone()));
                    }
                }
                _ => {}
            }
            at += 1;
        }
        for mention in &mut mentions {
            mention.path = resolve(&module, std::mem::take(&mut mention.path));
        }
        Self { file: file.to_owned(), mentions, calls }
    }
}

/// `service/orders/pay.rs` is the module `service::orders::pay`, `service/mod.rs` is `service`.
fn module_of(file: &str) -> Vec<String> {
    let mut parts: Vec<_> = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

fn resolve(module: &[String], path: Vec<String>) -> Vec<String> {
    let ups = path.iter().take_while(|name| *name == "super").count();
    let is_self = path.first().is_some_and(|name| name == "self");
    if ups == 0 && !is_self {
        return path;
    }
    let kept = module.len().saturating_sub(ups);
    let skipped = if is_self { 1 } else { ups };
    let own = std::iter::once("crate".to_owned());
    own.chain(module.iter().take(kept).cloned()).chain(path.into_iter().skip(skipped)).collect()
}

/// Reads `a::b::c` from a name on; returns the path and where it ends.
fn plain_path(tokens: &Tokens, mut at: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    while let Some((_, Token::Name(name))) = tokens.get(at) {
        path.push(name.clone());
        at += 1;
        let goes_on =
            matches!(tokens.get(at), Some((_, Token::Sep))) && matches!(tokens.get(at + 1), Some((_, Token::Name(_))));
        if !goes_on {
            break;
        }
        at += 1;
    }
    (path, at)
}

/// Reads one branch of a `use`, for example `a::{b, c::*} `; returns where it ends.
fn use_tree(tokens: &Tokens, mut at: usize, before: &[String], mentions: &mut Vec<Mention>) -> usize {
    let mut path = before.to_vec();
    let mut line = 0;
    let mut grouped = false;
    while let Some((next_line, token)) = tokens.get(at) {
        line = *next_line;
        match token {
            Token::Name(word) if word == "as" => at += 1,
            Token::Name(word) => path.push(word.clone()),
            Token::Mark('*') => path.push("*".to_owned()),
            Token::Sep => {}
            Token::Mark('{') => {
                grouped = true;
                at += 1;
                while !matches!(tokens.get(at), None | Some((_, Token::Mark('}')))) {
                    at = use_tree(tokens, at, &path, mentions);
                    if matches!(tokens.get(at), Some((_, Token::Mark(',')))) {
                        at += 1;
                    }
                }
            }
            Token::Mark(_) => break,
        }
        at += 1;
    }
    if !grouped && path.len() > before.len() {
        // `use a::{self}` names `a` itself.
        if before.is_empty() || path.last().is_some_and(|last| last != "self") {
            mentions.push(Mention { line, path });
        } else {
            mentions.push(Mention { line, path: before.to_vec() });
        }
    }
    at
}

/// Takes out `#[cfg(test)] mod … { … }`: tests may reach where the code may not.
fn without_tests(tokens: Vec<(usize, Token)>) -> Vec<(usize, Token)> {
    let marks: Vec<Token> = [Token::Mark('#'), Token::Mark('[')].into();
    let words = ["cfg", "(", "test", ")", "]", "mod"];
    let is_test_module = |at: usize| {
        tokens.get(at).map(|(_, token)| token) == marks.first()
            && tokens.get(at + 1).map(|(_, token)| token) == marks.get(1)
            && words.iter().enumerate().all(|(offset, word)| match tokens.get(at + 2 + offset) {
                Some((_, Token::Name(name))) => name == word,
                Some((_, Token::Mark(mark))) => mark.to_string() == *word,
                _ => false,
            })
    };
    let mut kept = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if is_test_module(at) {
            at = end_of_item(&tokens, at);
        } else {
            kept.push(token.clone());
            at += 1;
        }
    }
    kept
}

/// The place after the `}` that closes the first `{`, or after a `;` that comes before any.
fn end_of_item(tokens: &Tokens, mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some((_, token)) = tokens.get(at) {
        at += 1;
        match token {
            Token::Mark('{') => depth += 1,
            Token::Mark('}') if depth <= 1 => return at,
            Token::Mark('}') => depth -= 1,
            Token::Mark(';') if depth == 0 => return at,
            _ => {}
        }
    }
    at
}

fn tokens(text: &str) -> Vec<(usize, Token)> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => comment_length(rest),
            _ if raw_text_end(rest).is_some() => raw_text_length(rest),
            '"' => text_length(rest),
            '\'' => letter_length(rest),
            ':' if rest.starts_with("::") => {
                tokens.push((line, Token::Sep));
                2
            }
            _ if first.is_alphanumeric() || first == '_' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                tokens.push((line, Token::Name(rest.get(..end).unwrap_or_default().to_owned())));
                end
            }
            _ => {
                if !first.is_whitespace() {
                    tokens.push((line, Token::Mark(first)));
                }
                first.len_utf8()
            }
        };
        let (eaten, left) = rest.split_at(length.min(rest.len()));
        line += eaten.matches('\n').count();
        rest = left;
    }
    tokens
}

/// Block comments nest.
fn comment_length(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
        let step = if tail.starts_with("/*") {
            depth += 1;
            2
        } else if tail.starts_with("*/") {
            depth -= 1;
            2
        } else {
            tail.chars().next().map_or(1, char::len_utf8)
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

/// The closing mark of a raw text such as `r#"…"#` that begins here.
fn raw_text_end(rest: &str) -> Option<String> {
    let body = rest.strip_prefix('b').unwrap_or(rest).strip_prefix('r')?;
    let hashes = body.chars().take_while(|c| *c == '#').count();
    body.get(hashes..)?.starts_with('"').then(|| format!("\"{}", "#".repeat(hashes)))
}

fn raw_text_length(rest: &str) -> usize {
    let Some(end) = raw_text_end(rest) else {
        return 1;
    };
    let start = rest.find('"').map_or(rest.len(), |at| at + 1);
    let body = rest.get(start..).unwrap_or_default();
    body.find(&end).map_or(rest.len(), |at| start + at + end.len())
}

fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, next) in rest.char_indices().skip(1) {
        match next {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `'x'` and `'\n'` are letters, `'x` alone is a lifetime, of which only the quote is eaten.
fn letter_length(rest: &str) -> usize {
    let mut inside = rest.char_indices().skip(1);
    match inside.next() {
        Some((_, '\\')) => {
            inside.next();
            inside.find(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 1)
        }
        Some(_) => inside.next().filter(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 1),
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(file: &str, text: &str) -> Vec<String> {
        Source::read(file, text).mentions.iter().map(|mention| mention.path.join("::")).collect()
    }

    #[test]
    fn grouped_imports_are_taken_apart() {
        let text = "pub use crate::{entity::{order, user as person}, repo::*, port::{self, Clock}};\n";
        assert_eq!(
            paths("a.rs", text),
            ["crate::entity::order", "crate::entity::user", "crate::repo::*", "crate::port", "crate::port::Clock"]
        );
    }

    #[test]
    fn own_paths_are_worked_out_from_the_file() {
        assert_eq!(paths("service/orders/pay.rs", "use super::super::repo::x;"), ["crate::service::repo::x"]);
        assert_eq!(paths("service/orders/mod.rs", "use super::super::repo::x;"), ["crate::repo::x"]);
        assert_eq!(paths("service/pay.rs", "fn f() { self::go::on(); }"), ["crate::service::pay::go::on"]);
    }

    #[test]
    fn paths_in_code_count_and_prose_does_not() {
        let text = "// backend::entity\n/* a /* b */ backend::repo */\nlet s = \"backend::entity\"; \
            let r = r#\"x::y \" z::w\"#; let c = ':'; fn f<'a>(x: &'a str) -> backend::repo::Row { q::<T>() }";
        let source = Source::read("a.rs", text);
        assert_eq!(
            source.mentions,
            [Mention { line: 3, path: ["backend", "repo", "Row"].map(str::to_owned).to_vec() }]
        );
    }

    #[test]
    fn test_modules_are_left_out_and_calls_are_seen() {
        let text =
            "fn a() { db.begin().await; }\n#[cfg(test)]\nmod tests { use b::c; fn d() { if x { e::f() } } }\nuse g::h;";
        let source = Source::read("a.rs", text);
        assert_eq!(source.mentions.len(), 1);
        assert_eq!(source.mentions[0].line, 4);
        assert_eq!(source.calls, [(1, "begin".to_owned()), (1, "await".to_owned())]);
    }
}
