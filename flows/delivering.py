"""Serving deliveries: bringing targets up to date and telling webhooks what happened.

A plain function, called after each run and by a schedule. A target that fails stops nothing: what
went wrong is recorded with the time of the next attempt.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from filelock import FileLock, Timeout

from flows.attempt import WHATEVER_HAPPENS
from flows.failures import sentence_of
from flows.opened_site import OpenedSite
from publishing.repair import datasets_on_disk
from publishing.targets.contract import (
    GONE,
    Done,
    PublishedDataset,
    fingerprint_of,
    wait_before_next,
)
from publishing.targets.kinds import StateTarget, bring, holds, remove
from publishing.targets.secret_values import SecretValues
from publishing.version_index import DamagedReleaseError
from schemas.message import DefinitionError, Message, WrongUseError
from schemas.target_checks import check_targets
from schemas.targets import ObjectStorageTarget, Target, WebhookTarget
from warehouse.deliveries import DONE, FAILED, NO_ERROR, STATE, Delivery, DeliveryLedger

MOST_ATTEMPTS = 20
"""Of an event, about three days; then it waits for ``gongkai deliver --retry`` and later events go
on. States are tried for ever."""
LOCK_SECONDS = 5.0
CATALOGUE = ""
"""Stands for the catalogue where the id of a dataset stands else."""


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """How one attempt ended. ``next_attempt_at``: None where it succeeded or was given up."""

    target: str
    dataset: str
    event: str
    succeeded: bool
    done: Mapping[str, Any] = field(default_factory=dict)
    error: Message = NO_ERROR
    next_attempt_at: dt.datetime | None = None


Tell = Callable[[DeliveryOutcome], None]
TellBusy = Callable[[str], None]
Clock = Callable[[], dt.datetime]


def tell_nobody(_outcome: DeliveryOutcome) -> None:
    """For callers that only want the result."""


def tell_nobody_busy(_target: str) -> None:
    """For callers that need not know which targets another process is serving."""


def clock() -> dt.datetime:
    """Now, in UTC."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """What is to be served.

    Attributes:
        target: only this one.
        dataset: only this one.
        recheck: bring every state anew, trusting nothing that was noted.
        retry: do not wait for the time of the next attempt, and take up what was given up.
        look: ask targets whether they still have what was brought, and bring it again where not.
    """

    target: str | None = None
    dataset: str | None = None
    recheck: bool = False
    retry: bool = False
    look: bool = False


def deliver(
    opened: OpenedSite,
    options: DeliveryOptions = DeliveryOptions(),
    tell: Tell = tell_nobody,
    now: Clock = clock,
    tell_busy: TellBusy = tell_nobody_busy,
) -> list[DeliveryOutcome]:
    """Serve what is due of every target; returns one outcome per attempt.

    A target that another process is serving is left to it, and ``tell_busy`` is told its name.
    Raises WrongUseError where the site has no such target, and DefinitionError where what is
    written of the targets is wrong: a dataset misspelt would be taken away from them.
    """
    _refuse_wrong_targets(opened)
    outcomes: list[DeliveryOutcome] = []

    def note(outcome: DeliveryOutcome) -> None:
        tell(outcome)
        outcomes.append(outcome)

    for target in chosen_targets(opened, options.target):
        with _target_lock(opened, target) as is_ours:
            if not is_ours:
                tell_busy(target.name)
            else:
                secrets = SecretValues(opened.folder, os.environ)
                service = _Service(opened, target, options, secrets, note, now)
                service.serve()
    return outcomes


def _refuse_wrong_targets(opened: OpenedSite) -> None:
    for problem in check_targets(opened.definitions):
        raise DefinitionError(
            Message(f"{problem.what.zh}。", f"{problem.what.en}."),
            where=problem.where(),
            advice=problem.advice,
        )


def chosen_targets(opened: OpenedSite, name: str | None) -> list[Target]:
    """The targets of the site, or the one of that name."""
    targets = list(opened.site.targets)
    if name is None:
        return targets
    found = [target for target in targets if target.name == name]
    if not found:
        known = "、".join(target.name for target in targets)
        raise WrongUseError(
            Message(f"没有名为“{name}”的目标。", f"There is no target '{name}'."),
            where="gongkai.yml: targets",
            advice=Message(f"可用：{known}。", f"Known: {known}.")
            if known
            else Message(
                "站点没有配置目标；见 docs/targets.md。",
                "The site has no targets; see docs/targets.md.",
            ),
        )
    return found


@contextmanager
def _target_lock(opened: OpenedSite, target: Target) -> Iterator[bool]:
    """Whether the target is ours to serve."""
    folder = opened.folder / opened.site.archive / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"target-{target.name}.lock", timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


@dataclass
class _Service:
    """One target being served."""

    opened: OpenedSite
    target: Target
    options: DeliveryOptions
    secrets: SecretValues
    tell: Tell
    now: Clock

    @property
    def ledger(self) -> DeliveryLedger:
        return self.opened.warehouse.deliveries

    def serve(self) -> None:
        if isinstance(self.target, WebhookTarget):
            self._serve_events(self.target)
            return
        for dataset_id in self._datasets():
            self._serve_state(self.target, dataset_id)
        if isinstance(self.target, ObjectStorageTarget):
            self._serve_catalogue(self.target)

    # --- events ---------------------------------------------------------------------------

    def _serve_events(self, target: WebhookTarget) -> None:
        """Oldest first; while one of a dataset waits, later ones of it do not overtake it."""
        from publishing.targets.webhook import tell_webhook

        waiting: set[str] = set()
        for delivery in self.ledger.undone(target.name, self.options.dataset):
            if delivery.dataset in waiting:
                continue
            if not self._is_due(delivery):
                if delivery.next_attempt_at is not None:
                    waiting.add(delivery.dataset)
                continue

            def work(delivery: Delivery = delivery) -> tuple[Done, str]:
                published = PublishedDataset.read(self.opened.release_site, delivery.dataset)
                if not published.has_pointer:  # a disk that is not mounted is no withdrawal
                    raise _files_are_gone(published)
                return tell_webhook(target, published, delivery, self.secrets, self.now()), ""

            if not self._attempt(delivery, work):
                waiting.add(delivery.dataset)

    # --- states ---------------------------------------------------------------------------

    def _datasets(self) -> list[str]:
        """Datasets that are published, and those the target has been brought before."""
        known = {one.dataset for one in self.ledger.of_target(self.target.name)} - {CATALOGUE}
        found = sorted({*datasets_on_disk(self.opened.release_site), *known})
        wanted = self.options.dataset
        return [one for one in found if wanted in (None, one)]

    def _serve_state(self, target: StateTarget, dataset_id: str) -> None:
        delivery = self.ledger.state_of(target.name, dataset_id)
        try:
            published = PublishedDataset.read(self.opened.release_site, dataset_id)
            wanted = self._wanted(published)
        except WHATEVER_HAPPENS as error:  # its files are damaged: an attempt that failed
            self._attempt(self._asked(dataset_id, delivery), _raising(error))
            return
        if delivery is None and wanted == GONE:
            return
        is_other = delivery is None or delivery.fingerprint != wanted
        recheck = self.options.recheck
        if delivery is not None and delivery.state == DONE and not (is_other or recheck):
            try:
                recheck = self._is_lost(target, published, wanted)
            except WHATEVER_HAPPENS as error:  # it may be there or not: tried again
                self._attempt(self._asked(dataset_id, delivery), _raising(error))
                return
        if delivery is None or ((is_other or recheck) and delivery.state == DONE):
            delivery = self._asked(dataset_id, delivery)
        if not self._is_due(delivery):
            return
        if not is_other and not recheck and delivery.state != FAILED:
            self.ledger.settled(delivery)
            return

        def work() -> tuple[Done, str]:
            if wanted == GONE:
                site = self.opened.release_site
                return remove(target, site, dataset_id, self.secrets, self.now()), wanted
            done = bring(target, published, self.secrets, self.now(), recheck=recheck)
            return done, wanted

        self._attempt(delivery, work)

    def _is_lost(self, target: StateTarget, published: PublishedDataset, wanted: str) -> bool:
        """Whether a target no longer has what it was brought."""
        if not self.options.look or wanted == GONE or published.current is None:
            return False
        return not holds(target, published, self.secrets, self.now())

    def _wanted(self, published: PublishedDataset) -> str:
        """The fingerprint of what the target is to hold of a dataset.

        Raises:
            DamagedReleaseError: the pointer is gone, yet the site still has the dataset: nothing
                is taken from a target because a disk was not mounted.
        """
        dataset_id = published.dataset_id
        defined = self.opened.definitions.datasets.get(dataset_id)
        if published.current is not None:
            theme = str(published.manifest["theme"]) if self.target.themes else ""
            takes = self.target.takes(dataset_id, theme)
            return published.fingerprint(self.target) if takes else GONE
        if published.has_pointer:  # all of its versions were withdrawn
            theme = defined.model.theme if defined is not None else ""
            takes = self.target.takes(dataset_id, theme)
            return published.fingerprint(self.target) if takes else GONE
        released = self.opened.warehouse.releases.of_dataset(dataset_id)
        # a dataset file that cannot be read is not one that was deleted
        is_defined = defined is not None or bool(self.opened.definitions.problems)
        if is_defined and released:
            raise _files_are_gone(published)
        return GONE

    def _serve_catalogue(self, target: ObjectStorageTarget) -> None:
        """The catalogue comes last, and only where all it names is there."""
        from publishing.targets.object_storage import bring_catalogue, catalogue_files

        states = [one for one in self.ledger.of_target(target.name) if one.dataset != CATALOGUE]
        if target.datasets or target.themes or self.options.dataset:
            return
        if any(one.state != DONE for one in states) or not states:
            return
        site = self.opened.release_site
        try:
            files = catalogue_files(site)
        except WHATEVER_HAPPENS as error:
            self._attempt(
                self._asked(CATALOGUE, self.ledger.state_of(target.name, CATALOGUE)),
                _raising(error),
            )
            return
        content = {name: file.facts.sha256 for name, file in files.items()}
        wanted = fingerprint_of(site.site, target, content)
        delivery = self.ledger.state_of(target.name, CATALOGUE)
        is_other = delivery is None or delivery.fingerprint != wanted
        if not is_other and not self.options.recheck:
            return
        if delivery is None or delivery.state == DONE:
            delivery = self._asked(CATALOGUE, delivery)
        if not self._is_due(delivery):
            return
        self._attempt(
            delivery,
            lambda: (
                bring_catalogue(target, site, files, self.secrets, recheck=self.options.recheck),
                wanted,
            ),
        )

    # --- one attempt ----------------------------------------------------------------------

    def _asked(self, dataset_id: str, known: Delivery | None) -> Delivery:
        """The delivery of a state, asked for where nothing waits already."""
        if known is None or known.state == DONE:
            self.ledger.queue(self.target.name, dataset_id, STATE, at=self.now())
            known = self.ledger.state_of(self.target.name, dataset_id)
        assert known is not None
        return known

    def _is_due(self, delivery: Delivery) -> bool:
        if self.options.retry or self.options.recheck:
            return True
        return delivery.next_attempt_at is not None and delivery.next_attempt_at <= self.now()

    def _attempt(self, delivery: Delivery, work: Callable[[], tuple[Done, str]]) -> bool:
        began = self.now()
        self.ledger.began(delivery)
        try:
            done, fingerprint = work()
        except WHATEVER_HAPPENS as error:
            self._failed(delivery, began, error)
            return False
        self.ledger.succeeded(
            delivery, began=began, at=self.now(), done=done, fingerprint=fingerprint
        )
        self.tell(DeliveryOutcome(self.target.name, delivery.dataset, delivery.event, True, done))
        return True

    def _failed(self, delivery: Delivery, began: dt.datetime, error: BaseException) -> None:
        told = self.secrets.redact(sentence_of(error))
        attempts = delivery.attempts + 1
        at = self.now()
        gives_up = delivery.event != STATE and attempts >= MOST_ATTEMPTS
        following = None if gives_up else at + wait_before_next(attempts, error)
        self.ledger.failed(delivery, began=began, at=at, error=told, next_attempt_at=following)
        self.tell(
            DeliveryOutcome(
                self.target.name,
                delivery.dataset,
                delivery.event,
                False,
                error=told,
                next_attempt_at=following,
            )
        )


def _raising(error: BaseException) -> Callable[[], tuple[Done, str]]:
    def work() -> tuple[Done, str]:
        raise error

    return work


def _files_are_gone(published: PublishedDataset) -> DamagedReleaseError:
    return DamagedReleaseError(
        Message(
            f"数据集 {published.dataset_id} 的发布文件不见了，目标未作改动。",
            f"The released files of {published.dataset_id} are gone; the target was left as it is.",
        ),
        where=str(published.folder),
        advice=Message(
            "请从备份恢复 public 目录；确已取消的数据集，请删除其数据集文件，"
            "或用目标的 datasets 限定范围。",
            "Restore the public folder from its backup; where the dataset was given up, "
            "delete its dataset file, or name what the target takes in datasets.",
        ),
    )
