"""A site, the real command in processes of its own, and what a reader sees."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
HEADER = "电子监管号,地块位置,面积(公顷),土地用途,供地方式,年限,成交价(万元),使用权人\n"
DATASET = "land_supply_results"
MAPPING = """\
layout:
  reader: {type: delimited}
  mapping:
    supervision_number: 电子监管号
    location: 地块位置
    area_m2: 面积
    land_use_name: 土地用途
    supply_method: 供地方式
    term_years: {from: 年限, unit: a}
    price_cny: 成交价
    holder_name: 使用权人
"""
SITE = "format: 1\nid: made\npublisher:\n  name: {zh: 试验县, en: Made county}\n"


def parcels(first: int, last: int, price: float = 300) -> str:
    """A department's CSV with the parcels of those numbers."""
    rows = (
        f"620521{2025 - number // 100_000}B{number % 100_000:05d},清水县永清镇甲路{number}号,"
        f"1.5,工业用地,挂牌出让,50,{price + number},清水县甲公司\n"
        for number in range(first, last + 1)
    )
    return HEADER + "".join(rows)


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str
    peak_mb: float = 0.0

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        """What ``--json`` printed."""
        found: list[dict[str, Any]] = json.loads(self.out)
        return found

    @property
    def only(self) -> dict[str, Any]:
        """The one outcome."""
        (one,) = self.outcomes
        return one


@dataclass
class Commands:
    """The command server and what is asked of it."""

    process: subprocess.Popen[str]
    folder: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def order(self, **order: Any) -> dict[str, Any]:
        """One order, answered."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def start(self, *arguments: object, **faults: Any) -> tuple[int, Path]:
        """Start a command; its pid and where it writes."""
        out = self.folder / f"{next(self.numbers)}.out"
        order = {"arguments": [str(one) for one in arguments], "out": str(out), "err": f"{out}.err"}
        return self.order(**order, wait=False, **faults)["pid"], out

    def join(self, started: tuple[int, Path]) -> Ended:
        """Wait for a started command."""
        pid, out = started
        answer = self.order(join=pid)
        err = Path(f"{out}.err").read_text("utf-8")
        assert "Traceback" not in err, err
        return Ended(answer["code"], out.read_text("utf-8"), err, answer["peak_mb"])

    def run(self, *arguments: object, **faults: Any) -> Ended:
        """A command from its start to its end; nobody sees a traceback."""
        return self.join(self.start(*arguments, **faults))

    def steps(self, folder: Path, *arguments: object, mode: str = "kill") -> int:
        """How many steps an undisturbed command takes."""
        started = self.start(*arguments, at=0, mode=mode, folder=str(folder))
        ended = self.join(started)
        assert ended.code == 0, ended
        return int(Path(f"{started[1]}.steps").read_text("ascii"))


@dataclass
class County:
    """A site in a folder, and the commands run on it."""

    folder: Path
    commands: Commands

    def write(self, name: str, text: str) -> Path:
        """Write a file of the site."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def source(
        self,
        identifier: str = "bureau",
        dataset: str = f"land/{DATASET}",
        load: str = "full",
        more: str = "",
    ) -> None:
        """A source that reads ``inbox/<id>*.csv``."""
        self.write(
            f"sources/{identifier}.yml",
            f"format: 1\nid: {identifier}\ndepartment: {{zh: 某局, en: A bureau}}\n"
            f"dataset: {dataset}\nload: {load}\n"
            f"connector: {{type: folder, path: inbox, glob: '{identifier}*.csv'}}\n"
            + MAPPING
            + more,
        )

    def second_dataset(self, identifier: str = "other_results") -> str:
        """Another dataset of the same fields."""
        text = (ROOT / f"schemas/datasets/land/{DATASET}.yml").read_text("utf-8")
        self.write(
            f"datasets/land/{identifier}.yml", text.replace(f"id: {DATASET}", f"id: {identifier}")
        )
        return f"land/{identifier}"

    def run(self, *arguments: object, command: str = "run", **faults: Any) -> Ended:
        """``gongkai run … --json`` on this site."""
        return self.commands.run(command, *arguments, "--json", "--site", self.folder, **faults)

    def start(self, *arguments: object, command: str = "run", **faults: Any) -> tuple[int, Path]:
        """As :meth:`run`, without waiting."""
        return self.commands.start(command, *arguments, "--json", "--site", self.folder, **faults)

    def status(self) -> list[dict[str, Any]]:
        """The sources as ``gongkai status`` tells them."""
        ended = self.run(command="status")
        assert ended.code == 0, ended
        found: list[dict[str, Any]] = json.loads(ended.out)["sources"]
        return found

    def seen(self, dataset: str = DATASET) -> tuple[list[int], str]:
        """Version numbers and the current content, after checking every file of every version."""
        folder = self.folder / "public/datasets" / dataset
        if not (folder / "versions.json").exists():
            return [], ""
        pointer = json.loads((folder / "versions.json").read_bytes())
        for entry in pointer["versions"]:
            version = folder / str(entry["version"])
            manifest = (version / "manifest.json").read_bytes()
            assert hashlib.sha256(manifest).hexdigest() == entry["manifest_sha256"]
            sums = (version / "SHA256SUMS").read_text("utf-8").splitlines()
            assert len(sums) == len(list(version.iterdir())) - 1
            for line in sums:
                digest, name = line.split("  ")
                assert hashlib.sha256((version / name).read_bytes()).hexdigest() == digest, name
        numbers = [entry["version"] for entry in pointer["versions"]]
        assert numbers == sorted(set(numbers))
        assert pointer["current"] == numbers[-1]
        return numbers, pointer["versions"][-1]["content_sha256"]

    def manifest(self, version: int, dataset: str = DATASET) -> dict[str, Any]:
        """A manifest."""
        path = self.folder / "public/datasets" / dataset / str(version) / "manifest.json"
        found: dict[str, Any] = json.loads(path.read_bytes())
        return found

    def states(self) -> list[tuple[str, str | None, str]]:
        """Source, state and sentence of all runs, in the order they began."""
        with contextlib.closing(sqlite3.connect(self.folder / "gongkai.db")) as database:
            query = "SELECT source, state, message_zh FROM runs ORDER BY ordinal"
            return list(database.execute(query))

    def copy(self, to: Path) -> County:
        """The same site elsewhere."""
        shutil.copytree(self.folder, to)
        return County(to, self.commands)
