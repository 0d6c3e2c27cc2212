"""Forms beside the tables in which a dataset may be published too (``portable_forms``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum


class OcdsStage(StrEnum):
    """The stage of a contracting process that a dataset tells of (OCDS 1.1)."""

    PLANNING = "planning"  # 采购意向
    AWARD = "award"  # 中标、成交结果
    CONTRACT = "contract"  # 合同公告
    COMPLAINT = "complaint"  # 投诉处理结果


_TOLD_BY: Mapping[OcdsStage, frozenset[str]] = {
    OcdsStage.PLANNING: frozenset(
        {"purchaser_name", "project_name", "budget_cny", "expected_month", "notice_url",
         "published_on", "description"}
    ),
    OcdsStage.AWARD: frozenset(
        {"notice_id", "lot_ordinal", "supplier_ordinal", "project_number", "project_name",
         "lot_number", "lot_name", "procurement_method", "procurement_method_published",
         "purchaser_name", "purchaser_code", "agency_name", "agency_code", "supplier_name",
         "supplier_code", "supplier_kind", "supplier_address", "award_status", "failure_reason",
         "amount_cny", "value_published", "unit_published", "budget_cny", "ceiling_price_cny",
         "tender_notice_on", "awarded_on", "published_at", "notice_title", "notice_url"}
    ),
    OcdsStage.CONTRACT: frozenset(
        {"notice_id", "contract_ordinal", "contract_number", "contract_name", "project_number",
         "project_name", "lot_number", "procurement_method", "procurement_method_published",
         "purchaser_name", "purchaser_code", "supplier_name", "supplier_code", "supplier_kind",
         "supplier_address", "amount_cny", "value_published", "unit_published", "signed_on",
         "performance_from", "performance_to", "published_at", "notice_title", "notice_url"}
    ),
    OcdsStage.COMPLAINT: frozenset(
        {"notice_id", "complaint_ordinal", "project_number", "project_name", "purchaser_name",
         "published_at", "notice_title", "notice_url"}
    ),
}  # fmt: skip


def ocds_stage(columns: Collection[str]) -> OcdsStage | None:
    """The stage that a dataset with these columns can tell of; None where it has none of them."""
    given = frozenset(columns)
    return next((stage for stage, needed in _TOLD_BY.items() if needed <= given), None)
