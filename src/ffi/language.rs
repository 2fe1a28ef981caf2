//! Statuses and fields in Chinese, beside the English of the messages.

use std::ffi::{CStr, c_char};

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{call, put, required, room};
use super::boundary::status::{
    PUHUI_ERR_ACCOUNT_ENDED, PUHUI_ERR_BENCHMARK_NOT_PUBLISHED, PUHUI_ERR_BUFFER_TOO_SMALL,
    PUHUI_ERR_CALENDAR_NOT_COVERED, PUHUI_ERR_CONTRADICTION, PUHUI_ERR_CURRENCY_MISMATCH,
    PUHUI_ERR_DATE_OUT_OF_RANGE, PUHUI_ERR_DATES_OUT_OF_ORDER, PUHUI_ERR_DUE_DATES_COLLIDE,
    PUHUI_ERR_INTERNAL, PUHUI_ERR_INVALID_SNAPSHOT, PUHUI_ERR_IO, PUHUI_ERR_LENGTHS_DIFFER,
    PUHUI_ERR_LIMIT_EXCEEDED, PUHUI_ERR_MALFORMED, PUHUI_ERR_MISSING, PUHUI_ERR_MORE_THAN_ONE_ROOT,
    PUHUI_ERR_MORE_THAN_OWED, PUHUI_ERR_NEGATIVE_AMORTISATION, PUHUI_ERR_NO_SIGN_CHANGE,
    PUHUI_ERR_NOT_COMPARABLE, PUHUI_ERR_NOT_SETTLED, PUHUI_ERR_NOTHING_TO_REVERSE, PUHUI_ERR_NULL,
    PUHUI_ERR_NUMBER_USED_TWICE, PUHUI_ERR_OUT_OF_RANGE, PUHUI_ERR_OVERFLOW, PUHUI_ERR_PANIC,
    PUHUI_ERR_PLAN_DOES_NOT_SUM, PUHUI_ERR_RATE_OUT_OF_BRACKET, PUHUI_ERR_RESERVED, PUHUI_ERR_ROWS,
    PUHUI_ERR_SEASON_NEVER_OCCURS, PUHUI_ERR_STRUCT_SIZE, PUHUI_ERR_TEXT, PUHUI_ERR_THREAD_NOT_STARTED,
    PUHUI_ERR_TOO_MANY_DIGITS, PUHUI_ERR_UNEQUAL_PERIODS, PUHUI_ERR_UNKNOWN_CODE, PUHUI_ERR_UNKNOWN_FIELD,
    PUHUI_ERR_UNKNOWN_VALUE, PUHUI_OK, puhui_status, puhui_status_message,
};
use super::boundary::text;
use super::codes::{code, word};
use crate::vocabulary::vocabulary;

vocabulary! {
    /// The language of a text.
    pub(super) enum Language("language", PUHUI_LANGUAGE) {
        /// English.
        English = "english",
        /// Chinese 中文.
        Chinese = "chinese",
    }
}

