"""Vocabularies as files: the built-in ones in ``schemas/vocab``, extended by those of a site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import polars as pl

from schemas.divisions import DIVISIONS, stdnum_divisions
from schemas.message import DefinitionError, Message
from schemas.vocabulary import ALIAS_SEPARATOR, LIST_SUFFIX, Entry, Vocabulary, by_key

BUILT_IN_FOLDER = Path(__file__).with_name("vocab")
GENERATED: Mapping[str, Callable[[], Vocabulary]] = {DIVISIONS: stdnum_divisions}
"""Vocabularies that a library brings; a file of the same name extends them."""


def _read_csv(path: Path) -> pl.DataFrame:
    try:
        table = pl.read_csv(path, infer_schema=False, encoding="utf8")
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise DefinitionError(
            Message(f"无法读取词表：{error}", f"The vocabulary cannot be read: {error}"),
            where=str(path),
            advice=Message(
                "请保存为 UTF-8 编码、逗号分隔、每行列数相同的 CSV。",
                "Save it as comma-separated UTF-8 with as many cells in every row.",
            ),
        ) from error
    return table.rename({name: name.lstrip("\ufeff").strip() for name in table.columns})


def _date(text: str | None, path: Path, line: int) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise DefinitionError(
            Message(f"第 {line} 行的日期“{text}”有误。", f"Line {line}: {text!r} is not a date."),
            where=str(path),
            advice=Message("请写成 2026-03-01。", "Write it as 2026-03-01."),
        ) from error


def _entries(table: pl.DataFrame, path: Path) -> list[Entry]:
    entries = []
    for line, row in enumerate(table.iter_rows(named=True), start=2):
        code = (row["code"] or "").strip()
        if not code:
            raise DefinitionError(
                Message(f"第 {line} 行没有 code。", f"Line {line} has no code."), where=str(path)
            )
        zh = row.get("zh") or code
        entries.append(
            Entry(
                code=code,
                zh=zh,
                en=row.get("en") or zh,
                aliases=tuple(
                    alias.strip()
                    for alias in (row.get("aliases") or "").split(ALIAS_SEPARATOR)
                    if alias.strip()
                ),
                valid_from=_date(row.get("valid_from"), path, line),
                valid_to=_date(row.get("valid_to"), path, line),
            )
        )
    return entries


def _merge(base: pl.DataFrame, site: pl.DataFrame) -> pl.DataFrame:
    if "code" not in base.columns or "code" not in site.columns:
        return pl.concat([site, base], how="diagonal")
    identity = [name for name in ("code", "valid_from") if name in site.columns]
    identity = [name for name in identity if name in base.columns]
    kept = base.join(site, on=identity, how="anti", nulls_equal=True)
    return pl.concat([kept, site], how="diagonal")


def load_vocabulary(name: str, folders: Sequence[Path] = ()) -> Vocabulary:
    """The vocabulary ``name``: the built-in one, extended by those of ``folders`` in order.

    ``name[]`` (a code list whose values may be joined) is the same vocabulary. Raises
    DefinitionError where there is none of that name, or its file is wrong.
    """
    bare = name.removesuffix(LIST_SUFFIX)
    distinct = dict.fromkeys(folder.resolve() for folder in (BUILT_IN_FOLDER, *folders))
    paths = [folder / f"{bare}.csv" for folder in distinct]
    stamps = tuple((path, path.stat().st_mtime_ns) for path in paths if path.is_file())
    return _load(bare, stamps)


@lru_cache(maxsize=64)
def _load(name: str, stamps: tuple[tuple[Path, int], ...]) -> Vocabulary:
    generated = GENERATED.get(name)
    if not stamps:
        if generated is None:
            raise DefinitionError(
                Message(f"没有名为“{name}”的词表。", f"There is no vocabulary {name!r}."),
                advice=Message(
                    f"请新建 vocab/{name}.csv，或改用已有的词表：{'、'.join(vocabulary_names())}。",
                    f"Make vocab/{name}.csv, or use one of: {', '.join(vocabulary_names())}.",
                ),
            )
        return generated()
    table = generated().table if generated is not None else None
    for path, _ in stamps:
        more = _read_csv(path)
        if "code" in more.columns:
            _entries(more, path)
        table = more if table is None else _merge(table, more)
    assert table is not None
    if "code" not in table.columns:
        return Vocabulary(name, table)
    entries = tuple(_entries(table, stamps[-1][0]))
    return Vocabulary(name, table, entries, by_key(entries))


def vocabulary_names(folders: Sequence[Path] = ()) -> tuple[str, ...]:
    """Names of all vocabularies that can be loaded, in order."""
    files = {path.stem for folder in (BUILT_IN_FOLDER, *folders) for path in folder.glob("*.csv")}
    return tuple(sorted(files | set(GENERATED)))
