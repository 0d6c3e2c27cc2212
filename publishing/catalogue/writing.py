"""The catalogue's files, derived from the pointers of all datasets and switched together.

All files of one state lie in a folder named after their content, ``public/catalogue/<digest>/``;
``public/catalogue/current`` is a link to the newest, replaced in one step, and ``catalog.json``
and its companions in ``public`` are links through it. So a reader who takes several of them never
waits for one to be written, and each is whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import filelock

from publishing.catalogue.data_json import data_json_document
from publishing.catalogue.feed import feed_document
from publishing.catalogue.fragments import Fragments
from publishing.catalogue.sitemap import (
    ROBOTS,
    SITEMAP,
    robots_document,
    sitemap_documents,
)
from publishing.json_text import lined_document
from publishing.release_site import ReleaseSite
from publishing.withdrawal.announced import Announced, announced_withdrawals
from schemas.site import Site
from warehouse.durable_files import sync_file, sync_folder, temporary_name

CATALOGUE = "catalog.json"
CATALOGUE_FILES = (
    CATALOGUE,
    "catalog.jsonld",
    "catalog.ttl",
    "catalog.rdf",
    "data.json",
    "feed.xml",
    SITEMAP,
    ROBOTS,
)
"""Of every state; some sites have ``services.*`` and ``sitemap-<n>.xml`` besides."""
FOLDER = "catalogue"
CURRENT = "current"
LINK = "catalogue-link"  # of drafts in the staging folder
FRAGMENTS = "catalogue"  # below the archive: parts made earlier
KEPT_STATES = 2  # the newest, and the one before it for readers who are still at it


def write_catalogue(site: ReleaseSite, kept_states: int = KEPT_STATES) -> None:
    """Derive the catalogue from all pointers and switch to it where it differs.

    After a withdrawal one state is kept only: the one before may tell of what went.

    Under a lock: two datasets released at once must not overwrite each other's entry.
    """
    locks = site.archive / "locks"  # never cleaned up: a lock whose file goes keeps nobody out
    locks.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(locks / "catalogue.lock"):
        site.staging.mkdir(parents=True, exist_ok=True)
        _sweep(site)
        fragments = Fragments(site.site, site.archive / FRAGMENTS)
        fragments.bring_up_to_date(site.public)
        withdrawals = announced_withdrawals(site.public)
        digest = fragments.digest(withdrawals)
        state = site.public / FOLDER / digest
        if not state.is_dir():
            _put_in_place(site, _documents(site.site, fragments, withdrawals), state)
        _point(site, state)
        _forget_old(site.public / FOLDER, digest, kept_states)


def _documents(
    site: Site, fragments: Fragments, withdrawals: Sequence[Announced]
) -> dict[str, bytes]:
    from publishing.catalogue.dcat import catalogue_statements
    from publishing.catalogue.serializing import (
        SERIALIZERS,
        json_ld_document,
        json_ld_nodes,
        rdf_xml_document,
        turtle_document,
        turtle_statements,
    )
    from publishing.catalogue.services import SERVICES, service_statements

    parts = list(fragments.parts.values())
    entries = [part.entry for part in parts]
    names = [entry["id"] for entry in entries]
    now = max((part.entry["released_at"] for part in parts), default="1970-01-01T00:00:00+00:00")
    head = catalogue_statements(site, entries, now)

    def pieces(form: str) -> Iterator[bytes]:
        yield SERIALIZERS[form](head).encode()
        yield from fragments.texts(form)

    index = {
        "site": site.id,
        "publisher": site.publisher.name.model_dump(),
        "base_url": site.base_url,
    }
    releases = [(part.entry, release) for part in parts for release in part.releases]
    services = service_statements(site, names)
    offered = {
        f"{SERVICES}.ttl": turtle_document([turtle_statements(services).encode()]),
        f"{SERVICES}.jsonld": json_ld_document([json_ld_nodes(services).encode()]),
    }
    return {
        CATALOGUE: lined_document(index, "datasets", entries),
        "catalog.jsonld": json_ld_document(pieces("jsonld")),
        "catalog.ttl": turtle_document(pieces("ttl")),
        "catalog.rdf": rdf_xml_document(pieces("rdf")),
        "data.json": data_json_document(site, (part.data_json for part in parts)),
        "feed.xml": feed_document(site, releases, withdrawals),
        **(offered if site.query_api else {}),
        **sitemap_documents(site, entries),
        ROBOTS: robots_document(site),
    }


def _put_in_place(site: ReleaseSite, documents: Mapping[str, bytes], state: Path) -> None:
    """Write a state out of sight and rename its folder into place."""
    draft = temporary_name(site.staging / FOLDER)
    draft.mkdir()
    try:
        for name, content in documents.items():
            (draft / name).write_bytes(content)
            sync_file(draft / name)
        sync_folder(draft)
        state.parent.mkdir(parents=True, exist_ok=True)
        draft.rename(state)
        sync_folder(state.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _point(site: ReleaseSite, state: Path) -> None:
    """Switch to a state; make the links to its files where they are not there, and take away
    those to files that it has no longer."""
    _link(site, site.public / FOLDER / CURRENT, state.name)
    names = {path.name for path in state.iterdir()}
    for name in names:
        _link(site, site.public / name, f"{FOLDER}/{CURRENT}/{name}")
    for link in site.public.iterdir():
        if link.name not in names and _is_ours(link):
            link.unlink()


def _is_ours(link: Path) -> bool:
    """Whether a path is a link to a file of the catalogue."""
    return link.is_symlink() and link.readlink().parts[:2] == (FOLDER, CURRENT)


def _link(site: ReleaseSite, link: Path, target: str) -> None:
    if link.is_symlink() and link.readlink() == Path(target):
        return
    if link.is_dir() and not link.is_symlink():  # copied by a program that follows links
        shutil.rmtree(link)
    draft = temporary_name(site.staging / LINK)
    draft.symlink_to(target)
    draft.replace(link)
    sync_folder(link.parent)


def _forget_old(folder: Path, digest: str, kept: int) -> None:
    """Remove all states but the newest."""
    states = [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    states.sort(key=lambda path: (path.name == digest, path.stat().st_mtime_ns), reverse=True)
    for state in states[kept:]:
        shutil.rmtree(state, ignore_errors=True)


def _sweep(site: ReleaseSite) -> None:
    """Remove what a killed process left in the staging folder."""
    for name in (FOLDER, LINK):
        for leftover in site.staging.glob(f".{name}.*"):
            if leftover.is_dir() and not leftover.is_symlink():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)
