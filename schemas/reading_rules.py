"""What readers say about bytes they can read but not trust: one text per READ-… rule.

A reader reports a :class:`~schemas.raw_table.ReadingProblem` naming one of these rules. Error: the
row cannot be trusted. Warning: it can, and people are told. Critical: the container as a whole
cannot be trusted. Trouble with the whole file is an ``UnreadableFileError`` instead.

Problems on rows that a layout says are no records (titles, headers, notes) fall away with them.
"""

from __future__ import annotations

from schemas.budget_reading_rules import BUDGET_READING_RULES
from schemas.finding import Scope, Severity
from schemas.message import Message
from schemas.rule_text import RuleText

_ASK_AGAIN = Message("请来源部门更正后重新提供。", "Ask the department to correct the file.")
_READ_THE_NOTICE = Message(
    "请对照原公告，由人工填写或更正。", "Compare the notice itself and enter or correct the value."
)
_NOTHING = Message("无需处理，请知悉。", "Nothing to do; for your information.")


def _rule(
    number: int,
    severity: Severity,
    zh: str,
    en: str,
    advice: Message = _ASK_AGAIN,
    scope: Scope = Scope.ROW,
) -> RuleText:
    return RuleText(f"READ-{number:02d}", severity, Message(zh, en), advice, scope)


_ERROR, _WARNING, _CRITICAL = Severity.ERROR, Severity.WARNING, Severity.CRITICAL

