"""The text of ``docs/accuracy.md``, from counts."""

from __future__ import annotations

from collections.abc import Sequence

from measured_accuracy.booklets import BookletCount, Settled, settled
from measured_accuracy.made import MadeCount
from measured_accuracy.made_notices import WordingCount
from measured_accuracy.mistakes import Mistake
from measured_accuracy.notices import NoticeCount

ENOUGH = 50  # below this many no percentage says anything
COMMAND = "GONGKAI_REAL_DATA=… PYTHONPATH=tests python -m measured_accuracy"
HEAD = f"""\
# Accuracy (准确度)

*Made by `{COMMAND}`; `tests/integration/accuracy` fails when a number is no longer so.*

How right budget booklets and procurement notices are read, counted cell by cell. A cell is right
when table, side, code, label, measure, unit, printed value and amount in yuan all are. No share is
given of fewer than {ENOUGH} cells.

中文摘要：下列数字逐格统计。一格只有在表、收支方向、科目编码、名称、指标、单位、原文数字和折算金额
全部正确时才算正确；样本不足 {ENOUGH} 格的不写百分比。三本真实的部门预决算由人对照页面图像先行抄录，
抄录在读取程序运行之前提交；另有一个不共用任何代码和程序库的第二读取程序，逐格比对，
每一处不一致都列出并对照页面裁定。虚构文件用来检验真实文件中没有的版式。
"""


def accuracy_page(
    booklets: Sequence[BookletCount],
    made: Sequence[MadeCount],
    mistakes: Sequence[Mistake],
    notices: Sequence[NoticeCount],
    wordings: Sequence[WordingCount],
) -> str:
    """The whole page."""
    parts = [
        HEAD,
        *expected_section(booklets),
        *compared_section(booklets),
        *made_section(made),
        *mistakes_section(mistakes),
        *notices_section(notices),
        *wordings_section(wordings),
    ]
    return "\n".join(parts)


def share(part: int, whole: int) -> str:
    """A percentage, where there is enough of it; it is never rounded up to 100."""
    if whole < ENOUGH:
        return ""
    return f"{part * 10000 // whole / 100:.2f} %"


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


def expected_section(counts: Sequence[BookletCount]) -> list[str]:
    """Released cells beside values that were read by eye."""
    rows = [
        (
            one.booklet,
            one.expected,
            one.expected - len(one.missed),
            share(one.expected - len(one.missed), one.expected),
            one.blanks,
            one.blanks - len(one.filled),
            one.reading.state,
            one.reading.told("critical") + one.reading.told("error"),
            one.reading.told("warning"),
        )
        for one in counts
    ]
    return [
        """\
## Beside values read by eye (对照人工抄录)

`tests/expected/budgets` holds cells that were read off images of the pages, over all tables of
each booklet, before the reader was written; also cells that are blank, which must give no row. The
booklets go through the whole pipeline, with a source file that says nothing of them but where they
are. The last columns count the findings of the run.
""",
        _table(
            (
                "booklet",
                "cells n",
                "right",
                "share",
                "blank cells n",
                "without a row",
                "run",
                "errors",
                "warnings",
            ),
            rows,
        ),
        *(f"Not right: {cell}\n" for one in counts for cell in one.missed),
        *(f"Blank, but with a row: {cell}\n" for one in counts for cell in one.filled),
    ]


def compared_section(counts: Sequence[BookletCount]) -> list[str]:
    """Both readers beside each other."""
    rows = [
        (
            one.booklet,
            one.first,
            one.second,
            one.agreed,
            share(one.agreed, max(one.first, one.second)),
            len(one.differences),
            len(one.differences) - len(one.open),
        )
        for one in counts
    ]
    known = [one for one in settled() if one.booklet in {count.booklet for count in counts}]
    return [
        """\
## Beside a second reader (对照第二读取程序)

`tests/second_extraction` reads every cell again, with PDFium instead of pdfminer and without a
grid: each word asks the ruled lines around it in which box it stands, each number the boxes above
and beside it what it is. It was checked against the same values read by eye before it was compared.
""",
        _table(
            (
                "booklet",
                "cells of the first",
                "of the second",
                "equal",
                "share",
                "disagreements",
                "settled",
            ),
            rows,
        ),
        "Settled by looking at the page (`tests/measured_accuracy/settled.csv`):\n",
        "\n".join(_settlements(known)) + "\n",
    ]


