"""Column types of the Fiscal Data Package: what a column of public money is, for machines.

Names are those of the budget taxonomy of the Fiscal Data Package 1.0 (``columnType`` of a field,
https://specs.frictionlessdata.io/fiscal-data-package--budgets/); facts 7.5.
"""

from __future__ import annotations

import re

_CLASSIFICATION = r"(functional|economic|administrative)-classification:generic"
_LEVEL = r"(:level[1-8])?:(code|label|description)"
FISCAL_TYPES = (
    "value",
    "value-kind:code",
    "value-kind:label",
    "date:fiscal-year",
    "direction",
    "phase:id",
    "phase:label",
    "budget-line-id",
    _CLASSIFICATION + _LEVEL,
    r"activity:generic:(program|subprogram|project|subproject|contract):(code|label)",
    r"expenditure-type:(code|label)",
    r"fin-source:generic(:level[1-3])?:(code|label)",
    r"geo:(generic|source|target):(code|title)",
)
"""Regular expressions of the names that a dataset file may give as ``fiscal_type``."""
VALUE = "value"
FISCAL_YEAR = "date:fiscal-year"


def is_fiscal_type(name: str) -> bool:
    """Whether the taxonomy has a column type of that name."""
    return any(re.fullmatch(one, name) for one in FISCAL_TYPES)
