//! A pack as a page, to be held against the circular: figure by figure, with document and sureness.

use std::fmt::Write;

use crate::programme::declare::{children, elements, entries};
use crate::programme::explain::Language;
use crate::programme::pack::Pack;
use crate::programme::tree::{Node, Tree};

impl Pack {
    /// The pack as a page in Markdown: its documents, choices, facts, figures, values and rules, each with its document and how sure it
    /// is. Made from the data alone; lines end with a line feed.
    #[must_use]
    pub fn page(&self, language: Language) -> String {
        let mut page = Page { pack: &self.resolved, language, text: String::new() };
        let title = page.name(&self.resolved).unwrap_or_else(|| self.id().to_owned());
        page.add(&format!("# {title}\n\n`{}` {} `{}`\n", self.id(), self.edition(), self.sha256()));
        page.note(&self.resolved);
        page.documents();
        page.declared();
        page.figures();
        page.values();
        page.rules();
        page.text
    }
}

struct Page<'p> {
    pack: &'p Node,
    language: Language,
    text: String,
}

impl Page<'_> {
    fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn heading(&mut self, english: &str, chinese: &str) {
        let _ = writeln!(self.text, "\n## {}\n", self.language.of(english, chinese));
    }

    /// The text of something in the language of the page.
    fn name(&self, node: &Node) -> Option<String> {
        let (first, second) = match self.language {
            Language::English => ("en", "zh"),
            Language::Chinese => ("zh", "en"),
        };
        node.get(first).or_else(|| node.get(second)).and_then(Node::text).map(cell)
    }

    fn note(&mut self, node: &Node) {
        if let Some(note) = node.get("note").and_then(Node::text) {
            let note = format!("\n{}\n", cell(note));
            self.add(&note);
        }
    }

    /// A row of a table: what stands in it, and where it is from, by the nearest that says so.
    fn row(&mut self, cells: &[String], around: &[&Node]) {
        let nearest = |key: &str| around.iter().find_map(|node| node.get(key)).and_then(Node::text);
        let note = around.first().and_then(|node| node.get("note")).and_then(Node::text).unwrap_or_default();
        let source = [nearest("doc").unwrap_or_default(), nearest("sure").unwrap_or_default(), note];
        let cells: Vec<String> = cells.iter().cloned().chain(source.into_iter().map(cell)).collect();
        let _ = writeln!(self.text, "| {} |", cells.join(" | "));
    }

    fn head(&mut self, cells: &[(&str, &str)]) {
        let source = [("document", "文件"), ("sure", "确定程度"), ("note", "备注")];
        let cells: Vec<&str> = cells
            .iter()
            .chain(&source)
            .map(|(english, chinese)| self.language.of(english, chinese))
            .collect();
        let _ = writeln!(self.text, "| {} |\n|{}", cells.join(" | "), "---|".repeat(cells.len()));
    }

    fn documents(&mut self) {
        self.heading("Documents", "文件");
        self.head(&[
            ("name", "名称"),
            ("number", "文号"),
            ("title", "标题"),
            ("dated", "日期"),
            ("in force", "施行"),
        ]);
        for (name, node) in entries(self.pack, "docs") {
            let of = |key: &str| node.get(key).map(leaf).unwrap_or_default();
            let cells =
                [format!("`{name}`"), of("no"), self.name(node).unwrap_or_default(), of("dated"), of("from")];
            self.row(&cells, &[node, self.pack]);
        }
    }

    /// What is asked: facts of the pack's own, and choices.
    fn declared(&mut self) {
        let facts: Vec<(String, &Node)> = entries(self.pack, "facts")
            .flat_map(|(space, facts)| {
                children(facts).map(move |(name, node)| (format!("{space}.{name}"), node))
            })
            .collect();
        if !facts.is_empty() {
            self.heading("Facts", "事实");
            self.head(&[("fact", "名称"), ("what it is", "含义"), ("type", "类型"), ("presumed", "推定")]);
            for (name, node) in facts {
                let of = |key: &str| node.get(key).map(leaf).unwrap_or_default();
                let cells =
                    [format!("`{name}`"), self.name(node).unwrap_or_default(), of("type"), of("presumed")];
                self.row(&cells, &[node, self.pack]);
            }
        }
        let choices: Vec<(&str, &Node)> = entries(self.pack, "choices").collect();
        if !choices.is_empty() {
            self.heading("Choices", "选择");
            self.head(&[
                ("choice", "名称"),
                ("what it is", "含义"),
                ("whose", "由谁"),
                ("at least", "不早于"),
                ("at most", "不超过"),
                ("default", "默认"),
            ]);
            for (name, node) in choices {
                let of = |key: &str| node.get(key).map(leaf).unwrap_or_default();
                let cells = [
                    format!("`{name}`"),
                    self.name(node).unwrap_or_default(),
                    of("by"),
                    of("at_least"),
                    of("at_most"),
                    of("default"),
                ];
                self.row(&cells, &[node, self.pack]);
            }
        }
    }

    fn figures(&mut self) {
        if entries(self.pack, "figures").next().is_none() {
            return;
        }
        self.heading("Figures", "数值");
        self.head(&[
            ("figure", "名称"),
            ("by", "按何日期"),
            ("from", "自"),
            ("until", "至"),
            ("for", "适用"),
            ("is", "数值"),
        ]);
        for (name, figure) in entries(self.pack, "figures") {
            let by = figure.get("by").map(leaf).unwrap_or_default();
            let rows: Vec<&Node> = match elements(figure, "rows") {
                [] => vec![figure],
                rows => rows.iter().collect(),
            };
            for row in rows {
                let of = |key: &str| row.get(key).map(leaf).unwrap_or_default();
                let cells = [format!("`{name}`"), by.clone(), of("from"), of("until"), of("for"), of("is")];
                self.row(&cells, &[row, figure, self.pack]);
            }
        }
    }

    fn values(&mut self) {
        if entries(self.pack, "values").next().is_none() {
            return;
        }
        self.heading("Values", "计算");
        self.head(&[("value", "名称"), ("when", "条件"), ("is", "取值")]);
        for (name, value) in entries(self.pack, "values") {
            match elements(value, "cases") {
                [] => {
                    let is = value.get("is").unwrap_or(value);
                    self.row(&[format!("`{name}`"), String::new(), leaf(is)], &[value, self.pack]);
                }
                cases => {
                    for case in cases {
                        let of = |key: &str| case.get(key).map(leaf).unwrap_or_default();
                        self.row(&[format!("`{name}`"), of("when"), of("is")], &[case, value, self.pack]);
                    }
                }
            }
        }
    }

    fn rules(&mut self) {
        for (name, rule) in entries(self.pack, "rules") {
            let title = self.name(rule).unwrap_or_default();
            let of = |key: &str| rule.get(key).map(leaf).unwrap_or_default();
            let days = format!("`{}` {} .. {}", of("by"), of("from"), of("until"));
            let _ = writeln!(self.text, "\n## {title} (`{name}`)\n\n{days}");
            self.note(rule);
            self.add("\n");
            self.head(&[("condition", "条件"), ("what it is", "含义"), ("is", "要求")]);
            for (condition, node) in rule.get("when").into_iter().flat_map(children) {
                let is = node.get("is").unwrap_or(node);
                let cells = [format!("`{condition}`"), self.name(node).unwrap_or_default(), leaf(is)];
                self.row(&cells, &[node, rule, self.pack]);
            }
            for key in ["choices", "relief", "payment", "price", "subsidy", "guarantee", "funding", "outputs"]
            {
                let Some(node) = rule.get(key) else { continue };
                let _ = writeln!(self.text, "\n**{key}**\n");
                let mut lines = Vec::new();
                given(node, "", &mut lines);
                for line in lines {
                    let _ = writeln!(self.text, "- {line}");
                }
            }
        }
    }
}

/// What is given, leaf by leaf.
fn given(node: &Node, path: &str, to: &mut Vec<String>) {
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match &node.value {
        Tree::Table(_) => children(node).for_each(|(key, node)| given(node, &join(key), to)),
        Tree::List(list) if list.iter().any(|node| matches!(node.value, Tree::Table(_))) => {
            for (place, node) in (1..).zip(list) {
                given(node, &join(&place.to_string()), to);
            }
        }
        _ => to.push(format!("`{path}`: {}", leaf(node))),
    }
}

/// A leaf, or a list of them, as it is written.
fn leaf(node: &Node) -> String {
    match &node.value {
        Tree::Text { text, .. } => cell(text),
        Tree::Date(date) => date.to_string(),
        Tree::Bool(value) => value.to_string(),
        Tree::Integer(digits) => digits.clone(),
        Tree::List(list) => list.iter().map(leaf).collect::<Vec<_>>().join(", "),
        Tree::Table(_) => {
            children(node).map(|(key, node)| format!("{key} = {}", leaf(node))).collect::<Vec<_>>().join(", ")
        }
    }
}

/// A text in a cell of a table: a bar does not end it.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
