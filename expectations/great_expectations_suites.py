"""The same rules as genuine Great Expectations classes, suites and validations.

Importing this module imports Great Expectations (4–9 s): production does not. For every class of
:mod:`expectations.rules` it makes a subclass of Great Expectations' ``BatchExpectation`` with the
same name and parameters, registers it (``expect_land_area_within_bounds`` …) and binds it to one
metric, ``gongkai.failing_rows``, which calls the rule's own predicates on the batch. Nothing about
a rule is written twice.

Great Expectations runs on pandas here: only there is its list of failing rows complete.
"""

from __future__ import annotations

import json
import os
import types
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")  # read when the library is imported

import great_expectations as gx
from great_expectations.compatibility.pydantic import root_validator
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.core.expect_column_value_lengths_to_be_between import (
    ExpectColumnValueLengthsToBeBetween,
)
from great_expectations.expectations.core.expect_column_values_to_be_between import (
    ExpectColumnValuesToBeBetween,
)
from great_expectations.expectations.core.expect_column_values_to_be_in_set import (
    ExpectColumnValuesToBeInSet,
)
from great_expectations.expectations.core.expect_column_values_to_be_unique import (
    ExpectColumnValuesToBeUnique,
)
from great_expectations.expectations.core.expect_column_values_to_match_regex import (
    ExpectColumnValuesToMatchRegex,
)
from great_expectations.expectations.core.expect_column_values_to_not_be_null import (
    ExpectColumnValuesToNotBeNull,
)
from great_expectations.expectations.expectation import (
    BatchExpectation,
    Expectation,
)
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import (
    TableMetricProvider,
)
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies

from expectations.compiled_rule import CompiledRule
from expectations.compiling import CompiledRules, compile_rules
from expectations.context import NotApplicable, RuleContext
from expectations.evaluating import RULE_NOT_EVALUATED, WHATEVER_RULES_RAISE, SkippedRule
from expectations.rule import RuleExpectation
from expectations.rules import fields, keys
from expectations.vocabulary import rule_classes
from schemas.dataset import Dataset, FieldType
from schemas.finding import Finding, Severity
from schemas.vocabulary import LIST_SUFFIX

METRIC = "gongkai.failing_rows"

# Great Expectations knows critical, warning and info; the mapping keeps the order of ours.
_SEVERITIES = {
    Severity.CRITICAL: FailureSeverity.CRITICAL,
    Severity.ERROR: FailureSeverity.WARNING,
    Severity.WARNING: FailureSeverity.INFO,
}

_context: ContextVar[RuleContext] = ContextVar("_context")


@contextmanager
def rule_context(context: RuleContext) -> Iterator[None]:
    """Make a context known to the rules that Great Expectations runs meanwhile."""
    token = _context.set(context)
    try:
        yield
    finally:
        _context.reset(token)


def failing_rows(rule: RuleExpectation, frame: pl.DataFrame, context: RuleContext) -> list[int]:
    """Indexes of the rows that break a rule, by its own predicates.

    Raises:
        LookupError: the rule cannot be applied here; Great Expectations reports an exception.
    """
    prepared = rule.prepare(frame.with_row_index("_row"), context)
    if isinstance(prepared, NotApplicable):
        raise LookupError(prepared.reason.en)
    fails = pl.any_horizontal(check.fails.fill_null(value=False) for check in rule.checks())
    return sorted(prepared.filter(fails).get_column("_row").to_list())


class FailingRows(TableMetricProvider):
    """The metric behind all our classes: the rows of the batch that break one rule."""

    metric_name = METRIC
    value_keys = ("expectation_class", "parameters")

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805  written as the library's own metrics are
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> dict[str, Any]:
        del metrics, runtime_configuration
        rows, _, _ = execution_engine.get_compute_domain(
            domain_kwargs=metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE
        )
        rule_class = rule_classes()[metric_value_kwargs["expectation_class"]]
        rule = rule_class.model_validate_json(metric_value_kwargs["parameters"])
        frame = pl.from_pandas(rows)
        return {"rows": frame.height, "failing": failing_rows(rule, frame, _context.get())}


