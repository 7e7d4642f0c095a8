"""What can be done on the screen, and how it behaves; no network is needed for that."""

import sys
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.tui.driving import LETTER, NARROW, WIDE, opened
from tuimail.delivery.settings import Settings
from tuimail.tui.engine import NEXT
from tuimail.tui.letter import Letter


async def test_empty_panes_teach(settings: Settings) -> None:
    async with opened(settings) as screen:
        assert "Type a recipient, or a domain here" in screen.text
        assert "The dialogue appears here when you send. Try f9." in screen.text
        assert screen.app.focused is screen.field("sender")


async def test_what_is_wanted_next_is_imported_while_nobody_waits(settings: Settings) -> None:
    async with opened(settings) as screen:
        await screen.until(lambda: sys.modules.keys() >= set(NEXT))


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize(("key", "pane"), [("f3", "inspector"), ("f4", "transcript")])
async def test_keys_work_from_inside_the_text(
    settings: Settings, size: tuple[int, int], key: str, pane: str
) -> None:
    async with opened(settings, letter=LETTER, size=size) as screen:
        await screen.go_to(screen.body)
        await screen.press(key)
        await screen.until(lambda: screen.workspace.front == pane)
        await screen.until(lambda: screen.app.focused not in (None, screen.body))
        await screen.press("f2")
        await screen.until(lambda: screen.app.focused is screen.body)
        assert screen.body.text == LETTER.body


async def test_one_pane_at_a_time_where_there_is_little_room(settings: Settings) -> None:
    async with opened(settings, letter=LETTER, size=NARROW) as screen:
        assert "Subject" in screen.text
        assert "The dialogue appears" not in screen.text
        await screen.press("f4")
        await screen.until(lambda: "The dialogue appears" in screen.text)
        assert "Subject" not in screen.text
        assert max(map(len, screen.text.splitlines())) <= NARROW[0]


