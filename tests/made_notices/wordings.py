"""The wordings: each gives the page of a notice and what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape

from made_notices.model import Inventor, MadeNotice, TrueAward

Wording = Callable[[Inventor, int], MadeNotice]


def page(title: str, body: Sequence[str]) -> str:
    """A page of a platform: navigation, title, day, text."""
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{escape(title)}</title></head>"
        "<body><div class='nav'>首页 &gt; 政府采购 &gt; 中标（成交）公告</div>"
        f"<h2>{escape(title)}</h2><p>发布时间：2026-03-1{len(title) % 9} 09:30</p>"
        f"<div class='content'>{''.join(body)}</div>"
        "<div>版权所有：某市公共资源交易中心</div></body></html>"
    )


def lines(*texts: str) -> list[str]:
    """Paragraphs."""
    return [f"<p>{escape(text)}</p>" for text in texts]


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table without header cells."""
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table border='1'>{body}</table>"


def _head(number: int) -> tuple[str, list[str]]:
    name = f"云川县第{number}号设备采购项目"
    return name, lines(f"一、项目编号：YCZC2026-{number:04}", f"二、项目名称：{name}")


def _tail() -> list[str]:
    return lines(
        "四、主要标的信息",
        "名称：设备；规格型号：见采购文件；数量：1批；单价：见附件",
        "五、评审专家名单：赵甲乙、钱丙丁、孙戊己",
        "六、代理服务收费标准及金额：按合同约定，0.8万元",
        "七、公告期限：自本公告发布之日起1个工作日",
        "九、凡对本次公告内容提出询问，请按以下方式联系。",
        "1.采购人信息 名称：云川县卫生健康局 地址：云川县 联系方式：0938-7150000",
        "2.采购代理机构信息 名称：示川招标代理有限公司 地址：示川市",
    )


def statutory_table(inventor: Inventor, number: int) -> MadeNotice:
    """A table with the heads of the statutory form; amounts with thousands and 元 in brackets."""
    name, head = _head(number)
    firm, amount = inventor.firm(), inventor.amount()
    rows = [
        ("供应商名称", "供应商地址", "中标（成交）金额"),
        (firm, "云川县东街1号", f"{amount:,.2f}（元）"),
    ]
    body = [*head, *lines("三、中标（成交）信息"), table(rows), *_tail()]
    return _notice(f"{name}中标（成交）结果公告", number, body, [("", firm, amount)])


def running_text(inventor: Inventor, number: int) -> MadeNotice:
    """Labels and values in running text; the amount in 万元 with a sign."""
    name, head = _head(number)
    firm, amount = inventor.firm(), inventor.amount()
    body = [
        *head,
        *lines(
            "三、中标（成交）信息",
            f"供应商名称：{firm}",
            "供应商地址：云川县西街2号",
            f"中标（成交）金额：￥{amount / 10000:.6f} 万元",
        ),
        *_tail(),
    ]
    return _notice(f"{name}成交公告", number, body, [("", firm, amount)])


def lots_in_a_table(inventor: Inventor, number: int) -> MadeNotice:
    """Several lots in one table; amounts worded 报价:…(元)."""
    name, head = _head(number)
    awards = [(str(lot), inventor.firm(), inventor.amount()) for lot in (1, 2, 3)]
    rows = [("标项", "标项名称", "供应商名称", "供应商地址", "中标（成交）金额(元)")]
    rows += [
        (lot, f"第{lot}标项", firm, "云川县", f"报价:{amount:.2f}(元)")
        for lot, firm, amount in awards
    ]
    body = [*head, *lines("三、采购结果"), table(rows), *_tail()]
    return _notice(f"{name}中标结果公告", number, body, awards)


def lots_in_text(inventor: Inventor, number: int) -> MadeNotice:
    """Lots below each other in running text; nobody won the last one."""
    name, head = _head(number)
    awards = [(str(lot), inventor.firm(), inventor.amount()) for lot in (1, 2)]
    body = [*head, *lines("三、中标（成交）信息")]
    for lot, firm, amount in awards:
        body += lines(
            f"包号：{lot}",
            f"供应商名称：{firm}",
            "供应商地址：云川县",
            f"中标（成交）金额：{amount}元",
        )
    body += [*lines("包号：3", "废标，理由：有效供应商不足三家"), *_tail()]
    return _notice(
        f"{name}中标（成交）结果公告", number, body, [*awards, ("3", "", None)], failed="3"
    )


def words_and_figures(inventor: Inventor, number: int) -> MadeNotice:
    """成交供应商 and 成交价 as labels; the amount without a blank before 元."""
    name, head = _head(number)
    firm, amount = inventor.firm(), inventor.amount()
    body = [
        *head,
        *lines(
            "三、采购方式：竞争性磋商",
            "四、成交信息",
            f"成交供应商：{firm}",
            "地址：拟泉区南路9号",
            f"成交价：人民币{amount:,.2f}元",
        ),
        *_tail()[2:],
    ]
    return _notice(f"{name}竞争性磋商成交公告", number, body, [("", firm, amount)])


def per_year(inventor: Inventor, number: int) -> MadeNotice:
    """An amount a year is no total."""
    name, head = _head(number)
    firm, amount = inventor.firm(), inventor.amount()
    body = [
        *head,
        *lines(
            "三、中标（成交）信息",
            f"供应商名称：{firm}",
            "供应商地址：云川县",
            f"中标（成交）金额：{amount:.2f}元/年",
        ),
        *_tail(),
    ]
    return _notice(f"{name}中标公告", number, body, [("", firm, None)], basis="per_year")