class GongkaiExpectation(BatchExpectation):
    """What the generated classes have in common."""

    rule_class: ClassVar[type[RuleExpectation] | None] = None

    @classmethod
    def is_abstract(cls) -> bool:
        """True for this class itself, so that it is not registered."""
        return cls.rule_class is None

    @root_validator(pre=True)
    def _parameters_fit(cls, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N805
        """Parameters are those of the rule class, in the form that JSON can keep."""
        if cls.rule_class is None:
            return values
        own = {name: values[name] for name in cls.rule_class.model_fields if name in values}
        rule = cls.rule_class.model_validate_json(json.dumps(own, default=str))
        return {**values, **_as_json(rule)}

    def rule(self) -> RuleExpectation:
        """The rule with the parameters of this expectation."""
        if self.rule_class is None:
            raise TypeError("GongkaiExpectation itself is no rule")
        own = {name: getattr(self, name) for name in self.rule_class.model_fields}
        return self.rule_class.model_validate_json(json.dumps(own, default=str))

    def get_validation_dependencies(
        self,
        execution_engine: Any = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> ValidationDependencies:
        """One metric: the failing rows of this rule with these parameters."""
        dependencies = super().get_validation_dependencies(execution_engine, runtime_configuration)
        parameters = {
            "expectation_class": type(self).__name__,
            "parameters": self.rule().model_dump_json(),
        }
        dependencies.set_metric_configuration(
            METRIC, MetricConfiguration(METRIC, {"batch_id": self.batch_id}, parameters)
        )
        return dependencies

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        del runtime_configuration, execution_engine
        rows, failing = metrics[METRIC]["rows"], metrics[METRIC]["failing"]
        return {
            "success": not failing,
            "result": {
                "element_count": rows,
                "unexpected_count": len(failing),
                "unexpected_percent": 100 * len(failing) / rows if rows else 0.0,
                "partial_unexpected_index_list": failing[:20],
                "unexpected_index_list": failing,
            },
        }


def _as_json(rule: RuleExpectation) -> dict[str, Any]:
    kept: dict[str, Any] = rule.model_dump(mode="json")
    return kept


def _generate(rule_class: type[RuleExpectation]) -> type[GongkaiExpectation]:
    """The Great Expectations class of a rule class, with the same name and parameters."""
    members: dict[str, Any] = {
        "__module__": __name__,
        "__doc__": rule_class.__doc__,
        "__annotations__": dict.fromkeys(rule_class.model_fields, Any),
        "rule_class": rule_class,
    }
    defaults = rule_class.model_construct().model_dump(mode="json", warnings=False)
    members |= {name: one for name, one in defaults.items() if name in rule_class.model_fields}
    made = types.new_class(
        rule_class.__name__, (GongkaiExpectation,), exec_body=lambda body: body.update(members)
    )
    assert issubclass(made, GongkaiExpectation)
    return made


EXPECTATION_CLASSES: dict[str, type[GongkaiExpectation]] = {
    name: _generate(rule_class) for name, rule_class in rule_classes().items()
}
globals().update(EXPECTATION_CLASSES)  # importable by their names


def build_suite(dataset: Dataset | CompiledRules) -> ExpectationSuite:
    """The suite of a dataset: its fields' constraints, its key and its rules.

    Field constraints that Great Expectations has classes for become those; everything else becomes
    the class of the same name as the rule. ``meta`` of each holds rule id and severity.
    """
    compiled = dataset if isinstance(dataset, CompiledRules) else compile_rules(dataset)
    expectations = [_expectation(rule, compiled.dataset) for rule in compiled.rules]
    return ExpectationSuite(name=compiled.dataset.id, expectations=expectations)


def _expectation(compiled: CompiledRule, dataset: Dataset) -> Expectation:
    rule = compiled.rule
    common: dict[str, Any] = {
        "severity": _SEVERITIES[compiled.severity],
        "meta": {"rule": compiled.id, "severity": compiled.severity.value},
        "description": (type(rule).__doc__ or "").strip().splitlines()[0],
    }
    native = _native(rule, dataset, common)
    if native is not None:
        return native
    return EXPECTATION_CLASSES[type(rule).__name__](**_as_json(rule), **common)


def _native(rule: RuleExpectation, dataset: Dataset, common: dict[str, Any]) -> Expectation | None:
    """The library's own class for a field's constraint, where it has one that is exact."""
    match rule:
        case fields.ExpectFieldPresent():
            return ExpectColumnValuesToNotBeNull(column=rule.column, **common)
        case keys.ExpectFieldUnique():
            return ExpectColumnValuesToBeUnique(column=rule.column, **common)
        case fields.ExpectFieldInSet():
            values = list(rule.values)
            return ExpectColumnValuesToBeInSet(column=rule.column, value_set=values, **common)
        case fields.ExpectFieldInCodeList() if not rule.code_list.endswith(LIST_SUFFIX):
            codes = list(rule.codes)
            return ExpectColumnValuesToBeInSet(column=rule.column, value_set=codes, **common)
        case fields.ExpectFieldMatchesPattern():
            whole = rf"\A(?:{rule.pattern})\Z"
            return ExpectColumnValuesToMatchRegex(column=rule.column, regex=whole, **common)
        case fields.ExpectFieldLengthWithin():
            return ExpectColumnValueLengthsToBeBetween(
                column=rule.column,
                min_value=rule.minimum_length,
                max_value=rule.maximum_length,
                **common,
            )
        case fields.ExpectFieldWithinRange():
            return _native_range(rule, dataset, common)
    return None


def _native_range(
    rule: fields.ExpectFieldWithinRange, dataset: Dataset, common: dict[str, Any]
) -> Expectation | None:
    """Great Expectations compares in binary floats, so decimals keep the rule's own class."""
    twice = (rule.minimum is not None and rule.exclusive_minimum is not None) or (
        rule.maximum is not None and rule.exclusive_maximum is not None
    )
    if twice or dataset.field(rule.column).type is FieldType.DECIMAL:
        return None
    lower = rule.minimum if rule.exclusive_minimum is None else rule.exclusive_minimum
    upper = rule.maximum if rule.exclusive_maximum is None else rule.exclusive_maximum
    return ExpectColumnValuesToBeBetween(
        column=rule.column,
        min_value=None if lower is None else float(lower),
        max_value=None if upper is None else float(upper),
        strict_min=rule.exclusive_minimum is not None,
        strict_max=rule.exclusive_maximum is not None,
        **common,
    )


@dataclass(frozen=True, slots=True)
class Validation:
    """What Great Expectations found.

    Attributes:
        failing: rows ``rule``, ``expectation``, ``_row`` (index in the frame), each once.
        broken: RULE-00 for each expectation that raised, read from ``exception_info``.
        skipped: rules that cannot be applied here; they are not in the suite that ran.
    """

    failing: pl.DataFrame
    broken: list[Finding]
    skipped: list[SkippedRule]


def validate_with_great_expectations(
    frame: pl.DataFrame, rules: CompiledRules, context: RuleContext | None = None
) -> Validation:
    """Run the suite of a dataset on a frame with Great Expectations on pandas."""
    context = context or RuleContext(division_code=rules.division_code)
    applicable, skipped = _applicable(frame, rules, context)
    suite = build_suite(applicable)
    data_context = gx.get_context(mode="ephemeral")
    asset = data_context.data_sources.add_pandas("gongkai").add_dataframe_asset("batch")
    data_context.variables.progress_bars = ProgressBarsConfig(globally=False)
    definition = asset.add_batch_definition_whole_dataframe("whole")
    rows = frame.to_pandas(use_pyarrow_extension_array=True)
    batch = definition.get_batch(batch_parameters={"dataframe": rows})
    with rule_context(context):
        results = batch.validate(suite, result_format="COMPLETE").results
    failing: list[tuple[str, str, int]] = []
    broken: list[Finding] = []
    for result in results:
        configuration = result.expectation_config
        assert configuration is not None
        assert configuration.meta is not None
        rule_id = configuration.meta["rule"]
        reason = _exception(result.exception_info)
        if reason is not None:
            named = f"{rule_id} {configuration.type}"
            broken.append(RULE_NOT_EVALUATED.finding(rule=named, reason=reason, pattern=named))
            continue
        indexes = result.result.get("unexpected_index_list") or []
        failing += [(rule_id, configuration.type, int(index)) for index in indexes]
    schema = {"rule": pl.String, "expectation": pl.String, "_row": pl.UInt32}
    return Validation(pl.DataFrame(failing, schema=schema, orient="row"), broken, skipped)


def _applicable(
    frame: pl.DataFrame, rules: CompiledRules, context: RuleContext
) -> tuple[CompiledRules, list[SkippedRule]]:
    """The rules that can be applied here. One whose preparation raises stays, to be told."""
    kept: list[CompiledRule] = []
    skipped: list[SkippedRule] = []
    for one in rules.rules:
        prepared: pl.DataFrame | NotApplicable = frame
        if one.rule.needs_preparation():
            with suppress(*WHATEVER_RULES_RAISE):  # told when Great Expectations runs it
                prepared = one.rule.prepare(frame.with_row_index("_row"), context)
        if isinstance(prepared, NotApplicable):
            skipped.append(SkippedRule(one.id, prepared.reason))
        else:
            kept.append(one)
    return CompiledRules(rules.dataset, tuple(kept), rules.division_code), skipped


def _exception(info: dict[str, Any] | None) -> str | None:
    """The message of what an expectation raised: one for all, or one for each metric."""
    if not info:
        return None
    one_by_one = [info] if "raised_exception" in info else list(info.values())
    for one in one_by_one:
        if one.get("raised_exception"):
            return str(one.get("exception_message"))
    return None
