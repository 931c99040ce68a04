//! Raw JSON, with the order of its keys, which a parsed value does not keep.

/// The text without white space between its tokens.
pub fn compact(json: &str) -> String {
    let (mut text, mut inside, mut escaped) = (String::new(), false, false);
    for c in json.chars() {
        if inside || !c.is_whitespace() {
            text.push(c);
        }
        if escaped {
            escaped = false;
        } else if inside && c == '\\' {
            escaped = true;
        } else if c == '"' {
            inside = !inside;
        }
    }
    text
}

/// The raw values of an array.
pub fn items(array: &str) -> Vec<String> {
    let text = compact(array);
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    split(inner.unwrap_or_else(|| panic!("no array: {text}")))
}

/// The keys and raw values of an object, in its order.
pub fn entries(object: &str) -> Vec<(String, String)> {
    let text = compact(object);
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    let parts = split(inner.unwrap_or_else(|| panic!("no object: {text}")));
    let pairs = parts.iter().map(|part| part.split_once("\":").unwrap_or_else(|| panic!("no entry: {part}")));
    pairs.map(|(key, value)| (key.trim_start_matches('"').to_owned(), value.to_owned())).collect()
}

/// The keys of an object, in its order.
pub fn keys(object: &str) -> Vec<String> {
    entries(object).into_iter().map(|(key, _)| key).collect()
}

/// The raw value behind a key of an object.
pub fn part(object: &str, key: &str) -> String {
    let found = entries(object).into_iter().find(|(name, _)| name == key);
    found.unwrap_or_else(|| panic!("no {key} in {object}")).1
}

/// The object without these keys.
pub fn cut(object: &str, names: &[&str]) -> String {
    let kept = entries(object).into_iter().filter(|(key, _)| !names.contains(&key.as_str()));
    let kept: Vec<String> = kept.map(|(key, value)| format!("\"{key}\":{value}")).collect();
    format!("{{{}}}", kept.join(","))
}

/// What stands between the commas that are in no string and in nothing nested.
fn split(inner: &str) -> Vec<String> {
    let (mut parts, mut depth, mut inside, mut escaped) = (vec![String::new()], 0_usize, false, false);
    for c in inner.chars() {
        if escaped {
            escaped = false;
        } else if inside {
            escaped = c == '\\';
            inside = c != '"';
        } else {
            match c {
                '"' => inside = true,
                '{' | '[' => depth += 1,
                '}' | ']' => depth -= 1,
                ',' if depth == 0 => {
                    parts.push(String::new());
                    continue;
                }
                _ => {}
            }
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[test]
fn raw_json_is_taken_apart_in_its_order() {
    let object = r#"{ "b": 1, "a": "x, \"y\": {", "c": [ {"d": null}, [] ], "e": {} }"#;
    assert_eq!(keys(object), ["b", "a", "c", "e"]);
    assert_eq!(part(object, "a"), r#""x, \"y\": {""#);
    assert_eq!(items(&part(object, "c")), [r#"{"d":null}"#, "[]"]);
    assert_eq!(cut(object, &["a", "c"]), r#"{"b":1,"e":{}}"#);
    assert_eq!(items("[]"), Vec::<String>::new());
}