def _settlements(known: Sequence[Settled]) -> list[str]:
    """One line per reason."""
    reasons: dict[tuple[str, int, str, str], int] = {}
    for one in known:
        key = (one.booklet, one.page, one.right, one.reason)
        reasons[key] = reasons.get(key, 0) + 1
    return [
        f"- {booklet}, page {page}, {count} cells, right is the {right}: {reason}."
        for (booklet, page, right, reason), count in reasons.items()
    ]


def made_section(counts: Sequence[MadeCount]) -> list[str]:
    """Made booklets, whose truth is known."""
    rows = [
        (
            one.name,
            one.described,
            one.cells,
            one.first,
            share(one.first, one.cells),
            one.wrong,
            one.reading.state,
            one.second,
        )
        for one in counts
    ]
    cells, right = sum(one.cells for one in counts), sum(one.first for one in counts)
    rows.append(
        (
            "all",
            "",
            cells,
            right,
            share(right, cells),
            sum(one.wrong for one in counts),
            "",
            sum(one.second for one in counts),
        )
    )
    return [
        """\
## Made booklets (虚构文件)

`tests/made_booklets` prints booklets as other counties do; what is printed is known, so that every
cell can be judged. *Wrong* are cells that were released otherwise than printed; what is neither
right nor wrong was held back with a finding.
""",
        _table(
            (
                "booklet",
                "what it is",
                "cells n",
                "right",
                "share",
                "wrong",
                "run",
                "right in the second reader",
            ),
            rows,
        ),
    ]


def mistakes_section(mistakes: Sequence[Mistake]) -> list[str]:
    """Mistakes that the real booklets contain."""
    rows = [
        (one.booklet, one.page, one.told, ", ".join(one.rules) or "not found") for one in mistakes
    ]
    found = sum(bool(one.rules) for one in mistakes)
    return [
        f"""\
## Mistakes of the documents themselves (文件自身的差错)

Whoever read the booklets by eye wrote down where they contradict themselves by more than a
rounding. They are released as printed; {found} of these {len(mistakes)} are told by a rule. No rule
judges areas and other numbers that the tables do not have.
""",
        _table(("booklet", "page", "what the page says", "told by"), rows),
    ]


def notices_section(counts: Sequence[NoticeCount]) -> list[str]:
    """Notices beside what was read by eye."""
    rows = [
        (
            one.wanted,
            one.notices,
            one.settled,
            one.extra,
            one.fields,
            one.right,
            share(one.right, one.fields),
        )
        for one in counts
    ]
    return [
        """\
## Notices of procurement (采购公告)

Of 53 real notices and pages, whose kinds and contents were read by eye
(`tests/expected/procurement`), those that are awards and contracts must be released, and nothing
else.
""",
        _table(
            (
                "kind",
                "rows n",
                "supplier and amount right",
                "rows too many",
                "fields n",
                "right",
                "share",
            ),
            rows,
        ),
        *(
            f"- {each.notice}, `{each.field}`: read “{each.found}”, expected “{each.expected}”"
            for one in counts
            for each in one.differences
        ),
    ]


def wordings_section(counts: Sequence[WordingCount]) -> list[str]:
    """Made notices, whose truth is known."""
    lots, right = sum(one.lots for one in counts), sum(one.right for one in counts)
    rows: list[tuple[object, ...]] = [
        (one.name, one.described, one.lots, one.right, share(one.right, one.lots), len(one.extra))
        for one in counts
    ]
    rows.append(("all", "", lots, right, share(right, lots), sum(len(one.extra) for one in counts)))
    return [
        """
## Made notices (虚构公告)

`tests/made_notices` words awards as several platforms do. A lot is right when its number, supplier,
amount, what the amount stands for, and whether anybody won all are; *wrong* are rows released
otherwise.
""",
        _table(("wording", "what it is", "lots n", "right", "share", "wrong"), rows),
    ]
