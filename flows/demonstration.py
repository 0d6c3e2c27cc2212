"""The demo: lay a made-up county out, start its departments, run everything, tell the result."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from flows.commands.progress import ProgressBar
from flows.commands.run import refuse_wrong_definitions, tell_outcome
from flows.commands.shared import Output
from flows.opened_site import OpenedSite, open_site
from flows.outcome import RunOutcome
from flows.run_records import RunRecords
from flows.running import run_sources
from flows.source_run import RunOptions
from schemas.message import GongkaiError, Message
from schemas.run import RunState

START_SECONDS = 30.0


def demonstrate(output: Output, folder: Path, *, stay: bool) -> None:
    """Run the demo in ``folder``; with ``stay`` the departments and the schedules stay up."""
    from examples.qingshui.lay_out import earlier_port, lay_out, make_department_files

    folder = folder.resolve()  # the departments' process starts in another folder
    output.say(
        Message(
            f"在 {folder} 铺设演示站点“清水县”（全部数据均系虚构）…",
            f"Laying the demo county out in {folder} (all of its data is made up) …",
        )
    )
    make_department_files(folder)
    with departments(folder, earlier_port(folder)) as url:
        lay_out(folder, url)
        output.say(Message(f"部门网站由本机模拟：{url}", f"The departments are played by {url}"))
        with open_site(folder) as opened:
            refuse_wrong_definitions(opened.definitions)
            sources = [one.model for one in opened.definitions.sources.values()]
            progress = ProgressBar(output)
            options = RunOptions(logical_date=opened.today(), progress=progress)
            tell = progress.before(partial(tell_outcome, output))
            outcomes = run_sources(opened, sources, options, tell)
            if output.as_json:
                output.document([outcome.as_json(output.language) for outcome in outcomes])
            else:
                _tell(output, opened, outcomes, folder)
            definitions = opened.definitions
        if stay:
            from flows.serving import serve_site

            serve_site(definitions, port=4200, portal_port=8000, other_port=True, tell=output.say)


@contextmanager
def departments(folder: Path, port: int) -> Iterator[str]:
    """The departments' server as a process of its own; yields its address."""
    announce = folder / "departments" / "announced.txt"
    announce.unlink(missing_ok=True)
    command = [
        sys.executable,
        "-m",
        "examples.qingshui.departments_server",
        "--folder",
        str(folder / "departments"),
        "--port",
        str(port),
        "--announce",
        str(announce),
        "--until-eof",
    ]
    process = subprocess.Popen(  # noqa: S603 - our own module, no text of others
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=_root()
    )
    try:
        yield _announced(announce, process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def _root() -> Path:
    """Where our packages lie, so that the other process finds them as this one does."""
    return Path(__file__).resolve().parent.parent


def _announced(file: Path, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if file.is_file() and (url := file.read_text(encoding="utf-8").strip()):
            return url
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise GongkaiError(
        Message("演示的部门服务没有启动。", "The server of the demo's departments did not start."),
        advice=Message(
            "请检查本机是否允许监听 127.0.0.1，然后重试。",
            "See whether this machine allows listening on 127.0.0.1, and try again.",
        ),
    )


def _tell(output: Output, opened: OpenedSite, outcomes: list[RunOutcome], folder: Path) -> None:
    """What was released, what was held back and why, and where to look."""
    output.say(Message("", ""))
    _tell_released(output, opened, outcomes)
    _tell_held(output, opened, outcomes)
    public = folder / opened.site.public
    output.say(
        Message(
            f"\n公开的数据在 {public}/datasets/，每个数据集的 versions.json 指明当前版本。\n"
            f"打开门户：gongkai portal --site {folder}\n"
            f"查看问题：gongkai findings --site {folder}\n"
            f"查看状态：gongkai status --site {folder}\n"
            f"追溯一行：gongkai explain record_key=… --site {folder}",
            f"\nThe released data is in {public}/datasets/; versions.json names the current "
            "version.\n"
            f"Open the portal:  gongkai portal --site {folder} --language en\n"
            f"See the findings: gongkai findings --site {folder} --language en\n"
            f"See the state:    gongkai status --site {folder} --language en\n"
            f"Trace a row:      gongkai explain record_key=… --site {folder} --language en",
        )
    )


def _tell_released(output: Output, opened: OpenedSite, outcomes: list[RunOutcome]) -> None:
    rows = []
    for dataset_id in dict.fromkeys(outcome.source.dataset_id for outcome in outcomes):
        reader = opened.reader(dataset_id)
        version = reader.current()
        if version is None:
            continue
        title = opened.definitions.datasets[dataset_id].model.title
        manifest = reader.manifest(version)
        rows.append(
            [dataset_id, output.text(title.zh, title.en), str(version), str(manifest["rows"])]
        )
    output.table(
        output.text("数据集,名称,版本,行数", "dataset,title,version,rows").split(","), rows
    )


def _tell_held(output: Output, opened: OpenedSite, outcomes: list[RunOutcome]) -> None:
    records = RunRecords(opened.runs_folder)
    rows = []
    for outcome in outcomes:
        if outcome.state in (RunState.HELD, RunState.FAILED, RunState.PARTIAL):
            rows.append(
                [outcome.source.id, "", "", output.text(outcome.message.zh, outcome.message.en)]
            )
        quarantine = records.quarantine(outcome.run)
        for record in quarantine.to_dicts() if quarantine is not None else []:
            what = output.text(record["what_zh"] or "", record["what_en"] or "")
            rows.append([outcome.source.id, record["file"], record["locator"], what])
    if rows:
        output.say(Message("扣下未公开的内容：", "Held back:"))
        output.table(output.text("来源,文件,位置,原因", "source,file,place,why").split(","), rows)
