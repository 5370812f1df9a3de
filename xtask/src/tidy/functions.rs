//! How long functions are.

/// A function that was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) lines: usize,
}

/// The functions of formatted Rust: from the line with `fn` to the first line that is its closing brace.
///
/// Formatted code can be read so: a function's closing brace stands alone, as far in as its head.
pub(super) fn find(text: &str) -> Vec<Function> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = name(line) else { continue };
        let indent = &line[..line.len() - line.trim_start().len()];
        let is_end = |line: &&str| line.strip_prefix(indent) == Some("}");
        let is_declaration = |line: &&str| {
            line.starts_with(indent)
                && line.ends_with(';')
                && !line[indent.len()..].starts_with(' ')
        };
        let rest = &lines[start..];
        if line.ends_with('}') || is_declaration(line) {
            continue;
        }
        if let Some(length) = rest.iter().position(is_end) {
            found.push(Function {
                name,
                lines: length + 1,
            });
        }
    }
    found
}

/// The name of the function whose head begins in `line`.
fn name(line: &str) -> Option<String> {
    let mut words = line.split_whitespace().peekable();
    while let Some(word) = words.next() {
        match word {
            "fn" => {
                let rest = words.next()?;
                let end = rest.find(['(', '<']).unwrap_or(rest.len());
                return Some(rest[..end].to_owned());
            }
            "pub" | "const" | "async" | "unsafe" | "extern" | "\"C\"" => {}
            word if word.starts_with("pub(") => {}
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_heads_and_ends() {
        let text = "\
impl X {
    pub(crate) async fn a<T>(
        x: T,
    ) -> u8 {
        if x {
        }
    }
    fn declared(&self);
    fn short() {}
}

fn b() {
    1
}
";
        let found: Vec<_> = find(text).into_iter().map(|f| (f.name, f.lines)).collect();
        assert_eq!(found, [("a".to_owned(), 6), ("b".to_owned(), 3)]);
    }
}
