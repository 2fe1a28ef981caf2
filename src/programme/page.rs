//! A pack as a page, to be held against the circular: figure by figure, with document and sureness.

use std::fmt::Write;

use crate::programme::declare::{children, elements, entries};
use crate::programme::language::Language;
use crate::programme::pack::Pack;
use crate::programme::tree::{Node, Tree};
use crate::programme::wording::Wording;
use crate::programme::words;

impl Pack {
    /// The pack as a page in Markdown: its documents, choices, facts, figures, values and rules, each with its document and how sure it
    /// is. Made from the data alone; lines end with a line feed.
    #[must_use]
    pub fn page(&self, language: Language) -> String {
        let wording = Wording { book: &self.book, language };
        let mut page = Page { pack: &self.resolved, wording, language, text: String::new() };
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
    wording: Wording<'p>,
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
        let sure = words::sureness(nearest("sure").unwrap_or_default(), self.language);
        let source = [nearest("doc").unwrap_or_default(), sure, note];
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
                let kind = words::kind(&of("type"), self.language).to_owned();
                let cells = [
                    format!("`{name}`"),
                    self.name(node).unwrap_or_default(),
                    kind,
                    self.wording.text(&of("presumed")),
                ];
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
                ("at least", "下限"),
                ("at most", "上限"),
                ("default", "默认"),
            ]);
            for (name, node) in choices {
                let of = |key: &str| node.get(key).map(leaf).unwrap_or_default();
                let cells = [
                    format!("`{name}`"),
                    self.name(node).unwrap_or_default(),
                    self.wording.leaf(&["by"], &of("by")),
                    self.wording.text(&of("at_least")),
                    self.wording.text(&of("at_most")),
                    self.wording.text(&of("default")),
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
            ("what it is", "含义"),
            ("by", "按何日期"),
            ("from", "自"),
            ("until", "至"),
            ("for", "适用"),
            ("is", "数值"),
        ]);
        for (name, figure) in entries(self.pack, "figures") {
            let by = figure.get("by").map(|by| self.wording.text(&leaf(by))).unwrap_or_default();
            let rows: Vec<&Node> = match elements(figure, "rows") {
                [] => vec![figure],
                rows => rows.iter().collect(),
            };
            for row in rows {
                let of = |key: &str| row.get(key).map(leaf).unwrap_or_default();
                let cells = [
                    format!("`{name}`"),
                    self.name(figure).unwrap_or_default(),
                    by.clone(),
                    of("from"),
                    of("until"),
                    self.columns(figure, row),
                    self.printed(&of("is")),
                ];
                self.row(&cells, &[row, figure, self.pack]);
            }
        }
    }

    fn values(&mut self) {
        if entries(self.pack, "values").next().is_none() {
            return;
        }
        self.heading("Values", "计算");
        self.head(&[("value", "名称"), ("what it is", "含义"), ("when", "条件"), ("is", "取值")]);
        for (name, value) in entries(self.pack, "values") {
            match elements(value, "cases") {
                [] => {
                    let is = value.get("is").unwrap_or(value);
                    let cells = [
                        format!("`{name}`"),
                        self.name(value).unwrap_or_default(),
                        String::new(),
                        self.both(is),
                    ];
                    self.row(&cells, &[value, self.pack]);
                }
                cases => {
                    for case in cases {
                        let of = |key: &str| case.get(key).map(|node| self.both(node)).unwrap_or_default();
                        let name = format!("`{name}`");
                        let cells = [name, self.name(value).unwrap_or_default(), of("when"), of("is")];
                        self.row(&cells, &[case, value, self.pack]);
                    }
                }
            }
        }
    }

    fn rules(&mut self) {
        for (name, rule) in entries(self.pack, "rules") {
            let title = self.name(rule).unwrap_or_default();
            let of = |key: &str| rule.get(key).map(leaf).unwrap_or_default();
            let days = match ["by", "from", "until"].map(|key| self.wording.text(&of(key))) {
                [by, ..] if by.is_empty() => self.language.of("always in force", "一直有效").to_owned(),
                [by, from, until] => format!("{by}{}{from} .. {until}", self.language.colon()),
            };
            let _ = writeln!(self.text, "\n## {title} (`{name}`)\n\n{}", days.trim_end());
            self.note(rule);
            self.add("\n");
            self.head(&[("condition", "条件"), ("what it is", "含义"), ("is", "要求")]);
            for (condition, node) in rule.get("when").into_iter().flat_map(children) {
                let is = node.get("is").unwrap_or(node);
                let words = self.name(node).unwrap_or_else(|| cell(&self.wording.text(&leaf(is))));
                let cells = [format!("`{condition}`"), words, format!("`{}`", leaf(is))];
                self.row(&cells, &[node, rule, self.pack]);
            }
            for key in ["choices", "relief", "payment", "price", "subsidy", "guarantee", "funding", "outputs"]
            {
                let Some(node) = rule.get(key) else { continue };
                let title = words::key(&[key], self.language).unwrap_or(key);
                let parts: Vec<(String, &Node)> = match &node.value {
                    Tree::List(parts) => parts.iter().map(|part| (title.to_owned(), part)).collect(),
                    // A choice that the rule narrows is told by its name.
                    _ if key == "choices" => children(node)
                        .map(|(choice, node)| {
                            (format!("{title}{}{}", self.language.colon(), self.wording.name(choice)), node)
                        })
                        .collect(),
                    _ => vec![(title.to_owned(), node)],
                };
                for (title, part) in parts {
                    let _ = writeln!(self.text, "\n**{title}**\n");
                    let mut lines = Vec::new();
                    self.given(part, &mut Vec::new(), &mut lines);
                    for line in lines {
                        let _ = writeln!(self.text, "- {line}");
                    }
                }
            }
        }
    }

    /// What a figure is for, in words: a column of its own, or what holds of it.
    fn columns(&self, figure: &Node, row: &Node) -> String {
        let Some(words) = row.get("for") else { return String::new() };
        let per = figure.get("per").map(|per| self.wording.text(&leaf(per))).unwrap_or_default();
        let word = |word: &Node| self.printed(&leaf(word));
        let words: Vec<String> = match &words.value {
            Tree::List(list) => list.iter().map(word).collect(),
            _ => vec![word(words)],
        };
        cell(&format!("{per}{}{}", self.language.colon(), words.join(self.language.of(", ", "、"))))
    }

    /// A word or a figure as it is printed.
    fn printed(&self, text: &str) -> String {
        match words::value("", text, self.language) {
            Some(word) => word.to_owned(),
            // Basis points stay what the circular prints.
            None if text.ends_with("bp") => text.to_owned(),
            None if text.starts_with(|first: char| first.is_ascii_digit()) => self.wording.text(text),
            None => words::code(text, self.language).to_owned(),
        }
    }

    /// An expression in words, and as it is written where that says more.
    fn both(&self, node: &Node) -> String {
        let written = leaf(node);
        let words = cell(&self.wording.text(&written));
        if words == written { words } else { format!("{words} (`{written}`)") }
    }

    /// What is given, leaf by leaf.
    fn given<'n>(&self, node: &'n Node, path: &mut Vec<&'n str>, to: &mut Vec<String>) {
        let word = |node: &Node| match (&node.value, leaf(node)) {
            (Tree::Text { .. }, text) => {
                let word = words::value(path.last().copied().unwrap_or_default(), &text, self.language);
                word.map_or_else(|| self.both(node), str::to_owned)
            }
            (_, text) => self.wording.leaf(path, &text),
        };
        match &node.value {
            Tree::Table(_) => {
                for (key, node) in children(node) {
                    path.push(key);
                    self.given(node, path, to);
                    path.pop();
                }
            }
            Tree::List(list) if list.iter().any(|node| matches!(node.value, Tree::Table(_))) => {
                list.iter().for_each(|node| self.given(node, path, to));
            }
            Tree::List(list) => {
                let words: Vec<String> = list.iter().map(word).collect();
                to.push(self.wording.labelled(path, &words.join(self.language.of(", ", "、"))));
            }
            _ if path.last() == Some(&"sure") => {}
            _ if matches!(path.last(), Some(&("doc" | "note" | "reason"))) => {
                to.push(self.wording.labelled(path, &leaf(node)));
            }
            _ => to.push(self.wording.labelled(path, &word(node))),
        }
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
