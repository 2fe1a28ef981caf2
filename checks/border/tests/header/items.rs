//! The header as cbindgen writes it, taken apart: a comment and what it is the comment of.

/// What an item is, in the order in which a section of the header has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Number,
    Start,
    Type,
    Function,
}

/// One macro, type or function.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// Its comment and itself, as they stand in the header.
    pub(crate) text: String,
}

/// A field of a struct: its name, its comment and its type.
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    pub(crate) about: String,
    pub(crate) of: &'a str,
}

/// The items between the includes and the end of a header.
pub(crate) fn items(header: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let (mut block, mut inside) = (String::new(), false);
    for line in header.lines() {
        // Nothing stands there without a comment but what is no item.
        if block.is_empty() && !line.starts_with("/**") {
            continue;
        }
        block.push_str(line);
        block.push('\n');
        // A comment, the fields of a struct and the parameters of a function go on over lines.
        inside = match line {
            _ if line.starts_with("/**") => true,
            _ if line.starts_with(" */") => false,
            _ if line.starts_with("typedef") && line.ends_with('{') => true,
            _ if line.starts_with('}') => false,
            _ => inside,
        };
        let ends = line.ends_with(';') || line.starts_with("#define ");
        if !inside && ends {
            items.push(item(std::mem::take(&mut block)));
        }
    }
    items
}

/// The item of a block of lines.
fn item(text: String) -> Item {
    let of = text.split_once("\n */\n").map_or(text.as_str(), |(_, of)| of);
    let name = |text: &str| text.trim_matches(|char: char| !char.is_alphanumeric() && char != '_').to_owned();
    let (kind, name) = if let Some(rest) = of.strip_prefix("#define ") {
        (Kind::Number, name(rest.split_whitespace().next().unwrap_or_default()))
    } else if of.starts_with("typedef") {
        (Kind::Type, name(of.split_whitespace().last().unwrap_or_default()))
    } else {
        let before = of.split('(').next().unwrap_or_default();
        (Kind::Function, name(before.split_whitespace().last().unwrap_or_default()))
    };
    Item { kind, name, text }
}

/// The number that a macro stands for.
pub(crate) fn number(item: &Item) -> Option<u64> {
    let value = item.text.rsplit_once("#define ")?.1.split_whitespace().nth(1)?;
    let value = value.trim_end_matches(['u', 'U', 'l', 'L']);
    value.strip_prefix("0x").map_or_else(|| value.parse().ok(), |hex| u64::from_str_radix(hex, 16).ok())
}

/// The fields of a struct.
pub(crate) fn fields(item: &Item) -> Vec<Field<'_>> {
    let mut fields = Vec::new();
    let mut about = String::new();
    let inner = item.text.split_once("{\n").map_or("", |(_, inner)| inner);
    for line in inner.lines() {
        if let Some(of) = line.strip_prefix("  ").and_then(|line| line.strip_suffix(';')) {
            let name = of.rsplit([' ', '*']).next().unwrap_or_default();
            let name = name.split('[').next().unwrap_or_default();
            fields.push(Field { name, about: std::mem::take(&mut about), of });
        } else {
            about.push_str(line);
            about.push('\n');
        }
    }
    fields
}

/// The families of codes that a text names, as in `PUHUI_ROLL_*`, without the star; and whole names.
pub(crate) fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_ascii_alphanumeric() && char != '_' && char != '*')
        .filter(|word| word.starts_with("PUHUI_") && word.len() > "PUHUI_".len())
        .map(|word| word.trim_end_matches('*'))
}
