"""What the palette offers."""

from collections.abc import Callable, Iterator
from functools import partial

from textual.app import SystemCommand

from tuimail.safetext import visible
from tuimail.tui.demo_domains import DemoDomains
from tuimail.tui.history_screen import HistoryScreen
from tuimail.tui.replaying import ReplayScreen
from tuimail.tui.transcript import TranscriptPane
from tuimail.tui.workspace import Workspace


def commands(workspace: Workspace) -> Iterator[SystemCommand]:
    """What can be done now."""
    if workspace.sending:
        yield SystemCommand("Stop", "Stop the send (f8)", workspace.action_stop)
    else:
        yield SystemCommand("Send", "Send the mail (f9)", workspace.action_send)
    yield SystemCommand(
        "Step mode",
        "Let each command wait until it is let go, or none any more (f7)",
        workspace.action_step,
    )
    yield from _transcript_commands(workspace.dialogue, workspace.next_problem)
    yield SystemCommand(
        "History…",
        "What was sent before: find, play, export, forget it (ctrl+r)",
        workspace.action_history,
    )
    yield SystemCommand(
        "Replay a recording…",
        "Play a transcript from a file in its own time",
        workspace.action_replay,
    )
    yield SystemCommand("New mail", "Clear the fields (ctrl+n)", workspace.action_new)
    yield SystemCommand(
        "Attach a file…", "Let it go with the mail (ctrl+o)", workspace.action_attach
    )
    for name, title in (("cc", "Cc"), ("bcc", "Bcc")):
        yield SystemCommand(
            f"Add {title}",
            f"Open the {title} field",
            lambda name=name: workspace.action_open_field(name),
        )
    yield from _inspector_commands(workspace)
    if not workspace.sending:
        yield SystemCommand(
            "Send through a relay…",
            "Give all mail to one server instead of the recipients' exchanges",
            workspace.action_relay,
        )
        yield SystemCommand(
            "Send directly",
            "Give mail to the exchanges of each recipient's domain",
            workspace.action_direct,
        )
    if workspace.engine.has_world:
        yield SystemCommand(
            "Demo domains…",
            "Whom to write to in the demo world, and what comes of it",
            lambda: show_demo_domains(workspace),
        )
    yield SystemCommand("Help", "The keys and the panes (f1)", workspace.action_help)


def replay_commands(replay: ReplayScreen) -> Iterator[SystemCommand]:
    """What can be done with a recording."""
    yield SystemCommand("Pause", "And go on, or play again (space)", replay.action_turn)
    yield SystemCommand("To the beginning", "And pause (ctrl+home)", replay.action_begin)
    yield SystemCommand("To the end", "And pause (ctrl+end)", replay.action_finish)
    next_problem = partial(replay.dialogue.action_problem, 1)
    yield from _transcript_commands(replay.dialogue, next_problem)
    yield SystemCommand("Help", "The keys and the panes (f1)", replay.action_help)
    yield SystemCommand(
        "Leave the recording", "Back to where it was opened (q)", replay.action_leave
    )


def history_commands(history: HistoryScreen) -> Iterator[SystemCommand]:
    """What can be done with what is kept."""
    yield SystemCommand("Search…", "Say what to look for (/)", history.pane.action_search)
    if history.pane.list.chosen is not None:
        for title, what, act in (
            ("Open", "Show the dialogue that is chosen (enter)", history.action_open),
            ("Play", "In its own time (space)", history.action_play),
            ("Compare", "Set it aside, or lay it beside the other (c)", history.action_compare),
            ("Export…", "To a file (x)", history.action_export),
            ("Forget…", "Leave nothing of it in the file (delete)", history.action_forget),
            ("Forget all…", "Leave nothing of anything (D)", history.action_forget_all),
        ):
            yield SystemCommand(title, what, act)
    yield SystemCommand("Help", "The keys, and how to search (f1)", history.action_help)
    yield SystemCommand("Leave the history", "Back to the mail (escape)", history.dismiss)


def _transcript_commands(
    pane: TranscriptPane, next_problem: Callable[[], None]
) -> Iterator[SystemCommand]:
    for title, what, act in (
        ("Search the transcript…", "Find lines in it (/)", pane.action_search),
        ("Next problem", "Go to the next line that tells of one (p)", next_problem),
        ("Export the transcript…", "Of one send, to a file (x)", pane.action_export),
    ):
        yield SystemCommand(title, what, act)


def _inspector_commands(workspace: Workspace) -> Iterator[SystemCommand]:
    yield SystemCommand(
        "Inspect a domain…",
        "How mail gets there, and what stands in its way",
        workspace.action_type_domain,
    )
    yield SystemCommand(
        "See my mail as receivers do…",
        "What SPF, DKIM and DMARC make of the domain in From",
        workspace.action_as_receivers,
    )
    listing = workspace.inspector.current
    if listing is None:
        return
    domain = visible(listing.domain)
    if not workspace.sending:
        yield SystemCommand(
            f"Probe the exchanges of {domain}",
            "Connect to each, as far as EHLO",
            workspace.action_probe,
        )
    yield SystemCommand(
        f"Ask about {domain} again",
        "Whatever is known from before",
        workspace.action_look_again,
    )
    yield SystemCommand(
        f"Export the report on {domain}…",
        "To a file, as JSON or text",
        workspace.action_export_report,
    )
    yield SystemCommand("Domains looked at…", "To go back to one of them", workspace.action_domains)


def show_demo_domains(workspace: Workspace) -> None:
    from tuimail.demo import DEMO_DOMAINS  # brings Twisted along, which a demo has by now

    workspace.app.push_screen(DemoDomains(DEMO_DOMAINS), workspace.address)
