"""What a notice says of one supplier in one lot, as it is collected."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.casting.organization_name import normalized_name
from schemas.documents.notice.lot import NO_LOT, Lot
from schemas.documents.notice.stated_amount import StatedAmount


@dataclass(slots=True)
class Win:
    """A supplier's award, or a lot without one.

    Attributes:
        supplier, supplier_place: name as published; empty for an unsuccessful lot.
        code, code_place, address, address_place: of the supplier.
        amounts: all that is stated for it.
        failed, reason, reason_place: the lot had no award, and why.
        is_unclear: it stands in a table whose cells could not be told apart.
        several: names that share one amount without being a consortium.
    """

    lot: Lot = NO_LOT
    supplier: str = ""
    supplier_place: str = ""
    code: str = ""
    code_place: str = ""
    address: str = ""
    address_place: str = ""
    amounts: list[StatedAmount] = field(default_factory=list)
    failed: bool = False
    reason: str = ""
    reason_place: str = ""
    is_unclear: bool = False
    several: bool = False
    serial: str = ""

    def is_empty(self) -> bool:
        """Whether nothing at all has been collected."""
        return not (self.supplier or self.amounts or self.failed or self.code)

    def same_supplier(self, other: Win) -> bool:
        """Whether both name the same supplier, print variants aside."""
        return bool(self.supplier) and normalized_name(self.supplier) == normalized_name(
            other.supplier
        )

    def same_lot(self, other: Win) -> bool:
        """Whether both may speak of the same lot: one names none, or both the same."""
        if not self.lot or not other.lot:
            return True
        if self.lot.number and other.lot.number:
            return self.lot.number == other.lot.number
        if self.lot.name and other.lot.name:
            return normalized_name(self.lot.name) == normalized_name(other.lot.name)
        return True

    def absorb(self, other: Win) -> None:
        """Add what another statement of the same award says beside."""
        self.code, self.code_place = (
            (self.code or other.code),
            (self.code_place or other.code_place),
        )
        self.address = self.address or other.address
        self.address_place = self.address_place or other.address_place
        self.lot = Lot(
            self.lot.number or other.lot.number,
            self.lot.name or other.lot.name,
            self.lot.place or other.lot.place,
        )
        self.reason = self.reason or other.reason
        self.reason_place = self.reason_place or other.reason_place
        self.amounts += other.amounts
