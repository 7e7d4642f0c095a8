"""The inspector on the screen, on the demo world."""

import asyncio
import json
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.tui.driving import LETTER, NARROW, WIDE, Driver, opened
from tuimail.delivery.settings import Relay, Settings
from tuimail.demo import DemoWorld
from tuimail.tui.letter import Letter
from tuimail.tui.report_view import ReportView

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


def selected(screen: Driver) -> str:
    return screen.workspace.inspector.selected[-1]


def line_of(screen: Driver, text: str) -> int:
    """Where it stands on the screen."""
    return next(number for number, line in enumerate(screen.text.splitlines()) if text in line)


async def at(screen: Driver, domain: str) -> None:
    await screen.until(lambda: f"Inspector · {domain}" in screen.text)


async def look_at(screen: Driver, domain: str) -> None:
    """By the keys that a person has for it."""
    await screen.press("f3")
    if screen.workspace.inspector.current is not None:
        await screen.press("d")
    await screen.until(lambda: screen.app.focused is screen.field("domain"))
    await screen.paste(domain)
    await screen.press("enter")
    await at(screen, domain)
    await screen.settle()


async def go_to(screen: Driver, last: str) -> None:
    """Moves the selection to what ends so."""
    await screen.press("home")
    while selected(screen) != last:
        before = screen.workspace.inspector.selected
        await screen.press("down")
        assert screen.workspace.inspector.selected != before, f"{last} is not there"


@SIZES
async def test_a_report_from_summary_to_findings(settings: Settings, size: tuple[int, int]) -> None:
    async with opened(settings, letter=LETTER, size=size) as screen:
        await screen.press("f3")
        await screen.until(lambda: "✓ friendly.test takes mail at 2 exchanges" in screen.text)
        await screen.settle()
        assert "·  10 mx1.friendly.test" in screen.text
        assert "answers in" in screen.text
        assert selected(screen) == "summary"
        await screen.press("end")
        await screen.until(lambda: "✓ PTR" in screen.text)
        await screen.press("home")
        await screen.until(lambda: "takes mail at 2 exchanges" in screen.text)


