//! Decisions and pages in words: as somebody at a counter reads them, in each language.

use puhui::programme::{Case, Language, Pack};

use crate::figures::Asked;
use crate::perturbed::codes;

/// A self-employed person's due date of August 2020, and a firm that hired one too few.
fn explained(id: &str, facts: &[(&str, &str)], rows: &[(&str, &str, &str)], language: Language) -> String {
    let pack = Pack::built_in(id).unwrap().unwrap();
    let mut case = Case::new();
    for (name, value) in facts {
        case.fact(name, value).unwrap();
    }
    for (on, principal, interest) in rows {
        case.row(on, principal, interest).unwrap();
    }
    let text = pack.explain(&pack.decide(&case).unwrap(), language);
    assert!(text.ends_with(&format!("SHA-256 {}\n", pack.sha256())));
    text.lines()
        .filter(|line| !line.starts_with("SHA-256"))
        .fold(String::new(), |text, line| text + line + "\n")
}

#[test]
fn a_relief_is_said_in_the_words_of_each_language() {
    let facts = [
        ("case.on", "2020-07-01"),
        ("case.applied_on", "2020-07-01"),
        ("borrower.kind", "self_employed"),
        ("loan.purpose", "operation"),
        ("firm.keeps_jobs", "true"),
        ("guarantee.kept", "true"),
    ];
    let rows = [("2020-08-20", "1000.00", "20.00")];
    let said = |language| explained("cn/sme-deferral", &facts, &rows, language);
    let english = said(Language::English);
    for line in [
        "    yes [jobs] commits to keep jobs basically stable = yes\n",
        "    by default: when it is caught up; how deferred interest is repaid\n",
        "    relief: granted on: 2020-07-01; put off: principal and interest; due from: 2020-06-01; due until: 2020-12-31; principal is \
         repaid: in one sum when the deferral ends; interest meanwhile: runs on, and bears no interest itself; interest put off is paid: in \
         one sum when the deferral ends; new date: 2021-03-31; penalty interest: none; days past due: counted from the new due dates; \
         credit report protected from: 2020-06-01; credit report protected to: 2021-03-31; due dates put off: 2020-08-20\n",
        "    by: 银发〔2020〕122号 Notice on a further phase of deferral (from a copy)\n",
    ] {
        assert!(english.contains(line), "expected {line}, got {english}");
    }
    let chinese = said(Language::Chinese);
    for line in [
        "    符合 [jobs] 承诺保持就业岗位基本稳定 = 是\n",
        "延期内容：本金和利息；到期日自：2020-06-01；到期日至：2020-12-31；延期本金偿还方式：延期结束时一次偿还；",
        "罚息：免收；逾期天数：按新到期日计算；",
        "；所涉到期日：2020-08-20\n",
    ] {
        assert!(chinese.contains(line), "expected {line}, got {chinese}");
    }
}

#[test]
fn what_was_asked_and_found_is_said_by_names_with_amounts_and_rates_as_they_are_read() {
    let facts = [
        ("case.on", "2021-06-01"),
        ("loan.signed_on", "2021-06-01"),
        ("loan.drawn_on", "2021-06-02"),
        ("loan.original_matures_on", "2023-06-02"),
        ("loan.amount", "900000.00"),
        ("loan.rate", "0.0435"),
        ("loan.purpose", "operation"),
        ("borrower.kind", "micro_firm"),
        ("borrower.times", "0"),
        ("firm.staff", "40"),
        ("firm.new_hires", "5"),
        ("place.kind", "east"),
    ];
    // Three million to a firm; 15 % of 40 are 6; the LPR of one year is 3.85 %, and 50 basis points more 4.35 %.
    for (language, lines) in [
        (
            Language::English,
            [
                "yes [amount] amount of the loan ≤ most that may be lent (amount of the loan = 900,000.00; most that may be lent = 3,000,000.00)",
                "eligible people hired in the last year ≥ staff × share of new hires that is asked (eligible people hired in the last year = 5; \
                 staff × share of new hires that is asked = 6)",
                "yes [purpose] purpose is one of start-up, business, working capital (purpose = business)",
                "LPR of the chosen term + points above the LPR = 4.35%)",
            ],
        ),
        (
            Language::Chinese,
            [
                "符合 [amount] 贷款金额 ≤ 贷款额度上限（贷款金额 = 900,000.00；贷款额度上限 = 3,000,000.00）",
                "新招用符合条件人员 ≥ 在职职工 × 新招用人员比例要求（新招用符合条件人员 = 5；在职职工 × 新招用人员比例要求 = 6）",
                "符合 [purpose] 贷款用途 属于 创业、经营、流动资金（贷款用途 = 经营）",
                "所选期限的LPR + LPR加点上限 = 4.35%）",
            ],
        ),
    ] {
        let text = explained("cn/startup-guaranteed", &facts, &[], language);
        assert!(lines.iter().all(|line| text.contains(line)), "expected {lines:?}, got {text}");
    }
}

