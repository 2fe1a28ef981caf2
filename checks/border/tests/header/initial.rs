//! The macros that start structs, made of the values that Rust starts them with.

use std::fmt::Write as _;

use puhui::ffi::declared::Init;

use crate::items::{Field, Item, Kind, fields, names, number};

/// A value as `{:#?}` writes it.
#[derive(Debug, PartialEq)]
pub(crate) enum Value {
    Number(String),
    /// The elements of an array.
    Array(Vec<Value>),
    /// The fields of a struct, with its name.
    Struct(String, Vec<(String, Value)>),
}

/// Reads a value: one scalar, opening or closing bracket a line.
pub(crate) fn value(text: &str) -> Value {
    let mut lines = text.lines().map(|line| line.trim().trim_end_matches(','));
    let first = lines.next().expect("a value");
    read(first, &mut lines)
}

fn read<'a>(line: &'a str, lines: &mut impl Iterator<Item = &'a str>) -> Value {
    let Some(open) = line.strip_suffix(['{', '[', '(']) else { return Value::Number(line.to_owned()) };
    let mut inner = Vec::new();
    loop {
        let line = lines.next().expect("an end");
        if ["}", "]", ")"].contains(&line) {
            break;
        }
        let (name, rest) = line.split_once(": ").unwrap_or(("", line));
        inner.push((name.to_owned(), read(rest, lines)));
    }
    match (open.trim_end(), line.ends_with('(')) {
        // A number with a type of its own.
        (_, true) => inner.remove(0).1,
        ("", _) => Value::Array(inner.into_iter().map(|(_, value)| value).collect()),
        (of, _) => Value::Struct(of.to_owned(), inner),
    }
}

/// The macro of a struct, with its comment; codes by their names.
pub(crate) fn item(init: &Init, inits: &[Init], items: &[Item]) -> Item {
    let mut text = String::from("/**\n");
    for line in init.about {
        writeln!(text, " *{line}").expect("a string");
    }
    write!(text, " */\n#define {} \\\n ", init.name).expect("a string");
    let mut width = 1;
    let Value::Struct(of, inner) = value(&init.value) else { panic!("{} starts no struct", init.name) };
    for word in fields_of(&of, &inner, inits, items).split(' ') {
        if width + word.len() > 96 {
            text.push_str(" \\\n   ");
            width = 3;
        }
        write!(text, " {word}").expect("a string");
        width += word.len() + 1;
    }
    text.push('\n');
    Item { kind: Kind::Start, name: init.name.to_owned(), text }
}

/// The fields of a struct as C99 and C++17 read them: by their places.
fn fields_of(of: &str, inner: &[(String, Value)], inits: &[Init], items: &[Item]) -> String {
    let of = items.iter().find(|item| item.kind == Kind::Type && item.name == of).expect("a struct");
    let declared = fields(of);
    assert_eq!(declared.len(), inner.len(), "{}: the fields of C and of Rust", of.name);
    let field = |((name, value), declared): (&(String, Value), &Field<'_>)| {
        assert_eq!(name, declared.name, "{}", of.name);
        match value {
            _ if name == "struct_size" => format!("(uint32_t)sizeof(struct {})", of.name),
            Value::Array(_) if declared.of.starts_with("char ") => "\"\"".to_owned(),
            value => initialiser(value, &declared.about, inits, items),
        }
    };
    let fields: Vec<String> = inner.iter().zip(&declared).map(field).collect();
    format!("{{ {} }}", fields.join(", "))
}

/// The value of a field, whose comment is `about`.
fn initialiser(of_field: &Value, about: &str, inits: &[Init], items: &[Item]) -> String {
    match of_field {
        Value::Number(number) if number.starts_with("0x") => "NULL".to_owned(),
        Value::Number(number) => code(number, about, items).unwrap_or_else(|| number.clone()),
        Value::Array(inner) if inner.iter().all(|value| *value == Value::Number("0".to_owned())) => {
            "{ 0 }".to_owned()
        }
        Value::Array(inner) => {
            let inner: Vec<_> = inner.iter().map(|value| initialiser(value, about, inits, items)).collect();
            format!("{{ {} }}", inner.join(", "))
        }
        Value::Struct(of, inner) => match inits.iter().find(|init| value(&init.value) == *of_field) {
            Some(init) => init.name.to_owned(),
            None => fields_of(of, inner, inits, items),
        },
    }
}

/// The name of a code, from those that the comment of its field names.
fn code(given: &str, about: &str, items: &[Item]) -> Option<String> {
    let given = given.parse::<u64>().ok().filter(|&given| given != 0)?;
    let of = |family: &str| {
        let is = |item: &&Item| item.name.starts_with(family) && number(item) == Some(given);
        items.iter().filter(|item| item.kind == Kind::Number).find(is)
    };
    names(about).find_map(of).map(|item| item.name.clone())
}

/// Lines of C that compare the fields of `path` with a value.
pub(crate) fn checks(path: &str, value: &Value, lines: &mut String) {
    match value {
        Value::Number(number) if path.ends_with(".struct_size") => {
            writeln!(lines, "  CHECK({path} == sizeof value && sizeof value == {number});")
                .expect("a string");
        }
        Value::Number(number) if number.starts_with("0x") => {
            writeln!(lines, "  CHECK({path} == NULL);").expect("a string")
        }
        Value::Number(number) => writeln!(lines, "  CHECK({path} == {number});").expect("a string"),
        Value::Array(inner) => {
            for (index, value) in inner.iter().enumerate() {
                checks(&format!("{path}[{index}]"), value, lines);
            }
        }
        Value::Struct(_, inner) => {
            for (name, value) in inner {
                checks(&format!("{path}.{name}"), value, lines);
            }
        }
    }
}
