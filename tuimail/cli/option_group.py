"""Options that belong together: under one heading in `--help`, and their values as one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import click

C = TypeVar("C", bound=Callable[..., Any])
T = TypeVar("T")
Option = Callable[[Any], Any]
"""What `click.option` returns."""

_WIDEST_TERM = 30
"""Columns of the longest option that has its help beside it."""


def under(heading: str) -> Callable[..., Option]:
    """`click.option` for the options that `--help` lists under `heading`."""

    def option(*declarations: str, **attributes: Any) -> Option:  # noqa: ANN401  # click's own
        return click.option(*declarations, cls=_HeadedOption, heading=heading, **attributes)

    return option


def with_options(options: Sequence[Option]) -> Callable[[C], C]:
    """Decorates a command; `--help` lists the options in their order."""

    def decorate(command: C) -> C:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def pick(group: type[T], given: Mapping[str, object]) -> T:
    """The dataclass `group` of those options that bear its fields' names."""
    names = {field.name for field in fields(group)}  # type: ignore[arg-type]  # any dataclass
    return group(**{name: value for name, value in given.items() if name in names})


class HeadedCommand(click.Command):
    """Its options stand under their headings, those without one at the end."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_options(self, ctx, formatter)


class HeadedGroup(click.Group):
    """A group whose commands come before its options, which are many."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        _write_options(self, ctx, formatter)


class _HeadedOption(click.Option):
    def __init__(self, *args: Any, heading: str, **attributes: Any) -> None:  # noqa: ANN401  # click's own
        super().__init__(*args, **attributes)
        self.heading = heading


def _write_options(
    command: click.Command, context: click.Context, formatter: click.HelpFormatter
) -> None:
    sections: dict[str, list[tuple[str, str]]] = {}
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        # The usage line tells of arguments.
        if record is not None and isinstance(parameter, click.Option):
            heading = parameter.heading if isinstance(parameter, _HeadedOption) else "Other"
            sections.setdefault(heading, []).append(record)
    terms = [term for records in sections.values() for term, _ in records]
    # Each section would have a column of its own.
    width = max(len(term) for term in terms if len(term) <= _WIDEST_TERM)
    for heading, records in sections.items():
        with formatter.section(heading):
            formatter.write_dl([(term.ljust(width), text) for term, text in records], width)
