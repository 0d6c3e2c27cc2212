"""Notices of government procurement behind a list page: awards, contracts, a complaint, others.

The forms follow 财办库〔2020〕50号: sections by headings, lots in tables or in running text.
"""

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
from examples.qingshui.department_files.land_parcels import chinese_date

AWARD_SOURCE = "procurement_award_notices"
CONTRACT_SOURCE = "procurement_contract_notices"
COMPLAINT_SOURCE = "procurement_complaint_notices"
FOLDER = "zfcg"
AGENCY = "天水示川招标代理有限公司"
AGENCY_PHONE = "0938-7150000"


@dataclass(frozen=True, slots=True)
class Supply:
    """One procured thing, from award to contract. Money in 元."""

    number: str
    name: str
    purchaser: str
    method: str
    supplier: str
    supplier_code: str
    amount: Decimal
    awarded: dt.date

    @property
    def published(self) -> dt.date:
        """Two days after the award (政府采购法实施条例 art. 43)."""
        return self.awarded + dt.timedelta(days=1)

    @property
    def signed(self) -> dt.date:
        """Within thirty days of the award (政府采购法 art. 46)."""
        return self.awarded + dt.timedelta(days=12)


_WANTED = (
    ("县医院彩色超声诊断仪采购项目", "清水县人民医院", "公开招标", "医疗器械", (180, 260)),
    ("2026年中小学课桌椅采购项目", "清水县教育局", "竞争性磋商", "家具", (60, 95)),
    ("永清镇农村生活垃圾清运服务", "清水县永清镇人民政府", "公开招标", "环保", (120, 180)),
    ("政务云租赁服务", "清水县大数据中心", "竞争性谈判", "信息技术", (45, 70)),
    ("县图书馆图书采购", "清水县文体广电和旅游局", "询价", "图书", (18, 30)),
)


def invent_supplies() -> list[Supply]:
    """The procured things of the winter, right in every respect."""
    rng = random.Random("清水县政府采购")  # noqa: S311 - made data, no secret
    supplies = []
    for serial, (name, purchaser, method, trade, bounds) in enumerate(_WANTED, start=1):
        supplies.append(
            Supply(
                number=f"QSZC2026-{serial:03d}",
                name=name,
                purchaser=purchaser,
                method=method,
                supplier=names.firm_name(rng, trade),
                supplier_code=names.credit_code(rng),
                amount=Decimal(rng.randint(bounds[0] * 10000, bounds[1] * 10000)),
                awarded=dt.date(2026, 1, 13) + dt.timedelta(days=6 * serial),
            )
        )
    return supplies


