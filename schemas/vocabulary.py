"""Vocabularies: code lists and lookup tables, built in or of a site.

A vocabulary is one CSV file, ``vocab/<name>.csv``. With a column ``code`` it is a *code list*:
``code`` is the value that is published, ``zh`` and ``en`` its titles, ``aliases`` other ways of
writing it (separated by ``|``), ``valid_from`` and ``valid_to`` ISO dates. Any other columns, and
any table without ``code``, can be looked up by keys.

A site's file of the same name extends the built-in one: an entry with a known code (and the same
``valid_from``) replaces it, others are added; in tables without ``code`` the site's rows come
first.

Divisions (GB/T 2260) are taken from python-stdnum; ``division.csv`` only adds what it lacks.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import polars as pl

from schemas.message import DefinitionError, Message

BUILT_IN_FOLDER = Path(__file__).with_name("vocab")
LIST_SUFFIX = "[]"
JOINED = re.compile(r"[,，、;；|]")
ALIAS_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a code list. ``code`` is the value that is published."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """True where the entry was valid on that day."""
        after_start = self.valid_from is None or self.valid_from <= day
        return after_start and (self.valid_to is None or day <= self.valid_to)


def plain_key(text: str) -> str:
    """The form in which texts are compared: NFKC, no blanks, case folded."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """A named code list or lookup table.

    Attributes:
        name: file name without ``.csv``.
        table: all columns as text; missing cells are null.
        entries: of a code list; empty for a table without ``code``.
    """

    name: str
    table: pl.DataFrame
    entries: tuple[Entry, ...] = ()
    _by_key: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict, repr=False)

    @property
    def codes(self) -> frozenset[str]:
        """All codes, valid now or once."""
        return frozenset(entry.code for entry in self.entries)

    def resolve(self, text: str, on: dt.date | None = None) -> Entry | None:
        """The entry that ``text`` writes (code, title or alias), or None.

        Codes go before titles and aliases. ``on`` keeps the entries valid that day; without it
        entries still in use go before those with an end. A text that stands for several codes
        (市辖区) resolves to none of them.
        """
        candidates = self._by_key.get(plain_key(text), ())
        if on is not None:
            candidates = tuple(entry for entry in candidates if entry.holds_on(on))
        else:
            in_use = tuple(entry for entry in candidates if entry.valid_to is None)
            candidates = in_use or candidates
        exact = tuple(entry for entry in candidates if entry.code == text.strip())
        candidates = exact or candidates
        if len({entry.code for entry in candidates}) != 1:
            return None
        return candidates[-1]

    def resolve_joined(self, text: str) -> tuple[Entry, ...] | None:
        """Entries of a text that joins several (``颗粒物(PM10),细颗粒物(PM2.5)``); None where any
        of them is unknown."""
        whole = self.resolve(text)
        if whole is not None:
            return (whole,)
        found = [self.resolve(part) for part in JOINED.split(text) if part.strip()]
        if not found or any(entry is None for entry in found):
            return None
        return tuple(entry for entry in found if entry is not None)

    def lookup(self, keys: Mapping[str, str], value: str) -> str | None:
        """The cell of column ``value`` in the first row whose columns have the given texts.

        Texts are compared like those of code lists. Raises DefinitionError for an unknown column.
        """
        return self.lookup_table(tuple(keys), value).get(tuple(keys.values()))

    def lookup_table(self, columns: Sequence[str], value: str) -> LookupTable:
        """The values of one column by the texts of others, for looking up many rows.

        Raises DefinitionError for a column that the vocabulary has not.
        """
        for column in (*columns, value):
            if column not in self.table.columns:
                raise DefinitionError(
                    Message(
                        f"词表“{self.name}”没有“{column}”列。",
                        f"The vocabulary {self.name!r} has no column {column!r}.",
                    ),
                    advice=Message(
                        f"现有列：{'、'.join(self.table.columns)}。",
                        f"Its columns are: {', '.join(self.table.columns)}.",
                    ),
                )
        found: dict[tuple[str, ...], str] = {}
        for *texts, cell in self.table.select(*columns, pl.col(value).alias("\0")).iter_rows():
            if cell is not None and cell.strip():
                found.setdefault(tuple(plain_key(text or "") for text in texts), cell.strip())
        return LookupTable(found)


@dataclass(slots=True)
class LookupTable:
    """Values by keys; keys are compared like the texts of code lists."""

    _values: Mapping[tuple[str, ...], str]
    _known: dict[tuple[str | None, ...], str | None] = field(default_factory=dict)

    def get(self, key: tuple[str | None, ...]) -> str | None:
        """The value for one text per key column, or None where there is none."""
        if key not in self._known:
            self._known[key] = self._values.get(tuple(plain_key(text or "") for text in key))
        return self._known[key]


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


def _by_key(entries: Sequence[Entry]) -> dict[str, tuple[Entry, ...]]:
    """Index of all texts. A code hides the same text as another entry's title or alias."""
    codes = {plain_key(entry.code) for entry in entries}
    index: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        keys = {plain_key(entry.code)}
        keys |= {plain_key(text) for text in (entry.zh, entry.en, *entry.aliases)} - codes
        for key in keys:
            index[key] = (*index.get(key, ()), entry)
    return index


def make_vocabulary(name: str, entries: Sequence[Entry]) -> Vocabulary:
    """A code list made of entries."""
    table = pl.DataFrame(
        {
            "code": [entry.code for entry in entries],
            "zh": [entry.zh for entry in entries],
            "en": [entry.en for entry in entries],
            "valid_from": [str(entry.valid_from or "") or None for entry in entries],
            "valid_to": [str(entry.valid_to or "") or None for entry in entries],
        },
        schema_overrides=dict.fromkeys(("code", "zh", "en", "valid_from", "valid_to"), pl.String),
    )
    return Vocabulary(name, table, tuple(entries), _by_key(entries))


def _merge(base: pl.DataFrame, site: pl.DataFrame) -> pl.DataFrame:
    if "code" not in base.columns or "code" not in site.columns:
        return pl.concat([site, base], how="diagonal")
    identity = [name for name in ("code", "valid_from") if name in site.columns]
    identity = [name for name in identity if name in base.columns]
    kept = base.join(site, on=identity, how="anti", nulls_equal=True)
    return pl.concat([kept, site], how="diagonal")


def _generated() -> Mapping[str, Callable[[], Vocabulary]]:
    from schemas.codes import DIVISIONS, stdnum_divisions

    return {DIVISIONS: stdnum_divisions}


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
    generated = _generated().get(name)
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
    return Vocabulary(name, table, entries, _by_key(entries))


def vocabulary_names(folders: Sequence[Path] = ()) -> tuple[str, ...]:
    """Names of all vocabularies that can be loaded, in order."""
    files = {path.stem for folder in (BUILT_IN_FOLDER, *folders) for path in folder.glob("*.csv")}
    return tuple(sorted(files | set(_generated())))
