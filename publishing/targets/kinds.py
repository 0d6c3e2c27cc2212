"""The module that serves each kind of target; loaded only where a site has one."""

from __future__ import annotations

import datetime as dt
from typing import assert_never

from publishing.release_site import ReleaseSite
from publishing.targets.contract import Done, PublishedDataset
from publishing.targets.secret_values import SecretValues
from schemas.targets import CkanTarget, ObjectStorageTarget, SqlTarget

StateTarget = CkanTarget | ObjectStorageTarget | SqlTarget
"""Targets that are brought to a state; the others are told events."""


def bring(
    target: StateTarget,
    published: PublishedDataset,
    secrets: SecretValues,
    now: dt.datetime,
    *,
    recheck: bool = False,
) -> Done:
    """Make the target hold what is published of a dataset; a dataset all of whose versions were
    withdrawn leaves it.

    Repeating it changes nothing, and a broken-off one is gone on with. ``recheck``: trust nothing
    that was noted of earlier deliveries.

    Raises:
        DeliveryError: it did not succeed; the target holds the old state or part of the new one,
            as its module says, and readers of it see no half.
    """
    match target:
        case ObjectStorageTarget():
            from publishing.targets.object_storage import bring_objects

            return bring_objects(target, published, secrets, recheck=recheck)
        case SqlTarget():
            from publishing.targets.sql_database import bring_table

            return bring_table(target, published, secrets, now, recheck=recheck)
        case CkanTarget():
            from publishing.targets.ckan import bring_package

            return bring_package(target, published, secrets, now, recheck=recheck)
        case _:
            assert_never(target)


def holds(
    target: StateTarget, published: PublishedDataset, secrets: SecretValues, now: dt.datetime
) -> bool:
    """Whether the target still has what was brought, as far as a quick look tells: that it is
    there, not what it contains.

    Raises DeliveryError where the target does not let look.
    """
    match target:
        case ObjectStorageTarget():
            from publishing.targets.object_storage import holds_objects

            return holds_objects(target, published, secrets)
        case SqlTarget():
            from publishing.targets.sql_database import holds_table

            return holds_table(target, published, secrets)
        case CkanTarget():
            from publishing.targets.ckan import holds_package

            return holds_package(target, published, secrets, now)
        case _:
            assert_never(target)


def remove(
    target: StateTarget,
    site: ReleaseSite,
    dataset_id: str,
    secrets: SecretValues,
    now: dt.datetime,
) -> Done:
    """Take a dataset away from the target that is no longer published or no longer meant for it.

    Raises DeliveryError as :func:`bring`.
    """
    match target:
        case ObjectStorageTarget():
            from publishing.targets.object_storage import remove_objects

            return remove_objects(target, site, dataset_id, secrets)
        case SqlTarget():
            from publishing.targets.sql_database import remove_table

            return remove_table(target, site, dataset_id, secrets)
        case CkanTarget():
            from publishing.targets.ckan import remove_package

            return remove_package(target, site, dataset_id, secrets, now)
        case _:
            assert_never(target)
