"""Codes of published names, through a code list (``schemas/vocab`` or the site's ``vocab``)."""

from __future__ import annotations

import polars as pl

from schemas.computation.contract import TEXT, Input, RowComputation, RowContext
from schemas.message import Message
from schemas.strict import StrictModel
from schemas.vocabulary_files import load_vocabulary


class CodeOfOptions(StrictModel):
    """``vocabulary`` names the code list."""

    vocabulary: str


def _code_of(context: RowContext) -> pl.Series:
    options: CodeOfOptions = context.options
    vocabulary = load_vocabulary(options.vocabulary, context.vocabulary_folders)
    (names,) = context.inputs
    codes: dict[str, str | None] = {}
    for name in names.drop_nulls().unique().to_list():
        entry = vocabulary.resolve(name)
        codes[name] = entry.code if entry else None
    return names.replace_strict(
        list(codes), list(codes.values()), default=None, return_dtype=pl.String
    )


CODE_OF = RowComputation(
    name="code_of",
    purpose=Message(
        "名称在代码表中的代码；不认识的名称没有代码",
        "the code of a name in a code list; a name that is not known there has none",
    ),
    result=TEXT,
    compute=_code_of,
    inputs=(Input(Message("名称", "name"), TEXT),),
    options=CodeOfOptions,
)