async def test_details_say_why_and_what_to_do(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await look_at(screen, "broken-spf.test")
        await screen.press("down", "down", "down")
        await screen.press("enter")
        await screen.until(lambda: "✗ SPF · broken-spf.test" in screen.text)
        for text in ("What to do", "What it rests on", "    a:", "RFC 7208 §4.6.4, rule I8"):
            assert text in screen.text
        await screen.press("y")
        assert screen.app.clipboard.startswith("✗ SPF · broken-spf.test\n")
        await screen.press("escape")
        await screen.until(lambda: "What to do" not in screen.text)


async def test_a_probe_is_asked_for_and_shows_in_the_transcript(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.press("f3")
        assert not screen.lines
        await screen.press("p")
        await screen.until(lambda: "✓     127.0.0.11  TLS 1.3" in screen.text)
        await screen.settle()
        assert {line.text for line in screen.lines} >= {"EHLO client.example", "QUIT"}
        assert not any(line.text.startswith("MAIL") for line in screen.lines)
        await screen.until(lambda: "→ QUIT" in screen.text)


async def test_nothing_jumps_while_answers_come(settings: Settings) -> None:
    """The selection stays at what it is about, and on its line, though findings come above it."""
    async with opened(settings, letter=LETTER) as screen:
        await screen.press("f3", "end")
        await screen.until(lambda: "its name is mx2.friendly.test" in screen.text)
        before = screen.workspace.inspector.selected
        line = line_of(screen, "its name is mx2.friendly.test")
        await screen.press("p")
        await screen.settle()
        await screen.until(lambda: "greeting" in screen.text)
        assert screen.workspace.inspector.selected == before
        assert line_of(screen, "its name is mx2.friendly.test") == line


async def test_domains_typed_into_the_fields_are_looked_up_in_the_dns_alone(
    settings: Settings,
) -> None:
    """One entry each, and the policy host learns of it only when somebody asks himself."""
    letter = Letter(sender="me@example.com", to="a@sts.test, b@sts.test", cc="c@plain.test")
    async with opened(settings, letter=letter) as screen:
        seen = screen.workspace.inspector.seen
        assert list(seen.listings) == ["sts.test", "plain.test"]
        assert not screen.lines

        def said() -> str:
            findings = seen.listings["sts.test"].report.findings
            return next(each.why for each in findings if each.rule == "I11")

        assert "its policy host was not asked" in said()
        await screen.press("f3", "r")
        await screen.settle()
        assert "its policy host was not asked" not in said()


async def test_back_and_forth_among_domains(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await look_at(screen, "plain.test")
        await look_at(screen, "nullmx.test")
        for key, domain in (
            ("left", "plain.test"),
            ("left", "friendly.test"),
            ("left", "friendly.test"),
            ("right", "plain.test"),
        ):
            await screen.press(key)
            await at(screen, domain)
        await screen.press("h")
        await screen.until(lambda: "Domains looked at" in screen.text)
        assert "✗ nullmx.test says that it takes no mail" in screen.text
        await screen.press("down", "enter")
        await at(screen, "nullmx.test")


async def test_a_domain_that_is_none_is_said_so_in_its_place(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.press("f3", "d")
        await screen.paste("bad..name")
        await screen.press("enter")
        await screen.until(lambda: "two dots" in screen.text)
        await screen.press("escape")
        await screen.until(lambda: "two dots" not in screen.text)
        assert isinstance(screen.app.focused, ReportView)


async def test_one_exchange_gets_the_mail_alone_and_is_asked_about_first(
    settings: Settings, demo_world: DemoWorld
) -> None:
    letter = Letter(sender="me@example.com", to="bob@friendly.test, eve@plain.test", body="x")
    async with opened(settings, letter=letter) as screen:
        await screen.press("f3")
        await screen.press("o")
        await screen.until(lambda: "Go to an exchange first" in screen.text)
        await go_to(screen, "mx2.friendly.test")
        await screen.press("o")
        await screen.until(lambda: "Send the mail to mx2.friendly.test alone" in screen.text)
        await screen.press("escape")
        await screen.until(lambda: "alone, for" not in screen.text)
        assert not screen.workspace.sending
        await screen.press("o")
        await screen.until(lambda: "eve@plain.test gets nothing." in screen.text)
        await screen.press("y")
        await screen.until(lambda: screen.concluded == 1)
        await screen.settle()
        assert "Delivered" in screen.edge
        exchanges = {line.lane.exchange for line in screen.lines if line.lane.exchange}
        assert exchanges == {"mx2.friendly.test"}
        assert screen.workspace.composer.letter == letter
    (mail,) = demo_world.received
    assert mail.forward_paths == ("bob@friendly.test",)


async def test_nobody_there_gets_nothing(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await look_at(screen, "plain.test")
        await go_to(screen, "mx.plain.test")
        await screen.press("o")
        await screen.until(lambda: "Nobody in To, Cc or Bcc is at plain.test." in screen.text)


async def test_one_exchange_gets_it_though_all_else_goes_through_a_relay(
    settings: Settings, demo_world: DemoWorld
) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.workspace.engine.travel(Relay("127.0.0.17", demo_world.smtp_port))
        await screen.press("f3")
        await go_to(screen, "mx1.friendly.test")
        await screen.press("o")
        await screen.until(lambda: "mx1.friendly.test alone" in screen.text)
        await screen.press("y")
        await screen.until(lambda: screen.concluded == 1)
        await screen.settle()
        exchanges = {line.lane.exchange for line in screen.lines if line.lane.exchange}
        assert exchanges == {"mx1.friendly.test"}


async def test_a_probe_goes_to_the_exchange_though_mail_goes_through_a_relay(
    settings: Settings, demo_world: DemoWorld
) -> None:
    """What is looked at is the domain, whatever route the screen's mail takes by now."""
    async with opened(settings, letter=LETTER) as screen:
        await screen.workspace.engine.travel(Relay("127.0.0.17", demo_world.smtp_port))
        await screen.press("f3", "p")
        await screen.until(lambda: "✓     127.0.0.11  TLS 1.3" in screen.text)
        await screen.settle()
        exchanges = {line.lane.exchange for line in screen.lines if line.lane.exchange}
        assert exchanges == {"mx1.friendly.test", "mx2.friendly.test"}


async def test_what_receivers_make_of_my_mail(settings: Settings) -> None:
    letter = Letter(sender="me@friendly.test", to="bob@plain.test", body="x")
    async with opened(settings, letter=letter) as screen:
        await screen.press("f3", "m")
        await screen.until(lambda: "make of mail from friendly.test?" in screen.text)
        addresses = screen.app.screen.query_one("#addresses", Input)
        addresses.value = "nowhere"
        await screen.press("enter")
        await screen.until(lambda: "“nowhere” is no IP address." in screen.text)
        addresses.value = "192.0.2.99"
        await screen.press("enter")
        await at(screen, "friendly.test")
        await screen.settle()
        await screen.until(lambda: "your mail from 192.0.2.99" in screen.text)
        assert "✗ SPF" in screen.text


async def test_mine_needs_somebody_who_sends(settings: Settings) -> None:
    async with opened(settings, letter=Letter(to="bob@plain.test")) as screen:
        await screen.press("f3", "m")
        await screen.until(lambda: "Type your address into From first." in screen.text)


async def test_a_report_goes_into_a_file(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    async with opened(settings, letter=LETTER) as screen:
        await screen.press("f3", "x")
        await screen.until(lambda: "friendly.test.json" in screen.text)
        screen.app.screen.query_one(Input).value = str(tmp_path)
        await screen.press("enter")
        await screen.until(lambda: "is a folder." in screen.text)
        screen.app.screen.query_one(Input).value = str(path)
        await screen.press("enter")
        await screen.until(path.exists)
        await screen.until(lambda: "The report is in" in screen.text)
    document = json.loads(path.read_bytes())
    assert document["domain"] == "friendly.test"
    assert [each["name"] for each in document["exchanges"]] == [
        "mx1.friendly.test",
        "mx2.friendly.test",
    ]


async def test_a_click_goes_there(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await look_at(screen, "plain.test")
        await screen.pilot.click("DomainStrip", offset=(3, 0))
        await at(screen, "friendly.test")
        row = line_of(screen, "10 mx1") - line_of(screen, "takes mail at 2")
        await screen.pilot.click("ReportView", offset=(10, row))
        assert selected(screen) == "mx1.friendly.test"
        await screen.pilot.click("ReportView", offset=(10, row), times=2)
        await screen.until(lambda: "the lowest number is tried first" in screen.text)


async def test_the_help_names_its_keys(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.press("f1")
        await screen.until(lambda: "Send the mail" in screen.text)
        while "Connect to each exchange, as far as EHLO" not in screen.text:
            await screen.press("down")


async def test_of_a_long_list_only_the_first_are_looked_into_by_themselves(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has dozens of questions; where it takes its mail is known of all."""
    monkeypatch.setattr("tuimail.tui.inspecting.MOST_GLANCES", 1)
    letter = Letter(sender="me@example.com", to="a@friendly.test, b@plain.test, c@nullmx.test")
    async with opened(settings, letter=letter) as screen:
        listings = screen.workspace.inspector.seen.listings
        assert [bool(each.report.findings) for each in listings.values()] == [True, False, False]
        assert [each.verdict.value for each in listings.values()] == ["✓", "✓", "✗"]
        await screen.press("f3", "right")
        await at(screen, "plain.test")
        await screen.until(lambda: listings["plain.test"].report.findings)
        await screen.settle()
        assert not listings["nullmx.test"].report.findings


async def test_leaving_in_the_middle_of_a_probe_leaves_nothing_behind(settings: Settings) -> None:
    """The slow exchange never says a word, because its clock stands still."""
    letter = Letter(sender="me@example.com", to="bob@slow.test", body="x")
    async with opened(settings, letter=letter) as screen:
        await screen.press("f3", "p")
        await screen.until(lambda: any(line.text == "connected" for line in screen.lines))
        assert "probing …" in screen.text
        await screen.press("p")
        await screen.until(lambda: "It is still being looked at." in screen.text)
    assert not [task for task in asyncio.all_tasks() if "tuimail" in repr(task.get_coro())]
