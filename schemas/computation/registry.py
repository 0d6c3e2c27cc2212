"""All computations by name, and the order in which the fields of a dataset are computed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas.computation.air_quality_daily import AIR_QUALITY_DAILY
from schemas.computation.air_quality_index import (
    AIR_QUALITY_INDEX,
    AIR_QUALITY_ITEM_INDEX,
    AIR_QUALITY_LEVEL,
)
from schemas.computation.contract import DerivedComputation, RowComputation
from schemas.computation.land_supply import LAND_SOURCE_NAME, UNIT_PRICE
from schemas.computation.row_values import (
    AMENDMENT_ORDINAL,
    CONSTANT,
    FIRST_PRESENT,
    RECORD_KEY,
    VALUE_WHERE,
)
from schemas.computation.surface_water_class import SURFACE_WATER_CLASS
from schemas.computation.three_public_expenses import THREE_PUBLIC_EXPENSES
from schemas.computation.vocabulary_code import CODE_OF
from schemas.dataset import Dataset, DatasetField
from schemas.message import DefinitionError, Message

ROW_COMPUTATIONS: Mapping[str, RowComputation] = MappingProxyType(
    {
        one.name: one
        for one in (
            AIR_QUALITY_INDEX,
            AIR_QUALITY_ITEM_INDEX,
            AIR_QUALITY_LEVEL,
            AMENDMENT_ORDINAL,
            CODE_OF,
            CONSTANT,
            FIRST_PRESENT,
            LAND_SOURCE_NAME,
            RECORD_KEY,
            SURFACE_WATER_CLASS,
            UNIT_PRICE,
            VALUE_WHERE,
        )
    }
)
DERIVED_COMPUTATIONS: Mapping[str, DerivedComputation] = MappingProxyType(
    {one.name: one for one in (AIR_QUALITY_DAILY, THREE_PUBLIC_EXPENSES)}
)


def known_computations() -> Mapping[str, RowComputation | DerivedComputation]:
    """Every computation by name, with the inputs and options it takes."""
    return {**ROW_COMPUTATIONS, **DERIVED_COMPUTATIONS}


def in_order_of_need(dataset: Dataset) -> list[DatasetField]:
    """The computed fields in field order, each after the computed fields it is made from.

    Raises DefinitionError where fields are made from one another in a circle.
    """
    waiting = {field.name: field for field in dataset.fields if field.computed is not None}
    ordered: list[DatasetField] = []
    while waiting:
        ready = next(
            (field for field in waiting.values() if not _needs(field) & set(waiting)), None
        )
        if ready is None:
            names = "、".join(waiting)
            raise DefinitionError(
                Message(f"计算字段互相引用：{names}", f"fields are computed in a circle: {names}"),
                where=dataset.id,
                advice=Message("请修改 computed.inputs。", "Change computed.inputs."),
            )
        ordered.append(waiting.pop(ready.name))
    return ordered


def _needs(field: DatasetField) -> set[str]:
    return set(field.computed.inputs) if field.computed else set()
