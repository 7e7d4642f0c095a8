"""What the palette offers."""

from collections.abc import Iterator

from textual.app import SystemCommand

from tuimail.safetext import visible
from tuimail.tui.demo_domains import DemoDomains
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
    for title, what, act in (
        ("Search the transcript…", "Find lines in it (/)", workspace.dialogue.action_search),
        ("Next problem", "Go to the next line that tells of one (p)", workspace.next_problem),
        ("Export the transcript…", "Of one send, to a file (x)", workspace.dialogue.action_export),
    ):
        yield SystemCommand(title, what, act)
    yield SystemCommand(
        "History…",
        "What was sent before: find, play, export, forget it (ctrl+r)",
        workspace.action_history,
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
