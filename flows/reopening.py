"""Putting a site right when it is opened: what a killed run left half done."""

from __future__ import annotations

import datetime as dt
import shutil

from flows.dataset_lock import DatasetBusyError, dataset_lock
from publishing.catalogue import write_catalogue
from publishing.release_site import ReleaseSite
from publishing.repair import datasets_on_disk, repair_dataset
from publishing.sweeping import sweep_objects
from publishing.version_index import DamagedReleaseError
from publishing.withdrawal.accounted_files import UnaccountedFileError, VersionTooOldError
from schemas.message import Message
from schemas.run import RunState
from warehouse.batch_objects import BatchObjects
from warehouse.batch_spool import spool_folder
from warehouse.runs import RunRecord

LONGEST_RUN = dt.timedelta(days=2)
"""Objects of batches are swept only when they are older than any run at work can be."""

NOT_ACCEPTED = Message(
    "运行被中断（进程被终止或断电），没有采用任何数据。请重新运行。",
    "The run was interrupted (killed, or the power failed) and accepted nothing. Run it again.",
)
NOT_RELEASED = Message(
    "运行在采用数据之后、发布之前被中断；下次运行会把它发布。",
    "The run was interrupted after its batch was accepted and before the release; the next run "
    "will release it.",
)


def put_right(site: ReleaseSite) -> list[str]:
    """Repair every dataset on which no run is at work now. Returns what was done.

    A dataset whose lock is held is left alone: its staging folder belongs to that run. One whose
    files are damaged is told of by its own run, and keeps no other from being opened.
    """
    done: list[str] = []
    was_killed = bool(site.warehouse.runs.unfinished())
    unfinished = {run.dataset for run in site.warehouse.runs.unfinished()}
    for dataset_id in sorted({*datasets_on_disk(site), *unfinished}):
        try:
            with dataset_lock(site.archive, dataset_id, wait=0):
                done += put_dataset_right(site, dataset_id)
        except (DatasetBusyError, DamagedReleaseError, UnaccountedFileError, VersionTooOldError):
            continue
    if was_killed:
        done += sweep_objects(site) + _sweep_batches(site)
    if (site.public / "datasets").is_dir():
        write_catalogue(site)
    return done


def _sweep_batches(site: ReleaseSite) -> list[str]:
    """Remove what killed runs wrote for batches that were never accepted."""
    before = dt.datetime.now(dt.UTC) - LONGEST_RUN
    gone = BatchObjects(site.archive).sweep(site.warehouse.batches.objects(), before=before)
    return [f"removed the batch object {path.name} that no batch names" for path in gone]


def put_dataset_right(site: ReleaseSite, dataset_id: str) -> list[str]:
    """Repair the releases of a dataset and end its interrupted runs; its lock is held."""
    done = repair_dataset(site, dataset_id)
    spool = spool_folder(site.archive, dataset_id)
    if spool.is_dir() and any(spool.iterdir()):  # its lock is ours, so nobody is at work in there
        shutil.rmtree(spool)
        done.append(f"removed what a killed run of {dataset_id} had put aside")
    for run in site.warehouse.runs.unfinished():
        if run.dataset == dataset_id:
            _end(site, run)
            done.append(f"ended the interrupted run {run.id}")
    return done


def _end(site: ReleaseSite, run: RunRecord) -> None:
    """A run without an end whose lock is free was killed. What it did decides how it ended."""
    released = [
        one.version
        for one in site.warehouse.releases.of_dataset(run.dataset)
        if one.runs.get(run.source) == run.id and one.rolled_back_to is None
    ]
    state, message = RunState.FAILED, NOT_ACCEPTED
    if released:
        state = RunState.RELEASED
        message = Message(
            f"已发布 {run.dataset} 第 {released[0]} 版（运行随后被中断）。",
            f"Released {run.dataset} version {released[0]} (the run was interrupted afterwards).",
        )
    elif site.warehouse.batches.of_run(run.id) is not None:
        message = NOT_RELEASED
    site.warehouse.runs.finish(
        run.id,
        state=state,
        at=dt.datetime.now(dt.UTC),
        version=released[0] if released else None,
        message=message,
    )