def discount(inventor: Inventor, number: int) -> MadeNotice:
    """A discount is no amount."""
    name, head = _head(number)
    firm = inventor.firm()
    rows = [("供应商名称", "供应商地址", "中标（成交）金额"), (firm, "云川县", "下浮率：12.50%")]
    body = [*head, *lines("三、中标（成交）信息"), table(rows), *_tail()]
    return _notice(f"{name}中标（成交）结果公告", number, body, [("", firm, None)], basis="rate")


def losers_beside(inventor: Inventor, number: int) -> MadeNotice:
    """The prices and marks of those who did not win stand below the winner."""
    name, head = _head(number)
    firm, amount = inventor.firm(), inventor.amount()
    losers = [(inventor.firm(), inventor.amount()) for _ in range(3)]
    rows = [("中标供应商名称", "中标供应商联系地址", "中标金额（万元）")]
    rows.append((firm, "例丰县", f"{amount / 10000:.6f}"))
    marks = [("供应商名称", "报价（元）", "综合得分", "排名")]
    marks += [(firm, f"{amount}", "92.10", "1")]
    marks += [(one, f"{price}", "80.00", str(at)) for at, (one, price) in enumerate(losers, 2)]
    body = [
        *head,
        *lines("三、中标信息"),
        table(rows),
        *lines("各供应商评审情况"),
        table(marks),
        *_tail(),
    ]
    return _notice(f"{name}公开招标中标公告", number, body, [("", firm, amount)])


def labels_in_a_table(inventor: Inventor, number: int) -> MadeNotice:
    """Labels left, values right in a table; the amount in capital numerals and in figures."""
    name, _ = _head(number)
    firm, amount = inventor.firm(), Decimal(1_230_000)
    rows = [
        ("项目编号", f"YCZC2026-{number:04}"),
        ("项目名称", name),
        ("采购人", "云川县卫生健康局"),
        ("中标供应商", firm),
        ("中标金额", f"大写：人民币壹佰贰拾叁万元整 小写：￥{amount:,.2f}元"),
        ("中标日期", "2026年3月9日"),
    ]
    return _notice(f"{name}中标结果公告", number, [table(rows)], [("", firm, amount)])


def several_suppliers(inventor: Inventor, number: int) -> MadeNotice:
    """A framework with three suppliers for one thing, each with its amount."""
    name, head = _head(number)
    awards = [("", inventor.firm(), inventor.amount()) for _ in range(3)]
    rows = [("序号", "供应商名称", "供应商地址", "中标（成交）金额（元）")]
    for at, (_, firm, amount) in enumerate(awards, 1):
        rows.append((str(at), firm, "云川县", f"{amount:,.2f}"))
    body = [*head, *lines("三、中标（成交）信息"), table(rows), *_tail()]
    return _notice(f"{name}入围供应商中标（成交）结果公告", number, body, awards)


def merged_lots(inventor: Inventor, number: int) -> MadeNotice:
    """The number of a lot stands once, merged over the rows of its suppliers."""
    name, head = _head(number)
    awards = [(lot, inventor.firm(), inventor.amount()) for lot in ("1", "1", "2")]
    cells = [f"<td>{firm}</td><td>{amount:.2f}</td>" for _, firm, amount in awards]
    rows = (
        "<tr><th>包号</th><th>中标供应商名称</th><th>中标金额（元）</th></tr>"
        f"<tr><td rowspan='2'>1</td>{cells[0]}</tr><tr>{cells[1]}</tr><tr><td>2</td>{cells[2]}</tr>"
    )
    body = [*head, *lines("三、中标信息"), f"<table>{rows}</table>", *_tail()]
    return _notice(f"{name}中标公告", number, body, awards)


def two_units(inventor: Inventor, number: int) -> MadeNotice:
    """The same amount in a box above in 万元 and in the text in 元."""
    name, head = _head(number)
    firm, amount = inventor.firm(), inventor.amount()
    box = table([("采购项目名称", name), ("总中标金额", f"￥{amount / 10000:.6f} 万元（人民币）")])
    body = [
        box,
        *head,
        *lines(
            "三、中标（成交）信息",
            f"供应商名称：{firm}",
            f"中标（成交）金额：{amount:,.2f}元",
        ),
        *_tail(),
    ]
    return _notice(f"{name}中标公告", number, body, [("", firm, amount)])


def _notice(
    title: str,
    number: int,
    body: Sequence[str],
    awards: Sequence[tuple[str, str, Decimal | None]],
    *,
    basis: str = "total",
    failed: str = "",
) -> MadeNotice:
    file = f"t20260310_{number:04}.html"
    truth = tuple(
        TrueAward(file, lot, "", None, "", "unsuccessful")
        if lot and lot == failed
        else TrueAward(file, lot, supplier, amount, basis)
        for lot, supplier, amount in awards
    )
    return MadeNotice(file, page(title, body), truth)


WORDINGS: tuple[Wording, ...] = (
    statutory_table,
    running_text,
    lots_in_a_table,
    lots_in_text,
    words_and_figures,
    per_year,
    discount,
    losers_beside,
    labels_in_a_table,
    several_suppliers,
    merged_lots,
    two_units,
)


def make_notices(each: int) -> list[MadeNotice]:
    """This many notices of each wording."""
    inventor = Inventor(20260310)
    return [
        wording(inventor, number * len(WORDINGS) + at)
        for number in range(each)
        for at, wording in enumerate(WORDINGS, 1)
    ]
