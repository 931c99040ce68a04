//! A small tree of an XML file that remembers lines, for files of bounded size.

use super::statement::Malformed;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Deeper nesting than any statement has.
const DEPTH_MAX: usize = 40;

/// An element.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// Its name without a prefix.
    pub(super) name: String,
    /// Its attributes.
    pub(super) attributes: Vec<(String, String)>,
    /// Its own text.
    pub(super) text: String,
    /// The elements in it.
    pub(super) children: Vec<Node>,
    /// The line it begins on, from 1.
    pub(super) line: usize,
}

impl Node {
    /// The first child at the end of a path of names.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, name| node.children.iter().find(|child| child.name == *name))
    }

    /// The trimmed text at the end of a path; empty where there is none.
    pub(super) fn text_at(&self, path: &[&str]) -> &str {
        self.at(path).map_or("", |node| node.text.trim())
    }

    /// Every child with a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a file into its root element.
///
/// # Errors
/// [`Malformed`] with the line where it stops being XML. Document types are refused, and so their entities.
pub(super) fn parse(body: &[u8]) -> Result<Node, Malformed> {
    let text = std::str::from_utf8(body).map_err(|error| {
        let before = body.get(..error.valid_up_to()).unwrap_or_default();
        Malformed::new(newlines(before) + 1, "Not UTF-8 text.")
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader::from_str(text);
    let mut open = vec![Node::default()];
    let (mut counted, mut line) = (0, 1);
    loop {
        let position = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        line += newlines(text.as_bytes().get(counted..position).unwrap_or_default());
        counted = position;
        let wrong = |message: &str| Malformed::new(line, message);
        match reader.read_event().map_err(|error| wrong(&format!("Not well-formed XML: {error}.")))? {
            Event::Start(start) if open.len() > DEPTH_MAX => {
                return Err(wrong(&format!("{} is nested too deeply.", name(&start))));
            }
            Event::Start(start) => open.push(element(&start, line)?),
            Event::Empty(start) => {
                let node = element(&start, line)?;
                close(&mut open, node);
            }
            Event::End(_) => {
                if let Some(node) = open.pop() {
                    close(&mut open, node);
                }
            }
            Event::Text(piece) => append(&mut open, &piece.xml10_content()),
            Event::CData(piece) => append(&mut open, &piece.xml10_content()),
            Event::GeneralRef(entity) => {
                let named = entity.xml10_content();
                let resolved = match entity.resolve_char_ref().map_err(|_| wrong("A character that does not exist."))? {
                    Some(c) => c.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&named)
                        .ok_or_else(|| wrong(&format!("The entity “{named}” is not known.")))?
                        .to_owned(),
                };
                append(&mut open, &resolved);
            }
            Event::DocType(_) => return Err(wrong("A document type is not allowed here.")),
            Event::Eof => break,
            _ => {}
        }
    }
    let mut roots = open.into_iter().next().unwrap_or_default().children;
    if roots.len() == 1 { Ok(roots.remove(0)) } else { Err(Malformed::new(1, "Not an XML file.")) }
}

fn append(open: &mut [Node], piece: &str) {
    if let Some(node) = open.last_mut() {
        node.text.push_str(piece);
    }
}

fn close(open: &mut [Node], node: Node) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(node);
    }
}

fn name(start: &BytesStart<'_>) -> String {
    start.local_name().as_ref().to_owned()
}

fn element(start: &BytesStart<'_>, line: usize) -> Result<Node, Malformed> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| Malformed::new(line, format!("Not well-formed XML: {error}.")))?;
        attributes.push((attribute.key.local_name().as_ref().to_owned(), attribute.value.to_string()));
    }
    Ok(Node { name: name(start), attributes, line, ..Node::default() })
}

fn newlines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}
