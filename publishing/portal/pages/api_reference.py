"""``/api/``: the interfaces for programs, with examples on a dataset of this site."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from publishing.portal.pages.languages import in_both_languages
from publishing.portal.pages.rendering import answer, portal_of
from publishing.portal.portal import Portal
from publishing.portal.published import PublishedVersion
from publishing.queries.operators import Function, Operator, functions_of, operators_of
from schemas.dataset import DatasetField, FieldType

PATH = "/api/"
CKAN_ACTIONS = "/api/3"
EXAMPLE_ROWS = 10
NUMBERS = (FieldType.DECIMAL, FieldType.INTEGER, FieldType.NUMBER)  # amounts first
PROBLEMS = (
    (404, ("no_such_dataset", "no_such_version", "no_such_row", "not_found")),
    (405, ("method_not_allowed",)),
    (406, ("not_acceptable",)),
    (410, ("withdrawn",)),
    (
        409,
        ("conflict", "doubled_column", "wrong_cursor", "too_many_groups", "sum_too_large"),
    ),
    (
        422,
        (
            "unknown_parameter",
            "unknown_field",
            "unknown_operator",
            "unknown_function",
            "unknown_group",
            "unknown_format",
            "wrong_value",
            "one_value",
            "out_of_range",
            "too_many",
            "nothing_asked",
            "too_slow",
            "too_large",
        ),
    ),
    (429, ("too_many_requests",)),
    (500, ("fault",)),
    (503, ("version_changing", "release_damaged")),
)
"""Status and codes of problems; each code is an anchor of the page, to which ``type`` leads."""


@dataclass(frozen=True, slots=True)
class Example:
    """A request: ``text`` is a key of the words, ``path`` can be followed, ``shown`` be read."""

    text: str
    path: str
    shown: str


def examples(version: PublishedVersion) -> list[Example]:
    """Requests that this dataset answers."""
    dataset = version.dataset
    rows = f"/api/v1/datasets/{dataset.id}/rows"
    asked: list[tuple[str, list[tuple[str, str]]]] = [
        ("api.example_rows", [("limit", str(EXAMPLE_ROWS))]),
        ("api.example_csv", [("limit", str(EXAMPLE_ROWS)), ("format", "csv")]),
        ("api.example_version", [("version", str(version.number)), ("limit", str(EXAMPLE_ROWS))]),
    ]
    number = _first(version, NUMBERS)
    text = _first(version, (FieldType.STRING,), but=dataset.primary_key)
    if number is not None:
        greatest = [(f"{number.name}.empty", "false"), ("sort", f"-{number.name}")]
        asked.insert(1, ("api.example_sort", [*greatest, ("limit", str(EXAMPLE_ROWS))]))
    if text is not None:
        figures = "count" if number is None else f"count,max:{number.name}"
        asked.insert(2, ("api.example_group", [("group", text.name), ("aggregate", figures)]))
    return [_example(key, rows, parameters) for key, parameters in asked]


def _example(key: str, path: str, parameters: list[tuple[str, str]]) -> Example:
    shown = "&".join(f"{name}={value}" for name, value in parameters)
    return Example(key, f"{path}?{urlencode(parameters, quote_via=quote)}", f"{path}?{shown}")


def _first(
    version: PublishedVersion, kinds: tuple[FieldType, ...], but: tuple[str, ...] = ()
) -> DatasetField | None:
    """The first field of the first of these types that the dataset has."""
    for kind in kinds:
        for field in version.dataset.fields:
            if field.type is kind and field.name not in but:
                return field
    return None


def api_reference(request: Request) -> Response:
    """``/api/``."""
    published = portal_of(request).published
    versions = [found for name in published.dataset_ids() if (found := published.version(name))]
    made_of = [(one.dataset.id, one.number) for one in versions]

    def context() -> dict[str, object]:
        shown = max(versions, key=lambda one: int(one.manifest["rows"]), default=None)
        return {
            "versions": versions,
            "shown": shown,
            "examples": examples(shown) if shown else [],
            "operators": _operators(),
            "functions": _functions(),
            "problems": PROBLEMS,
            "options": published.site.portal,
            "ckan": _has_ckan_actions(request),
        }

    return answer(request, "api.html", made_of, context)


def _has_ckan_actions(request: Request) -> bool:
    return any(getattr(one, "path", "").startswith(CKAN_ACTIONS) for one in request.app.routes)


def _operators() -> list[tuple[str, list[FieldType]]]:
    """Each operator with the types that have it; none listed where all do."""
    found = []
    for operator in Operator:
        kinds = [kind for kind in FieldType if operator in operators_of(kind)]
        found.append((operator.value, [] if len(kinds) == len(FieldType) else kinds))
    return found


def _functions() -> list[tuple[str, list[FieldType]]]:
    found = []
    for function in Function:
        kinds = [kind for kind in FieldType if function in functions_of(kind)]
        found.append((function.value, [] if len(kinds) == len(FieldType) else kinds))
    return found


def api_reference_routes(portal: Portal) -> list[Route]:
    """``/api/``; where the query API is served."""
    return in_both_languages(PATH, api_reference) if portal.serves_queries else []
