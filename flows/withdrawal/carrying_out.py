"""Carrying a withdrawal out: journal, past versions, derived datasets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from flows.dataset_lock import dataset_lock
from flows.opened_site import OpenedSite
from flows.outcome import RunOutcome
from flows.release_run import current_fingerprint
from flows.running import run_sources, select_sources
from flows.source_run import RunOptions
from flows.withdrawal.consequences import derived_from, versions_made_from
from flows.withdrawal.planning import Plan, plan_withdrawal
from publishing.catalogue import write_catalogue
from publishing.release_record import version_index
from publishing.repair import repair_dataset
from publishing.withdrawal.notices import write_notices
from schemas.message import GongkaiError, Message
from warehouse.withdrawals import Withdrawal


@dataclass(slots=True)
class Carried:
    """How far a withdrawal came.

    Attributes:
        number: of the withdrawal in the ledger.
        outcomes: of the runs that computed derived datasets anew.
        is_done: whether everything followed.
    """

    number: int
    plan: Plan | None = None
    outcomes: list[RunOutcome] = field(default_factory=list)
    is_done: bool = False


def withdraw(
    opened: OpenedSite,
    dataset_id: str,
    told: Sequence[str],
    fields: Sequence[str],
    *,
    reason: Message,
    revoked_on: dt.date | None = None,
) -> Carried:
    """Take a row or a version out of everything that is published.

    What is going to be done is written down first: killed anywhere, the next command on the site
    carries it out. Then all versions are rewritten, derived datasets first rid of what was made
    from the row and then computed anew.
    """
    with _locked(opened, dataset_id):
        # a version whose pointer was not switched must be seen by the plan: of derived datasets
        # only what it names is taken out
        for one in (dataset_id, *_all_derived(opened, dataset_id)):
            repair_dataset(opened.release_site, one)
        plan = plan_withdrawal(opened, dataset_id, told, fields)
        now = dt.datetime.now(dt.UTC)
        defined = opened.definitions.datasets.get(dataset_id)
        begun = Withdrawal(
            dataset=dataset_id,
            reason=reason,
            requested_at=now,
            row_id=plan.row.row_id if plan.row else "",
            version=plan.version,
            fields=plan.fields,
            keys=tuple(sorted(plan.row.keys)) if plan.row else (),
            fingerprint=current_fingerprint(opened, defined.model) if defined else "",
            revoked_on=revoked_on,
        )
        following = [
            Withdrawal(name, _follows(dataset_id, reason), now, rows=rows, revoked_on=revoked_on)
            for name, rows in plan.derived.items()
        ]
        number = opened.warehouse.withdrawals.begin(begun, following)[0]
        for one in (dataset_id, *plan.derived):
            repair_dataset(opened.release_site, one)
    carried = complete(opened, number)
    carried.plan = plan
    return carried


def complete(opened: OpenedSite, number: int) -> Carried:
    """Do what is left of a withdrawal: its dataset, where something stopped that, then derived
    datasets.

    Raises GongkaiError where the dataset still cannot be rewritten.
    """
    ledger = opened.warehouse.withdrawals
    withdrawal = ledger.get(number)
    if withdrawal.redacted_at is None:
        with _locked(opened, withdrawal.dataset):
            repair_dataset(opened.release_site, withdrawal.dataset)
    carried = Carried(number)
    is_released = opened.reader(withdrawal.dataset).current() is not None
    names = _with_sources(opened, withdrawal.dataset) if is_released else []
    sources = select_sources(opened, names, with_derived=False) if names else []
    if sources:
        carried.outcomes = run_sources(opened, sources, RunOptions(opened.today()))
    good = all(one.state is not None and one.state.is_good() for one in carried.outcomes)
    waiting = [
        one
        for one in ledger.consequences(number)
        if one.lifted_at is None and opened.definitions.sources_of(one.dataset)
    ]
    remaining = withdrawal.version is not None and versions_made_from(
        opened, withdrawal.dataset, withdrawal.version
    )
    is_redacted = ledger.get(number).redacted_at is not None
    carried.is_done = good and not waiting and not remaining and is_redacted
    if carried.is_done:
        ledger.completed(number, dt.datetime.now(dt.UTC))
    return carried


def lift(opened: OpenedSite, withdrawal: Withdrawal, reason: str) -> None:
    """Let a withdrawn row be published again, from the next release on. Past versions stay as
    they are.

    Raises GongkaiError for a version: its files are gone.
    """
    if withdrawal.version is not None:
        raise GongkaiError(
            Message(
                "已撤回的版本无法恢复：文件已删除。",
                "A withdrawn version cannot come back: its files are gone.",
            ),
            advice=Message(
                "如需重新发布相同数据，请用 gongkai rollback --lift 解除暂停后运行 gongkai run。",
                "To release the same data again, lift the hold with gongkai rollback --lift and "
                "run gongkai run.",
            ),
        )
    with dataset_lock(opened.folder / opened.site.archive, withdrawal.dataset):
        opened.warehouse.withdrawals.lift(
            withdrawal.number, reason=reason, at=dt.datetime.now(dt.UTC)
        )
        write_notices(opened.release_site, version_index(opened.release_site, withdrawal.dataset))
        write_catalogue(opened.release_site)


def _follows(dataset_id: str, reason: Message) -> Message:
    return Message(
        f"由 {dataset_id} 中已撤回的数据计算得出（{reason.zh}）",
        f"computed from data withdrawn from {dataset_id} ({reason.en})",
    )


def _all_derived(opened: OpenedSite, dataset_id: str) -> list[str]:
    """Datasets derived from a dataset, and those derived from them."""
    found: list[str] = []
    for one in derived_from(opened, dataset_id):
        found += [one.id, *_all_derived(opened, one.id)]
    return found


def _with_sources(opened: OpenedSite, dataset_id: str) -> list[str]:
    """Derived datasets that the site still computes; others cannot follow, and need not: what was
    made from the row is taken out of them."""
    derived = _all_derived(opened, dataset_id)
    return [one for one in derived if opened.definitions.sources_of(one)]


@contextmanager
def _locked(opened: OpenedSite, dataset_id: str) -> Iterator[None]:
    """Hold the dataset and all derived from it, in one order for everybody."""
    archive = opened.folder / opened.site.archive
    with ExitStack() as stack:
        for name in sorted({dataset_id, *_all_derived(opened, dataset_id)}):
            stack.enter_context(dataset_lock(archive, name))
        yield