_RULES = (
    _rule(
        1,
        _ERROR,
        "本行有 {found} 个单元格，而表格有 {expected} 列，多出的单元格使各列可能错位。",
        "The row has {found} cells where the table has {expected} columns: columns may be shifted.",
        Message(
            "检查该行是否有未加引号的分隔符。", "Look for a delimiter that is not inside quotes."
        ),
    ),
    _rule(
        2,
        _ERROR,
        "本行只有 {found} 个单元格，而表格有 {expected} 列。",
        "The row has only {found} cells where the table has {expected} columns.",
        Message(
            "检查该行是否被截断或缺少分隔符。", "See whether the row was cut or lacks delimiters."
        ),
    ),
    _rule(
        3,
        _ERROR,
        "本行的引号没有正确结束，内容按原样保留。",
        "A quote in the row is not closed as it should be; the text is kept as it stands.",
    ),
    _rule(
        4,
        _ERROR,
        "单元格含有空字符（NUL），文件可能已损坏。",
        "A cell holds a NUL character; the file may be damaged.",
    ),
    _rule(
        5,
        _ERROR,
        "本行有不能按 {encoding} 解码的字节（{value}）。",
        "The row holds bytes that are not {encoding} ({value}).",
        Message(
            "检查文件是否混用了多种编码，请部门用一种编码重新导出。",
            "See whether encodings are mixed; ask for an export in one encoding.",
        ),
    ),
    _rule(
        6,
        _ERROR,
        "单元格像是乱码：{value}。",
        "The cell looks like garbled text: {value}.",
        Message(
            "文字在部门导出前已损坏，请其从原系统重新导出。",
            "The text was damaged before we got it; ask for a new export from the original system.",
        ),
    ),
    _rule(
        7,
        _WARNING,
        "旧 GB18030 私用区字符已按 GB 18030-2022 换成标准字符：{value}。",
        "Private-use characters of old GB18030 were replaced by the standard ones of "
        "GB 18030-2022: {value}.",
        _NOTHING,
    ),
    _rule(
        8,
        _WARNING,
        "单元格含有私用区字符，别处可能无法显示：{value}。",
        "The cell holds private-use characters that may not show elsewhere: {value}.",
        Message("请部门确认该字，改用标准字符。", "Ask the department which character is meant."),
    ),
    _rule(
        9,
        _WARNING,
        "文件内部多余的字节顺序标记（BOM）已去掉。",
        "Superfluous byte order marks inside the file were removed.",
        _NOTHING,
    ),
    _rule(
        10,
        _ERROR,
        "{value} 是以数值保存的 16 位及以上数字，Excel 只保存 15 位，末尾数字已丢失。",
        "{value} has 16 or more digits but is kept as a number: Excel keeps 15, the rest are lost.",
        Message(
            "请部门把该列设为文本格式后重新填写。",
            "Ask the department to make the column text and enter the digits again.",
        ),
    ),
    _rule(
        11,
        _ERROR,
        "单元格是公式错误 {value}。",
        "The cell is a formula error, {value}.",
    ),
    _rule(
        12,
        _ERROR,
        "单元格是公式，但文件中没有保存它的计算结果。",
        "The cell is a formula whose result is not stored in the file.",
        Message(
            "请部门用 Excel 或 WPS 打开并保存一次。",
            "Have it opened and saved in Excel or WPS once.",
        ),
    ),
    _rule(
        13,
        _WARNING,
        "隐藏的内容已照常读取：{value}。",
        "Hidden content was read like the rest: {value}.",
        Message(
            "请确认隐藏内容确应公开。", "Make sure that what is hidden is meant to be published."
        ),
    ),
    _rule(
        14,
        _WARNING,
        "数字格式 {format} 使人看到的数与保存的数不同；取保存的数 {value}。",
        "The number format {format} shows another number than the one stored; {value} was taken.",
        Message("请核对该列的单位。", "Check the unit of the column."),
    ),
    _rule(
        15,
        _ERROR,
        "单元格的日期序号 {value} 不是真实存在的日期。",
        "The date serial {value} of the cell is no date that exists.",
    ),
    _rule(
        16,
        _ERROR,
        "记录中键“{key}”出现多次，取最后一次的值。",
        'The key "{key}" stands more than once in the record; the last value is shown.',
    ),
    _rule(
        17,
        _ERROR,
        "{value} 不是合法的 JSON 数值。",
        "{value} is not a number in JSON.",
    ),
    _rule(
        18,
        _ERROR,
        "本行不是完整的 JSON：{value}",
        "The line is not a whole JSON value: {value}",
    ),
    _rule(
        19,
        _ERROR,
        "数组中的这一项不是对象：{value}",
        "This element of the array is not an object: {value}",
    ),
    _rule(
        20,
        _WARNING,
        "工作簿含有{value}；读取的是文件中保存的结果。",
        "The workbook holds {value}; the results stored in the file were read.",
        Message(
            "请确认文件来自部门且未被改动。",
            "Make sure that the file is as the department made it.",
        ),
        Scope.DATASET,
    ),
    _rule(
        21,
        _WARNING,
        "声明的编码是 {declared}，文件自带的标记说明是 {found}；按后者读取。",
        "The declared encoding is {declared}; the file says {found} itself, which was used.",
        Message(
            "请更正来源文件中的 reader.encoding。", "Correct reader.encoding in the source file."
        ),
        Scope.DATASET,
    ),
    _rule(
        22,
        _WARNING,
        "还有没有读取的隐藏工作表：{value}。",
        "There are hidden sheets that were not read: {value}.",
        Message(
            "需要时在 reader.sheets 中写明。", "Name them in reader.sheets if they are wanted."
        ),
        Scope.DATASET,
    ),
    _rule(
        23,
        _WARNING,
        "合并单元格 {value} 中有不止一个值，各值均按原样保留。",
        "The merged range {value} holds more than one value; each is kept where it is.",
        Message("请核对这些单元格。", "Check these cells."),
    ),
    _rule(
        24,
        _ERROR,
        "单元格的值 {value} 不能按其类型读取。",
        "The value {value} of the cell cannot be read as what the file says it is.",
    ),
    _rule(
        25,
        _WARNING,
        "数字格式 {format} 在保存的数 {value} 后面显示“{word}”；按显示的“{value}{word}”读取。",
        "The number format {format} shows '{word}' behind the stored number {value}; it was read "
        "as shown, {value}{word}.",
        Message(
            "请向部门核实表中的数以什么为单位；表头写明单位，或请部门去掉这种格式。",
            "Ask the department in what the numbers are counted; have the header say it, or the "
            "format removed.",
        ),
    ),
    # procurement notices
    _rule(
        40,
        _ERROR,
        "公告“{value}”没有正文，无法读取。",
        "The notice '{value}' has no text to read.",
        Message(
            "请在原网页查看，或核对 reader.members.text。",
            "See the original page, or check reader.members.text.",
        ),
    ),
    _rule(
        41,
        _ERROR,
        "在“{section}”中没有找到可以确认的供应商名称。",
        "No name of a supplier could be found surely under '{section}'.",
        _READ_THE_NOTICE,
    ),
    _rule(
        42,
        _ERROR,
        "在“{section}”中没有找到该供应商的金额。",
        "No amount of this supplier was found under '{section}'.",
        _READ_THE_NOTICE,
    ),
    _rule(
        43,
        _ERROR,
        "金额“{value}”没有写单位，不能确定是元还是万元。",
        "The amount '{value}' has no unit: it may be yuan or ten thousand yuan.",
        _READ_THE_NOTICE,
    ),
    _rule(
        44,
        _ERROR,
        "“{section}”中的内容有不止一种读法，没有取值：{value}",
        "What stands under '{section}' can be read in more than one way and was not taken: {value}",
        _READ_THE_NOTICE,
    ),
    _rule(
        45,
        _ERROR,
        "看不出这是哪一种公告：{value}",
        "It cannot be told what kind of notice this is: {value}",
        Message(
            "请查看原公告；可在 reader.members.filed_under 中写明平台的分类成员。",
            "See the notice; name the portal's own classes in reader.members.filed_under.",
        ),
    ),
    _rule(
        46,
        _ERROR,
        "中标（成交）金额写作 {value}，不能确定是零元成交还是没有填写。",
        "The amount awarded says {value}: an award for nothing, or an amount nobody entered.",
        _READ_THE_NOTICE,
    ),
    _rule(
        47,
        _WARNING,
        "合同金额写作“{value}”，视为没有填写。",
        "The contract amount says '{value}' and is taken as not entered.",
        Message("请部门补填合同金额。", "Ask the department to enter the amount of the contract."),
    ),
    _rule(
        48,
        _WARNING,
        "公告写的总金额 {total} 元（{place}）与各标项金额之和 {sum} 元不等。",
        "The notice states a total of {total} yuan ({place}); its lots add up to {sum} yuan.",
        Message("请部门核对两个金额。", "Ask the department which amount is right."),
    ),
    _rule(
        49,
        _ERROR,
        "在“{section}”中没有找到处理决定。",
        "No decision was found under '{section}'.",
        _READ_THE_NOTICE,
    ),
    _rule(
        50,
        _WARNING,
        "评审专家名单有 {count} 个名字，像是混入了无关名单；名单没有读入。",
        "The list of evaluators has {count} names and seems to be something else; none was taken.",
        Message("请部门更正公告。", "Ask the department to correct the notice."),
    ),
)

WRONG_WIDTH = frozenset({"READ-01", "READ-02"})
"""Rules on the number of cells; a row that breaks no other and has no text is a blank line."""

OF_SINGLE_NOTICES = frozenset(f"READ-{number}" for number in range(40, 50))
"""Rules on what one notice says. Every notice is written by hand: many that cannot be read tell of
many notices, not of a wrongly described file, and hold nothing but themselves."""

READING_RULES: dict[str, RuleText] = {rule.id: rule for rule in (*_RULES, *BUDGET_READING_RULES)}
