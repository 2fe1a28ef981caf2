//! The words of packs as people say them, in English and Chinese: what a rule gives, who pays, how sure something is.

use crate::programme::language::Language;

/// A word, and what it is called in English and Chinese.
type Word = (&'static str, &'static str, &'static str);

/// What a rule gives, and its keys.
const KEYS: &[Word] = &[
    ("relief", "relief", "纾困措施"),
    ("payment", "payment", "付款"),
    ("price", "price", "利率要求"),
    ("subsidy", "interest subsidy", "贴息"),
    ("guarantee", "guarantee", "担保"),
    ("funding", "funding", "资金支持"),
    ("outputs", "results", "结果"),
    ("choices", "choices, narrower here", "本条对选择的限定"),
    ("doc", "document", "文件"),
    ("note", "note", "备注"),
    ("if", "only if", "适用条件"),
    ("granted_on", "granted on", "办理日"),
    ("defer", "put off", "延期内容"),
    ("due_from", "due from", "到期日自"),
    ("due_until", "due until", "到期日至"),
    ("instalments", "instalments", "期数"),
    ("accrued_from", "interest accrued from", "应计利息自"),
    ("accrued_until", "interest accrued until", "应计利息至"),
    ("waived_share", "share that is waived", "减免比例"),
    ("replan", "new instalments", "重新安排的还款"),
    ("replan.rows", "number of new instalments", "新还款期数"),
    ("every", "one every", "还款周期"),
    ("first_on", "the first one on", "首期还款日"),
    ("settles", "settles", "清偿内容"),
    ("slices", "slice", "分段"),
    ("forfeits_when", "lost when", "取消贴息的情形"),
    ("replaces", "replaces", "取代"),
    ("principal_caught_up", "principal is repaid", "延期本金偿还方式"),
    ("interest_meanwhile", "interest meanwhile", "延期期间利息"),
    ("interest_meanwhile.at", "rate meanwhile", "延期期间利率"),
    ("interest_caught_up", "interest put off is paid", "延期利息支付方式"),
    ("new_date", "new date", "延期后到期日"),
    ("interest_until", "interest is paid in parts until", "利息分期支付截止日"),
    ("payment_in_window", "payment in the window", "期间内付款额"),
    ("move_by", "due dates move by", "到期日顺延"),
    ("maturity.moved_by", "the maturity moves by (instalments)", "到期日顺延期数"),
    ("maturity.moved_to", "new maturity", "新到期日"),
    ("rate_from.from", "another rate from", "利率变更自"),
    ("rate_from.rate", "that rate", "变更后利率"),
    ("penalty", "penalty interest", "罚息"),
    ("days_past_due", "days past due", "逾期天数"),
    ("class", "class", "风险分类"),
    ("class.held_at", "class held as on", "风险分类保持为以下日期的分类"),
    ("class.until", "class held until", "风险分类保持至"),
    ("class.reason", "reason", "理由"),
    ("credit_report", "credit report", "征信"),
    ("credit_report.protected_from", "credit report protected from", "征信保护自"),
    ("credit_report.protected_to", "credit report protected to", "征信保护至"),
    ("restructures", "counts as restructured", "视为重组"),
    ("amount", "amount", "金额"),
    ("on", "on", "付款日"),
    ("rows", "number of due dates", "期数上限"),
    ("from", "from", "付款方"),
    ("to", "to", "收款方"),
    ("rate", "rate", "利率"),
    ("share", "share", "比例"),
    ("cap", "on at most", "贴息本金上限"),
    ("per", "for each", "计算单位"),
    ("order", "order", "次序"),
    ("refill", "room that is repaid is used again", "还款后额度可再用"),
    ("pays_while", "paid while", "贴息条件"),
    ("ends_on", "ends on", "截止日"),
    ("payers", "payer", "承担方"),
    ("who", "payer", "承担方"),
    ("limits", "limit", "限额"),
    ("at_most", "at most", "不超过"),
    ("at_least", "at least", "不低于"),
    ("default", "unless said otherwise", "默认"),
    ("encouraged", "encouraged", "鼓励"),
    ("fixed", "fixed for the contract", "合同期内固定"),
    ("within", "within", "计算期间"),
    ("way", "way", "贴息方式"),
    ("layers", "layer", "分担层次"),
    ("up_to", "up to", "上限"),
    ("of", "of", "以何为基数"),
    ("over", "over", "以谁为单位"),
    ("covers", "covers", "担保范围"),
    ("trigger_days", "days past due that trigger it", "代偿触发逾期天数"),
    ("trigger", "triggered", "触发时点"),
    ("fee", "fee a year", "年费率"),
    ("leverage", "times the fund", "基金放大倍数"),
    ("stops_when", "stops when", "停止条件"),
    ("kind", "kind", "种类"),
    ("partial", "may cover a part of a loan", "可部分匹配"),
    ("replace", "a loan may be replaced by another", "可替换贷款"),
    ("average_at_most", "average rate at most", "平均利率不超过"),
    ("returned_after", "returned after", "归还期限"),
];

/// The words behind a key; under the key `""` those of every other one.
const VALUES: &[(&str, &[Word])] = &[
    (
        "defer",
        &[
            ("principal", "principal", "本金"),
            ("interest", "interest", "利息"),
            ("both", "principal and interest", "本金和利息"),
        ],
    ),
    (
        "principal_caught_up",
        &[
            ("end_of_window", "in one sum when the deferral ends", "延期结束时一次偿还"),
            ("over_remaining", "spread over the instalments that are left", "分摊到剩余各期"),
            ("shifted", "later by as long as was put off", "各期顺延"),
            ("at_maturity", "in one sum at the maturity", "到期时一次偿还"),
            (
                "until_repaid",
                "the payment kept, with as many instalments as it takes",
                "每期还款额不变，期数相应增加",
            ),
        ],
    ),
    (
        "interest_meanwhile",
        &[
            ("paid", "paid as it falls due", "照常支付"),
            ("simple", "runs on, and bears no interest itself", "正常计息，不计复利"),
            ("capitalised_at_end", "joins the principal at the end", "延期结束时计入本金"),
            ("capitalised_each_due_date", "joins the principal on each due date", "于各到期日计入本金"),
            ("waived", "waived", "免除"),
        ],
    ),
    (
        "interest_caught_up",
        &[
            ("end_of_window", "in one sum when the deferral ends", "延期结束时一次支付"),
            ("next_instalment", "with the next instalment", "随下一期支付"),
            ("over_remaining", "spread over the instalments that are left", "分摊到剩余各期"),
            ("at_maturity", "in one sum at the maturity", "到期时一次支付"),
            ("to_a_day", "in parts until a day", "分期支付至约定日"),
            ("later", "later, by agreement", "另行约定"),
        ],
    ),
    ("penalty", &[("as_contracted", "as in the contract", "按合同约定"), ("none", "none", "免收")]),
    (
        "days_past_due",
        &[
            ("by_due_dates", "counted from the new due dates", "按新到期日计算"),
            ("excluded", "the time put off is left out", "延期期间不计"),
        ],
    ),
    ("class", &[("by_ladder", "by the days past due", "按逾期天数分类")]),
    ("credit_report", &[("as_counted", "by the days past due", "按逾期天数报送")]),
    (
        "order",
        &[
            ("drawdown", "the loan drawn first comes first", "按放款先后"),
            ("pro_rata", "in proportion", "按比例"),
        ],
    ),
    (
        "way",
        &[
            ("net", "the borrower pays less", "直接扣减"),
            ("refund", "the borrower pays first and is refunded", "先付后补"),
        ],
    ),
    (
        "settles",
        &[("due", "what is due", "到期款项"), ("deferred_interest", "interest that was put off", "延期利息")],
    ),
    ("trigger", &[("at", "on that day", "达到当日"), ("after", "on the day after", "超过之后")]),
    (
        "kind",
        &[
            ("relending", "re-lending", "再贷款"),
            ("rediscount", "rediscount", "再贴现"),
            ("purchase", "purchase", "购买"),
        ],
    ),
    (
        "within",
        &[
            ("scheme", "the whole scheme", "整个政策期"),
            ("calendar_year", "a calendar year", "自然年度"),
            ("fiscal_year", "a fiscal year", "财政年度"),
            ("month", "a month", "每月"),
            ("loan", "the loan", "单笔贷款"),
        ],
    ),
    ("of", &[("lent", "what was lent", "发放额"), ("outstanding", "what is outstanding", "余额")]),
    (
        "",
        &[
            ("true", "yes", "是"),
            ("false", "no", "否"),
            ("unknown", "not known", "未知"),
            ("principal", "principal", "本金"),
            ("interest", "interest", "利息"),
            ("penalty", "penalty interest", "罚息"),
            ("borrower", "borrower", "借款人"),
            ("lender", "lender", "贷款银行"),
            ("both", "both parties", "双方协商"),
            ("locality", "locality", "当地"),
            ("authority", "authority", "主管部门"),
            ("household", "household", "户"),
            ("loan", "loan", "单笔贷款"),
            ("group", "group", "小组"),
            ("purchase", "purchase", "单笔消费"),
            ("treasury", "treasury", "财政"),
            ("central", "central treasury", "中央财政"),
            ("provincial", "provincial treasury", "省级财政"),
            ("prefecture", "treasury of the prefecture", "市级财政"),
            ("county", "treasury of the county", "县级财政"),
            ("guarantee_fund", "guarantee fund", "担保基金"),
            ("risk_pool", "risk pool", "风险补偿金"),
            ("central_bank", "central bank", "中央银行"),
            ("agency", "agency", "主管机构"),
        ],
    ),
];

/// Codes of the engine's facts, and of what a choice says.
const CODES: &[Word] = &[
    ("person", "person", "个人"),
    ("self_employed", "self-employed person", "个体工商户"),
    ("firm_owner", "owner of a small or micro firm", "小微企业主"),
    ("micro_firm", "micro firm", "微型企业"),
    ("small_firm", "small firm", "小型企业"),
    ("medium_firm", "medium firm", "中型企业"),
    ("large_firm", "large firm", "大型企业"),
    ("entity", "other unit", "其他单位"),
    ("not_lifted", "registered poor, not lifted out", "未脱贫"),
    ("lifted", "lifted out of poverty", "已脱贫"),
    ("relapsed", "fallen back into poverty", "返贫"),
    ("marginal", "at the margin", "边缘易致贫"),
    ("monitored", "monitored", "监测对象"),
    ("agriculture", "agriculture", "农业生产"),
    ("operation", "business", "经营"),
    ("start_up", "start-up", "创业"),
    ("working_capital", "working capital", "流动资金"),
    ("housing", "housing", "住房"),
    ("student", "studies", "助学"),
    ("consumption", "consumption", "消费"),
    ("credit", "none (on credit)", "信用"),
    ("guaranteed", "guaranteed", "保证"),
    ("mortgage", "mortgage", "抵押"),
    ("pledge", "pledge", "质押"),
    ("normal", "normal", "正常"),
    ("special_mention", "special mention", "关注"),
    ("substandard", "substandard", "次级"),
    ("doubtful", "doubtful", "可疑"),
    ("loss", "loss", "损失"),
    ("end_of_window", "in one sum when the deferral ends", "延期结束时一次清偿"),
    ("over_remaining", "spread over the instalments that are left", "分摊到剩余各期"),
    ("shifted", "all instalments later", "各期顺延"),
    ("until_repaid", "payment kept, more instalments", "每期还款额不变，期数增加"),
    ("lpr_1y", "LPR of one year", "1年期LPR"),
    ("lpr_5y", "LPR above five years", "5年期以上LPR"),
    ("cn_base_1y", "base rate up to a year", "1年以内贷款基准利率"),
    ("cn_base_5y", "base rate of one to five years", "1至5年贷款基准利率"),
    ("cn_base_over_5y", "base rate above five years", "5年以上贷款基准利率"),
    ("months", "by months", "按月计"),
    ("actual/365", "by days, over 365", "按实际天数/365"),
];

/// How sure something is.
const SURENESS: &[Word] = &[
    ("seen", "seen in the source", "见于原文"),
    ("copy", "from a copy", "见于转载"),
    ("local", "local rule", "地方规定"),
    ("practice", "practice of banks", "银行惯例"),
    ("derived", "derived", "推算"),
    ("general", "general knowledge", "一般了解，未核对原文"),
    ("doubtful", "doubtful", "存疑"),
    ("unknown", "not known", "不详"),
];

/// What something is.
const TYPES: &[Word] = &[
    ("bool", "yes or no", "是否"),
    ("code", "word", "代码"),
    ("text", "text", "文字"),
    ("integer", "whole number", "整数"),
    ("number", "number", "数值"),
    ("money", "amount", "金额"),
    ("rate", "rate a year", "年利率"),
    ("date", "day", "日期"),
    ("months", "months", "月数"),
    ("days", "days", "天数"),
];

fn of(words: &[Word], word: &str, language: Language) -> Option<&'static str> {
    words.iter().find(|(known, ..)| *known == word).map(|(_, english, chinese)| language.of(english, chinese))
}

