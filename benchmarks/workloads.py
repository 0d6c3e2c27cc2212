"""What is measured: one function per benchmark, each giving what ``--json`` prints for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measuring import Measurement, measure, median_of
from benchmarks.queries import against_datasette

SITES = Path(__file__).with_name("sites")
UNCHANGED_ROWS = 500
BOOKLET_LINES = 88  # of the lowest level: 32 pages
NOTICES = 100
CATALOGUED = 1_000  # datasets


@dataclass(frozen=True, slots=True)
class Plan:
    """How to measure.

    Attributes:
        folder: where files and sites are made.
        rows: of the department file; None for the benchmark's own number.
        repeats: how often each process is run; figures are medians, peaks are the highest.
        with_baselines: whether the scripts in polars and pandas are run beside.
    """

    folder: Path
    rows: int | None = None
    repeats: int = 1
    with_baselines: bool = True


def hourly(plan: Plan) -> dict[str, Any]:
    """A million rows of hourly air quality with 20 rules, partitioned by month."""
    return _against_baselines("hourly", plan, plan.rows or 1_000_000)


def decimals(plan: Plan) -> dict[str, Any]:
    """200 000 rows of land supplied, with exact areas and amounts."""
    return _against_baselines("decimals", plan, plan.rows or 200_000)


def unchanged(plan: Plan) -> dict[str, Any]:
    """A run that finds nothing changed, and ``gongkai check`` of the demo site."""
    rows = plan.rows or UNCHANGED_ROWS
    site = _fresh_site("unchanged", _department_file("hourly", rows, plan.folder), plan.folder)
    demo = plan.folder / "demo"
    shutil.rmtree(demo, ignore_errors=True)
    measure("benchmarks.demo_site", [demo])
    first = measure("flows.command_line", ["run", "--site", site], good=(0, 1))
    again = median_of(
        [measure("flows.command_line", ["run", "--site", site]) for _ in range(plan.repeats)]
    )
    check = median_of(
        [measure("flows.command_line", ["check", "--site", demo]) for _ in range(plan.repeats)]
    )
    return {
        "name": "unchanged",
        "rows": rows,
        **again.as_json(),
        "baselines": {},
        "ratios": {},
        "first_run": first.as_json(),
        "check_of_demo_site": check.as_json(),
    }


def budget(plan: Plan) -> dict[str, Any]:
    """A budget booklet of some thirty pages, read, checked and released."""
    return _of_documents("budget", plan, plan.rows or BOOKLET_LINES, ("pdfplumber",))


def notices(plan: Plan) -> dict[str, Any]:
    """A hundred notices of procurement in one run."""
    return _of_documents("notices", plan, plan.rows or NOTICES, ())


def catalogue(plan: Plan) -> dict[str, Any]:
    """The catalogue of a thousand datasets: from nothing, after one release, with nothing new."""
    count = plan.rows or CATALOGUED
    site = _fresh_site(
        "unchanged", _department_file("hourly", UNCHANGED_ROWS, plan.folder), plan.folder
    )
    measure("flows.command_line", ["run", "--site", site], good=(0, 1))
    copied = plan.folder / "catalogue-site"
    made = median_of(
        [
            measure("benchmarks.catalogue_run", [site, str(count), copied])
            for _ in range(plan.repeats)
        ]
    )
    return {
        "name": "catalogue",
        "rows": count,
        **made.as_json(),
        "told": made.told,
        "baselines": {},
        "ratios": {},
    }


def queries(plan: Plan) -> dict[str, Any]:
    """The query API over a million released rows at 16 clients, beside datasette."""
    rows = plan.rows or 1_000_000
    site = plan.folder / "hourly-site"
    if not (site / f"{rows}.released").exists():
        site = _fresh_site("hourly", _department_file("hourly", rows, plan.folder), plan.folder)
        measure("benchmarks.governed_run", [site])
        (site / f"{rows}.released").touch()
    served = against_datasette(site, plan.folder, rows, plan.repeats, plan.with_baselines)
    return {"name": "queries", "rows": rows, "served": served}


BENCHMARKS: Mapping[str, Callable[[Plan], dict[str, Any]]] = {
    "hourly": hourly,
    "decimals": decimals,
    "unchanged": unchanged,
    "budget": budget,
    "notices": notices,
    "catalogue": catalogue,
    "queries": queries,
}


def _against_baselines(name: str, plan: Plan, rows: int) -> dict[str, Any]:
    """The workload of a table, beside the same in polars and pandas."""
    file = _department_file(name, rows, plan.folder)

    def fresh() -> Path:
        return _fresh_site(name, file, plan.folder)

    return _side_by_side(name, plan, rows, file, fresh, ("polars", "pandas"))


def _of_documents(name: str, plan: Plan, count: int, scripts: Sequence[str]) -> dict[str, Any]:
    """The workload of documents, beside what reads them without knowing what they say."""
    inputs = plan.folder / f"{name}-{count}"
    if not inputs.exists():
        measure("benchmarks.documents", [name, str(count), inputs])

    def fresh() -> Path:
        site = plan.folder / f"{name}-site"
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(SITES / name, site)
        shutil.copytree(inputs, site / "inbox")
        return site

    return _side_by_side(name, plan, count, inputs, fresh, scripts)


def _side_by_side(
    name: str,
    plan: Plan,
    rows: int,
    inputs: Path,
    fresh_site: Callable[[], Path],
    scripts: Sequence[str],
) -> dict[str, Any]:
    """Runs of each kind in turn, so that a busy machine slows all of them down alike."""
    scripts = scripts if plan.with_baselines else ()
    governed: list[Measurement] = []
    beside: dict[str, list[Measurement]] = {script: [] for script in scripts}
    for _ in range(plan.repeats):
        governed.append(measure("benchmarks.governed_run", [fresh_site()]))
        for script in scripts:
            output = plan.folder / f"{name}-{script}"
            output.mkdir(exist_ok=True)
            module = f"benchmarks.baselines.{name}_{script}"
            beside[script].append(measure(module, [inputs, output]))
    ours = median_of(governed)
    baselines = {script: median_of(runs) for script, runs in beside.items()}
    return {
        "name": name,
        "rows": rows,
        **ours.as_json(),
        "told": ours.told,
        "baselines": {
            script: {"rows": rows, **one.as_json(), "told": one.told}
            for script, one in baselines.items()
        },
        "ratios": {script: ratios(ours, one) for script, one in baselines.items()},
    }


def ratios(ours: Measurement, other: Measurement) -> dict[str, float | None]:
    """How many times the other's CPU and memory ours takes."""
    bare, others_bare = ours.without_imports(), other.without_imports()
    return {
        "cpu": round(ours.cpu_s / other.cpu_s, 2),
        "cpu_without_imports": round(bare / others_bare, 2) if bare and others_bare else None,
        "wall": round(ours.wall_s / other.wall_s, 2),
        "peak": round(ours.peak_mb / other.peak_mb, 2),
    }


def _department_file(name: str, rows: int, folder: Path) -> Path:
    """The generated file; made once per folder, since it is the same each time."""
    file = folder / f"{name}-{rows}.csv"
    if not file.exists():
        made = file.with_suffix(".part")
        measure("benchmarks.generator", [name, str(rows), made])
        made.rename(file)
    return file


def _fresh_site(name: str, file: Path, folder: Path) -> Path:
    site = folder / f"{name}-site"
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(SITES / name, site)
    (site / "inbox").mkdir()
    shutil.copyfile(file, site / "inbox" / "department.csv")
    return site
