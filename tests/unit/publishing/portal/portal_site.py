"""A site that has everything a page can show: for tests that look at all pages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from publishing_office import NOW, Office, make_dataset, open_site, parcel

from publishing.facts import RunFacts, SourceFacts
from publishing.last_checks import record_checks
from schemas.dataset import Dataset
from schemas.finding import Finding, Severity
from schemas.message import Message
from schemas.run import RunState

PUBLISHER = {
    "name": {"zh": "清水县人民政府", "en": "Government of Qingshui County"},
    "division_code": "620521",
    "homepage": "https://county.example/",
    "contact": "data@county.example",
}


def parcels() -> Dataset:
    """A dataset whose file uses what a dataset file can say."""
    dataset = make_dataset()
    fields = [field.model_dump(exclude_defaults=True) for field in dataset.fields]
    fields[1] |= {
        "constraints": {"minimum": 0, "maximum": 1000000, "severity": "warning"},
        "unit": "CNY",
        "description": {"zh": "成交价格", "en": "Price that was paid"},
        "deprecated": {
            "since": "2026-04-01",
            "removed_after": "2026-12-31",
            "replaced_by": "floors",
            "reason": {"zh": "含义不清。", "en": "Its meaning is not clear."},
        },
    }
    fields.append(
        {
            "name": "supply_method",
            "type": "string",
            "title": {"zh": "供地方式", "en": "Supply method"},
            "code_list": "land_supply_method",
            "constraints": {"required": True, "severity": "warning", "max_length": 20},
        }
    )
    fields.append(
        {
            "name": "holder",
            "type": "string",
            "title": {"zh": "使用权人", "en": "Holder"},
            "privacy": "free_text",
        }
    )
    return make_dataset(
        fields=fields,
        description={
            "zh": "每一宗已供应的国有建设用地：位置、面积和成交价格。",
            "en": "Every parcel of state-owned construction land supplied: place, area, price.",
        },
        legal_basis=[
            {
                "title": "中华人民共和国土地管理法实施条例",
                "article": "第一条",
                "in_force_from": "2021-09-01",
            },
            {"title": "旧办法", "in_force_from": "2001-01-01", "in_force_to": "2021-08-31"},
        ],
        deadline={
            "days": 10,
            "kind": "working_days",
            "after": {"zh": "成交", "en": "the sale"},
            "legal_basis": "第39号令",
        },
        known_limitations=[{"zh": "姓名已脱敏。", "en": "Names are masked."}],
        deprecated={
            "since": "2026-04-01",
            "removed_after": "2027-12-31",
            "replaced_by": "registrations",
            "reason": {"zh": "由登记数据取代。", "en": "Registrations take its place."},
        },
    )


def registrations() -> Dataset:
    """A dataset in partitions, of another theme and owner, under a licence of the publisher."""
    return make_dataset(
        id="registrations",
        title={"zh": "不动产登记", "en": "Registrations"},
        theme="registers",
        owner={"zh": "登记中心", "en": "Registration centre"},
        update_frequency="irregular",
        partition={"field": "signed_on", "by": "year"},
        licence={"name": "县数据许可", "path": "https://county.example/licence"},
        charts=[
            {
                "id": "prices",
                "title": {"zh": "各年价格", "en": "Prices by year"},
                "description": {"zh": "登记的价格。", "en": "Prices that were registered."},
                "kind": "bar",
                "x": {"field": "signed_on", "by": "year"},
                "y": {"take": "sum", "fields": ["price_cny"]},
            }
        ],
    )


def lay_out_site(folder: Path) -> Office:
    """The site with two datasets, one of which has three versions."""
    site = open_site(folder, publisher=PUBLISHER)
    office = Office(folder, parcels(), site)
    method = {"supply_method": "挂牌出让", "holder": "某某有限公司 <甲>"}
    rows = [parcel(str(number), **method) for number in range(1, 15)]
    office.accept(rows)
    office.release(facts=facts(office))
    office.accept([*rows[1:], parcel("20", None, **method)])
    office.release(facts=facts(office), reason="季度更正")
    office.accept([*rows[1:], parcel("20", "7.00", **method), parcel("21", **method)])
    office.release(facts=facts(office))
    checked = NOW + dt.timedelta(days=1)
    record_checks(site, "parcels", [("bureau", RunState.FAILED)], checked)
    office.dataset = registrations()
    office.accept([parcel("1"), parcel("2", signed_on=dt.date(2025, 3, 1))])
    office.release()
    return office


def facts(office: Office) -> RunFacts:
    """Findings of every degree."""
    warning = Finding(
        "LND-02",
        Severity.WARNING,
        Message("供地方式是划拨，却有价格", "The land was allocated, yet it has a price"),
        Message("", ""),
        source="bureau",
        row_key="1",
    )
    source = SourceFacts(
        f"run{office.runs}",
        RunState.RELEASED,
        rows_held=2,
        findings={("LND-02", "warning"): 1, ("CAST-01", "error"): 2},
    )
    words = {"CAST-01": Message("“…”不是数字。", "… is not a number.")}
    return RunFacts(sources={"bureau": source}, warnings=(warning,), words=words, now=NOW)
