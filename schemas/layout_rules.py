"""What the application of a layout can find wrong: rule ids LAY-01 … LAY-16."""

from __future__ import annotations

from schemas.finding import Scope, Severity
from schemas.message import Message
from schemas.rule_text import RuleText

LAYOUT_RULES: dict[str, RuleText] = {
    rule.id: rule
    for rule in (
        RuleText(
            "LAY-01",
            Severity.WARNING,
            Message(
                "列“{column}”有 {count} 个非空单元格未被使用。",
                "Column '{column}' has {count} filled cells that nothing uses.",
            ),
            Message(
                "请在来源文件的 mapping 中使用它，或写入 ignore。",
                "Map it in the source file, or list it under ignore.",
            ),
            Scope.DATASET,
        ),
        RuleText(
            "LAY-02",
            Severity.CRITICAL,
            Message(
                "找不到列“{column}”。表中现有列：{present}。{hint_zh}",
                "There is no column '{column}'. The table has: {present}.{hint_en}",
            ),
            Message(
                "请与部门确认列名是否改动，并修改来源文件的 mapping；表头上方有标题时写 "
                "table.header.find；该列确可缺少时写 optional: true。",
                "Ask the department whether the column was renamed and correct mapping in the "
                "source file; if titles stand above the header, write table.header.find; write "
                "optional: true if the column may really be missing.",
            ),
            Scope.DATASET,
        ),
        RuleText(
            "LAY-03",
            Severity.CRITICAL,
            Message(
                "没有找到表头（应含：{wanted}）。",
                "No header row was found (it must hold: {wanted}).",
            ),
            Message(
                "请核对文件，并修改来源文件中的 table.header。",
                "Look at the file and correct table.header in the source file.",
            ),
            Scope.DATASET,
        ),
        RuleText(
            "LAY-04",
            Severity.WARNING,
            Message(
                "“{value}”中没有这样的表头，未作为数据读取（{count} 个非空单元格）。",
                "'{value}' has no such header and was not read as data ({count} filled cells).",
            ),
            Message(
                "若其中有数据，请在 reader 中写明要读的工作表或表格。",
                "If it holds data, name the sheets or tables to read under reader.",
            ),
            Scope.DATASET,
        ),
        RuleText(
            "LAY-05",
            Severity.CRITICAL,
            Message(
                "“{column}”的单位有矛盾：表中写 {found}，来源文件写 {declared}。",
                "The unit of '{column}' is contradictory: the table says {found}, the source file "
                "{declared}.",
            ),
            Message(
                "请与部门核实单位后修改来源文件。",
                "Ask the department for the unit and correct the source file.",
            ),
            Scope.DATASET,
        ),
        RuleText(
            "LAY-06",
            Severity.CRITICAL,
            Message(
                "有 {count} 列都叫“{column}”，不知道该用哪一列。",
                "{count} columns are called '{column}'; it is not clear which is meant.",
            ),
            Message("请写“{column}#1”或“{column}#2”。", "Write '{column}#1' or '{column}#2'."),
            Scope.DATASET,
        ),
        RuleText(
            "LAY-07",
            Severity.CRITICAL,
            Message("表中没有任何数据行。", "The table holds no data row."),
            Message(
                "请向部门核实；若确实没有数据，请在来源文件写 completeness.minimum_rows: 0。",
                "Ask the department; if there is really nothing, write "
                "completeness.minimum_rows: 0 in the source file.",
            ),
            Scope.DATASET,
        ),
        RuleText(
            "LAY-08",
            Severity.WARNING,
            Message(
                "在对照表“{vocabulary}”中找不到 {value}。",
                "{value} is not in the lookup table '{vocabulary}'.",
            ),
            Message(
                "请在站点 vocab/{vocabulary}.csv 中补上这一项。",
                "Add it to vocab/{vocabulary}.csv of the site.",
            ),
        ),
        RuleText(
            "LAY-09",
            Severity.CRITICAL,
            Message(
                "行数 {count} 少于来源文件要求的 {wanted}。",
                "There are {count} rows, fewer than the {wanted} the source file asks for.",
            ),
            Message(
                "文件可能不完整，请向部门核实。",
                "The file may be incomplete; ask the department.",
            ),
            Scope.DATASET,
        ),
        RuleText(
            "LAY-10",
            Severity.CRITICAL,
            Message(
                "序号列“{column}”不连续：{value}。",
                "The serial numbers in '{column}' have a gap: {value}.",
            ),
            Message("可能缺行，请向部门核实。", "Rows may be missing; ask the department."),
            Scope.DATASET,
        ),
        RuleText(
            "LAY-11",
            Severity.CRITICAL,
            Message(
                "读到的 {count} 行全都有错误，没有一行可用，整批暂停。",
                "All {count} rows have errors and none can be used, so the batch is held.",
            ),
            Message(
                "多半是来源文件的列、单位或表头与部门文件不符。请用 gongkai try 查看后修改。",
                "Most likely columns, units or the header in the source file do not fit the "
                "department's file. Look with gongkai try and correct it.",
            ),
            Scope.DATASET,
        ),
        RuleText(
            "LAY-12",
            Severity.ERROR,
            Message(
                "本行写着“{value}”，像是合计行，不是一条记录。",
                "The row says '{value}' and looks like a total, not a record.",
            ),
            Message(
                "请在来源文件的 table.exclude 中写明排除合计行。",
                "Exclude totals with table.exclude in the source file.",
            ),
        ),
        RuleText(
            "LAY-13",
            Severity.ERROR,
            Message(
                "本行像是表下的说明，不是一条记录：{value}",
                "The row looks like a note below the table, not a record: {value}",
            ),
            Message(
                "请在来源文件写明 table.ends_before（如 ^注）或 table.exclude。",
                "Say table.ends_before (such as ^注) or table.exclude in the source file.",
            ),
        ),
        RuleText(
            "LAY-14",
            Severity.WARNING,
            Message(
                "{where_zh}有 {columns} 列未被使用，共 {count} 个非空单元格，例如：{value}。",
                "{columns} columns of {where_en} are used by nothing ({count} filled cells), "
                "such as {value}.",
            ),
            Message(
                "请在来源文件的 mapping 中使用它们，或写入 ignore（可写“路径/*”）。",
                "Map them in the source file, or list them under ignore (path/* works too).",
            ),
            Scope.DATASET,
        ),
        RuleText(
            "LAY-16",
            Severity.ERROR,
            Message(
                "从“{name}”列起，本行各格向{stands_zh}错开了一列；"
                "向{back_zh}移一列则为：{preview_zh}。",
                "From the column '{name}' on, the cells of this row stand one column too far to "
                "the {stands_en}; one column to the {back_en} they would read: {preview_en}.",
            ),
            Message(
                "移列只是建议，没有执行。请部门更正导出表后重新提供。",
                "The shift is only suggested and was not made. Have the department correct the "
                "export and send it again.",
            ),
        ),
    )
}
