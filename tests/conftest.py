"""Fixtures shared by all tests, and the honest word on what was left out."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A busy machine makes an example slow, not wrong.
settings.register_profile("gongkai", deadline=None)
settings.load_profile("gongkai")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def _real_data_folder() -> Path | None:
    named = os.environ.get("GONGKAI_REAL_DATA")
    return Path(named) if named else None


def find_chromium() -> str | None:
    """The browser named by GONGKAI_CHROMIUM, or one found on PATH."""
    named = os.environ.get("GONGKAI_CHROMIUM")
    if named:
        return named
    return next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


def find_nginx() -> str | None:
    """The web server; users' paths often leave its folder out."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine has not, unless it is demanded (GONGKAI_REQUIRE_ALL=1).

    Slow tests are left out wherever they are not asked for.
    """
    demanded = os.environ.get("GONGKAI_REQUIRE_ALL") == "1"
    has_data, has_browser = demanded or _real_data_folder(), demanded or find_chromium()
    has_nginx = demanded or find_nginx()
    reasons = {
        "real_data": None if has_data else "GONGKAI_REAL_DATA is not set",
        "java": None if demanded or shutil.which("java") else "no Java found",
        "browser": None if has_browser else "no Chromium found (set GONGKAI_CHROMIUM)",
        "nginx": None if has_nginx else "no nginx found",
        "slow": None if "slow" in (config.option.markexpr or "") else "slow: run with -m slow",
    }
    for item in items:
        for marker, reason in reasons.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish() -> None:
    """What is imported and collected by now stays to the end: the collector of cycles need not
    look through it again and again (a tenth of the time of all tests)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print each group that was left out, with its reason."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"left out: {count} tests ({reason})")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real department files."""
    folder = _real_data_folder()
    if folder is None or not folder.is_dir():
        pytest.fail("GONGKAI_REAL_DATA must name the folder of real department files")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _built_in_files_are_read_once() -> Iterator[None]:
    """The datasets that come with gongkai do not change between two sites of a session, and sites
    are opened some thousand times."""
    from schemas import definitions

    load, read = definitions.load_yaml, definitions.read_model
    documents: dict[Path, Any] = {}
    models: dict[Path, Any] = {}

    def load_once(path: Path) -> Any:
        if not path.is_relative_to(definitions.BUILT_IN):
            return load(path)
        if path not in documents:
            documents[path] = load(path)
        return documents[path]

    def read_once(document: Any, model: Any) -> Any:
        if documents.get(document.path) is not document:
            return read(document, model)
        if document.path not in models:
            models[document.path] = read(document, model)
        return models[document.path]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(definitions, "load_yaml", load_once)
        patched.setattr(definitions, "read_model", read_once)
        yield
