"""``gongkai serve``: the portal, a Prefect server and a worker, watched by one process.

This process knows no Prefect. It starts three children, each leading a process group: the portal
(``flows.serving_portal``), the server (``flows.serving_server``) and the worker
(``flows.serving_worker``), under which the flow runs are. They are stopped worker first, so that
the worker can still tell the server, and the portal last; and they end by themselves when this
process is gone (``flows.parent_watch``). A portal that ends by itself is started again: the runs of
the night do not depend on it. One that cannot stay up ends the service, like the others.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from flows.deployments import PlannedDeployment, plan_deployments
from flows.listening_ports import HOST, chosen_port
from schemas.definitions import Definitions
from schemas.message import GongkaiError, Message

START_SECONDS = 180.0
TELL_SECONDS = 5.0
STOP_SECONDS = 6.0
PORT_WAIT_SECONDS = 10.0
PORTAL_LIVES = 5
PORTAL_LIVES_SECONDS = 60.0
"""A portal that ends so often within so long is not started again."""

Tell = Callable[[Message], None]


@dataclass(frozen=True, slots=True)
class Serving:
    """What is up once everything runs.

    Attributes:
        run_page: address.
        portal: address; None where the portal is left out.
    """

    run_page: str
    portal: str | None
    planned: list[PlannedDeployment]


Ready = Callable[[Serving], None]


def tell_no_one(_serving: Serving) -> None:
    """For callers that do not wait for the service to be ready."""


def serve_site(
    definitions: Definitions,
    *,
    port: int,
    portal_port: int | None,
    tell: Tell,
    other_port: bool = False,
    ready: Ready = tell_no_one,
) -> None:
    """Serve a site by its schedules until SIGINT or SIGTERM; then end all children and return.

    Args:
        definitions: of the site, without problems.
        port: of the run page, on the loopback address only.
        portal_port: of the portal, on the loopback address only; None: without it.
        tell: is told what goes on.
        other_port: take a free port where one is taken, instead of refusing.
        ready: called once with the addresses when schedules run.

    Raises:
        GongkaiError: where the port is taken, the site is being served already, or a child ends.
    """
    planned = plan_deployments(definitions)
    home = definitions.folder / definitions.site.archive / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    with _only_one(home), _stop_signals() as stopping:
        wait = PORT_WAIT_SECONDS if unclean_mark(home).exists() else 0.0  # see the mark
        port = chosen_port(port, "--port", other_port=other_port, tell=tell, wait_seconds=wait)
        if portal_port is not None:
            portal_port = chosen_port(
                portal_port, "--portal-port", other_port=other_port, tell=tell, wait_seconds=wait
            )
        service = _Service(definitions.folder, home, port, portal_port, stopping)
        try:
            service.start_portal(tell)
            service.start_server(tell)
            service.start_worker(tell)
            if not stopping.is_set():
                serving = Serving(
                    f"http://{HOST}:{port}/runs",
                    None if portal_port is None else f"http://{HOST}:{portal_port}/",
                    planned,
                )
                tell(_welcome(serving))
                ready(serving)
            service.watch(tell)
        finally:
            tell(Message("正在停止…", "Stopping …"))
            service.stop()
    tell(Message("已停止。", "Stopped."))


@dataclass
class _Service:
    """The children and what belongs to them."""

    site: Path
    home: Path
    port: int
    portal_port: int | None
    stopping: threading.Event
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    portal_ends: list[float] = field(default_factory=list)

    @property
    def mark(self) -> Path:
        """Stands while children are up; left behind only where this process was killed."""
        return unclean_mark(self.home)

    def start_portal(self, tell: Tell) -> None:
        """Start the portal, where it is wanted, and wait until it answers."""
        self.mark.write_text(str(os.getpid()), encoding="utf-8")
        if self.portal_port is None:
            return
        self._start_portal(self.portal_port)
        health = f"http://{HOST}:{self.portal_port}/health"
        self._await(
            lambda: _answers(health),
            Message("正在启动公开门户", "Starting the portal"),
            tell,
        )

    def _start_portal(self, port: int) -> None:
        place = ["--site", str(self.site), "--host", HOST, "--port", str(port)]
        self._start("portal", "flows.serving_portal", *place)

    def start_server(self, tell: Tell) -> None:
        """Start the server and wait until it answers."""
        if self.stopping.is_set():
            return
        self._start("server", "flows.serving_server")
        self._await(
            lambda: _answers(f"http://{HOST}:{self.port}/api/health"),
            Message(
                "正在启动运行服务（第一次约需半分钟）",
                "Starting the server (the first time takes about half a minute)",
            ),
            tell,
        )

    def start_worker(self, tell: Tell) -> None:
        """Start the worker and wait until its deployments are registered."""
        ready = self.home / "worker.ready"
        ready.unlink(missing_ok=True)
        if self.stopping.is_set():
            return
        self._start(
            "worker", "flows.serving_worker", "--site", str(self.site), "--ready", str(ready)
        )
        self._await(
            ready.is_file,
            Message("正在登记各来源的时间表", "Registering the schedules of the sources"),
            tell,
        )

    def watch(self, tell: Tell) -> None:
        """Return when told to stop; raise where a child ends by itself and stays so."""
        while not self.stopping.wait(0.5):
            self._revive_portal(tell)
            self._refuse_ended()

    def _revive_portal(self, tell: Tell) -> None:
        """Start a portal again that has ended, unless it does so again and again."""
        portal = self.children.get("portal")
        if portal is None or self.portal_port is None or portal.poll() is None:
            return
        now = time.monotonic()
        recent = [at for at in self.portal_ends if now - at < PORTAL_LIVES_SECONDS]
        self.portal_ends = [*recent, now]
        if len(self.portal_ends) >= PORTAL_LIVES:
            return  # it is told as ended
        tell(
            Message(
                f"公开门户意外结束（代码 {portal.returncode}），正在重新启动。",
                f"The portal ended by itself (code {portal.returncode}); starting it again.",
            )
        )
        _end_group(portal)
        self._start_portal(self.portal_port)

    def stop(self) -> None:
        """End the worker with its flow runs, then the server, then the portal."""
        for name in ("worker", "server", "portal"):
            child = self.children.pop(name, None)
            if child is not None:
                _end_group(child)
        self.mark.unlink(missing_ok=True)

    def _start(self, name: str, module: str, *arguments: str) -> None:
        log = self.home / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))
        with log.open("wb") as output:
            self.children[name] = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                env=environment(self.home, self.port),
                start_new_session=True,
            )

    def _await(self, is_there: Callable[[], bool], what: Message, tell: Tell) -> None:
        began = told = time.monotonic()
        tell(Message(f"{what.zh}…", f"{what.en} …"))
        while not is_there():
            now = time.monotonic()
            self._refuse_ended()
            if now - began > START_SECONDS:
                raise GongkaiError(
                    Message(
                        f"{what.zh}：{START_SECONDS:.0f} 秒内没有完成。",
                        f"{what.en}: not done within {START_SECONDS:.0f} s.",
                    ),
                    advice=Message(
                        f"请查看 {self.home} 中的日志。", f"See the logs in {self.home}."
                    ),
                )
            if now - told >= TELL_SECONDS:
                told = now
                tell(Message(f"    …已 {now - began:.0f} 秒", f"    … {now - began:.0f} s so far"))
            if self.stopping.wait(0.1):
                return

    def _refuse_ended(self) -> None:
        for name, child in self.children.items():
            code = child.poll()
            if code is None or self.stopping.is_set():
                continue
            log = self.home / f"{name}.log"
            lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
            last = next((line for line in reversed(lines) if line.strip()), "")
            raise GongkaiError(
                Message(
                    f"子进程 {name} 意外结束（代码 {code}）：{last}",
                    f"The process {name} ended by itself (code {code}): {last}",
                ),
                advice=Message(f"完整日志：{log}", f"The whole log: {log}"),
            )


def environment(home: Path, port: int) -> dict[str, str]:
    """The environment of the children: this one, with Prefect's settings put in order.

    Settings of another Prefect that this process inherited are left out, so that a site is always
    served from its own SQLite file. Nothing is reported to anybody.
    """
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    packages = str(Path(__file__).resolve().parent.parent)
    without_proxy = [inherited.get("NO_PROXY", ""), HOST, "localhost"]
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join(filter(None, [packages, inherited.get("PYTHONPATH")])),
        "NO_PROXY": ",".join(filter(None, without_proxy)),
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://{HOST}:{port}/api",
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    }


def unclean_mark(home: Path) -> Path:
    """The file that stands while a service of this home is up."""
    return home / "serving"


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """One service per site: two schedulers on one database would start everything twice."""
    lock = FileLock(home / "serve.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise GongkaiError(
            Message("这个站点已经在服务中。", "This site is being served already."),
            where=str(home.parent.parent),
            advice=Message(
                "请使用已打开的运行页面，或先停止那个 gongkai serve。",
                "Use the run page that is up, or stop the other gongkai serve first.",
            ),
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, in place of what they did before."""
    stopping = threading.Event()
    before = {
        number: signal.signal(number, lambda _number, _frame: stopping.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _answers(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """Ask a child and all below it to end; make them where they do not."""
    _signal_group(child.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.wait(STOP_SECONDS)
    _signal_group(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdin is not None:
        child.stdin.close()


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return  # all of it has ended


def _welcome(serving: Serving) -> Message:
    scheduled = [one for one in serving.planned if one.cron]
    lines = "\n".join(f"    {one.name}：{one.cron}（{one.timezone}）" for one in scheduled)
    lines_en = "\n".join(f"    {one.name}: {one.cron} ({one.timezone})" for one in scheduled)
    portal = Message("", "")
    if serving.portal is not None:
        portal = Message(f"公开门户：{serving.portal}\n", f"Portal: {serving.portal}\n")
    return Message(
        f"按时间表运行中，共 {len(scheduled)} 个：\n{lines}\n"
        f"{portal.zh}"
        f"运行页面：{serving.run_page}\n"
        "修改来源文件后会自动重新登记。按 Ctrl-C 停止。",
        f"Running {len(scheduled)} schedules:\n{lines_en}\n"
        f"{portal.en}"
        f"Run page: {serving.run_page}\n"
        "Changed source files are registered by themselves. Stop with Ctrl-C.",
    )
