"""What the portal reads of the public folder."""

from __future__ import annotations

import datetime as dt

from publishing_office import NOW, Office, parcel

from publishing.facts import RunFacts
from publishing.portal.published import Published
from publishing.version_forms import read_dataset_file


def test_versions_are_found_by_number_and_by_day(office: Office) -> None:
    office.accept([parcel("1", "1.00")])
    office.release()
    published = Published(office.release_site.site, office.release_site.public)
    first = published.version("parcels")
    assert first is not None
    assert (first.number, first.is_current) == (1, True)
    office.accept([parcel("1", "2.00")])
    office.release(facts=RunFacts(now=NOW + dt.timedelta(days=2)))
    second = published.version("parcels")
    assert second is not None
    assert (second.number, second.manifest["version"]) == (2, 2)
    assert published.version("parcels", 1) is not None
    day = NOW.date()
    early = published.version_on("parcels", day + dt.timedelta(days=1))
    assert early is not None
    assert early.number == 1
    assert published.version_on("parcels", day - dt.timedelta(days=1)) is None
    assert published.version("parcels", 3) is None
    assert published.version("../parcels") is None
    assert published.version("no\0name") is None


def test_a_version_keeps_its_dataset_file(office: Office) -> None:
    office.accept([parcel("1", "1.00")])
    office.release()
    folder = office.release_site.dataset_folder("parcels") / "1"
    assert read_dataset_file(folder) == office.dataset
