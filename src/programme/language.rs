//! The languages in which packs are printed and decisions said.

use crate::programme::decision::Verdict;
use crate::programme::decision::rulebook::Texts;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// The language of a printed text.
    pub enum Language("language") {
        /// English.
        English = "en",
        /// Chinese 中文.
        Chinese = "zh",
    }
}

impl Language {
    pub(crate) fn of<'t>(self, english: &'t str, chinese: &'t str) -> &'t str {
        match self {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }

    /// What stands between a thing and what is said of it.
    pub(crate) fn colon(self) -> &'static str {
        self.of(": ", "：")
    }

    /// The text of a language, or the other one where there is none.
    pub(crate) fn text(self, texts: &Texts) -> Option<&str> {
        let (first, second) = match self {
            Language::English => (&texts.en, &texts.zh),
            Language::Chinese => (&texts.zh, &texts.en),
        };
        first.as_deref().or(second.as_deref())
    }

    pub(crate) fn verdict(self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Granted => self.of("granted", "准予"),
            Verdict::Open => self.of("open: a choice is to be made", "待定：尚需作出选择"),
            Verdict::NotKnown => self.of("not known: something is missing", "无法判断：缺少信息"),
            Verdict::HeldBack => self.of("held back: a stronger rule may apply", "暂缓：可能适用优先规则"),
            Verdict::AlreadyGranted => self.of("already granted", "此前已准予"),
            Verdict::NothingDue => self.of("nothing due in the window", "期间内无到期款项"),
            Verdict::Refused => self.of("refused", "不予准许"),
            Verdict::NotInForce => self.of("not in force", "不在有效期内"),
        }
    }
}
