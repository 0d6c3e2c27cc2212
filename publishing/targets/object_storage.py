"""Object storage: the public folder of a dataset, mirrored below an fsspec URL.

Immutable files first, then the pointer (``versions.json``), so that a reader there sees the old or
the new version, whole; at last what is gone is deleted. An *inventory* beside the objects lists all
that was sent, or may have been by an attempt that was killed: so only what is missing is sent, and
nothing withdrawn is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from publishing.release_site import ReleaseSite
from publishing.targets.contract import DeliveryError, Done, PublishedDataset
from publishing.targets.object_store import ObjectStore
from publishing.targets.published_objects import (
    PublicFile,
    catalogue_objects,
    dataset_prefix,
    pointer_objects,
    version_objects,
)
from publishing.targets.secret_values import SecretValues
from schemas.message import Message
from schemas.targets import ObjectStorageTarget

SAVED_AFTER_OBJECTS = 100
SAVED_AFTER_BYTES = 64 << 20
UNKNOWN = ""
"""In place of a hash: an attempt began to send the object."""


def bring_objects(
    target: ObjectStorageTarget,
    published: PublishedDataset,
    secrets: SecretValues,
    *,
    recheck: bool,
) -> Done:
    """Make the folder of a dataset there hold what our own does.

    Returns counts: objects ``sent``, ``copied``, ``deleted``, ``unchanged``, and ``bytes`` sent.
    """
    store = _open(target, published.site, secrets)
    mirror = _Mirror(store, f"datasets/{published.dataset_id}")
    mirror.begin(dataset_prefix(published.dataset_id), recheck=recheck)
    mirror.put(version_objects(published), pointer_objects(published))
    return mirror.done | {"version": published.current}


def holds_objects(
    target: ObjectStorageTarget, published: PublishedDataset, secrets: SecretValues
) -> bool:
    """Whether every object of a dataset is there with its size. The contents are not read."""
    found = _open(target, published.site, secrets).listed(dataset_prefix(published.dataset_id))
    wanted = {**version_objects(published), **pointer_objects(published)}
    return all(found.get(key) == file.facts.bytes for key, file in wanted.items())


def remove_objects(
    target: ObjectStorageTarget, site: ReleaseSite, dataset_id: str, secrets: SecretValues
) -> Done:
    """Take the folder of a dataset away: the pointer first, so that nobody begins to read."""
    store = _open(target, site, secrets)
    mirror = _Mirror(store, f"datasets/{dataset_id}")
    mirror.begin(dataset_prefix(dataset_id), recheck=True)
    mirror.delete_all()
    return mirror.done


def bring_catalogue(
    target: ObjectStorageTarget,
    site: ReleaseSite,
    files: Mapping[str, PublicFile],
    secrets: SecretValues,
    *,
    recheck: bool,
) -> Done:
    """Send the files of the catalogue that changed; all of them with ``recheck``."""
    mirror = _Mirror(_open(target, site, secrets), "catalogue")
    mirror.begin("", recheck=recheck)
    mirror.put({}, files)
    return mirror.done


def catalogue_files(site: ReleaseSite) -> dict[str, PublicFile]:
    """The files of the catalogue as they are now."""
    return catalogue_objects(site) if site.public.is_dir() else {}


def _open(target: ObjectStorageTarget, site: ReleaseSite, secrets: SecretValues) -> ObjectStore:
    store = ObjectStore(target, site.site.id, secrets)
    there = store.local_folder
    ours = [folder.resolve() for folder in (site.public, site.archive, site.objects)]
    if there is not None and any(
        there.resolve().is_relative_to(one) or one.is_relative_to(there.resolve()) for one in ours
    ):
        raise DeliveryError(
            Message(
                "目标目录与站点自己的 public 或 archive 目录重叠。",
                "The target's folder overlaps with the site's own public or archive folder.",
            ),
            where=str(there),
            advice=Message(
                "请在 gongkai.yml 中改用别的目录。", "Name another folder in gongkai.yml."
            ),
        )
    store.sweep()
    return store


@dataclass
class _Mirror:
    """Some objects of a store, being made what they should be."""

    store: ObjectStore
    name: str
    known: dict[str, tuple[str, int]] = field(default_factory=dict)
    done: Done = field(
        default_factory=lambda: dict.fromkeys(
            ("sent", "copied", "deleted", "unchanged", "bytes"), 0
        )
    )
    unsaved_objects: int = 0
    unsaved_bytes: int = 0

    def begin(self, prefix: str, *, recheck: bool) -> None:
        """Learn what is there: from the inventory, or by reading all of it back."""
        document = self.store.document(self._inventory())
        listed = document["objects"] if isinstance(document, dict) else {}
        self.known = {key: (str(sha256), int(size)) for key, (sha256, size) in listed.items()}
        if prefix and (recheck or document is None):
            found = self.store.listed(prefix)
            self.known = {
                key: (self.store.sha256(key), size) for key, size in sorted(found.items())
            }
        elif recheck:  # the catalogue: its files lie among those of others
            self.known = dict.fromkeys(self.known, (UNKNOWN, 0))

    def put(self, immutable: Mapping[str, PublicFile], pointers: Mapping[str, PublicFile]) -> None:
        """Send what is missing or other, then the pointers, then delete what is gone."""
        wanted = {**immutable, **pointers}
        missing = {
            key: file
            for key, file in wanted.items()
            if self.known.get(key) != (file.facts.sha256, file.facts.bytes)
        }
        stale = [key for key in self.known if key not in wanted]
        self.done["unchanged"] = len(wanted) - len(missing)
        if not missing and not stale:
            return
        twins = {
            sha256: key
            for key, (sha256, _size) in self.known.items()
            if key in wanted and key not in missing
        }
        replaced = [key for key in missing if key in self.known]
        for key in missing:
            self.known[key] = (UNKNOWN, 0)
        self._save()
        # what is replaced comes first: it may be there because something was withdrawn
        ordered = [*replaced, *(key for key in missing if key not in set(replaced))]
        for key in [key for key in ordered if key in immutable]:
            self._put(key, missing[key], twins)
        for key in [key for key in pointers if key in missing]:
            self._put(key, missing[key], {})
        for key in stale:
            self._delete(key)
        self._save()

    def delete_all(self) -> None:
        """Delete every object, those nearest to the root first, and the inventory."""
        for key in sorted(self.known, key=lambda key: (key.count("/"), key)):
            self._delete(key)
        self.store.delete(self._inventory())

    def _put(self, key: str, file: PublicFile, twins: dict[str, str]) -> None:
        twin = twins.get(file.facts.sha256)
        if twin is not None:
            self.store.copy(key, twin, file.facts)
            self.done["copied"] += 1
        else:
            self.store.send(key, file)
            self.done["sent"] += 1
            self.done["bytes"] += file.facts.bytes
            self.unsaved_bytes += file.facts.bytes
        twins[file.facts.sha256] = key
        self.known[key] = (file.facts.sha256, file.facts.bytes)
        self.unsaved_objects += 1
        if self.unsaved_objects >= SAVED_AFTER_OBJECTS or self.unsaved_bytes >= SAVED_AFTER_BYTES:
            self._save()

    def _delete(self, key: str) -> None:
        self.done["deleted"] += self.store.delete(key)
        self.known.pop(key, None)

    def _save(self) -> None:
        self.store.send_document(self._inventory(), {"format": 1, "objects": {**self.known}})
        self.unsaved_objects = self.unsaved_bytes = 0

    def _inventory(self) -> str:
        return self.store.inventory_key(self.name)
