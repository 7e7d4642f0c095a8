"""What can be found, left out, unfolded and taken away in the transcript."""

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.tui.dialogue import TALL, lines, told
from tests.tui.driving import LETTER, NARROW, WIDE, Driver, opened
from tuimail.delivery.settings import Settings
from tuimail.transcript import Line
from tuimail.tui.letter import Letter

SEVERAL = Letter(
    sender="me@example.com", to="bob@friendly.test, bob@strict.test, bob@backup.test", body="x"
)


def at_cursor(screen: Driver) -> Line:
    current = lines(screen).current
    assert current is not None
    return current[1]


def shown(screen: Driver) -> list[Line]:
    sheet = lines(screen).sheet
    assert sheet is not None
    return [sheet.line(index) for index in range(sheet.count)]


async def test_searching(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.send()
        await screen.press("f4", "home", "/")
        await screen.until(lambda: screen.app.focused is screen.field("search"))
        await screen.paste("ehlo")
        await screen.press("enter")
        await screen.until(lambda: at_cursor(screen).text == "EHLO client.example")
        first = lines(screen).cursor
        assert screen.app.focused is lines(screen)
        await screen.press("n")
        await screen.until(lambda: lines(screen).cursor > first)
        assert at_cursor(screen).text == "EHLO client.example"
        await screen.press("N")
        await screen.until(lambda: lines(screen).cursor == first)
        await screen.press("/", "escape")
        await screen.until(lambda: screen.app.focused is lines(screen))
        assert lines(screen).found == ""
        await screen.press("/")
        await screen.paste("nowhere")
        await screen.press("enter")
        await screen.until(lambda: told(screen, "No line has “nowhere”."))


async def test_problems_one_after_the_other(settings: Settings) -> None:
    async with opened(settings, letter=SEVERAL, size=TALL) as screen:
        await screen.send()
        await screen.press("f4", "home", "p")
        await screen.until(lambda: "can't be reached" in at_cursor(screen).text)
        seen = [at_cursor(screen).text]
        while at_cursor(screen).text not in seen[:-1]:
            before = lines(screen).cursor
            await screen.press("p")
            await screen.until(lambda before=before: lines(screen).cursor != before)  # type: ignore[misc]
            seen.append(at_cursor(screen).text)
        assert any(text.startswith("550 ") for text in seen)
        await screen.press("P")
        await screen.until(lambda: at_cursor(screen).text == seen[-2])


async def test_one_session_at_a_time(settings: Settings) -> None:
    async with opened(settings, letter=SEVERAL, size=TALL) as screen:
        await screen.send()
        everything = len(shown(screen))
        await screen.press("f4", "right_square_bracket")
        await screen.until(lambda: len(shown(screen)) < everything)
        first = {line.lane.number for line in shown(screen)}
        assert len(first) == 1
        assert "only one session" in screen.text
        await screen.press("right_square_bracket")
        await screen.until(lambda: {line.lane.number for line in shown(screen)} != first)
        await screen.press("d")
        await screen.until(lambda: {line.mark for line in shown(screen)} == {"→"})
        await screen.press("d")
        await screen.until(lambda: {line.mark for line in shown(screen)} == {"←"})
        await screen.press("0")
        # The farewell may have come since.
        await screen.until(lambda: len(shown(screen)) == len(screen.lines))


async def test_a_stage_selects_its_lines(settings: Settings) -> None:
    async with opened(settings, letter=LETTER, size=TALL) as screen:
        await screen.send()
        pane = screen.workspace.dialogue
        await screen.until(lambda: "round trips" in screen.text)
        await screen.press("f4", "home", "right", "right")
        await screen.until(lambda: pane.waterfall.chosen is not None)
        await screen.press("/")
        await screen.paste("STARTTLS")
        await screen.press("enter")
        await screen.until(lambda: at_cursor(screen).text == "250 STARTTLS")
        await screen.press("n")
        await screen.until(lambda: at_cursor(screen).text == "STARTTLS")
        await screen.until(lambda: "STARTTLS, " in screen.text)
        everything = len(shown(screen))
        await screen.press("t")
        await screen.until(lambda: len(shown(screen)) < everything)
        texts = [line.text for line in shown(screen)]
        assert texts[0] == "STARTTLS"
        assert texts[1].startswith("220 ")
        assert texts[2].startswith("TLS 1.3")
        assert len(texts) == 3
        assert "only TLS" in screen.text


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_tls_and_extensions_unfold(settings: Settings, size: tuple[int, int]) -> None:
    async with opened(settings, letter=LETTER, size=size) as screen:
        await screen.send()
        await screen.press("f4", "home", "/")
        await screen.paste("TLS 1.3")
        await screen.press("enter")
        await screen.until(lambda: at_cursor(screen).text.startswith("TLS 1.3"))
        await screen.press("enter")
        await screen.until(lambda: "│ version: TLS 1.3" in screen.text)
        seen = screen.text
        for _ in range(3):
            await screen.press("pagedown")
            seen += screen.text
        for part in ("cipher:", "key exchange:", "certificate:", "verdict:"):
            assert f"│ {part}" in seen
        await screen.press("home", "/")
        await screen.paste("PIPELINING")
        await screen.press("enter", "space")
        await screen.until(lambda: "RFC 2920" in screen.text)
        await screen.press("space")
        await screen.until(lambda: "RFC 2920" not in screen.text.partition("───")[0])


async def test_the_line_is_explained(settings: Settings) -> None:
    letter = Letter(sender="me@example.com", to="bob@strict.test", body="x")
    async with opened(settings, letter=letter, size=TALL) as screen:
        await screen.send()
        await screen.press("f4", "home", "p")
        await screen.until(lambda: at_cursor(screen).text.startswith("550 "))
        await screen.until(lambda: "550 5.1.1" in screen.text.rpartition("──")[0])
        assert "RFC" in screen.text


async def test_little_room_is_for_the_lines(settings: Settings) -> None:
    """At 24 rows the waterfall and the explanation fold away, and come back with the room."""
    async with opened(settings, letter=LETTER, size=NARROW) as screen:
        await screen.send()
        pane = screen.workspace.dialogue
        assert not pane.waterfall.display
        assert not pane.explanation.display
        await screen.pilot.resize_terminal(80, 40)
        await screen.until(lambda: pane.waterfall.display)
        await screen.until(lambda: "round trips" in screen.text)
        await screen.until(lambda: "has taken responsibility" in screen.text)


async def test_a_result_stays_explained_when_connections_are_let_go(settings: Settings) -> None:
    async with opened(settings, letter=LETTER, size=TALL) as screen:
        await screen.send()
        await screen.until(lambda: "has taken responsibility" in screen.text)
        await screen.until(lambda: "← 221" in screen.text)
        assert at_cursor(screen).text.startswith("Delivered in")
        assert lines(screen).following
        assert "has taken responsibility" in screen.text
        assert "round trips" in screen.text
        await screen.press("f4", "down", "down")
        await screen.until(lambda: at_cursor(screen).text.startswith("221 "))
        assert lines(screen).following
        await screen.send()
        await screen.until(lambda: at_cursor(screen).text.startswith("Delivered in"))


async def test_a_result_stays_in_view_however_many_say_goodbye(settings: Settings) -> None:
    async with opened(settings, letter=SEVERAL, size=(60, 9)) as screen:
        await screen.send()
        await screen.until(lambda: [line.text for line in screen.lines].count("QUIT") == 3)
        await screen.until(lambda: lines(screen).count == len(screen.lines))
        assert at_cursor(screen).text.startswith("Delivered to 2 of 3")
        assert "Delivered to 2 of 3" in screen.text
        assert lines(screen).following


async def test_the_message_unfolds_behind_data(settings: Settings) -> None:
    """Also after the send, when its file is gone."""
    async with opened(settings, letter=LETTER) as screen:
        await screen.send()
        await screen.press("f4", "home", "/")
        await screen.paste("message, ")
        await screen.press("enter")
        await screen.until(lambda: at_cursor(screen).text.startswith("message, "))
        await screen.press("enter")
        await screen.until(lambda: "Subject: Tutorate!" in screen.text)
        await screen.press("escape")
        await screen.until(lambda: "Subject: Tutorate!" not in screen.text)
        screen.workspace.dialogue.messages.close()
        await screen.press("enter")
        await screen.until(lambda: told(screen, "The message is gone"))


async def test_lines_are_selected_and_copied(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.send()
        await screen.press("f4", "home", "shift+down", "shift+down")
        await screen.until(lambda: "3 lines selected" in screen.text)
        await screen.press("y")
        copied = screen.app.clipboard.splitlines()
        assert [text[11:] for text in copied] == [line.text for line in screen.lines[:3]]
        await screen.press("down")
        await screen.until(lambda: "selected" not in screen.text)
        await screen.pilot.mouse_down(lines(screen), offset=(10, 1))
        await screen.pilot.hover(lines(screen), offset=(10, 4))
        await screen.pilot.mouse_up(lines(screen), offset=(10, 4))
        await screen.until(lambda: "4 lines selected" in screen.text)


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [(".html", "<!DOCTYPE html>"), (".svg", "<svg"), (".txt", "==="), (".jsonl", '{"tuimail-')],
)
async def test_exporting(settings: Settings, tmp_path: Path, suffix: str, begins: str) -> None:
    path, older = tmp_path / f"transcript{suffix}", tmp_path / f"older{suffix}"
    older.write_text("mine")
    async with opened(settings, letter=LETTER) as screen:
        await screen.send()
        await screen.press("f4", "x")
        await screen.until(lambda: "Where does the transcript" in screen.text)
        await screen.paste(str(tmp_path / "transcript.doc"))
        await screen.press("enter")
        await screen.until(lambda: "The name ends in" in screen.text)
        screen.app.screen.query_one(Input).value = str(older)
        await screen.press("enter")
        await screen.until(lambda: "is there already" in screen.text)
        screen.app.screen.query_one(Input).value = str(path)
        await screen.press("enter")
        await screen.until(lambda: told(screen, "The transcript is in"))
    assert older.read_text() == "mine"
    text = path.read_text()
    assert text.startswith(begins)
    assert "friendly.test" in text


async def test_each_send_is_exported_alone(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.send()
        first = len(lines(screen).entries_of_send())
        await screen.send()
        await screen.press("f4", "home")
        await screen.until(lambda: lines(screen).cursor == 0)
        assert 0 < first <= len(lines(screen).entries_of_send()) <= first + 4
        await screen.press("end")
        transcript = screen.app.engine.transcript
        assert transcript is not None
        entries = lines(screen).entries_of_send()
        assert entries[-1] is transcript.entries[-1]
        assert len(entries) < len(transcript.entries)
