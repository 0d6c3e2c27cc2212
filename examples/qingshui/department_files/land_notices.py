"""Notices of the county's land market: list pages, transfer notices, results of transfers."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path

from examples.qingshui.department_files import names
from examples.qingshui.department_files.faults import PlantedFault, planted
from examples.qingshui.department_files.land_parcels import SOLD, LandUse, chinese_date

NOTICE_SOURCE = "land_transfer_notices"
RESULT_SOURCE = "land_transfer_results"
FOLDER = "tdsc"
PARCELS = 14
PARCELS_PER_RESULT = 3
LINKS_PER_PAGE = 10
TOO_LONG = 90  # years


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel from its notice to its result. Area in ㎡, money in 万元."""

    number: str
    location: str
    square_metres: Decimal
    use: LandUse
    starting: Decimal
    deposit: Decimal
    step: Decimal
    price: Decimal
    winner: str
    notice_number: str
    published: dt.date
    auction: dt.date


def invent_parcels(rng: random.Random) -> list[Parcel]:
    """The parcels of one year, right in every respect."""
    parcels = []
    for serial in range(1, PARCELS + 1):
        use = rng.choice(SOLD)
        _, town = rng.choice(names.TOWNS)
        area = Decimal(rng.randint(80000, 4200000)).scaleb(-2)
        starting = (use.price[0] * area / 10000).quantize(Decimal("0.01"))
        step = max(Decimal(1), (starting / 100).quantize(Decimal(1)))
        group = (serial - 1) // PARCELS_PER_RESULT
        published = dt.date(2025, 2, 10) + dt.timedelta(days=57 * group)
        parcels.append(
            Parcel(
                number=f"QS2025-{serial:03d}",
                location=f"{names.COUNTY_NAME}{town}{rng.choice('东西南北')}环路{rng.choice('东西南北')}侧",
                square_metres=area,
                use=use,
                starting=starting,
                deposit=(starting / 5).quantize(Decimal(1)),
                step=step,
                price=starting + step * rng.randint(0, 12),
                winner=names.firm_name(rng, use.trade),
                notice_number=f"清自然资告字〔2025〕{serial}号",
                published=published,
                auction=published + dt.timedelta(days=31),
            )
        )
    return parcels


