"""``python -m benchmarks [NAME …] [--rows N] [--json]``: speed and memory, side by side."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.workloads import BENCHMARKS, Plan


def main() -> None:
    """Run the benchmarks asked for and print what they cost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--rows", type=int, help="rows of the department file")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each process; medians")
    parser.add_argument("--no-baselines", action="store_true", help="only the governed run")
    parser.add_argument("--folder", type=Path, help="keep the files there")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    if unknown := set(given.names) - set(BENCHMARKS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        plan = Plan(folder.resolve(), given.rows, given.repeat, not given.no_baselines)
        found = [BENCHMARKS[name](plan) for name in given.names or BENCHMARKS]
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        print("\n".join(_lines(one)))


def _lines(found: dict[str, Any]) -> list[str]:
    if "served" in found:
        return _served_lines(found)
    beside = {**found["baselines"]}
    beside |= {name: found[name] for name in ("first_run", "check_of_demo_site") if name in found}
    counted = "datasets" if found["name"] == "catalogue" else "rows"
    lines = [f"{found['name']}, {found['rows']} {counted}", _line("gongkai", found)]
    if found["name"] == "catalogue":
        lines += [f"  {name}: {value}" for name, value in found["told"].items()]
    lines += [_line(name, one) for name, one in beside.items()]
    for name, ratio in found["ratios"].items():
        told = ", ".join(f"{what} {value}" for what, value in ratio.items())
        lines.append(f"  gongkai / {name}: {told}")
    return lines


def _served_lines(found: dict[str, Any]) -> list[str]:
    lines = [f"{found['name']}, {found['rows']} rows"]
    for asked, servers in found["served"].items():
        lines += [
            f"  {asked:8} {server:10} {one['per_second']:8.1f} /s, p50 {one['p50_ms']:8.1f} ms, "
            f"p95 {one['p95_ms']:8.1f} ms, server cpu {one['server_cpu_ms']:6.1f} ms a request"
            for server, one in servers.items()
            if server != "throughput_ratio"
        ]
        if "throughput_ratio" in servers:
            lines.append(f"  {asked:8} gongkai / datasette: {servers['throughput_ratio']} times")
    return lines


def _line(name: str, one: dict[str, Any]) -> str:
    imports = "" if one["imports_cpu_s"] is None else f" (imports {one['imports_cpu_s']})"
    return (
        f"  {name:20} cpu {one['cpu_s']:8.2f} s{imports}, wall {one['wall_s']:8.2f} s, "
        f"peak {one['peak_mb']:7.0f} MB"
    )


if __name__ == "__main__":
    main()