/// What each status means, in Chinese.
const STATUSES: &[(puhui_status, &CStr)] = &[
    (PUHUI_OK, c"成功"),
    (PUHUI_ERR_NULL, c"不允许为空的指针为NULL"),
    (PUHUI_ERR_STRUCT_SIZE, c"struct_size不是本库能读取的大小"),
    (PUHUI_ERR_UNKNOWN_CODE, c"代码未知"),
    (PUHUI_ERR_ROWS, c"一行或多行失败"),
    (PUHUI_ERR_TEXT, c"文本不是UTF-8,或没有以NUL结尾"),
    (PUHUI_ERR_RESERVED, c"保留字段不为0"),
    (PUHUI_ERR_MALFORMED, c"值的格式不符合字段要求"),
    (PUHUI_ERR_TOO_MANY_DIGITS, c"数字位数超过可精确保存的位数"),
    (PUHUI_ERR_OUT_OF_RANGE, c"值超出范围"),
    (PUHUI_ERR_OVERFLOW, c"结果超出类型所能容纳的范围"),
    (PUHUI_ERR_MISSING, c"缺少其他字段所要求的字段"),
    (PUHUI_ERR_UNKNOWN_FIELD, c"字段未知"),
    (PUHUI_ERR_UNKNOWN_VALUE, c"词语不在字段的词汇表中"),
    (PUHUI_ERR_CONTRADICTION, c"两个字段互相排斥"),
    (PUHUI_ERR_CURRENCY_MISMATCH, c"两个金额的币种不同"),
    (PUHUI_ERR_IO, c"无法读取来源或写入目标"),
    (PUHUI_ERR_LENGTHS_DIFFER, c"两列的行数不同"),
    (PUHUI_ERR_NOT_COMPARABLE, c"口径、基期或账簿不同的数字不能相加"),
    (PUHUI_ERR_THREAD_NOT_STARTED, c"操作系统未能启动所要求的线程数"),
    (PUHUI_ERR_DATE_OUT_OF_RANGE, c"日期超出可计算的年份"),
    (PUHUI_ERR_DATES_OUT_OF_ORDER, c"日期先后顺序不对"),
    (PUHUI_ERR_CALENDAR_NOT_COVERED, c"严格日历不覆盖该日期"),
    (PUHUI_ERR_DUE_DATES_COLLIDE, c"两个到期日在顺延之前相同,或顺延使其先后颠倒"),
    (PUHUI_ERR_BENCHMARK_NOT_PUBLISHED, c"基准利率在所问日期尚未公布"),
    (PUHUI_ERR_NEGATIVE_AMORTISATION, c"一期还款额不足以支付当期利息"),
    (PUHUI_ERR_SEASON_NEVER_OCCURS, c"没有任何一期落在指定的月份"),
    (PUHUI_ERR_PLAN_DOES_NOT_SUM, c"计划本金之和与贷款本金不符"),
    (PUHUI_ERR_BUFFER_TOO_SMALL, c"缓冲区小于要写入的内容"),
    (PUHUI_ERR_NUMBER_USED_TWICE, c"两个事件使用同一编号"),
    (PUHUI_ERR_NOTHING_TO_REVERSE, c"冲正所指的事件不存在或不能冲正"),
    (PUHUI_ERR_ACCOUNT_ENDED, c"账户已终结,不能再发生业务"),
    (PUHUI_ERR_NOT_SETTLED, c"仍有欠款或溢缴款"),
    (PUHUI_ERR_MORE_THAN_OWED, c"减免超过所欠金额"),
    (PUHUI_ERR_LIMIT_EXCEEDED, c"支用超过可用额度"),
    (PUHUI_ERR_INVALID_SNAPSHOT, c"快照属于另一笔贷款或版本,或不是快照"),
    (PUHUI_ERR_NO_SIGN_CHANGE, c"现金流的符号从不改变"),
    (PUHUI_ERR_MORE_THAN_ONE_ROOT, c"现金流的符号改变不止一次"),
    (PUHUI_ERR_RATE_OUT_OF_BRACKET, c"利率不在年-99.9%至10,000%之间"),
    (PUHUI_ERR_UNEQUAL_PERIODS, c"各期长度不全相等"),
    (PUHUI_ERR_INTERNAL, c"本库自查发现的程序错误"),
    (PUHUI_ERR_PANIC, c"本库的程序错误"),
];

