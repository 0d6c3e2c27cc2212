"""CKAN: a package per dataset, made, changed and deleted by its action API.

With ``resources: link`` a package changes in one call: who reads it sees one version. With
``upload`` files go one by one, each with its hash and version, and the package says the new version
when all are there. What others have added (groups, extras, resources of their own) stays.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from publishing.release_site import ReleaseSite
from publishing.targets.ckan_client import WITHDRAWN, Ckan
from publishing.targets.ckan_package import (
    DATASET,
    OF_DATASET,
    SITE,
    STATE,
    ResourceFile,
    extras_of,
    merged_extras,
    own_extras,
    owner_mark,
    package,
    package_name,
    resources,
    state_hash,
)
from publishing.targets.contract import DeliveryError, Done, PublishedDataset
from publishing.targets.secret_values import SecretValues
from publishing.targets.webhook import check_plain_http
from schemas.message import Message
from schemas.targets import CkanTarget
from warehouse.durable_files import file_sha256


def bring_package(
    target: CkanTarget,
    published: PublishedDataset,
    secrets: SecretValues,
    now: dt.datetime,
    *,
    recheck: bool,
) -> Done:
    """Make the package of a dataset say what its current version is.

    Returns what was done: ``created`` or ``updated`` packages, ``resources``, files ``uploaded``
    and their ``bytes``, resources ``deleted``, and the ``id`` of the package.
    """
    if published.current is None:
        return remove_package(target, published.site, published.dataset_id, secrets, now)
    check_plain_http(target.url, target.plain_http, now)
    ckan = Ckan(target, secrets)
    try:
        return _bring(ckan, target, published, recheck=recheck)
    finally:
        ckan.close()


def holds_package(
    target: CkanTarget, published: PublishedDataset, secrets: SecretValues, now: dt.datetime
) -> bool:
    """Whether CKAN still shows the package as it was brought, with all of its resources."""
    check_plain_http(target.url, target.plain_http, now)
    files = resources(target, published)
    state = state_hash(target, package(target, published), own_extras(published), files)
    ckan = Ckan(target, secrets)
    try:
        shown = _show(ckan, published.site, published.dataset_id)
    finally:
        ckan.close()
    if shown is None or not _is_up_to_date(shown, state):
        return False
    there = {one["id"] for one in shown.get("resources", ())}
    return all(file.resource["id"] in there for file in files)


def _bring(ckan: Ckan, target: CkanTarget, published: PublishedDataset, *, recheck: bool) -> Done:
    files = resources(target, published)
    told, extras = package(target, published), own_extras(published)
    extras[STATE] = state_hash(target, told, extras, files)
    shown = _show(ckan, published.site, published.dataset_id)
    done: Done = {"created": 0, "updated": 0, "resources": len(files)}
    if shown is not None and not recheck and _is_up_to_date(shown, extras[STATE]):
        return {**done, "id": shown["id"]}
    kept = [one for one in (shown or {}).get("resources", ()) if not _is_ours(one, published)]
    change: dict[str, Any] = {**told, "extras": merged_extras(shown or {}, extras)}
    if target.resources == "link":
        # in one call: the package is never half of one version and half of another
        change["resources"] = [*(file.resource for file in files), *kept]
    else:
        shown = shown or _make_empty(ckan, told, extras, done)
        done |= _upload(ckan, published, shown, files)
    if shown is None:
        made = ckan.call("package_create", **change)
        return {**done, "created": 1, "id": made["id"]}
    ckan.call("package_patch", id=shown["id"], **change)
    return {**done, "updated": 1, "id": shown["id"]}


def _is_up_to_date(shown: dict[str, Any], state: str) -> bool:
    return shown.get("state") == "active" and extras_of(shown).get(STATE) == state


def _make_empty(
    ckan: Ckan, told: dict[str, Any], extras: dict[str, str], done: Done
) -> dict[str, Any]:
    """A package to upload into: without a version and a state, until all is there."""
    known = {key: extras[key] for key in (SITE, DATASET)}
    empty = {**told, "version": "", "extras": merged_extras({}, known)}
    made: dict[str, Any] = ckan.call("package_create", **empty)
    done["created"] = 1
    return made


def _upload(
    ckan: Ckan, published: PublishedDataset, shown: dict[str, Any], files: list[ResourceFile]
) -> Done:
    """Send the files that are not there yet, then take away those that are gone."""
    there = {one["id"]: one for one in shown.get("resources", ())}
    done: Done = {"uploaded": 0, "bytes": 0, "deleted": 0}
    for file in files:
        known = there.get(file.resource["id"])
        same = known is not None and known.get("hash") == file.facts.sha256
        if same and known is not None and known.get("url_type") == "upload":
            continue
        _check_file(file)
        values = {key: str(value) for key, value in file.resource.items() if key != "url"}
        with file.path.open("rb") as stream:
            action = "resource_create" if known is None else "resource_patch"
            ckan.upload(
                action,
                (file.path.name, stream),
                package_id=shown["id"],
                url=file.path.name,
                **values,
            )
        done["uploaded"] += 1
        done["bytes"] += file.facts.bytes
    wanted = {file.resource["id"] for file in files}
    for one in there.values():
        if one["id"] not in wanted and _is_ours(one, published):
            _take_away(ckan, one)
            done["deleted"] += 1
    return done


def _check_file(file: ResourceFile) -> None:
    if file_sha256(file.path) == file.facts.sha256:
        return
    raise DeliveryError(
        Message(
            "公开目录中的文件与清单不符，没有发送。",
            "A file of the public folder is not what its manifest says; it was not sent.",
        ),
        where=str(file.path),
        advice=Message(
            "若正在撤回，稍后会自动重试；否则请从备份恢复 public 目录。",
            "Where a withdrawal is under way it is tried again by itself; else restore the public "
            "folder from its backup.",
        ),
    )


def remove_package(
    target: CkanTarget,
    site: ReleaseSite,
    dataset_id: str,
    secrets: SecretValues,
    now: dt.datetime,
) -> Done:
    """Delete the package of a dataset; uploaded files are overwritten first, since CKAN keeps the
    files of what is deleted."""
    check_plain_http(target.url, target.plain_http, now)
    ckan = Ckan(target, secrets)
    try:
        shown = _find(ckan, site, dataset_id)
        if shown is None or not _is_own(shown, site, dataset_id) or shown["state"] == "deleted":
            return {"deleted": 0}
        mark = owner_mark(site.site, dataset_id)
        for one in shown.get("resources", ()):
            if one.get(OF_DATASET) == mark and one.get("url_type") == "upload":
                _take_away(ckan, one)
        ckan.call("package_delete", id=shown["id"])
        return {"deleted": 1, "id": shown["id"]}
    finally:
        ckan.close()


def _take_away(ckan: Ckan, resource: dict[str, Any]) -> None:
    if resource.get("url_type") == "upload":
        empty = ("withdrawn.txt", io.BytesIO(WITHDRAWN))
        ckan.upload("resource_patch", empty, id=resource["id"], url="withdrawn.txt", hash="")
    ckan.call("resource_delete", id=resource["id"])


def _is_ours(resource: dict[str, Any], published: PublishedDataset) -> bool:
    return bool(resource.get(OF_DATASET) == owner_mark(published.site.site, published.dataset_id))


def _find(ckan: Ckan, site: ReleaseSite, dataset_id: str) -> dict[str, Any] | None:
    """The package of that name, deleted or not; None where there is none."""
    found: dict[str, Any] | None = ckan.find("package_show", id=package_name(site.site, dataset_id))
    return found


def _is_own(shown: dict[str, Any], site: ReleaseSite, dataset_id: str) -> bool:
    extras = extras_of(shown)
    return (extras.get(SITE), extras.get(DATASET)) == (site.site.id, dataset_id)


def _show(ckan: Ckan, site: ReleaseSite, dataset_id: str) -> dict[str, Any] | None:
    """The package of a dataset, deleted or not; None where there is none.

    Raises DeliveryError where the name belongs to somebody else's package.
    """
    shown = _find(ckan, site, dataset_id)
    if shown is None or _is_own(shown, site, dataset_id):
        return shown
    name = package_name(site.site, dataset_id)
    raise DeliveryError(
        Message(
            f"CKAN 中已有名为 {name} 的数据集，且不是本站点建立的，未作改动。",
            f"CKAN has a package {name} that this site did not make; it was left alone.",
        ),
        where=name,
        advice=Message(
            "请在 CKAN 中给它改名或删除，然后运行 gongkai deliver --retry。",
            "Rename or purge it in CKAN, then run gongkai deliver --retry.",
        ),
    )
