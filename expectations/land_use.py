"""Groups of land use that the law treats alike, told from a code or, failing that, a name."""

from __future__ import annotations

import polars as pl

RESIDENTIAL = "residential"
COMMERCIAL = "commercial"
OTHER = "other"

# First-level classes of GB/T 21010-2017; codes of other schemes are not read.
_GB_T_21010 = "GB/T 21010-2017"
_RESIDENTIAL_CODE = "07"
_COMMERCIAL_CODE = "05"
_RESIDENTIAL_NAME = "住宅|住房|居住|廉租房|宅基地"
_COMMERCIAL_NAME = "商|旅游|娱乐|零售|批发|餐饮|住宿|旅馆|酒店|金融"


def land_use_group(name: pl.Expr, code: pl.Expr | None, scheme: pl.Expr | None) -> pl.Expr:
    """``residential``, ``commercial`` or ``other``; null where neither name nor code is given.

    A mixed use that names dwellings counts as residential, since the longest term applies to its
    residential part.
    """
    by_name = (
        pl.when(name.str.contains(_RESIDENTIAL_NAME))
        .then(pl.lit(RESIDENTIAL))
        .when(name.str.contains(_COMMERCIAL_NAME))
        .then(pl.lit(COMMERCIAL))
        .when(name.is_not_null())
        .then(pl.lit(OTHER))
    )
    if code is None:
        return by_name
    known = code.is_not_null()
    if scheme is not None:
        known = known & scheme.eq_missing(_GB_T_21010)
    by_code = (
        pl.when(code.str.starts_with(_RESIDENTIAL_CODE))
        .then(pl.lit(RESIDENTIAL))
        .when(code.str.starts_with(_COMMERCIAL_CODE))
        .then(pl.lit(COMMERCIAL))
        .otherwise(pl.lit(OTHER))
    )
    return (
        pl.when(by_name == RESIDENTIAL).then(by_name).when(known).then(by_code).otherwise(by_name)
    )