/// What a key of what is given is called: the two last names of its path where they say more than the last one.
pub(crate) fn key(path: &[&str], language: Language) -> Option<&'static str> {
    let [.., last] = path else { return None };
    let two = path.len().checked_sub(2).and_then(|from| path.get(from..)).map(|names| names.join("."));
    two.and_then(|two| of(KEYS, &two, language)).or_else(|| of(KEYS, last, language))
}

/// What a word behind a key is called.
pub(crate) fn value(key: &str, word: &str, language: Language) -> Option<&'static str> {
    let of_key = |key: &str| VALUES.iter().find(|(known, _)| *known == key).map(|(_, words)| *words);
    of_key(key)
        .and_then(|words| of(words, word, language))
        .or_else(|| of_key("").and_then(|words| of(words, word, language)))
}

/// What a code is called; itself, where it is a code of the pack's own.
pub(crate) fn code(word: &str, language: Language) -> &str {
    of(CODES, word, language).unwrap_or(word)
}

/// How sure something is.
pub(crate) fn sureness(word: &str, language: Language) -> &str {
    of(SURENESS, word, language).unwrap_or(word)
}

/// What a type is called.
pub(crate) fn kind(word: &str, language: Language) -> &str {
    of(TYPES, word, language).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::schema::{Entry, Leaf, PACK, SURENESS as SURE, Shape};
    use crate::programme::types::Type;

    /// Every key and every word of a table of the format, and of the tables in it.
    fn said(
        entries: &'static [Entry],
        in_rule: bool,
        check: &mut impl FnMut(&'static str, &'static [&'static str]),
    ) {
        for entry in entries {
            let words = match entry.shape {
                Shape::Leaf(Leaf::Word(words) | Leaf::ChosenWord(words) | Leaf::WordOr(words, _))
                | Shape::Either(Leaf::Word(words) | Leaf::ChosenWord(words), _) => words,
                Shape::List(Shape::Leaf(Leaf::Word(words))) => *words,
                _ => &[],
            };
            let is_source = ["doc", "sure", "note", "en", "zh", "by", "when", "reason"].contains(&entry.key);
            if in_rule && !is_source {
                check(entry.key, words);
            }
            match entry.shape {
                Shape::Table(inner) | Shape::Either(_, inner) if in_rule && !is_source => {
                    said(inner, true, check);
                }
                Shape::List(Shape::Table(inner)) if in_rule && !is_source => said(inner, true, check),
                Shape::Map(Shape::Table(inner)) if entry.key == "rules" => said(inner, true, check),
                _ => {}
            }
        }
    }

    #[test]
    fn whatever_a_rule_gives_is_said_in_both_languages() {
        said(PACK, false, &mut |key_name, words| {
            let tables = ["maturity", "rate_from"];
            let inner = ["at", "held_at", "until", "moved_by", "moved_to", "protected_from", "protected_to"];
            if !tables.contains(&key_name) && !inner.contains(&key_name) {
                assert!(key(&[key_name], Language::Chinese).is_some(), "{key_name}");
            }
            for word in words {
                for language in [Language::English, Language::Chinese] {
                    assert!(value(key_name, word, language).is_some(), "{key_name} {word}");
                }
            }
        });
        for path in [
            ["interest_meanwhile", "at"],
            ["maturity", "moved_by"],
            ["maturity", "moved_to"],
            ["class", "held_at"],
            ["class", "until"],
            ["credit_report", "protected_from"],
            ["credit_report", "protected_to"],
        ] {
            assert!(key(&path, Language::Chinese).is_some(), "{path:?}");
        }
        assert!(SURE.iter().all(|word| sureness(word, Language::Chinese) != *word));
        assert!(Type::ALL.iter().all(|of| kind(of.name(), Language::Chinese) != of.name()));
    }
}