/// The names of fields in Chinese, by the parts of their paths. A part that is not here, such as the name of an output parameter, stays
/// as it is written in C.
const FIELDS: &[(&str, &str)] = &[
    ("account", "账户"),
    ("accrued", "应计"),
    ("allocation", "清偿顺序"),
    ("allocation_by", "清偿方式"),
    ("allocation_order", "清偿顺序"),
    ("amortised_over", "摊还期数"),
    ("amount", "金额"),
    ("area", "区域"),
    ("arrears", "拖欠"),
    ("as_of", "截止日"),
    ("balance", "余额"),
    ("base", "基期"),
    ("basis", "统计口径"),
    ("benchmark", "基准利率"),
    ("benchmarks", "基准利率列表"),
    ("booked_on", "记账日"),
    ("books", "账簿"),
    ("by", "续贷编号"),
    ("calendar", "日历"),
    ("capacity", "容量"),
    ("capitalised", "转增本金"),
    ("changes_ahead", "提前变更"),
    ("checksum", "校验和"),
    ("class", "分类"),
    ("class_held_at", "分类锁定日"),
    ("class_reason", "分类锁定理由"),
    ("class_until", "分类锁定截止日"),
    ("classification", "分类方式"),
    ("closed", "结清"),
    ("columns", "列"),
    ("compound", "复利"),
    ("compound_base", "复利基数"),
    ("compound_rate", "复利利率"),
    ("count", "数量"),
    ("credit", "溢缴款"),
    ("credit_protected_from", "征信保护起始日"),
    ("credit_protected_to", "征信保护截止日"),
    ("credit_report", "征信报送"),
    ("currency", "币种"),
    ("currency_exponent", "币种小数位数"),
    ("date", "日期"),
    ("day", "日"),
    ("day_count", "计息基准"),
    ("days", "天数"),
    ("days_past_due", "逾期天数"),
    ("decimals", "小数位"),
    ("defer", "延期内容"),
    ("deferred_interest", "延期利息"),
    ("deferred_principal", "延期本金"),
    ("dimension", "维度"),
    ("dimensions", "维度"),
    ("disbursed", "放款"),
    ("disbursed_on", "放款日"),
    ("due_day", "还款日"),
    ("due_from", "到期起始日"),
    ("due_on", "到期日"),
    ("due_until", "到期截止日"),
    ("event_offset", "事件偏移"),
    ("events", "事件"),
    ("every", "还款周期"),
    ("fee", "费用"),
    ("fees", "费用"),
    ("first_due_on", "首次还款日"),
    ("first_period", "首期"),
    ("fixed", "固定利率"),
    ("from", "起始日"),
    ("grace_capitalised", "宽限期利息转增本金"),
    ("grace_days", "宽限天数"),
    ("grace_interest", "利息宽限期"),
    ("grace_principal", "本金宽限期"),
    ("graduated_amount", "每次递变金额"),
    ("graduated_every", "递变间隔期数"),
    ("graduated_ratio", "每次递变比例"),
    ("granted_on", "批准日"),
    ("has_non_accrual_order", "是否另定非应计清偿顺序"),
    ("has_penalty", "是否计罚息"),
    ("holidays", "节假日"),
    ("how", "提前还款方式"),
    ("ids", "编号"),
    ("impact", "影响"),
    ("instalments", "期数"),
    ("interest", "利息"),
    ("interest_accrued", "应计利息"),
    ("interest_at", "延期期间利率"),
    ("interest_base", "计息基数"),
    ("interest_cap", "利息上限"),
    ("interest_caught_up", "延期利息偿还"),
    ("interest_meanwhile", "延期期间利息"),
    ("interest_of_day", "当日利息"),
    ("keys", "分组键"),
    ("kind", "种类"),
    ("known_on", "知悉日"),
    ("ladder", "分类阶梯"),
    ("ladder_from_days", "分类起始天数"),
    ("level_last", "末期均摊"),
    ("level_payment", "等额本息算法"),
    ("limit", "额度"),
    ("line", "授信额度"),
    ("listings", "名录"),
    ("loan", "贷款"),
    ("loan_class", "五级分类"),
    ("loans", "贷款"),
    ("long_last", "末期加长"),
    ("mark_up", "上浮比例"),
    ("matures_on", "到期日"),
    ("maturity", "到期日"),
    ("maturity_moved_by", "到期日顺延期数"),
    ("maturity_moved_to", "到期日顺延至"),
    ("measures", "指标"),
    ("method", "还款方式"),
    ("missing_day", "缺日规则"),
    ("money_ahead", "预付款处理"),
    ("movements", "额度变动"),
    ("name", "名称"),
    ("needs", "需求"),
    ("negative_amortisation", "负摊还"),
    ("new_date", "补还日"),
    ("next_due", "下一还款日"),
    ("no", "编号"),
    ("non_accrual", "非应计"),
    ("non_accrual_by", "非应计清偿方式"),
    ("non_accrual_from_days", "转非应计逾期天数"),
    ("non_accrual_order", "非应计清偿顺序"),
    ("observation_days", "观察期天数"),
    ("offset", "偏移"),
    ("on", "日期"),
    ("overdue_principal", "逾期本金"),
    ("payer", "付款方"),
    ("payers", "付款方"),
    ("payment", "还款额"),
    ("payment_multiple", "还款额倍数"),
    ("payment_rounding", "还款额舍入"),
    ("penalty", "罚息"),
    ("penalty_mark_up", "罚息上浮比例"),
    ("period_from", "期间起始日"),
    ("period_start", "计息期起始日"),
    ("period_until", "期间截止日"),
    ("places", "地区"),
    ("plan", "还款计划"),
    ("plan_offset", "还款计划偏移"),
    ("point", "服务点"),
    ("points", "服务点"),
    ("prepayment_fee", "提前还款费"),
    ("prepayment_interest", "提前还款利息"),
    ("principal", "本金"),
    ("principal_caught_up", "延期本金偿还"),
    ("product", "产品"),
    ("products", "产品列表"),
    ("projected", "预计"),
    ("provision", "拨备"),
    ("provision_rate", "拨备率"),
    ("published", "公布值"),
    ("published_on", "公布日"),
    ("purpose", "用途"),
    ("query", "查询"),
    ("quiet_until", "平静期截止日"),
    ("rate", "利率"),
    ("rate_from", "新利率"),
    ("rate_step_offset", "利率变动偏移"),
    ("rate_steps", "利率变动"),
    ("record", "账户记录"),
    ("region_class", "区域类别"),
    ("relevel", "重新计算"),
    ("relief", "纾困"),
    ("reliefs", "纾困"),
    ("reserved", "保留字段"),
    ("reset", "重定价周期"),
    ("residual", "尾款"),
    ("result", "结果"),
    ("reverses_no", "冲正的事件编号"),
    ("revolving", "循环"),
    ("roll", "节假日顺延"),
    ("rolled_interest", "顺延计息"),
    ("rounding", "舍入"),
    ("rows", "行"),
    ("rule", "规则"),
    ("rules", "规则"),
    ("season_months", "还本月份"),
    ("servicing", "贷后管理"),
    ("share", "比例"),
    ("snapshot", "快照"),
    ("spread_bp", "加点"),
    ("stage", "状态"),
    ("states", "账户状态"),
    ("status", "状态"),
    ("statuses", "身份"),
    ("strict", "严格"),
    ("sums", "合计"),
    ("tally", "汇总"),
    ("terms", "贷款条件"),
    ("threads", "线程数"),
    ("threshold", "起点金额"),
    ("tolerance", "容忍度"),
    ("tranche_earns", "分次放款计息"),
    ("until", "截止日"),
    ("vat", "增值税"),
    ("version", "版本"),
    ("village", "行政村"),
    ("villages", "行政村"),
    ("workdays", "调休工作日"),
];

