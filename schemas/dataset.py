"""The dataset file: one YAML that says what a published table is.

From it the checks, Table Schema, the manifest and the documents are generated; nothing about a
dataset is written twice.
"""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainSerializer, PlainValidator, model_validator

from schemas.chart import Chart
from schemas.deprecation import Deprecation
from schemas.finding import Scope, Severity
from schemas.fiscal_types import FISCAL_YEAR, VALUE, is_fiscal_type
from schemas.licence import CC_BY, Licence
from schemas.portable_forms import ocds_stage
from schemas.strict import SNAKE_CASE, Identifier, IsoDate, StrictModel, Text, refuse


def exact_decimal(value: object) -> Decimal:
    """Read a YAML number or text as a Decimal, by its digits, never through binary floats."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        refuse("必须是数字", "must be a number")
    try:
        return Decimal(str(value))
    except ArithmeticError:
        refuse("必须是数字", "must be a number")


ExactDecimal = Annotated[
    Decimal,
    PlainValidator(exact_decimal, json_schema_input_type=float | str),
    PlainSerializer(str, return_type=str, when_used="json"),
]


class FieldType(StrEnum):
    """Types of published values. Names are those of Table Schema where it has them."""

    STRING = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"  # exact; ``scale`` digits behind the point (money, areas)
    NUMBER = "number"  # binary float; measurements
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"  # with the offset of the site's time zone
    YEAR = "year"
    YEARMONTH = "yearmonth"


class PrivacyClass(StrEnum):
    """What the personal-data gate does with a field (facts 8.1, 8.2)."""

    NONE = "none"
    PERSON_OR_ORGANIZATION = "person_or_organization"  # natural persons' names masked
    PERSON_NAME = "person_name"  # always a natural person: masked
    FREE_TEXT = "free_text"  # detected numbers are redacted
    IDENTIFIER = "identifier"  # an official number that may look like a personal one: kept


_TYPES_OF_FISCAL = {
    VALUE: (FieldType.DECIMAL, FieldType.INTEGER, FieldType.NUMBER),
    FISCAL_YEAR: (FieldType.YEAR, FieldType.INTEGER),
}
"""All other column types of the Fiscal Data Package are text."""


TEMPORAL_TYPES = (FieldType.DATE, FieldType.DATETIME, FieldType.YEAR, FieldType.YEARMONTH)
"""Types whose values say when."""


class Constraints(StrictModel):
    """What every value of a field must satisfy. ``severity`` is that of breaking it."""

    required: bool = False
    unique: bool = False
    minimum: ExactDecimal | None = None
    maximum: ExactDecimal | None = None
    exclusive_minimum: ExactDecimal | None = None
    exclusive_maximum: ExactDecimal | None = None
    min_length: Annotated[int, Field(ge=0)] | None = None
    max_length: Annotated[int, Field(ge=1)] | None = None
    enum: tuple[str, ...] | None = None
    pattern: str | None = None
    severity: Literal["error", "warning"] = "error"

    @model_validator(mode="after")
    def _pattern_compiles(self) -> Self:
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as error:
                refuse(
                    f"pattern 不是正则表达式：{error}",
                    f"pattern is not a regular expression: {error}",
                )
        return self


class Computation(StrictModel):
    """A value computed from other fields of the row after casting.

    ``by`` names a function registered in ``schemas.computation``; ``inputs`` are field names in
    the order that function documents; ``options`` are passed as they are.
    """

    by: Identifier
    inputs: tuple[Identifier, ...]
    options: dict[str, Any] = Field(default_factory=dict)


class DatasetField(StrictModel):
    """One published column.

    ``hour_label`` on a datetime says that values are hourly means and which end of the hour is
    published; every mapping of the field must then declare which end its source writes.
    ``without_time`` on a datetime says what a date without a time means: it counts from the start
    of its day. Without it such a text is no instant, and a finding.
    ``fiscal_type`` is the column type of the Fiscal Data Package (:mod:`schemas.fiscal_types`).
    """

    name: Identifier
    title: Text
    description: Text | None = None
    type: FieldType
    scale: Annotated[int, Field(ge=0, le=12)] | None = None
    unit: str | None = None
    constraints: Constraints = Constraints()
    code_list: str | None = None
    privacy: PrivacyClass = PrivacyClass.NONE
    kind_field: Identifier | None = None
    computed: Computation | None = None
    hour_label: Literal["start", "end"] | None = None
    without_time: Literal["start_of_day"] | None = None
    fiscal_type: str | None = None
    deprecated: Deprecation | None = None

    @model_validator(mode="after")
    def _type_and_scale_agree(self) -> Self:
        if (self.type is FieldType.DECIMAL) != (self.scale is not None):
            refuse(
                "decimal 类型必须写 scale（小数位数），其他类型不能写",
                "scale is required for type decimal, and for no other type",
            )
        if self.privacy is PrivacyClass.PERSON_OR_ORGANIZATION and not self.kind_field:
            refuse(
                "privacy: person_or_organization 需要 kind_field，即标明单位或自然人的字段",
                "privacy person_or_organization needs kind_field, the field that "
                "says organization or natural_person",
            )
        if self.hour_label is not None and self.type is not FieldType.DATETIME:
            refuse("hour_label 只能用于 datetime 类型", "hour_label belongs to type datetime only")
        if self.without_time is not None and self.type is not FieldType.DATETIME:
            refuse(
                "without_time 只能用于 datetime 类型", "without_time belongs to type datetime only"
            )
        return self

    @model_validator(mode="after")
    def _fiscal_type_is_known(self) -> Self:
        if self.fiscal_type is None:
            return self
        if not is_fiscal_type(self.fiscal_type):
            refuse(
                f"fiscal_type“{self.fiscal_type}”不是财政数据包的列类型",
                f"fiscal_type '{self.fiscal_type}' is no column type of the Fiscal Data Package",
            )
        if self.type not in _TYPES_OF_FISCAL.get(self.fiscal_type, (FieldType.STRING,)):
            refuse(
                f"类型为 {self.type} 的字段不能写 fiscal_type: {self.fiscal_type}",
                f"a field of type {self.type} cannot have fiscal_type {self.fiscal_type}",
            )
        return self


ReasonCode = Literal["R14A", "R14B", "R14C", "R15A", "R15B", "R16A", "R16B", "R16C", "R99"]


class Disclosure(StrictModel):
    """公开属性. Anything but proactive needs a reason code (facts 6.1)."""

    attribute: Literal["proactive", "on_request", "not_public"]
    reason: (
        Literal["R14A", "R14B", "R14C", "R15A", "R15B", "R16A", "R16B", "R16C", "R99"] | None
    ) = None

    @model_validator(mode="after")
    def _reason_given(self) -> Self:
        if self.attribute != "proactive" and self.reason is None:
            refuse(
                "依申请公开或不予公开必须写明理由代码",
                "on_request and not_public need a reason code",
            )
        return self


class LegalBasis(StrictModel):
    """A law, with the days on which it was in force (statutes are replaced: facts 0.3)."""

    title: str
    article: str = ""
    in_force_from: IsoDate | None = None
    in_force_to: IsoDate | None = None


class Deadline(StrictModel):
    """The statutory deadline of publication."""

    days: Annotated[int, Field(ge=1)]
    kind: Literal["working_days", "calendar_days", "hours"]
    after: Text
    legal_basis: str = ""


class RuleUse(StrictModel):
    """One rule of the dataset: which expectation, with which parameters, how severe.

    ``flood`` says what happens when it fails on more than 20 % of a batch: ``hold`` makes one
    critical batch finding, ``fold`` publishes and folds all into one case (for warnings whose
    cause is known to be common).
    """

    id: Annotated[str, Field(pattern=r"^[A-Z]{2,5}-\d{2,3}[a-z]?$")]
    expectation: Annotated[str, Field(pattern=r"^Expect[A-Za-z0-9]+$")]
    severity: Severity
    params: dict[str, Any] = Field(default_factory=dict)
    flood: Literal["hold", "fold"] = "hold"


class Gates(StrictModel):
    """Limits beyond which a candidate is held, per source and per dataset.

    Fractions of the previous accepted rows: ``drop`` of rows lost, ``null`` of the growth of the
    share of empty values in any field, ``total`` of the change of the sum of any amount field.
    """

    drop: Annotated[float, Field(ge=0, le=1)] = 0.05
    null: Annotated[float, Field(ge=0, le=1)] = 0.2
    total: Annotated[float, Field(ge=0)] | None = None


class Partition(StrictModel):
    """How rows are shared out over files."""

    field: Identifier
    by: Literal["value", "year", "month"] = "value"


class Amendment(StrictModel):
    """How a later amendment of the same thing is told: the field, and a pattern with the
    groups ``base`` and ``ordinal``. The highest ordinal is kept; the others are superseded."""

    field: Identifier
    pattern: str
    ordinal_field: Identifier | None = None

    @model_validator(mode="after")
    def _has_groups(self) -> Self:
        try:
            groups = re.compile(self.pattern).groupindex
        except re.error as error:
            refuse(
                f"pattern 不是正则表达式：{error}", f"pattern is not a regular expression: {error}"
            )
        if set(groups) != {"base", "ordinal"}:
            refuse(
                "pattern 需要且只需要 (?P<base>…) 和 (?P<ordinal>…) 两个组",
                "pattern needs exactly the groups (?P<base>…) and (?P<ordinal>…)",
            )
        return self


class Derivation(StrictModel):
    """A dataset computed from another dataset's release, not read from a department.

    ``by`` names a function registered in ``schemas.computation``.
    """

    by: Identifier
    upstream: Identifier
    options: dict[str, Any] = Field(default_factory=dict)


class Dataset(StrictModel):
    """A published table with a fixed schema and its rules."""

    format: Literal[1]
    id: Identifier
    title: Text
    description: Text
    theme: Identifier
    owner: Text
    legal_basis: tuple[LegalBasis, ...] = ()
    disclosure: Disclosure = Disclosure(attribute="proactive")
    licence: Licence = CC_BY
    update_frequency: Literal[
        "hourly", "daily", "weekly", "monthly", "quarterly", "biannual", "annual", "irregular"
    ]
    deadline: Deadline | None = None
    primary_key: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    partition: Partition | None = None
    time_field: Identifier | None = None
    release: Literal["each_run", "daily", "monthly"] = "each_run"
    deletions: Literal["tombstone", "keep"] = "tombstone"
    grace_days: Annotated[int, Field(ge=0, le=3650)] = 0
    amendment: Amendment | None = None
    derived: Derivation | None = None
    gates: Gates = Gates()
    portable_forms: tuple[Literal["ocds"], ...] = ()
    known_limitations: tuple[Text, ...] = ()
    deprecated: Deprecation | None = None
    charts: tuple[Chart, ...] = ()
    fields: Annotated[tuple[DatasetField, ...], Field(min_length=1)]
    rules: tuple[RuleUse, ...] = ()

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        names = [field.name for field in self.fields]
        doubled = {name for name in names if names.count(name) > 1}
        if doubled:
            refuse(
                f"字段名重复：{'、'.join(sorted(doubled))}",
                f"field names used twice: {', '.join(sorted(doubled))}",
            )
        referred = [("primary_key", name) for name in self.primary_key]
        if self.partition:
            referred.append(("partition.field", self.partition.field))
        if self.time_field:
            referred.append(("time_field", self.time_field))
        if self.amendment:
            referred.append(("amendment.field", self.amendment.field))
            if self.amendment.ordinal_field:
                referred.append(("amendment.ordinal_field", self.amendment.ordinal_field))
        for field in self.fields:
            if field.kind_field:
                referred.append((f"kind_field of {field.name}", field.kind_field))
            if field.deprecated and field.deprecated.replaced_by:
                replacement = field.deprecated.replaced_by
                referred.append((f"deprecated.replaced_by of {field.name}", replacement))
            if field.computed:
                referred += [(f"computed.inputs of {field.name}", n) for n in field.computed.inputs]
        for where, name in referred:
            if name not in names:
                refuse(
                    f"{where} 用到的字段 {name} 在本数据集中不存在",
                    f"{where} names the field {name}, which this dataset does not have",
                )
        if self.time_field and self.field(self.time_field).type not in TEMPORAL_TYPES:
            refuse(
                f"time_field 用到的字段 {self.time_field} 不是日期、时间、年或年月",
                f"time_field names {self.time_field}, which is no date, time, year or month",
            )
        if self.grace_days and self.deletions == "keep":
            refuse(
                "deletions: keep 时没有记录会被删除，不能写 grace_days",
                "with deletions: keep nothing is ever deleted, so there can be no grace_days",
            )
        if "ocds" in self.portable_forms and ocds_stage(names) is None:
            refuse(
                "portable_forms: ocds 只能用于具有采购意向、结果、合同或投诉各字段的数据集",
                "portable_forms: ocds needs the fields of procurement intentions, awards, "
                "contracts or complaints",
            )
        drawn = [chart.id for chart in self.charts]
        doubled = {chart for chart in drawn if drawn.count(chart) > 1}
        if doubled:
            refuse(
                f"图表 id 重复：{'、'.join(sorted(doubled))}",
                f"chart ids used twice: {', '.join(sorted(doubled))}",
            )
        ids = [f"{rule.id} {rule.expectation} {rule.params}" for rule in self.rules]
        doubled = {rule for rule in ids if ids.count(rule) > 1}
        if doubled:
            refuse(
                f"规则重复：{'、'.join(sorted(doubled))}",
                f"rules given twice: {', '.join(sorted(doubled))}",
            )
        return self

    @model_validator(mode="after")
    def _replacements_stay(self) -> Self:
        """What replaces something deprecated is another thing, and not deprecated itself."""
        if self.deprecated and self.deprecated.replaced_by == self.id:
            refuse("数据集不能由它自己替代", "a dataset cannot be replaced by itself")
        for field in self.fields:
            if field.deprecated is None or field.deprecated.replaced_by is None:
                continue
            replacement = self.field(field.deprecated.replaced_by)
            if replacement.deprecated is not None:
                refuse(
                    f"字段 {field.name} 的替代字段 {replacement.name} 本身已停用",
                    f"field {field.name} is replaced by {replacement.name}, which is itself "
                    "deprecated",
                )
        return self

    def field(self, name: str) -> DatasetField:
        """The field of that name. Raises KeyError where there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def field_names(self) -> list[str]:
        """Names of the published columns, in order."""
        return [field.name for field in self.fields]


__all__ = [
    "SNAKE_CASE",
    "Dataset",
    "DatasetField",
    "FieldType",
    "Identifier",
    "IsoDate",
    "PrivacyClass",
    "RuleUse",
    "Scope",
    "Severity",
]
