"""A withdrawn value leaves the fields that were computed from it when a version was made."""

from __future__ import annotations

from pathlib import Path

from delivery_office import desk
from public_bytes import places_of
from publishing_office import make_dataset, parcel

from flows.withdrawal.carrying_out import withdraw
from schemas.message import Message

PRICE, IN_WORDS = "987654.32", "98.77万元"


def test_fields_that_the_dataset_has_no_more_are_emptied_too(tmp_path: Path) -> None:
    fields = tuple(one.model_dump() for one in make_dataset().fields)
    told = {"name": "price_text", "type": "string", "title": {"zh": "价款", "en": "Price"}}
    computed = {"by": "scaled", "inputs": ("price_cny",)}
    with desk(tmp_path) as site:
        site.set_dataset(fields=(*fields, {**told, "computed": computed}))
        site.publish([parcel("a", PRICE, price_text=IN_WORDS), parcel("b")])
        site.set_dataset(fields=fields)
        site.publish([parcel("a", PRICE), parcel("b")])
        assert places_of(site.folder, IN_WORDS) != []
        reason = Message("涉及商业秘密", "a business secret")
        withdraw(site.opened, "parcels", ["number=a"], ["price_cny"], reason=reason)
        assert places_of(site.folder, IN_WORDS, PRICE) == []
        assert site.office.reader.scan(1).collect().height == 2
