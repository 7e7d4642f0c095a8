"""Options that belong together, and what they gave as one value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

C = TypeVar("C", bound=Callable[..., Any])
T = TypeVar("T")
Option = Callable[[Any], Any]
"""What `click.option` returns."""


def with_options(options: Sequence[Option]) -> Callable[[C], C]:
    """Decorates a command; `--help` lists the options in their order."""

    def decorate(command: C) -> C:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def pick(group: type[T], given: Mapping[str, object]) -> T:
    """The dataclass `group` of those options that bear its fields' names."""
    return group(**{field.name: given[field.name] for field in fields(group)})  # type: ignore[arg-type]  # any dataclass
