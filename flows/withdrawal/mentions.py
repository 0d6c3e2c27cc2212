"""Where other datasets speak of a row that is to be withdrawn: findings of rules that compare."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from flows.opened_site import OpenedSite
from publishing.repair import datasets_on_disk
from publishing.version_index import DamagedReleaseError
from publishing.withdrawal.accounted_files import FINDINGS
from warehouse.withdrawn_rows import is_telling


def mentions(
    opened: OpenedSite, passed_over: Collection[str], keys: Iterable[str]
) -> dict[str, tuple[int, ...]]:
    """Dataset -> versions whose published findings name one of the keys.

    They may as well speak of a row of their own with the same key: a person has to look.
    """
    wanted = [key.encode() for key in keys if is_telling(key)]
    found = {}
    for name in datasets_on_disk(opened.release_site) if wanted else ():
        versions = () if name in passed_over else _versions_naming(opened, name, wanted)
        if versions:
            found[name] = versions
    return found


def _versions_naming(opened: OpenedSite, dataset_id: str, keys: Sequence[bytes]) -> tuple[int, ...]:
    reader = opened.reader(dataset_id)
    found = []
    try:
        for version in reader.versions():
            file = reader.version_folder(version) / FINDINGS
            told = file.read_bytes() if file.is_file() else b""
            if any(key in told for key in keys):
                found.append(version)
    except DamagedReleaseError:  # its own run tells; it must not keep a row from being withdrawn
        return ()
    return tuple(found)
