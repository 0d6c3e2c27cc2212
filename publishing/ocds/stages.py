"""Rows of one notice as one OCDS release: planning, award, contract and complaint.

Paths: facts 3.3. The closed code lists are those of tag 1__1__5 of the standard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from publishing.ocds.parties import Parties
from publishing.ocds.values import (
    Row,
    amount,
    end_of_day,
    moment,
    short_hash,
    without_nothing,
    written_alike,
)
from schemas.portable_forms import OcdsStage

Content = dict[str, Any]
BUYER = ("buyer", "procuringEntity")
_METHODS = {"GKZB": "open", "YQZB": "selective", "DYLY": "direct", "KJXY": "selective"}
_INVITED = frozenset({"JZTP", "JZCS", "XJ"})
"""Negotiation, consultation and quotation: open where a notice invited everybody, else limited."""


def _document(row: Row, kind: str, zone: ZoneInfo) -> list[Content]:
    if not row.get("notice_url"):
        return []
    published = row.get("published_at") or row.get("published_on")
    return [
        without_nothing(
            {
                "id": f"{kind}-{short_hash(row['notice_url'])}",
                "documentType": kind,
                "title": row.get("notice_title"),
                "url": row["notice_url"],
                "datePublished": moment(published, zone),
                "language": "zh",
            }
        )
    ]


def _method(row: Row) -> str | None:
    code = row.get("procurement_method") or ""
    if code in _INVITED:
        return "open" if row.get("tender_notice_on") else "limited"
    return _METHODS.get(code)


def _tender(row: Row, buyer: Content | None) -> Content:
    return without_nothing(
        {
            "id": row["project_number"],
            "title": row.get("project_name"),
            "procurementMethod": _method(row),
            "procurementMethodDetails": row.get("procurement_method_published")
            or row.get("procurement_method"),
            "procuringEntity": buyer,
            "value": amount(row.get("ceiling_price_cny")),
        }
    )


def award_id(row: Row, lot: object) -> str:
    """The same in the award's and in the contract's notice: the lot, and whose award it is."""
    supplier = row.get("supplier_name")
    return f"{lot}-{short_hash(supplier)}" if supplier else f"{lot}-unsuccessful"


def _price_as_published(row: Row) -> str | None:
    if row.get("amount_cny") is not None or not row.get("value_published"):
        return None
    return f"{row['value_published']} {row.get('unit_published') or ''}".strip()


def planning(rows: Sequence[Row], parties: Parties, zone: ZoneInfo) -> Content:
    """采购意向: the budget and what is needed, before there is a project number."""
    row = rows[0]
    buyer = parties.reference(row, "purchaser", BUYER)
    budget = without_nothing({"project": row["project_name"], "amount": amount(row["budget_cny"])})
    plan = {
        "rationale": row.get("description"),
        "budget": budget,
        "documents": _document(row, "procurementPlan", zone),
    }
    return {"tag": ["planning"], "buyer": buyer, "planning": without_nothing(plan)}


def award(rows: Sequence[Row], parties: Parties, zone: ZoneInfo) -> Content:
    """中标、成交结果: one award per lot and supplier; an unsuccessful lot has no value."""
    first = rows[0]
    buyer = parties.reference(first, "purchaser", BUYER)
    parties.reference(first, "agency", ("procuringEntity",))
    budget = amount(first["budget_cny"])
    return {
        "tag": ["award"],
        "buyer": buyer,
        "planning": {"budget": {"amount": budget}} if budget else None,
        "tender": _tender(first, buyer),
        "awards": _told_apart([_award(row, parties, zone) for row in rows]),
    }


def _told_apart(items: list[Content]) -> list[Content]:
    """Two things of one release under one id get their ordinal behind it: 1-ab, 1-ab-2."""
    seen: dict[str, int] = {}
    for item in items:
        seen[item["id"]] = seen.get(item["id"], 0) + 1
        if seen[item["id"]] > 1:
            item["id"] = f"{item['id']}-{seen[item['id']]}"
    return items


def _award(row: Row, parties: Parties, zone: ZoneInfo) -> Content:
    lot = row["lot_number"] or row["lot_ordinal"]
    is_active = row["award_status"] == "active"
    place = f"{row['notice_id']} {row['lot_ordinal']} {row['supplier_ordinal']}"
    supplier = parties.reference(row, "supplier", ("supplier",), place)
    return without_nothing(
        {
            "id": award_id(row, written_alike(str(lot))),
            "title": row["lot_name"] or row["project_name"],
            "description": row["failure_reason"] or _price_as_published(row),
            "status": row["award_status"],
            "date": moment(row["awarded_on"] or row["published_at"], zone),
            "value": amount(row["amount_cny"]) if is_active else None,
            "suppliers": [supplier] if supplier else [],
            "documents": _document(row, "awardNotice", zone),
        }
    )


def contract(rows: Sequence[Row], parties: Parties, zone: ZoneInfo) -> Content:
    """合同公告: contracts, and the awards they belong to by their ids."""
    first = rows[0]
    buyer = parties.reference(first, "purchaser", BUYER)
    awards: dict[str, Content] = {}
    contracts = []
    for row in rows:
        place = f"{row['notice_id']} {row['contract_ordinal']}"
        supplier = parties.reference(row, "supplier", ("supplier",), place)
        lot = written_alike(str(row["lot_number"] or 1))
        identifier = award_id(row, lot)
        awards.setdefault(
            identifier,
            without_nothing({"id": identifier, "suppliers": [supplier] if supplier else []}),
        )
        contracts.append(_contract(row, identifier, zone))
    return {
        "tag": ["contract"],
        "buyer": buyer,
        "tender": _tender(first, buyer),
        "awards": list(awards.values()),
        "contracts": _told_apart(contracts),
    }


def _contract(row: Row, award: str, zone: ZoneInfo) -> Content:
    period = {
        "startDate": moment(row["performance_from"], zone),
        "endDate": end_of_day(row["performance_to"], zone),
    }
    return without_nothing(
        {
            "id": row["contract_number"] or f"{row['notice_id']}-{row['contract_ordinal']}",
            "awardID": award,
            "title": row["contract_name"],
            "description": _price_as_published(row),
            "dateSigned": moment(row["signed_on"], zone),
            "value": amount(row["amount_cny"]),
            "period": without_nothing(period),
            "documents": _document(row, "contractNotice", zone),
        }
    )


def complaint(rows: Sequence[Row], parties: Parties, zone: ZoneInfo) -> Content:
    """投诉处理结果: a document of the tender; the facts stay in the table."""
    row = rows[0]
    buyer = parties.reference(row, "purchaser", BUYER)
    tender = {
        "id": row["project_number"],
        "title": row["project_name"],
        "documents": _document(row, "complaints", zone),
    }
    return {"tag": ["tenderUpdate"], "buyer": buyer, "tender": without_nothing(tender)}


STAGES: Mapping[OcdsStage, Callable[[Sequence[Row], Parties, ZoneInfo], Content]] = {
    OcdsStage.PLANNING: planning,
    OcdsStage.AWARD: award,
    OcdsStage.CONTRACT: contract,
    OcdsStage.COMPLAINT: complaint,
}
