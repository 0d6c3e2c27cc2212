"""What readers of budget documents say about them: READ-60 … READ-74 (see ``reading_rules``)."""

from __future__ import annotations

from schemas.finding import Scope, Severity
from schemas.message import Message
from schemas.rule_text import RuleText

_ASK_AGAIN = Message("请来源部门更正后重新提供。", "Ask the department to correct the file.")
_NOTHING = Message("无需处理，请知悉。", "Nothing to do; for your information.")
_ERROR, _WARNING, _CRITICAL = Severity.ERROR, Severity.WARNING, Severity.CRITICAL


def _rule(
    number: int,
    severity: Severity,
    zh: str,
    en: str,
    advice: Message = _ASK_AGAIN,
    scope: Scope = Scope.ROW,
) -> RuleText:
    return RuleText(f"READ-{number:02d}", severity, Message(zh, en), advice, scope)


BUDGET_READING_RULES = (
    _rule(
        60,
        _CRITICAL,
        "{value} 有 {wrong} 个文字（共 {characters} 个）没有文字对照，无法辨认，整份文件不予采用。",
        "{wrong} of {characters} characters of {value} have no text that can be read; the document "
        "is not used.",
        Message(
            "请部门提供文字可以复制的 PDF，或按扫描件提供。",
            "Ask the department for a PDF whose text can be copied.",
        ),
        Scope.DATASET,
    ),
    _rule(
        61,
        _CRITICAL,
        "来源文件写明{what_zh}“{declared}”，文件本身写“{value}”。",
        "The source file says that {what_en} is '{declared}'; the document says '{value}'.",
        Message(
            "请核对文件是否取错，再更正来源文件 reader 中的声明。",
            "See whether this is the right document; then correct the reader's options.",
        ),
        Scope.DATASET,
    ),
    _rule(
        62,
        _CRITICAL,
        "文件是没有填写的空白模板（{value}），不发布任何数据。",
        "The document is a form that nobody has filled in ({value}); nothing of it is released.",
        Message("请部门提供填写完整的文件。", "Ask the department for the completed document."),
        Scope.DATASET,
    ),
    _rule(
        63,
        _WARNING,
        "“{value}”中有 {numbers} 个数，但表名不是已知的预算或决算表，未作为数据读取。",
        "'{value}' holds {numbers} numbers, but its title is of no known budget table; it was not "
        "read as data.",
        Message("请核对该表是否应当采集。", "See whether the table should be collected."),
        Scope.DATASET,
    ),
    _rule(
        64,
        _ERROR,
        "表中没有写明金额单位，数值 {value} 未予采用。",
        "Nothing says in which unit the table is written; {value} was not used.",
        Message(
            "请向部门核实单位，请其在表中写明“单位：元”或“单位：万元”。",
            "Ask the department for the unit; the table should state it.",
        ),
    ),
    _rule(
        65,
        _ERROR,
        "“{value}”由文字识别得到，置信度 {confidence} 低于 {minimum}。",
        "'{value}' comes from character recognition with a confidence of {confidence}, below "
        "{minimum}.",
        Message("请与原件核对。", "Compare with the original."),
    ),
    _rule(
        66,
        _WARNING,
        "表中有 {cells} 个单元格的内容未能归入任何行列，例如“{value}”。",
        "{cells} filled cells of the table belong to no line or column that could be told, such as "
        "'{value}'.",
        Message("请核对该表的表头和行。", "Look at the header and the lines of the table."),
        Scope.DATASET,
    ),
    _rule(
        67,
        _WARNING,
        "科目编码中的“{value}”按两位补零读取（首见于 {place}）。",
        "The piece '{value}' of a code was read with a leading zero (first at {place}).",
        _NOTHING,
        Scope.DATASET,
    ),
    _rule(
        68,
        _ERROR,
        "表中写有不止一种金额单位（{units}），数值 {value} 未予采用。",
        "The table states more than one unit ({units}); {value} was not used.",
        Message("请向部门核实单位。", "Ask the department for the unit."),
    ),
    _rule(
        69,
        _CRITICAL,
        "文件中没有写明{value}。",
        "The document does not say {value_en}.",
        Message(
            "请在来源文件的 reader 中写明 organization_name、fiscal_year 或 stage。",
            "Write organization_name, fiscal_year or stage under reader in the source file.",
        ),
        Scope.DATASET,
    ),
    _rule(
        70,
        _ERROR,
        "单元格的文字无法辨认：{value}。",
        "The text of the cell cannot be read: {value}.",
    ),
    _rule(
        71,
        _CRITICAL,
        "文件中没有找到任何部门预算或决算表（有 {value} 个其他表格）。",
        "No table of a departmental budget or final account was found ({value} other tables).",
        Message(
            "请核对文件是否取错；表名有新的写法时，请告知维护人员。",
            "See whether this is the right document; tell the maintainers of new titles.",
        ),
        Scope.DATASET,
    ),
    _rule(
        72,
        _WARNING,
        "“{value}”之下没有认出表格，其中的数没有读取。",
        "No table could be seen under '{value}'; its numbers were not read.",
        Message("请查看该页。", "Look at the page."),
        Scope.DATASET,
    ),
    _rule(
        73,
        _WARNING,
        "“{value}”没有竖线，各列按文字对齐读取。",
        "'{value}' has no vertical lines; its columns were told by the alignment of their text.",
        Message("请抽查几个数。", "Compare some of its numbers with the page."),
        Scope.DATASET,
    ),
    _rule(
        74,
        _WARNING,
        "“{value}”是扫描图像，其中没有识别出任何文字；若有表格，则没有读取。",
        "'{value}' is a scanned picture on which no text was recognised; a table on it was not "
        "read.",
        Message(
            "请查看该页；如有表格，请向部门索取清晰的文件。",
            "Look at the page; if there is a table, ask the department for a clear document.",
        ),
        Scope.DATASET,
    ),
)