/// Runs of small Latin letters in a Chinese text, but for the codes of a pack, what stands in `[]`, and what a document is called.
fn left_in_english(text: &str, codes: &[String]) -> Vec<String> {
    let lines =
        text.lines().filter(|line| !line.trim_start().starts_with("依据") && !line.starts_with("SHA-256"));
    let plain: Vec<&str> = lines.flat_map(|line| line.split(['[', ']']).step_by(2)).collect();
    // Codes that are made of words: programmes are told by the ids of their packs.
    let made = codes.iter().cloned().chain(Pack::built_in_ids().map(str::to_owned));
    let made = made.filter(|code| code.contains(['/', '-']));
    let plain = made.fold(plain.join("\n"), |text, code| text.replace(&code, ""));
    let words = plain.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    words
        .filter(|word| word.len() > 1 && word.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter(|word| !codes.iter().any(|code| code == word))
        .map(str::to_owned)
        .collect()
}

#[test]
fn no_word_of_the_library_is_left_in_a_chinese_explanation() {
    for id in Pack::built_in_ids() {
        let (pack, asked) = (Pack::built_in(id).unwrap().unwrap(), Asked::of(id));
        let codes = codes(asked.text);
        for example in &asked.examples {
            let decision = pack.decide(&example.case).unwrap();
            let text = pack.explain(&decision, Language::Chinese);
            let (first, rest) = text.split_once('\n').unwrap();
            assert!(first.contains(id), "{first}");
            let left = left_in_english(rest, &codes);
            assert!(left.is_empty(), "{id}: {left:?} in {rest}");
        }
    }
}

#[test]
fn a_page_says_what_a_rule_asks_and_gives_and_keeps_what_is_written() {
    let page = |language| Pack::built_in("cn/sme-deferral").unwrap().unwrap().page(language);
    for (language, lines) in [
        (
            Language::English,
            [
                "| `applied` | applied for before it is decided | `case.applied_on <= case.on` | stage1 | seen in the source |  |",
                "- principal is repaid: in one sum when the deferral ends\n",
                "**choices, narrower here: when it is caught up**\n\n- at most: 2020-06-30\n- unless said otherwise: 2020-06-30\n",
                "| `line_limit` | largest credit line of an inclusive loan |  |  |  |  | 10,000,000 | stage2 | from a copy |",
            ],
        ),
        (
            Language::Chinese,
            [
                "| `applied` | 已提出申请 | `case.applied_on <= case.on` | stage1 | 见于原文 |  |",
                "- 延期本金偿还方式：延期结束时一次偿还\n",
                "**本条对选择的限定：延期后到期日**\n\n- 不超过：2020-06-30\n- 默认：2020-06-30\n",
                "| `line_limit` | 普惠小微贷款单户授信上限 |  |  |  |  | 10,000,000 | stage2 | 见于转载 |",
            ],
        ),
    ] {
        let page = page(language);
        for line in lines {
            assert!(page.contains(line), "expected {line}, got {page}");
        }
    }
}
