"""Each rule has a test that names it, and no test names a rule there is not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TESTS = HERE.parent
_RULE = re.compile(r"^(?:- |\| )([RI]\d+) ", re.MULTILINE)
_NAMING = re.compile(r"\bRules? ([RI]\d+(?:(?:, | and |, and )[RI]\d+)*)")
"""`Rule R13`, `Rules R13, R17`, `Rules R1 and I1`."""


def rules() -> list[str]:
    """Those for sending mail, and those for inspecting a domain."""
    texts = [(HERE / name).read_text() for name in ("smtp.md", "inspection.md")]
    return _RULE.findall("\n".join(texts))


def named_in(docstring: str) -> set[str]:
    """The rules that a docstring names."""
    words = " ".join(docstring.split())
    return {rule for names in _NAMING.findall(words) for rule in re.findall(r"[RI]\d+", names)}


def documented(source: str) -> Iterator[tuple[str, str]]:
    """Name and docstring of each test in a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(
            "test_"
        ):
            yield node.name, ast.get_docstring(node) or ""


def covering() -> dict[str, list[str]]:
    """Which tests name each rule that some test names."""
    found: dict[str, list[str]] = {}
    for module in sorted(TESTS.rglob("test_*.py")):
        for name, docstring in documented(module.read_text()):
            for rule in named_in(docstring):
                found.setdefault(rule, []).append(f"{module.relative_to(TESTS)}::{name}")
    return found


COVERING = covering()


def test_the_rules_are_all_there() -> None:
    sending, inspecting = range(1, 41), range(1, 26)
    assert rules() == [*(f"R{n}" for n in sending), *(f"I{n}" for n in inspecting)]


@pytest.mark.parametrize("rule", rules())
def test_a_test_names_the_rule(rule: str) -> None:
    assert COVERING.get(rule), f"no test's docstring names {rule}"


def test_no_test_names_a_rule_that_is_not_there() -> None:
    strange = {rule: names for rule, names in COVERING.items() if rule not in rules()}
    assert strange == {}


@pytest.mark.parametrize(
    ("docstring", "named"),
    [
        ("Rule R13: HELO.", {"R13"}),
        ("Rules R13, R17.", {"R13", "R17"}),
        ("Rules R1 and I1: nothing is known.", {"R1", "I1"}),
        ("Whatever comes.\n\nRules R7,\n    R8, and R13: it is settled.", {"R7", "R8", "R13"}),
        ("R13 is only spoken of.", set()),
    ],
)
def test_what_a_docstring_names(docstring: str, named: set[str]) -> None:
    assert named_in(docstring) == named
