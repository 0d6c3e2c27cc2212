"""What the catalogue says of each dataset, in every form, kept until something of it changes.

A catalogue of a thousand datasets must not be worked out anew because one of them has a release:
each dataset's part is made once per version. What is short stands in one register; the texts of
the graphs stand in a file each, named by dataset and form, and are joined as bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.catalogue.data_json import data_json_entry
from publishing.json_text import read_document
from publishing.version_index import POINTER, DamagedReleaseError, VersionIndex
from publishing.withdrawal.announced import Announced
from schemas.site import Site

FORM_VERSION = 4  # of the parts; a change of what they say makes them all anew
REGISTER = "register.json"
TEXTS = ("ttl", "rdf", "jsonld")
FEED_RELEASES = 20


@dataclass(frozen=True, slots=True)
class Fragment:
    """One dataset's part.

    Attributes:
        key: names everything it was made from.
        entry: for ``catalog.json``.
        data_json: for ``data.json``.
        releases: version, time, rows and reason of its newest releases, newest first, for feeds.
    """

    key: str
    entry: dict[str, Any]
    data_json: dict[str, Any]
    releases: list[dict[str, Any]]


class Fragments:
    """The parts of all datasets, and the folder in which they are kept."""

    def __init__(self, site: Site, kept: Path) -> None:
        self._site = site
        self._kept = kept
        self._said = json.dumps(
            [FORM_VERSION, site.model_dump(mode="json")], ensure_ascii=False, sort_keys=True
        )
        self.parts: dict[str, Fragment] = {}

    def bring_up_to_date(self, public: Path) -> None:
        """Make the parts of datasets whose pointer changed; forget those that are gone.

        A dataset whose files are damaged keeps the part it had: its trouble, which its own run
        tells, keeps no other from being listed.
        """
        known = self._read_register()
        for pointer in sorted(public.glob(f"datasets/*/{POINTER}")):
            name = pointer.parent.name
            try:
                part = self._part(pointer, known.get(name))
            except DamagedReleaseError:
                part = known.get(name)
            if part is not None:
                self.parts[name] = part
        if self.parts != known:
            self._write_register()
            self._forget(known.keys() - self.parts.keys())

    def texts(self, form: str) -> Iterator[bytes]:
        """The texts of one form, dataset by dataset."""
        for name in self.parts:
            yield (self._kept / f"{name}.{form}").read_bytes()

    def digest(self, withdrawals: Sequence[Announced] = ()) -> str:
        """Names the state by all that it is made of."""
        keys = [self._said, *(part.key for part in self.parts.values())]
        keys += [json.dumps([one.dataset, one.notice], sort_keys=True) for one in withdrawals]
        return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]

    def _part(self, pointer: Path, known: Fragment | None) -> Fragment | None:
        key = hashlib.sha256(self._said.encode() + pointer.read_bytes()).hexdigest()
        if known is not None and known.key == key and self._has_texts(pointer.parent.name):
            return known
        index = VersionIndex.read(pointer.parent)
        return None if index.current is None else self._made(index, key)

    def _has_texts(self, name: str) -> bool:
        return all((self._kept / f"{name}.{form}").is_file() for form in TEXTS)

    def _made(self, index: VersionIndex, key: str) -> Fragment:
        from publishing.catalogue.dcat import dataset_statements
        from publishing.catalogue.serializing import SERIALIZERS

        manifest = index.manifest(index.current or 0)
        issued = str(index.entries[0]["created_at"])
        said = dataset_statements(self._site, manifest, issued)
        self._kept.mkdir(parents=True, exist_ok=True)
        for form in TEXTS:
            self._write(f"{index.folder.name}.{form}", SERIALIZERS[form](said).encode())
        newest = sorted(index.available, key=lambda one: -int(one["version"]))[:FEED_RELEASES]
        return Fragment(
            key=key,
            entry=_entry(index, manifest),
            data_json=data_json_entry(self._site, manifest, issued),
            releases=[
                {name: one[name] for name in ("version", "created_at", "rows", "reason")}
                for one in newest
            ],
        )

    def _read_register(self) -> dict[str, Fragment]:
        """What is kept; a register that was cut is made anew."""
        try:
            read = read_document(self._kept / REGISTER)
            return {name: Fragment(**part) for name, part in read.items()}
        except (FileNotFoundError, ValueError, TypeError, AttributeError):
            return {}

    def _write_register(self) -> None:
        self._kept.mkdir(parents=True, exist_ok=True)
        parts = {
            name: {field: getattr(part, field) for field in Fragment.__dataclass_fields__}
            for name, part in self.parts.items()
        }
        self._write(REGISTER, json.dumps(parts, ensure_ascii=False).encode())

    def _write(self, name: str, content: bytes) -> None:
        draft = self._kept / f"{name}.new"
        draft.write_bytes(content)
        draft.replace(self._kept / name)

    def _forget(self, names: set[str]) -> None:
        for name in names:
            for form in TEXTS:
                (self._kept / f"{name}.{form}").unlink(missing_ok=True)


def _entry(index: VersionIndex, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of ``catalog.json``."""
    name = index.folder.name
    return {
        "id": manifest["dataset"],
        "title": manifest["title"],
        "description": manifest["description"],
        "theme": manifest["theme"],
        "owner": manifest["owner"],
        "licence": manifest["licence"],
        "update_frequency": manifest["update_frequency"],
        "temporal": manifest.get("temporal"),
        "deprecated": manifest.get("deprecated"),
        "deprecated_fields": manifest.get("deprecated_fields", {}),
        "current": index.current,
        "released_at": manifest["created_at"],
        "rows": manifest["rows"],
        "content_sha256": manifest["content_sha256"],
        "path": f"datasets/{name}/{index.current}/",
        "versions": f"datasets/{name}/{POINTER}",
    }