fn language(given: u32) -> Result<bool, Failure> {
    Ok(word::<Language>(given, "language")? == Language::Chinese)
}

/// Returns what a status means, in a language, one of `PUHUI_LANGUAGE_*`: a static text, NUL-terminated UTF-8, never to be freed and
/// never NULL.
///
/// An unknown status gives "unknown status", 未知状态; an unknown language is read as English. Any number of threads may call this at the
/// same time.
#[unsafe(no_mangle)]
pub extern "C" fn puhui_status_message_in(status: puhui_status, language: u32) -> *const c_char {
    if language != code(Language::Chinese) {
        return puhui_status_message(status);
    }
    let known = STATUSES.iter().find(|(known, _)| *known == status);
    known.map_or(c"未知状态", |(_, message)| *message).as_ptr()
}

/// Writes the name of a field, as a `puhui_error` has it, in a language, one of `PUHUI_LANGUAGE_*`, into the caller's array.
///
/// `field` is NUL-terminated UTF-8, such as `events[1].payer`; its Chinese is 事件[1].付款方. In English, and where a part has no name of
/// its own, such as an output parameter, it is as it is written. `text` has `capacity` bytes and belongs to the caller; `*out_length`
/// becomes the number of bytes, the bytes after them are left as they were: no NUL ends the text. With `text` NULL and a `capacity` of 0
/// the bytes are counted and not written. `error` may be NULL. On failure `*out_length` is 0, but with `PUHUI_ERR_BUFFER_TOO_SMALL` it is
/// the capacity that is needed. The call allocates memory and releases it before it returns. Any number of threads may call this at the
/// same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_TEXT`, `PUHUI_ERR_UNKNOWN_CODE` (the language), `PUHUI_ERR_BUFFER_TOO_SMALL`,
/// `PUHUI_ERR_STRUCT_SIZE` (of `error`) or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `field` must be NUL-terminated, `text` be writable for `capacity` bytes and `out_length` be writable; nothing may overlap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_field_name_in(
    field: *const c_char,
    language: u32,
    text: *mut c_char,
    capacity: usize,
    out_length: *mut usize,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || put(out_length, 0),
            || {
                required(out_length, "out_length")?;
                room(text, capacity, "text")?;
                let name = name_in(text::read(field, "field")?, self::language(language)?);
                text::write(name.as_bytes(), text, capacity, out_length)
            },
        )
    }
}

/// A field's path in Chinese, part by part.
fn name_in(field: &str, chinese: bool) -> String {
    if !chinese {
        return field.to_owned();
    }
    let part = |part: &str| {
        let (name, place) = part.split_once('[').map_or((part, None), |(name, place)| (name, Some(place)));
        let known = FIELDS.iter().find(|(known, _)| *known == name);
        let name = known.map_or(name, |(_, chinese)| chinese);
        place.map_or_else(|| name.to_owned(), |place| format!("{name}[{place}"))
    };
    field.split('.').map(part).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_chinese() {
        for status in (0..1000).map(puhui_status) {
            // SAFETY: both are static texts.
            let [english, chinese] = unsafe {
                [puhui_status_message(status), puhui_status_message_in(status, code(Language::Chinese))]
                    .map(|text| CStr::from_ptr(text).to_str().unwrap())
            };
            assert_eq!(english == "unknown status", chinese == "未知状态", "{status:?}");
        }
    }

    #[test]
    fn parts_of_a_path_are_named_each() {
        assert_eq!(name_in("events[1].payer", true), "事件[1].付款方");
        assert_eq!(name_in("result.before_capacity", true), "结果.before_capacity");
        assert_eq!(name_in("events[1].payer", false), "events[1].payer");
        for pair in FIELDS.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} stands after {}", pair[1].0, pair[0].0);
        }
    }
}
