"""What the catalogue says of one dataset, in every form, kept until something of it changes.

A catalogue of a thousand datasets must not be worked out anew because one of them has a release:
each dataset's part is made once per version and joined with the others as text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.catalogue.data_json import data_json_entry
from publishing.json_text import json_document, read_document
from publishing.version_index import POINTER, VersionIndex
from schemas.site import Site

FORM_VERSION = 1  # of the parts; a change of what they say makes them all anew


@dataclass(frozen=True, slots=True)
class Fragment:
    """One dataset's part.

    Attributes:
        entry: for ``catalog.json``.
        theme: id of its theme.
        json_ld: the nodes of its graph, as expanded JSON-LD.
        turtle: its graph without prefixes.
        rdf_xml: its graph as elements without a root.
        data_json: its entry of ``data.json``.
        releases: version, time, rows and reason of its newest releases, newest first, for feeds.
    """

    entry: dict[str, Any]
    theme: str
    json_ld: list[Any]
    turtle: str
    rdf_xml: str
    data_json: dict[str, Any]
    releases: list[dict[str, Any]]


FEED_RELEASES = 20


def entry_of(index: VersionIndex, manifest: Mapping[str, Any]) -> dict[str, Any]:
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
        "current": index.current,
        "released_at": manifest["created_at"],
        "rows": manifest["rows"],
        "content_sha256": manifest["content_sha256"],
        "path": f"datasets/{name}/{index.current}/",
        "versions": f"datasets/{name}/{POINTER}",
    }


def fragment_of(site: Site, folder: Path, kept: Path) -> Fragment | None:
    """The part of the dataset in ``folder``; None where it has no release.

    ``kept`` is the folder of parts made earlier. Raises DamagedReleaseError where the pointer or
    the manifest cannot be read.
    """
    index = VersionIndex.read(folder)
    if index.current is None:
        return None
    key = _key(site, index)
    file = kept / f"{folder.name}.json"
    known = _known(file, key)
    if known is not None:
        return known
    made = _made(site, index)
    kept.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_bytes(json_document({"key": key, **_as_json(made)}))
    draft.replace(file)
    return made


def _key(site: Site, index: VersionIndex) -> str:
    """Everything a part depends on: the site's file and the pointer (which holds the hashes of the
    manifests)."""
    said = [FORM_VERSION, site.model_dump(mode="json"), list(index.entries)]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _as_json(fragment: Fragment) -> dict[str, Any]:
    return {name: getattr(fragment, name) for name in Fragment.__dataclass_fields__}


def _known(file: Path, key: str) -> Fragment | None:
    """The part kept in ``file``, where it was made from the same; a cut file is made anew."""
    try:
        read = read_document(file)
        if read["key"] != key:
            return None
        return Fragment(**{name: read[name] for name in Fragment.__dataclass_fields__})
    except (FileNotFoundError, json.JSONDecodeError, KeyError, TypeError):
        return None


def _made(site: Site, index: VersionIndex) -> Fragment:
    from publishing.catalogue.dcat import dataset_graph
    from publishing.catalogue.serializing import nodes_json_ld, rdf_xml_elements, turtle_statements

    manifest = index.manifest(index.current or 0)
    issued = str(index.entries[0]["created_at"])
    graph = dataset_graph(site, manifest, issued)
    newest = sorted(index.entries, key=lambda one: -int(one["version"]))[:FEED_RELEASES]
    return Fragment(
        entry=entry_of(index, manifest),
        theme=manifest["theme"],
        json_ld=nodes_json_ld(graph),
        turtle=turtle_statements(graph),
        rdf_xml=rdf_xml_elements(graph),
        data_json=data_json_entry(site, manifest, issued),
        releases=[
            {name: one[name] for name in ("version", "created_at", "rows", "reason")}
            for one in newest
        ],
    )