_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<div class="top">清水县公共资源交易中心 &gt; 政府采购（演示站点，内容均系虚构）</div>
<h1>{title}</h1>
<div class="info">发布时间：{published} &nbsp; 来源：清水县公共资源交易中心</div>
<div class="content">
{content}
</div>
<div class="foot">主办：清水县人民政府办公室（演示）</div>
</body>
</html>
"""


def _page(title: str, published: dt.date, content: Sequence[str]) -> str:
    return _PAGE.format(
        title=escape(title), published=published.isoformat(), content="\n".join(content)
    )


def _lines(*texts: str) -> list[str]:
    return [f"<p>{escape(text)}</p>" for text in texts]


def _table(rows: Sequence[Sequence[str]]) -> str:
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f'<table border="1"><tbody>\n{body}\n</tbody></table>'


def _contacts(supply: Supply, mobile: str = "") -> list[str]:
    person = f"，手机：{mobile}" if mobile else ""
    return _lines(
        "九、凡对本次公告内容提出询问，请按以下方式联系",
        f"1.采购人信息 名称：{supply.purchaser} 地址：清水县永清镇 联系方式：0938-7151111",
        f"2.采购代理机构信息 名称：{AGENCY} 地址：天水市秦州区 联系方式：{AGENCY_PHONE}{person}",
    )


def award_page(
    supply: Supply, *, box_amount: str = "", supplier: str = "", mobile: str = ""
) -> str:
    """An award with one supplier: a table of suppliers, and the usual sections."""
    rows = [
        ("供应商名称", "供应商地址", "统一社会信用代码", "中标（成交）金额"),
        (
            supplier or supply.supplier,
            "甘肃省天水市",
            supply.supplier_code,
            f"{supply.amount}.00元",
        ),
    ]
    content = []
    if box_amount:
        content.append(
            _table([("采购项目名称", supply.name), ("总中标金额", f"￥{box_amount} 万元")])
        )
    content += [
        *_lines(
            f"一、项目编号：{supply.number}",
            f"二、项目名称：{supply.name}",
            f"采购方式：{supply.method}",
            "三、中标（成交）信息",
        ),
        _table(rows),
        *_lines(
            f"成交日期：{chinese_date(supply.awarded)}",
            "四、主要标的信息：详见采购文件。",
            "五、评审专家（单一来源采购人员）名单：",
            "、".join(names.PEOPLE[:3]),
            "六、代理服务收费标准及金额：按合同约定收取。",
            "七、公告期限：自本公告发布之日起1个工作日。",
            "八、其他补充事宜：无。",
        ),
        *_contacts(supply, mobile),
    ]
    return _page(f"{supply.name}中标（成交）结果公告", supply.published, content)


def lots_page(supply: Supply, firms: Sequence[tuple[str, str, Decimal]]) -> str:
    """An award of several lots in running text; the last lot found no supplier."""
    content = _lines(
        f"一、项目编号：{supply.number}",
        f"二、项目名称：{supply.name}",
        f"采购方式：{supply.method}",
        "三、中标（成交）信息",
    )
    for number, (firm, code, amount) in enumerate(firms, start=1):
        content += _lines(
            f"标包{number}：第{number}标段",
            f"供应商名称：{firm}",
            "供应商地址：甘肃省天水市清水县",
            f"统一社会信用代码：{code}",
            f"中标（成交）金额：{amount / 10000:.4f}万元",
        )
    content += [
        *_lines(
            f"标包{len(firms) + 1}：废标，理由：有效投标人不足三家。",
            f"定标日期：{chinese_date(supply.awarded)}",
            "四、主要标的信息：服务期一年。",
            "五、评审专家（单一来源采购人员）名单：",
            "、".join(names.PEOPLE[1:4]),
            "七、公告期限：自本公告发布之日起1个工作日。",
        ),
        *_contacts(supply),
    ]
    return _page(f"{supply.name}中标结果公告", supply.published, content)


def contract_page(supply: Supply, amount: str) -> str:
    """A contract as a table of labels and values."""
    rows = [
        ("合同编号", f"{supply.number}-HT01"),
        ("合同名称", f"{supply.name}合同"),
        ("项目编号", supply.number),
        ("项目名称", supply.name),
        ("采购人（甲方）", supply.purchaser),
        ("供应商（乙方）", supply.supplier),
        ("合同金额", amount),
        ("合同签订日期", supply.signed.isoformat()),
        ("合同公告日期", (supply.signed + dt.timedelta(days=1)).isoformat()),
    ]
    title = f"{supply.name}政府采购合同公告"
    return _page(title, supply.signed + dt.timedelta(days=1), [_table(rows)])


def complaint_page(supply: Supply) -> str:
    """The decision on a complaint."""
    day = supply.published + dt.timedelta(days=35)
    content = _lines(
        f"一、项目编号：{supply.number}",
        f"二、项目名称：{supply.name}",
        "三、相关当事人",
        "投诉人：天水示丰商贸有限公司",
        f"被投诉人：{supply.purchaser}、{AGENCY}",
        "四、基本情况",
        "投诉事项：中标供应商的业绩证明材料不真实。",
        "五、处理依据及结果",
        "经查，投诉事项缺乏事实依据，根据《政府采购质疑和投诉办法》第二十九条第（二）项，驳回投诉。",
        f"处理日期：{chinese_date(day)}",
    )
    return _page(f"{supply.name}投诉处理结果公告", day + dt.timedelta(days=1), content)


def _other_pages(supply: Supply) -> dict[str, tuple[str, dt.date, str]]:
    """Notices that are no awards: name -> title, day, page."""
    said = {
        "gg_901.html": (f"{supply.name}公开招标公告", "项目概况：潜在投标人应获取招标文件。"),
        "gg_902.html": (f"{supply.name}更正公告", "更正事项：开标时间延期。"),
        "gg_903.html": (
            f"{supply.name}中标候选人公示",
            f"第一中标候选人：{supply.supplier}，投标报价：{supply.amount}.00元。",
        ),
        "gg_904.html": (f"{supply.name}终止公告", "终止原因：采购任务取消。"),
    }
    day = supply.awarded - dt.timedelta(days=3)
    return {
        name: (title, day, _page(title, day, _lines(f"项目编号：{supply.number}", text)))
        for name, (title, text) in said.items()
    }


def _list_page(links: Sequence[tuple[str, str, dt.date]]) -> str:
    items = "\n".join(
        f'<li><span class="date">{day.isoformat()}</span>'
        f'<a href="{href}" target="_blank">{escape(title)}</a></li>'
        for href, title, day in links
    )
    content = f'<ul class="list">\n{items}\n</ul>\n<p>共 <b class="total">{len(links)}</b> 条</p>'
    return _page("政府采购", dt.date(2026, 4, 1), [content])


def make_pages() -> tuple[dict[str, str], list[PlantedFault]]:
    """All pages by file name, and what was planted in them."""
    rng = random.Random("清水县政府采购标包")  # noqa: S311 - made data, no secret
    hospital, desks, refuse, cloud, books = invent_supplies()
    half = refuse.amount / 2
    firms = [
        (names.firm_name(rng, "环境服务"), names.credit_code(rng), half),
        (names.firm_name(rng, "保洁"), names.credit_code(rng), half - 20000),
    ]
    other_box = f"{(hospital.amount + 90000) / 10000:.6f}"
    pages = {
        "zb_001.html": (hospital, award_page(hospital, box_amount=other_box)),
        "zb_002.html": (desks, award_page(desks, mobile=names.UNASSIGNED_MOBILE)),
        "zb_003.html": (refuse, lots_page(refuse, firms)),
        "zb_004.html": (cloud, award_page(cloud)),
        "zb_005.html": (books, award_page(books, supplier=names.PEOPLE[4])),
        "ht_001.html": (hospital, contract_page(hospital, f"{hospital.amount}.00元")),
        "ht_002.html": (cloud, contract_page(cloud, "0元 人民币")),
        "ts_001.html": (desks, complaint_page(desks)),
    }
    files = {name: page for name, (_, page) in pages.items()}
    links = [
        (name, page.partition("<h1>")[2].partition("</h1>")[0], supply.published)
        for name, (supply, page) in pages.items()
    ]
    faults = [
        planted("two_amounts", AWARD_SOURCE, "zb_001.html", "table 2 row 2 cell 4"),
        planted("supplier_person", AWARD_SOURCE, "zb_005.html", "table 1 row 2 cell 1"),
        planted("contract_of_nothing", CONTRACT_SOURCE, "ht_002.html", "table 1 row 7 cell 2"),
    ]
    for name, (title, day, page) in _other_pages(refuse).items():
        files[name] = page
        links.append((name, title, day))
        faults.append(planted("no_award", AWARD_SOURCE, name))
    links.sort(key=lambda link: (link[2], link[0]), reverse=True)
    files["index.html"] = _list_page(links)
    return files, faults


def write_pages(folder: Path) -> list[PlantedFault]:
    """Write the pages below the server's folder and return what was planted in them."""
    files, faults = make_pages()
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (target / name).write_text(text, encoding="utf-8")
    return faults
