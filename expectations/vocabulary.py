"""Finding rule classes by name. Discovery is by module; there is no list to edit."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import expectations.rules
from expectations.rule import RuleExpectation


@cache
def rule_classes() -> dict[str, type[RuleExpectation]]:
    """All rule classes, by class name, in the order of modules and names."""
    found: dict[str, type[RuleExpectation]] = {}
    modules = sorted(one.name for one in pkgutil.iter_modules(expectations.rules.__path__))
    for module_name in modules:
        module = importlib.import_module(f"{expectations.rules.__name__}.{module_name}")
        for name, member in sorted(vars(module).items()):
            if name.startswith("Expect") and getattr(member, "__module__", "") == module.__name__:
                found[name] = member
    return found
