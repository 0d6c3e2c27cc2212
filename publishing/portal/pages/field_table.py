"""The fields of a dataset as its page explains them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from publishing.portal.pages.formatting import share
from publishing.portal.pages.languages import Language
from publishing.portal.pages.texts import text_of
from publishing.portal.published import PublishedVersion
from schemas.dataset import Constraints, DatasetField, PrivacyClass
from schemas.units import find_unit
from schemas.vocabulary_files import BUILT_IN_FOLDER, load_vocabulary

MOST_CODES = 40
"""A longer code list is only named."""


@dataclass(frozen=True, slots=True)
class DescribedField:
    """A field in words.

    Attributes:
        field: of the dataset file.
        in_key: it is part of the key that tells rows apart.
        unit: its unit; "" where it has none.
        notes: sentences on what holds for its values.
        codes: code and title of each entry of its code list, where that is known and short.
        empty: share of rows without a value.
    """

    field: DatasetField
    in_key: bool
    unit: str
    notes: tuple[Markup, ...]
    codes: tuple[tuple[str, str], ...]
    empty: str


def described_fields(version: PublishedVersion, language: Language) -> list[DescribedField]:
    """All fields, in order."""
    dataset, told = version.dataset, version.manifest["statistics"]
    return [
        DescribedField(
            field,
            field.name in dataset.primary_key,
            _unit(field, language),
            tuple(_notes(field, in_key=field.name in dataset.primary_key, language=language)),
            _codes(field, language),
            share(int(told["nulls"].get(field.name, 0)), int(told["rows"])),
        )
        for field in dataset.fields
    ]


def _unit(field: DatasetField, language: Language) -> str:
    if not field.unit:
        return ""
    unit = find_unit(field.unit)
    if unit is None:
        return field.unit
    if unit.code == "1":
        return ""
    return unit.zh if language.key == "zh" else unit.en


def _notes(field: DatasetField, *, in_key: bool, language: Language) -> Iterable[Markup]:
    given = field.constraints
    if given.required and not in_key:
        yield text_of(f"fields.required_{given.severity}", language)
    if given.unique:
        yield text_of("fields.unique", language)
    yield from _bounds(given, language)
    if given.max_length is not None:
        yield text_of("fields.max_length", language, n=given.max_length)
    if given.enum:
        yield text_of("fields.enum", language, values=" | ".join(given.enum))
    if given.pattern:
        pattern = Markup("<code>{}</code>").format(given.pattern)
        yield text_of("fields.pattern", language, pattern=pattern)
    if field.hour_label is not None:
        yield text_of(f"fields.hour_{field.hour_label}", language)
    if field.computed is not None:
        yield text_of("fields.computed", language)
    if field.privacy not in (PrivacyClass.NONE, PrivacyClass.IDENTIFIER):
        yield text_of(f"fields.privacy_{field.privacy.value}", language)


def _bounds(given: Constraints, language: Language) -> Iterable[Markup]:
    for key, value in (
        ("minimum", given.minimum),
        ("maximum", given.maximum),
        ("above", given.exclusive_minimum),
        ("below", given.exclusive_maximum),
    ):
        if value is not None:
            yield text_of(f"fields.{key}", language, value=f"{value:,f}")


def _codes(field: DatasetField, language: Language) -> tuple[tuple[str, str], ...]:
    """A code list of the site itself is not in the public folder; it is only named."""
    if field.code_list is None or not (BUILT_IN_FOLDER / f"{field.code_list}.csv").exists():
        return ()
    entries = load_vocabulary(field.code_list).entries
    if len(entries) > MOST_CODES:
        return ()
    return tuple(
        dict.fromkeys(
            (entry.code, entry.zh if language.key == "zh" else entry.en) for entry in entries
        )
    )
