"""The worker as a process of its own: ``python -m flows.serving_worker --site DIR --ready FILE``.

It registers the site's deployments with the Prefect server and runs what is due, each flow run a
process of its own. Prefect's runner is used rather than a process work pool: it needs no pool, no
pull steps and no copy of the code, so there is less to be out of step on one machine.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
from pathlib import Path
from uuid import UUID

from prefect import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.states import Crashed
from prefect.types.entrypoint import EntrypointType

from flows.delivery_service import deliver_while_serving
from flows.deployments import PlannedDeployment, plan_deployments
from flows.opened_site import open_site
from flows.parent_watch import stop_with_parent
from flows.prefect_flows import run_on_schedule
from schemas.definitions import load_definitions
from schemas.message import DefinitionError

POLL_SECONDS = 5.0
CHANGES_SECONDS = 15.0
WATCHED = ("gongkai.yml", "sources/**/*.yml", "datasets/**/*.yml", "layouts/*.yml")
BROKEN_OFF = "上次服务停止时这次运行还没有结束，已中断。数据没有受影响；下次运行会重新开始。"
OUR_FLOW = FlowFilter(name=FlowFilterName(any_=[run_on_schedule.name]))
log = logging.getLogger("gongkai.worker")


def main() -> None:
    """Work until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--ready", type=Path, required=True, help="written when work begins")
    given = parser.parse_args()
    stop_with_parent()
    asyncio.run(work(given.site, given.ready))


async def work(site: Path, ready: Path) -> None:
    """Repair the site, register its deployments, and run what is due until stopped."""
    with open_site(site):
        pass  # opening repairs what a killed run left behind
    await end_broken_runs()
    runner = Runner(
        name="gongkai",
        pause_on_shutdown=False,
        limit=os.cpu_count() or 1,
        query_seconds=POLL_SECONDS,
    )
    stamp = _stamp(site)
    planned = plan_deployments(load_definitions(site))
    await register(runner, site, planned)
    ready.write_text(str(len(planned)), encoding="utf-8")
    async with asyncio.TaskGroup() as group:
        group.create_task(runner.start())
        group.create_task(_follow_changes(runner, site, stamp))
        group.create_task(deliver_while_serving(site))


async def end_broken_runs() -> None:
    """Flow runs that a killed service left running end as crashed; nothing else would tell."""
    unfinished = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
    async with get_client() as client:
        left = await client.read_flow_runs(
            flow_filter=OUR_FLOW,
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=unfinished))
            ),
        )
        for run in left:
            await client.set_flow_run_state(run.id, Crashed(message=BROKEN_OFF), force=True)


async def register(runner: Runner, site: Path, planned: list[PlannedDeployment]) -> None:
    """Make the server's deployments those that are planned: added, renewed, or taken away."""
    known: set[UUID] = set()
    for one in planned:
        deployment = await run_on_schedule.ato_deployment(
            name=one.name,
            schedules=[Cron(one.cron, timezone=one.timezone)] if one.cron else [],
            parameters={"site": str(site), "sources": [*one.sources, *one.derived]},
            description=one.description,
            tags=list(one.tags),
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        known.add(await runner.aadd_deployment(deployment))
    async with get_client() as client:
        for present in await client.read_deployments(flow_filter=OUR_FLOW):
            if present.id not in known:
                await client.delete_deployment(present.id)


async def _follow_changes(runner: Runner, site: Path, stamp: dict[Path, int]) -> None:
    """Register again when a definition file has changed; wrong files change nothing."""
    while True:
        await asyncio.sleep(CHANGES_SECONDS)
        now = _stamp(site)
        if now == stamp:
            continue
        stamp = now
        try:
            definitions = load_definitions(site)
            planned = plan_deployments(definitions)
        except DefinitionError as error:
            log.error("%s", error.message())  # noqa: TRY400 - a sentence, not a traceback
            continue
        if definitions.problems:
            log.error("%s: %s", definitions.problems[0].where(), definitions.problems[0].what)
            continue
        await register(runner, site, planned)
        log.warning("definitions changed: %d deployments registered", len(planned))


def _stamp(site: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for pattern in WATCHED for path in site.glob(pattern)}


if __name__ == "__main__":
    main()
