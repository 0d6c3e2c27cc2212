"""What casting can find wrong: rule ids, severities, sentences and advice (zh and en).

An ``error`` quarantines the record, a ``warning`` publishes the value and tells, a ``critical``
holds the whole batch. Every sentence has ``{value}``, the published text.
"""

from __future__ import annotations

from schemas.finding import Scope, Severity
from schemas.message import Message
from schemas.rule_text import RuleText

CRITICAL, ERROR, WARNING = Severity.CRITICAL, Severity.ERROR, Severity.WARNING

NOT_A_NUMBER = "CAST-01"
WRONG_GROUPING = "CAST-02"
UNKNOWN_UNIT = "CAST-03"
OTHER_DIMENSION = "CAST-04"
NO_UNIT = "CAST-05"
COLUMN_OTHER_DIMENSION = "CAST-06"
UNIT_CONFLICT = "CAST-07"
SCALE_WORD_UNCLEAR = "CAST-08"
ROUNDED = "CAST-09"
BLANKS_IN_NUMBER = "CAST-10"
COMMENT_IN_NUMBER = "CAST-11"
APPROXIMATE = "CAST-12"
BELOW_DETECTION = "CAST-13"
NOT_WHOLE = "CAST-14"
TOO_LARGE = "CAST-15"
NOT_A_BOUND = "CAST-16"
TWO_BOUNDS = "CAST-17"
SEVERAL_VALUES = "CAST-18"
NOT_A_DATE = "CAST-20"
IMPOSSIBLE_DATE = "CAST-21"
TWO_DIGIT_YEAR = "CAST-22"
MINGUO_YEAR = "CAST-23"
INCOMPLETE_DATE = "CAST-24"
SENTINEL_DATE = "CAST-25"
SERIAL_DATE = "CAST-26"
UNKNOWN_CODE = "CAST-30"
NOT_YES_OR_NO = "CAST-31"
INVISIBLE_CHARACTERS = "CAST-40"
PRIVATE_USE = "CAST-41"
MOJIBAKE = "CAST-42"
FORMULA_LIKE = "CAST-43"
DIGITS_LOST = "CAST-44"


def _rule(
    rule: str,
    severity: Severity,
    what: tuple[str, str],
    advice: tuple[str, str],
    scope: Scope = Scope.ROW,
) -> RuleText:
    return RuleText(rule, severity, Message(*what), Message(*advice), scope)