_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<div class="top">清水县自然资源局 &gt; 政务公开 &gt; 土地市场（演示站点，内容均系虚构）</div>
<h1>{title}</h1>
<div class="info">发布时间：{published} &nbsp; 来源：清水县自然资源局</div>
<div class="content">
{content}
</div>
<div class="foot">主办：清水县人民政府办公室（演示）</div>
</body>
</html>
"""


def _page(title: str, published: str, content: str) -> str:
    return _PAGE.format(title=escape(title), published=published, content=content)


def _label_row(pairs: Sequence[tuple[str, str]]) -> str:
    cells = "".join(f"<td>{label}：</td><td>&nbsp;{escape(value)}</td>" for label, value in pairs)
    return f"<tr>{cells}</tr>"


def _split_number(amount: Decimal) -> str:
    """The editor program of the site puts spans into the middle of numbers."""
    text = str(amount)
    return f"{text[:1]}<span>{text[1:2]}</span>{text[2:]}" if len(text) > 2 else text


def notice_page(parcel: Parcel, term: int) -> str:
    """One transfer notice: a table of labels and values, three pairs a row."""
    ratio = parcel.use.plot_ratio or ("", "")
    begins = f"{chinese_date(parcel.auction - dt.timedelta(days=10))}09时00分"
    ends = f"{chinese_date(parcel.auction)}16时00分"
    rows = (
        _label_row(
            [
                ("公告编号", parcel.notice_number),
                ("宗地编号", parcel.number),
                ("宗地面积", f"{parcel.square_metres}平方米"),
            ]
        ),
        _label_row(
            [
                ("宗地坐落", parcel.location),
                ("土地用途", parcel.use.name),
                ("出让年限", f"{term}年"),
            ]
        ),
        _label_row(
            [
                ("容积率", f"{ratio[0]}≤容积率≤{ratio[1]}"),
                ("建筑密度(%)", "≤45"),
                ("绿化率(%)", "≥20"),
            ]
        ),
        f"<tr><td>供应方式：</td><td>&nbsp;{parcel.use.method}</td>"
        f"<td>起始价：</td><td>&nbsp;{_split_number(parcel.starting)}万元</td>"
        f"<td>保证金：</td><td>&nbsp;{_split_number(parcel.deposit)}万元</td></tr>",
        _label_row(
            [("加价幅度", f"{parcel.step}万元"), ("挂牌开始时间", begins), ("挂牌截止时间", ends)]
        ),
        f'<tr><td>发布日期：</td><td colspan="5">&nbsp;{chinese_date(parcel.published)}</td></tr>',
        '<tr><td>备注：</td><td colspan="5">&nbsp;其他土地使用条件以规划条件书为准。</td></tr>',
    )
    table = '<table width="100%" border="1"><tbody>\n' + "\n".join(rows) + "\n</tbody></table>"
    title = f"{parcel.notice_number} 国有建设用地使用权出让公告"
    return _page(title, parcel.published.isoformat(), table)


_RESULT_HEAD = (
    "地块编号",
    "地块位置",
    "土地面积(公顷)",
    "土地用途",
    "出让方式",
    "出让年限(年)",
    "成交价(万元)",
    "受让单位",
    "公示日期",
    "公示编号",
)


def result_number(serial: int) -> str:
    """Number of the publicity of some results."""
    return f"清自然资示字〔2025〕{serial}号"


def result_page(serial: int, parcels: Sequence[Parcel], winners: dict[str, str]) -> str:
    """One publicity of results: one row a parcel, number and day spanning all of them."""
    day = max(parcel.auction for parcel in parcels) + dt.timedelta(days=5)
    span = f' rowspan="{len(parcels)}"'
    head = "".join(f"<th>{name}</th>" for name in _RESULT_HEAD)
    rows = [f"<tr>{head}</tr>"]
    for at, parcel in enumerate(parcels):
        middle = (
            parcel.number,
            parcel.location,
            f"{parcel.square_metres / 10000:.4f}",
            parcel.use.name,
            parcel.use.method,
            str(parcel.use.term),
            str(parcel.price),
            winners.get(parcel.number, parcel.winner),
        )
        cells = "".join(f"<td>\n\t{escape(value)}\n</td>" for value in middle)
        shared = (
            f"<td{span}>{chinese_date(day)}</td><td{span}>{result_number(serial)}</td>"
            if at == 0
            else ""
        )
        rows.append(f"<tr>{cells}{shared}</tr>")
    rows.append(
        '<tr><td>土地使用条件：</td><td colspan="9">详见《建设用地规划条件书》</td></tr>'
        "<tr><td>备注：</td></tr>"
    )
    table = '<table border="1" cellpadding="4"><tbody>\n' + "\n".join(rows) + "\n</tbody></table>"
    title = f"{result_number(serial)} 国有建设用地使用权出让结果公示"
    return _page(title, day.isoformat(), table)


def _list_pages(links: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    pages = [links[at : at + LINKS_PER_PAGE] for at in range(0, len(links), LINKS_PER_PAGE)]
    files = {}
    for number, page in enumerate(pages, start=1):
        items = "\n".join(
            f'<li><span class="date">{day}</span>'
            f'<a href="{href}" target="_blank">{escape(title)}</a></li>'
            for href, title, day in page
        )
        following = (
            f'<a class="next" href="index_{number + 1}.html">下一页</a>'
            if number < len(pages)
            else '<span class="next">下一页</span>'
        )
        content = (
            f'<ul class="list">\n{items}\n</ul>\n<div class="pages">共 '
            f'<b class="total">{len(links)}</b> 条 第 {number}/{len(pages)} 页 {following}</div>'
        )
        name = "index.html" if number == 1 else f"index_{number}.html"
        files[name] = _page("土地市场", "2025-12-31", content)
    return files


def make_pages() -> tuple[dict[str, str], list[PlantedFault]]:
    """All pages by file name, and what was planted in them."""
    rng = random.Random("清水县土地市场公告")  # noqa: S311 - made data, no secret
    parcels = invent_parcels(rng)
    files: dict[str, str] = {}
    links: list[tuple[str, str, str]] = []
    faults: list[PlantedFault] = []
    long_term = parcels[5]
    for at, parcel in enumerate(parcels, start=1):
        name = f"crgg_{at:03d}.html"
        term = TOO_LONG if parcel is long_term else parcel.use.term or 0
        files[name] = notice_page(parcel, term)
        title = f"{parcel.notice_number} 国有建设用地使用权出让公告"
        links.append((name, title, parcel.published.isoformat()))
        if parcel is long_term:
            faults.append(planted("term_beyond_law", NOTICE_SOURCE, name, "table 1 row 2 cell 6"))
    personal = parcels[7]
    winners = {personal.number: names.PEOPLE[5]}
    for at in range(0, len(parcels) - 2, PARCELS_PER_RESULT):
        serial = at // PARCELS_PER_RESULT + 1
        sold = parcels[at : at + PARCELS_PER_RESULT]
        name = f"jggs_{serial:03d}.html"
        files[name] = result_page(serial, sold, winners)
        day = max(parcel.auction for parcel in sold) + dt.timedelta(days=5)
        title = f"{result_number(serial)} 国有建设用地使用权出让结果公示"
        links.append((name, title, day.isoformat()))
        if personal in sold:
            place = f"table 1 row {sold.index(personal) + 2} cell 8"
            faults.append(planted("winner_person", RESULT_SOURCE, name, place))
        place = f"table 1 row {len(sold) + 2}"
        faults.append(planted("conditions_and_remarks", RESULT_SOURCE, name, place))
    links.sort(key=lambda link: link[2], reverse=True)
    files.update(_list_pages(links))
    return files, faults


def write_pages(folder: Path) -> list[PlantedFault]:
    """Write the pages below the server's folder and return what was planted in them."""
    files, faults = make_pages()
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (target / name).write_text(text, encoding="utf-8")
    return faults