async def test_nothing_is_remounted_when_the_terminal_changes(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        before = list(screen.workspace.query(".pane"))
        await screen.pilot.resize_terminal(*NARROW)
        await screen.until(lambda: "The dialogue appears" not in screen.text)
        await screen.pilot.resize_terminal(*WIDE)
        await screen.until(lambda: "The dialogue appears" in screen.text)
        assert list(screen.workspace.query(".pane")) == before
        assert screen.workspace.composer.letter == LETTER


async def test_maximised_pane_gives_way_to_another(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.press("f5")
        await screen.until(lambda: "Transcript ─" not in screen.text)
        await screen.press("f4")
        await screen.until(lambda: "Transcript ─" in screen.text)
        assert screen.workspace.maximized is None


async def test_a_maximised_pane_has_its_name_above_it_when_it_is_all_there_is(
    settings: Settings,
) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.press("f4", "f5")
        await screen.until(lambda: "tuimail  " not in screen.text)
        await screen.pilot.resize_terminal(*NARROW)
        await screen.until(lambda: "Compose  Inspector  Transcript" in screen.text)
        assert "Transcript ─" in screen.text


@pytest.mark.parametrize("key", ["ctrl+j", "ctrl+s", "escape"])
async def test_keys_that_may_not_send(settings: Settings, key: str) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.go_to(screen.body)
        await screen.press(key)
        await screen.settle()
        assert screen.concluded == 0
        assert not screen.workspace.sending


async def test_ctrl_enter_sends(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.go_to(screen.body)
        await screen.press("ctrl+enter")
        await screen.until(lambda: screen.concluded == 1)


async def test_faults_show_beside_the_field_and_nothing_is_sent(settings: Settings) -> None:
    letter = Letter(sender="me@example.com", to="bob@example.net, x")
    async with opened(settings, letter=letter) as screen:
        await screen.press("f9")
        await screen.until(lambda: "✗ there is no @ in “x”" in screen.text)
        assert screen.app.focused is screen.field("to")
        assert screen.workspace.composer.letter == letter
        assert screen.concluded == 0
        await screen.press("backspace", "backspace", "backspace")
        await screen.until(lambda: "✗" not in screen.text.partition("Subject")[0])


async def test_quit_asks_when_words_would_be_lost(settings: Settings) -> None:
    async with opened(settings) as screen:
        await screen.go_to(screen.body)
        await screen.paste("Dear Bob")
        await screen.press("ctrl+q")
        await screen.until(lambda: "Leave without it?" in screen.text)
        await screen.press("ctrl+q", "escape")
        await screen.until(lambda: "Leave without it?" not in screen.text)
        assert screen.app.is_running
        await screen.press("ctrl+q")
        await screen.until(lambda: "Leave without it?" in screen.text)
        await screen.press("y")
        await screen.until(lambda: screen.app._exit)


async def test_quit_does_not_ask_when_there_is_nothing_to_lose(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.press("ctrl+q")
        await screen.until(lambda: screen.app._exit)


async def test_new_mail_keeps_the_sender_and_asks(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.go_to(screen.body)
        await screen.paste("More. ")
        await screen.press("ctrl+n")
        await screen.until(lambda: "Throw it away?" in screen.text)
        await screen.press("y")
        cleared = Letter(sender=LETTER.sender)
        await screen.until(lambda: screen.workspace.composer.letter == cleared)


async def test_attaching_and_taking_off(settings: Settings, tmp_path: Path) -> None:
    report = tmp_path / "r\x1b[31mport.pdf"
    report.write_bytes(b"x" * 240_000)
    async with opened(settings, letter=LETTER) as screen:
        await screen.press("ctrl+o")
        await screen.until(lambda: "Which file" in screen.text)
        await screen.paste(str(tmp_path / "none"))
        await screen.press("enter")
        await screen.until(lambda: "no such file" in screen.text)
        screen.app.screen.query_one(Input).value = str(report)
        await screen.press("enter")
        await screen.until(lambda: r"▪ r\x1b[31mport.pdf  240 kB" in screen.text)
        await screen.until(lambda: "on the wire" in screen.edge and "kB" in screen.edge)
        files = screen.workspace.composer.attachments
        await screen.go_to(files)
        await screen.press("delete")
        await screen.until(lambda: "240 kB" not in screen.text)
        assert screen.workspace.composer.letter == LETTER


async def test_a_domain_can_be_typed_in_the_inspector(settings: Settings) -> None:
    async with opened(settings) as screen:
        await screen.press("f3")
        await screen.until(lambda: screen.app.focused is screen.field("domain"))
        await screen.paste("bad..name")
        await screen.press("enter")
        await screen.until(lambda: "two dots" in screen.text)
        screen.field("domain").value = "Bob <bob@NullMX.test>"
        await screen.press("enter")
        await screen.until(lambda: "nullmx.test says that it takes no mail" in screen.text)
        assert "Inspector · nullmx.test" in screen.text
        await screen.until(lambda: screen.app.focused is not screen.field("domain"))
        await screen.press("r")
        await screen.settle()
        await screen.press("y")
        assert screen.app.clipboard.startswith("nullmx.test\n")


async def test_pasted_lines_become_a_list_of_recipients(settings: Settings) -> None:
    async with opened(settings) as screen:
        await screen.go_to(screen.field("to"))
        await screen.paste("Bob <bob@friendly.test>\neve@plain.test\n")
        assert screen.field("to").value == "Bob <bob@friendly.test>, eve@plain.test"


async def test_pasted_escape_sequences_stay_out_of_the_text(settings: Settings) -> None:
    async with opened(settings) as screen:
        await screen.go_to(screen.body)
        await screen.paste("red \x1b[31m\x9b31m text\tand\na line")
        assert screen.body.text == "red [31m31m text\tand\na line"


async def test_help_names_the_keys(settings: Settings) -> None:
    async with opened(settings, letter=LETTER, size=NARROW) as screen:
        await screen.press("f1")
        await screen.until(lambda: "Send the mail" in screen.text)
        await screen.press("escape")
        await screen.until(lambda: "Send the mail" not in screen.text)


async def test_a_transcript_that_a_person_reads_stands_still(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.send()
        dialogue = screen.workspace.dialogue.lines
        await screen.press("f4", "home")
        await screen.until(lambda: dialogue.scroll_offset.y == 0)
        assert "end follows again" in screen.text
        await screen.press("y")
        assert screen.app.clipboard == screen.lines[0].text
        transcript = screen.app.engine.transcript
        assert transcript is not None
        transcript.append(transcript.entries[-1])
        await screen.until(lambda: dialogue.count == len(screen.lines))
        assert dialogue.scroll_offset.y == 0
        await screen.press("end")
        await screen.until(lambda: dialogue.scroll_offset.y == dialogue.max_scroll_y)
        assert "following" in screen.text


async def test_what_cannot_start_is_said_in_one_line(tmp_path: Path) -> None:
    broken = Settings(ca_file=tmp_path / "none.pem")
    async with opened(broken, letter=LETTER) as screen:
        await screen.until(lambda: "none.pem: no such file" in screen.text.lower())
        await screen.press("f9")
        await screen.until(lambda: "Not sent." in screen.edge)
        assert screen.workspace.composer.letter == LETTER