_RULES = (
    _rule(
        NOT_A_NUMBER,
        ERROR,
        ("“{value}”不是数字。", "{value!r} is not a number."),
        (
            "请核对原表；若该文字表示“无数值”，请在来源文件的 missing 中登记。",
            "Check the sheet; if the text means “no value”, list it under missing: of the source.",
        ),
    ),
    _rule(
        WRONG_GROUPING,
        ERROR,
        (
            "“{value}”的千分位分隔有误，无法确定数值。",
            "The digits of {value!r} are grouped wrongly; the number is not certain.",
        ),
        ("请向提供部门核实数值。", "Ask the department for the right number."),
    ),
    _rule(
        UNKNOWN_UNIT,
        ERROR,
        (
            "“{value}”中的“{unit_text}”不是已知的计量单位。",
            "{value!r} carries {unit_text!r}, which is not a known unit.",
        ),
        (
            "请核对单位；确为单位的，请补入 units.yml 的别名。",
            "Check the unit; if it is one, add it to the aliases in units.yml.",
        ),
    ),
    _rule(
        OTHER_DIMENSION,
        ERROR,
        (
            "“{value}”的单位（{unit_text}）与本字段的单位（{field_unit}）不是同一种量。",
            "The unit of {value!r} ({unit_text}) measures something else than the field's "
            "({field_unit}).",
        ),
        ("请核对是否错列或错填。", "Check whether the value stands in the wrong column."),
    ),
    _rule(
        NO_UNIT,
        CRITICAL,
        (
            "列“{column}”的计量单位不明（表头、单位说明、映射和单元格中都没有），"
            "{cells} 个数值未予采用，例如“{value}”。",
            "Nothing says in which unit the column {column!r} is written (header, note, mapping, "
            "cell); {cells} numbers are not used, such as {value!r}.",
        ),
        (
            "请在来源文件中为该字段写明 unit，例如 unit: CNY_10k。",
            "Give unit: for this field in the source file, such as unit: CNY_10k.",
        ),
        Scope.DATASET,
    ),
    _rule(
        COLUMN_OTHER_DIMENSION,
        CRITICAL,
        (
            "列“{column}”的单位（{unit_text}）与字段的单位（{field_unit}）不是同一种量，"
            "{cells} 个数值未予采用，例如“{value}”。",
            "The unit of the column {column!r} ({unit_text}) measures something else than the "
            "field's ({field_unit}); {cells} numbers are not used, such as {value!r}.",
        ),
        ("请核对列映射和单位说明。", "Check the mapping and the unit of the column."),
        Scope.DATASET,
    ),
    _rule(
        UNIT_CONFLICT,
        WARNING,
        (
            "“{value}”自带单位“{unit_text}”，与本列单位“{column_unit}”不同，已按单元格的单位换算。",
            "{value!r} carries the unit {unit_text!r} in a column of {column_unit!r}; "
            "the cell's was taken.",
        ),
        ("请确认该单元格的单位无误。", "Make sure that the cell's own unit is right."),
    ),
    _rule(
        SCALE_WORD_UNCLEAR,
        ERROR,
        (
            "“{value}”带有“{unit_text}”，而本列单位是“{column_unit}”，无法判断是否重复计倍。",
            "{value!r} carries {unit_text!r} in a column of {column_unit!r}: whether both count "
            "is not clear.",
        ),
        ("请向提供部门核实数值及单位。", "Ask the department for the number and its unit."),
    ),
    _rule(
        ROUNDED,
        WARNING,
        (
            "“{value}”的小数位多于公布位数，已按四舍六入五成双修约为 {rounded}。",
            "{value!r} has more digits than are published; rounded half to even to {rounded}.",
        ),
        ("一般无需处理。", "Usually nothing has to be done."),
    ),
    _rule(
        BLANKS_IN_NUMBER,
        WARNING,
        (
            "“{value}”的数字中夹有空格，已读作 {read_as}。",
            "{value!r} has blanks between its digits; read as {read_as}.",
        ),
        ("请确认空格处没有漏字。", "Make sure that nothing is missing where the blanks are."),
    ),
    _rule(
        COMMENT_IN_NUMBER,
        WARNING,
        (
            "“{value}”在数值之外还有说明“{comment}”，已取数值 {read_as}。",
            "{value!r} carries the remark {comment!r}; the number {read_as} was taken.",
        ),
        (
            "请确认说明不影响数值的口径。",
            "Make sure that the remark does not change what the number means.",
        ),
    ),
    _rule(
        APPROXIMATE,
        WARNING,
        (
            "“{value}”是约数，已取数值 {read_as}。",
            "{value!r} is approximate; the number {read_as} was taken.",
        ),
        ("请尽可能提供准确数值。", "Ask for the exact number where there is one."),
    ),
    _rule(
        BELOW_DETECTION,
        WARNING,
        (
            "“{value}”表示低于检出限，无具体数值，按空值公布。",
            "{value!r} means below the detection limit; published as empty.",
        ),
        ("一般无需处理。", "Usually nothing has to be done."),
    ),
    _rule(
        NOT_WHOLE,
        ERROR,
        ("“{value}”应为整数。", "{value!r} should be a whole number."),
        ("请核对原表。", "Check the sheet."),
    ),
    _rule(
        TOO_LARGE,
        ERROR,
        ("“{value}”超出可表示的范围。", "{value!r} is beyond what the field can hold."),
        ("请核对原表，常见原因是错列或多写了位数。", "Check the sheet: a wrong column, or digits."),
    ),
    _rule(
        NOT_A_BOUND,
        ERROR,
        ("“{value}”不是可识别的上下限。", "{value!r} is not a bound such as ≤50 or 1.3≤…≤1.5."),
        ("请核对原表。", "Check the sheet."),
    ),
    _rule(
        TWO_BOUNDS,
        ERROR,
        (
            "“{value}”同时有下限和上限，而本字段只取一个。",
            "{value!r} has a lower and an upper bound, but the field takes one.",
        ),
        (
            "请在来源文件中写明 bound: lower 或 bound: upper。",
            "Say bound: lower or bound: upper in the source file.",
        ),
    ),
    _rule(
        SEVERAL_VALUES,
        WARNING,
        (
            "“{value}”含有几个不同的数值，而本字段只取一个，按空值公布。",
            "{value!r} holds several different numbers where the field takes one; published as "
            "empty.",
        ),
        (
            "如需公布各项数值，请另设字段，并在来源文件中用 extract 提取。",
            "To publish each of them, add fields and take them out with extract: in the source.",
        ),
    ),
    _rule(
        NOT_A_DATE,
        ERROR,
        ("“{value}”不是日期。", "{value!r} is not a date."),
        (
            "请核对原表；写法特殊的，请在来源文件中写明 date_format。",
            "Check the sheet; for an unusual form give date_format: in the source file.",
        ),
    ),
    _rule(
        IMPOSSIBLE_DATE,
        ERROR,
        ("“{value}”是不存在的日期或时间。", "There is no such date or time as {value!r}."),
        ("请向提供部门核实。", "Ask the department for the right date."),
    ),
    _rule(
        TWO_DIGIT_YEAR,
        ERROR,
        ("“{value}”的年份只有两位。", "The year of {value!r} has two digits only."),
        (
            "确为两位年份的，请在来源文件中写明 date_format，例如 YY-MM-DD。",
            "If the source writes years so, give date_format: such as YY-MM-DD.",
        ),
    ),
    _rule(
        MINGUO_YEAR,
        ERROR,
        ("“{value}”使用民国纪年。", "{value!r} counts years of the Republic (民国)."),
        (
            "确需转换的，请在来源文件中写明 date_format，例如 民国ROC年M月D日。",
            "If they are to be converted, give date_format: such as 民国ROC年M月D日.",
        ),
    ),
    _rule(
        INCOMPLETE_DATE,
        ERROR,
        ("“{value}”缺少月、日或时间。", "{value!r} lacks its month, day or time."),
        ("请补全日期。", "Complete the date."),
    ),
    _rule(
        SENTINEL_DATE,
        WARNING,
        (
            "“{value}”是系统用来表示“无日期”的占位日期，按空值公布。",
            "{value!r} is a placeholder that systems write for “no date”; published as empty.",
        ),
        (
            "在来源文件的 missing 中登记该日期即不再提示。",
            "List the date under missing: of the source and it is no longer told.",
        ),
    ),
    _rule(
        SERIAL_DATE,
        ERROR,
        (
            "“{value}”像是表格软件的日期序号，但来源未声明。",
            "{value!r} looks like a spreadsheet's serial number of a day, which is not declared.",
        ),
        (
            "请在来源文件中写明 date_format: excel_1900 或 excel_1904。",
            "Say date_format: excel_1900 or excel_1904 in the source file.",
        ),
    ),
    _rule(
        UNKNOWN_CODE,
        WARNING,
        (
            "“{value}”不在代码表 {code_list} 中，已照原文公布。",
            "{value!r} is not in the code list {code_list}; published as it is written.",
        ),
        (
            "写法不同的，请在站点 vocab/{code_list}.csv 的 aliases 中登记。",
            "If it is another way of writing an entry, add it to aliases in the site's "
            "vocab/{code_list}.csv.",
        ),
    ),
    _rule(
        NOT_YES_OR_NO,
        ERROR,
        ("“{value}”不是“是”或“否”。", "{value!r} is neither yes nor no."),
        ("请在来源文件的 aliases 中登记该写法。", "Map the text under aliases: of the source."),
    ),
    _rule(
        INVISIBLE_CHARACTERS,
        WARNING,
        (
            "“{value}”含有不可见字符（{characters}），已去除。",
            "{value!r} held invisible characters ({characters}), which were removed.",
        ),
        ("一般无需处理。", "Usually nothing has to be done."),
    ),
    _rule(
        PRIVATE_USE,
        WARNING,
        (
            "“{value}”含有造字区字符（{characters}），他人可能看不到该字。",
            "{value!r} holds private-use characters ({characters}), which others may not see.",
        ),
        ("请向提供部门核实该字。", "Ask the department which character is meant."),
    ),
    _rule(
        MOJIBAKE,
        ERROR,
        ("“{value}”是乱码。", "{value!r} is garbled text."),
        (
            "请核对来源声明的编码；原文件本身是乱码的，请部门重新提供。",
            "Check the declared encoding; if the file itself is garbled, ask for a new one.",
        ),
    ),
    _rule(
        FORMULA_LIKE,
        WARNING,
        (
            "“{value}”形似表格公式；数据照原文公布，供办公软件使用的文件中作文本处理。",
            "{value!r} looks like a spreadsheet formula; published as it is, as text in the "
            "office workbook.",
        ),
        ("请核实该内容是否为误填或恶意输入。", "Check whether it was typed by mistake or malice."),
    ),
    _rule(
        DIGITS_LOST,
        ERROR,
        (
            "“{value}”像是被表格软件改成科学计数法的长号码，末尾数字已丢失。",
            "{value!r} looks like a long number that a spreadsheet wrote in scientific notation: "
            "its last digits are lost.",
        ),
        (
            "请部门把该列设为文本格式后重新导出；不能据此推算原来的号码。",
            "Ask the department to make the column text and export it again; the digits cannot be "
            "told from this.",
        ),
    ),
)

CASTING_RULES: dict[str, RuleText] = {rule.id: rule for rule in _RULES}
"""Rule id -> what it says. Parts beside ``column``, ``value`` and ``count`` come with the
problem (``CASTING_RULES[problem.rule].finding(..., **problem.parts)``)."""
