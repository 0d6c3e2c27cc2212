"""The examples notice every changed bound and operator of every rule.

Each rule's own code (its class, and the functions and constants of its module it uses) is mutated
at one place at a time: comparison and logical operators, numbers, bounds given as parameters'
defaults. At least one example of the rule must then come out differently.
"""

from __future__ import annotations

import ast
import copy
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
from rule_examples import EXAMPLES, Example
from rule_running import as_expected, built, compiled

from expectations.rule import RuleExpectation
from expectations.vocabulary import rule_classes

SWAPPED: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Sub: ast.Add,
    ast.Add: ast.Sub,
}
# Arguments that say something, limit parameters or keep an order; they decide no failure.
SAID = {
    "parts", "columns", "constants", "titles", "value", "what", "advice", "default", "separator",
    "maintain_order", "check_sortedness", "eager",
}  # fmt: skip
SAID_BY_CALLS = {"Message", "Field", "FloodCause", "ColumnKind", "round"}
# Methods that only find words for a failure; test_rule_sentences tries them.
FINDS_WORDS = {"_deciding", "_hint", "_hint_zh", "_hint_en", "_of_row", "_period"}
# Changes that change nothing, or what another test looks at, by rule and changed code.
EXCUSED = {
    ("ExpectFieldLengthWithin", "0 -> -1"): "no text is shorter than 0",
    ("ExpectPeriodAtLeast", "False -> True"): "the note on holidays: test_rule_sentences",
    ("ExpectPeriodAtMost", "False -> True"): "the note on holidays: test_rule_sentences",
    ("ExpectBudgetCodeOneName", "2 -> 3"): "which name stands beside the usual one: the next rule",
    ("ExpectBudgetCodeOneName", "2 -> 1"): "the same; ExpectBudgetCodeNotContradicted tries it",
    ("ExpectBudgetTablesInOneUnit", "100000000 -> "): "less than the rounding of what is printed",
    ("ExpectResultMatchesNotice", "kind"): "whether it is skipped: test_rules_beside_the_row",
}
NOTHING_TO_MUTATE = {
    "ExpectKeyPresent",
    "ExpectFieldPresent",
    "ExpectFieldUnique",
    "ExpectNarrativeFilledIn",
    "ExpectNoPlaceholder",
    "ExpectSupervisionNumberUnique",
    "ExpectBasicExpenditureAddsUp",
}


def _own_code(rule_class: type[RuleExpectation]) -> ast.Module:
    """The module of a rule with everything the rule does not use cut away."""
    path = sys.modules[rule_class.__module__].__file__
    assert path is not None
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    named = {name: node for node in tree.body for name in _names_bound(node)}
    needed, queue = set(), [rule_class.__name__]
    while queue:
        name = queue.pop()
        if name in named and name not in needed:
            needed.add(name)
            used = (one.id for one in ast.walk(named[name]) if isinstance(one, ast.Name))
            queue += list(used)
    keep = {id(named[name]) for name in needed}
    tree.body = [
        node
        for node in tree.body
        if id(node) in keep or isinstance(node, ast.Import | ast.ImportFrom)
    ]
    return tree


def _names_bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    return [one.id for one in targets if isinstance(one, ast.Name)]


class _Places(ast.NodeVisitor):
    """Nodes that decide whether a row fails."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        self.nodes: list[ast.AST] = []

    def generic_visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.Compare | ast.BinOp | ast.UnaryOp | ast.Constant):
            self.nodes.append(node)
        super().generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None and "ClassVar" not in ast.unparse(node.annotation):
            self.visit(node.value)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if node.name == self.rule or not node.name.startswith("Expect"):
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for statement in node.body:
            if node.name not in FINDS_WORDS:
                self.visit(statement)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in SAID_BY_CALLS:
            return
        if isinstance(node.func, ast.Attribute) and node.func.attr in SAID_BY_CALLS:
            self.visit(node.func.value)
            return
        self.visit(node.func)
        for argument in node.args:
            self.visit(argument)
        for keyword in node.keywords:
            if keyword.arg not in SAID:
                self.visit(keyword.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Texts decide nothing."""

    def visit_If(self, node: ast.If) -> None:
        """Which checks there are at all; their bodies are looked at, not the question."""
        for statement in (*node.body, *node.orelse):
            self.visit(statement)


def _mutants(tree: ast.Module, rule: str) -> Iterator[tuple[str, ast.Module]]:
    places = _Places(rule)
    places.visit(tree)
    for number, node in enumerate(places.nodes):
        for variant in range(2):
            changed = copy.deepcopy(tree)
            again = _Places(rule)
            again.visit(changed)
            said = _mutate(again.nodes[number], variant)
            if said:
                line = getattr(node, "lineno", 0)
                yield f"line {line}: {ast.unparse(node)[:60]} -> {said}", changed


def _mutate(node: ast.AST, variant: int) -> str:
    """Change the node in place; say what was done, or "" where there is nothing to do."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in SWAPPED and variant == 0:
            if isinstance(node.comparators[0], ast.Constant) and node.comparators[0].value is None:
                return ""
            node.ops = [SWAPPED[type(operator)]()]
        case ast.BinOp(op=operator) if type(operator) in SWAPPED and variant == 0:
            node.op = SWAPPED[type(operator)]()
        case ast.UnaryOp(op=ast.Invert()) if variant == 0:
            node.op = ast.UAdd()
            return "without ~"
        case ast.Constant(value=bool()) if variant == 0:
            node.value = not node.value
        case ast.Constant(value=int()) if not isinstance(node.value, bool):
            node.value += 1 if variant == 0 else -1
        case _:
            return ""
    return ast.unparse(node)[:60]


def _load(tree: ast.Module, name: str) -> type[RuleExpectation]:
    module = types.ModuleType("mutant")
    sys.modules["mutant"] = module
    source = ast.unparse(ast.fix_missing_locations(tree)).replace("+pl.", "pl.")
    exec(compile(source, "mutant", "exec"), module.__dict__)
    made: type[RuleExpectation] = module.__dict__[name]
    return made


def _noticed(mutant: type[RuleExpectation], examples: list[Example]) -> bool:
    for example in examples:
        rules = compiled(example, built(example, {example.rule: mutant}))
        evaluation = rules.evaluate_frame(example.frame(), example.context)
        if evaluation.broken:
            return True
        found = set(evaluation.failures.select("_row", "column", "pattern").iter_rows())
        if not as_expected(example, found):
            return True
    return False


@pytest.mark.parametrize("name", sorted(rule_classes()))
def test_examples_notice_every_mutation(name: str) -> None:
    rule_class = rule_classes()[name]
    examples = [one for one in EXAMPLES if one.rule == name]
    survivors, tried = [], 0
    for said, tree in _mutants(_own_code(rule_class), name):
        tried += 1
        try:
            mutant = _load(tree, name)
            noticed = _noticed(mutant, examples)
        except Exception:  # a mutant that cannot even be built is noticed
            noticed = True
        finally:
            sys.modules.pop("mutant", None)
        excused = any(rule == name and code in said for rule, code in EXCUSED)
        if not noticed and not excused:
            survivors.append(said)
    assert (tried == 0) == (name in NOTHING_TO_MUTATE)
    assert not survivors, "\n".join(survivors)
