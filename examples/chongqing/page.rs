//! The parts that sections of the report are made of.

use std::fmt::Write as _;

use super::numbers::shown;
use crate::support::loan_book::Failure;

/// The page as it is written.
pub struct Page {
    /// What is written so far.
    pub html: String,
}

impl Page {
    /// A heading, and what the section says.
    pub fn section(&mut self, en: &str, zh: &str, note_en: &str, note_zh: &str) -> Result<(), Failure> {
        writeln!(
            self.html,
            "<section>\n<h2>{en} <span lang=\"zh\">{zh}</span> <small>generated 模拟数据</small></h2>\n\
             <p>{note_en} <span lang=\"zh\">{note_zh}</span></p>"
        )?;
        Ok(())
    }

    /// A remark under a table.
    pub fn note(&mut self, en: &str, zh: &str) -> Result<(), Failure> {
        writeln!(self.html, "<p class=\"note\">{en} <span lang=\"zh\">{zh}</span></p>")?;
        Ok(())
    }

    /// Begins a table: its columns in two languages.
    pub fn table_head(&mut self, columns: &[(&str, &str)]) -> Result<(), Failure> {
        self.html += "<div class=\"table\"><table>\n<thead><tr>";
        for (en, zh) in columns {
            write!(self.html, "<th>{en}<span lang=\"zh\">{zh}</span></th>")?;
        }
        self.html += "</tr></thead>\n<tbody>\n";
        Ok(())
    }

    /// A row: its name in two languages, and its cells.
    pub fn row(&mut self, name: (&str, &str), cells: &[String]) -> Result<(), Failure> {
        self.line("", name, cells)
    }

    /// The last row of a table.
    pub fn total(&mut self, name: (&str, &str), cells: &[String]) -> Result<(), Failure> {
        self.line(" class=\"total\"", name, cells)
    }

    /// A row of a class.
    pub fn line(&mut self, class: &str, (en, zh): (&str, &str), cells: &[String]) -> Result<(), Failure> {
        write!(self.html, "<tr{class}><th>{} <span lang=\"zh\">{zh}</span></th>", escape(en))?;
        for cell in cells {
            write!(self.html, "<td>{cell}</td>")?;
        }
        self.html += "</tr>\n";
        Ok(())
    }

    /// Ends a table.
    pub fn table_end(&mut self) {
        self.html += "</tbody></table></div>\n";
    }
}

/// A figure with its sign.
pub fn signed(figure: Option<String>) -> String {
    let positive = figure.as_ref().is_some_and(|figure| !figure.starts_with('-'));
    if positive { format!("+{}", shown(figure)) } else { shown(figure) }
}

/// Text as HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
