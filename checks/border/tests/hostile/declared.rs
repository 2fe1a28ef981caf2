//! What the header declares: its functions with their parameters, its structs with their fields, each with its documentation.

pub struct Parameter {
    /// As written, without the name: `const struct puhui_loan *`.
    pub kind: String,
    pub name: String,
    pub doc: String,
}

pub struct Function {
    pub returns: String,
    pub name: String,
    pub doc: String,
    pub parameters: Vec<Parameter>,
}

pub struct Struct {
    pub name: String,
    pub fields: Vec<Parameter>,
}

#[derive(Default)]
pub struct Declared {
    pub functions: Vec<Function>,
    pub structs: Vec<Struct>,
}

impl Declared {
    pub fn read(header: &str) -> Declared {
        let (mut declared, mut doc) = (Declared::default(), String::new());
        let mut lines = header.lines();
        while let Some(line) = lines.next() {
            let text = line.trim();
            if text.starts_with("/**") {
                doc = comment(text, &mut lines);
            } else if let Some(name) =
                line.strip_prefix("typedef struct ").and_then(|rest| rest.strip_suffix(" {"))
            {
                let fields = fields(&mut lines);
                declared.structs.push(Struct { name: name.into(), fields });
            } else if line.starts_with(|first: char| first.is_ascii_lowercase())
                && line.contains("puhui_")
                && line.contains('(')
            {
                let mut all = line.to_owned();
                while !all.ends_with(';') {
                    all += lines.next().expect("a declaration ends").trim();
                }
                declared.functions.push(function(&all, std::mem::take(&mut doc)));
            }
        }
        declared
    }

    pub fn of(&self, name: &str) -> Option<&Struct> {
        self.structs.iter().find(|each| each.name == name)
    }
}

/// The text of a comment, as one line.
fn comment<'a>(first: &'a str, lines: &mut impl Iterator<Item = &'a str>) -> String {
    let mut text = first.trim_start_matches("/**").to_owned();
    while !text.contains("*/") {
        text += " ";
        text +=
            lines.next().expect("a comment ends").trim().trim_start_matches("* ").trim_start_matches("*\n");
    }
    text.replace("*/", "")
}

fn fields<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Vec<Parameter> {
    let (mut fields, mut doc) = (Vec::new(), String::new());
    while let Some(line) = lines.next().map(str::trim) {
        if line.starts_with('}') {
            return fields;
        } else if line.starts_with("/**") {
            doc = comment(line, lines);
        } else if let Some(field) = line.strip_suffix(';') {
            fields.push(parameter(field, std::mem::take(&mut doc)));
        }
    }
    panic!("a struct ends")
}

/// `const struct puhui_loan *loan`: the kind up to the last word, and the name.
fn parameter(text: &str, doc: String) -> Parameter {
    let start = text.rfind([' ', '*']).map_or(0, |at| at + 1);
    Parameter { kind: text[..start].trim().into(), name: text[start..].into(), doc }
}

fn function(text: &str, doc: String) -> Function {
    let (head, rest) = text.split_once('(').expect("parameters");
    let head = parameter(head, String::new());
    let parameters = rest.trim_end_matches(");").split(',').filter(|each| *each != "void");
    let parameters = parameters.map(|each| parameter(each.trim(), String::new())).collect();
    Function { returns: head.kind, name: head.name, doc, parameters }
}
