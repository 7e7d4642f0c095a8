"""`tuimail history`: what was sent, and typed, for a while."""

import click

from tuimail.cli.exits import Exit

_ID = click.IntRange(1, 2**63 - 1)
"""SQLite counts no further."""
_STATUSES = click.Choice(["delivered", "deferred", "failed", "unknown", "stopped"])


@click.group(
    invoke_without_command=True, short_help="Find what was sent, and show its dialogue again."
)
@click.option("--recipient", metavar="TEXT", default="", help="In a recipient's address.")
@click.option("--exchange", metavar="TEXT", default="", help="In the name of an exchange.")
@click.option("--status", type=_STATUSES, default=None, help="Of a recipient, or of the whole.")
@click.option("--text", metavar="TEXT", default="", help="Anywhere in the dialogue.")
@click.option(
    "--most",
    metavar="NUMBER",
    type=click.IntRange(1, 1_000_000),
    default=100,
    help="The newest so many.  [default: 100]",
)
@click.option("--json", "form", flag_value="json", default="text", help="Print one JSON document.")
@click.pass_context
def history(
    context: click.Context,
    recipient: str,
    exchange: str,
    status: str | None,
    text: str,
    most: int,
    form: str,
) -> int:
    """List what was sent, and what was talked by hand, the newest first.

    Everything is kept for 30 days, or until it takes 200 MB, without its secrets and without the
    messages; TUIMAIL_HISTORY_DAYS and TUIMAIL_HISTORY_MB say otherwise, and 0 keeps nothing.

    \b
    Exit status:
       0  something is found         64  wrong usage
       1  nothing is                 66  the history can't be read
    """
    if context.invoked_subcommand is not None:
        return Exit.DELIVERED
    # SQLite and asyncio are not for `--help` to wait for.
    import asyncio

    from tuimail.cli.remembering import list_found
    from tuimail.store.query import Query, Term, Where

    given = (
        Term(recipient, Where.RECIPIENT),
        Term(exchange, Where.EXCHANGE),
        Term(status or "", Where.STATUS),
        Term(text),
    )
    query = Query(tuple(term for term in given if term.text), most)
    return asyncio.run(list_found(query, form))


@history.command(short_help="Show one dialogue again.")
@click.argument("id_", metavar="ID", type=_ID)
@click.option(
    "--json", "form", flag_value="json", default="text", help="Print JSON Lines, to be replayed."
)
def show(id_: int, form: str) -> int:
    """Show the dialogue that the list has under ID.

    \b
    Exit status:
       0  here it is                 64  wrong usage
       1  there is none              66  the history can't be read
    """
    import asyncio

    from tuimail.cli.remembering import show_kept

    return asyncio.run(show_kept(id_, form))


@history.command(short_help="Forget one dialogue, or all.")
@click.argument("id_", metavar="[ID]", type=_ID, required=False)
@click.option("--all", "every", flag_value="all", help="All that there is.")
def forget(id_: int | None, every: str | None) -> int:
    """Forget the dialogue that the list has under ID: nothing of it is in the file any more.

    \b
    Exit status:
       0  it is forgotten           64  wrong usage
       1  there was none            66  the history can't be changed
    """
    if (id_ is None) == (every is None):
        raise click.UsageError("Say which ID to forget, or --all.")
    import asyncio

    from tuimail.cli.remembering import forget_kept

    return asyncio.run(forget_kept(id_))
