"""Deployments planned from the schedules of the source files; knows no Prefect.

Sources of one dataset with the same schedule make one deployment, so that one release is cut per
dataset and tick. A derived source without a schedule of its own runs after its upstream, in the
same flow run. Sources without a schedule get a deployment that only runs when somebody asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from schemas.definitions import Defined, Definitions
from schemas.message import DefinitionError, Message
from schemas.source import Schedule, Source
from schemas.validation import problem_at

DEFAULT_TIMEZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class PlannedDeployment:
    """What one deployment runs, and when.

    Attributes:
        name: ``<dataset>.<first source>``; two deployments of a site never share a source.
        dataset: the dataset that is released.
        sources: its sources that run on this tick, in order of their ids.
        derived: derived sources that follow in the same flow run, upstream before derived.
        cron: five fields in ``timezone``; None where nothing is scheduled.
        description: for people, in Chinese.
        tags: theme, dataset and sources.
    """

    name: str
    dataset: str
    sources: tuple[str, ...]
    derived: tuple[str, ...]
    cron: str | None
    timezone: str
    description: str
    tags: tuple[str, ...]


def plan_deployments(definitions: Definitions) -> list[PlannedDeployment]:
    """All deployments of a site, by name. Raises DefinitionError for a schedule that cannot be."""
    for defined in definitions.sources.values():
        check_schedule(defined)
    sources = [one.model for one in definitions.sources.values()]
    groups: dict[tuple[str, str | None, str], list[Source]] = {}
    for source in sorted(sources, key=lambda one: one.id):
        if source.schedule is None and _upstream_of(source) is not None:
            continue
        cron = " ".join(source.schedule.cron.split()) if source.schedule else None
        zone = source.schedule.timezone if source.schedule else definitions.site.timezone
        groups.setdefault((source.dataset_id, cron, zone), []).append(source)
    planned = [
        _planned(definitions, dataset, cron, zone, group, sources)
        for (dataset, cron, zone), group in groups.items()
    ]
    return sorted(planned, key=lambda one: one.name)


def catch_up(sources: Iterable[Source]) -> str:
    """``once`` where any source of a deployment wants a missed tick made up for, else ``skip``."""
    wanted = {source.schedule.catch_up for source in sources if source.schedule is not None}
    return "once" if "once" in wanted or not wanted else "skip"


def last_tick(schedule: Schedule, at: dt.datetime) -> dt.datetime:
    """The newest time of the schedule that is not after ``at``, in the schedule's time zone."""
    local = at.astimezone(ZoneInfo(schedule.timezone)).replace(second=0, microsecond=0)
    return next(CronSim(schedule.cron, local + dt.timedelta(minutes=1), reverse=True))


def _planned(
    definitions: Definitions,
    dataset_id: str,
    cron: str | None,
    zone: str,
    group: Sequence[Source],
    sources: Sequence[Source],
) -> PlannedDeployment:
    dataset = definitions.datasets[dataset_id].model
    derived = _followers(dataset_id, sources)
    also = [definitions.datasets[one.dataset_id].model.title.zh for one in derived]
    when = f"时间表 {cron}（{zone}）" if cron else "没有时间表，只在有人启动时运行"
    missed = {
        "once": "错过的时间在恢复后补跑一次",
        "skip": "错过的时间不补跑",
    }[catch_up(group)]
    lines = [
        f"采集并发布数据集“{dataset.title.zh}”（{dataset_id}）。",
        f"来源：{'、'.join(f'{one.id}（{one.department.zh}）' for one in group)}。",
        f"{when}；{missed}。" if cron else f"{when}。",
    ]
    if also:
        lines.append(f"随后计算派生数据集：{'、'.join(also)}。")
    return PlannedDeployment(
        name=f"{dataset_id}.{group[0].id}",
        dataset=dataset_id,
        sources=tuple(one.id for one in group),
        derived=tuple(one.id for one in derived),
        cron=cron,
        timezone=zone,
        description="\n\n".join(lines),
        tags=(dataset.theme, dataset_id, *(one.id for one in (*group, *derived))),
    )


def _upstream_of(source: Source) -> str | None:
    return source.connector.dataset if source.connector.type == "release" else None


def _followers(dataset_id: str, sources: Sequence[Source]) -> list[Source]:
    """Derived sources without a schedule, of the dataset and of what is derived from it in turn."""
    found: list[Source] = []
    waiting = [dataset_id]
    while waiting:
        upstream = waiting.pop(0)
        for source in sorted(sources, key=lambda one: one.id):
            follows = source.schedule is None and _upstream_of(source) == upstream
            if follows and source not in found:
                found.append(source)
                waiting.append(source.dataset_id)
    return found


def check_schedule(defined: Defined[Source]) -> None:
    schedule = defined.model.schedule
    if schedule is None:
        return
    try:
        ZoneInfo(schedule.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _wrong(
            defined,
            "timezone",
            Message(f"没有时区“{schedule.timezone}”", f"no time zone '{schedule.timezone}'"),
            Message("请写时区名，例如 Asia/Shanghai。", "Write a name such as Asia/Shanghai."),
        ) from error
    try:
        CronSim(schedule.cron, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    except CronSimError as error:
        raise _wrong(
            defined,
            "cron",
            Message(
                f"时间表“{schedule.cron}”不成立", f"'{schedule.cron}' is not a cron expression"
            ),
            Message(
                "请写五段：分 时 日 月 星期，例如 30 6 * * *（每天 6:30）。",
                "Write five fields: minute hour day month weekday, such as 30 6 * * * "
                "(daily at 6:30).",
            ),
        ) from error


def _wrong(defined: Defined[Source], key: str, what: Message, advice: Message) -> DefinitionError:
    problem = problem_at(defined.document, ("schedule", key), what, advice)
    return DefinitionError(
        Message(f"{what.zh}。", f"{what.en}."), where=problem.where(), advice=advice
    )
