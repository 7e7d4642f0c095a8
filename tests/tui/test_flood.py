"""Replies of any size on the screen: bounded, and every line within reach."""

from tests.delivery.scripted import Side
from tests.tui.dialogue import at_cursor, lines, saying, search, sent_to, told
from tuimail.delivery.settings import Settings

MANY = 10_000
FOLD = "… 9,981 more lines: space unfolds them"


async def test_ten_thousand_lines_leave_room_for_the_rest(settings: Settings) -> None:
    """Rule R15: one line stands for most of them; each is found, opened and copied all the same."""
    said = ["mx", *(str(number % 100) for number in range(MANY)), "last"]
    said[7777] = "needle"
    async with sent_to(saying(*said), settings) as screen:
        assert lines(screen).count < 60
        await search(screen, "more lines")
        await screen.until(lambda: told(screen, "No line has “more lines”."))
        await search(screen, "needle")
        await screen.until(lambda: at_cursor(screen) == "250-needle")
        assert "250-needle" in screen.text
        assert lines(screen).count > MANY
        await screen.press("0")
        await screen.until(lambda: lines(screen).count < 60)
        await screen.until(lambda: at_cursor(screen) == FOLD)
        assert "and offers more than 200 extensions" in screen.text
        await screen.press("y")
        assert len(screen.app.clipboard.splitlines()) == 5000
        assert told(screen, "The first 5,000 of 9,981 lines are copied.")
        await screen.press("space")
        await screen.until(lambda: lines(screen).count > MANY)
        await screen.until(lambda: at_cursor(screen) == "250-19")


async def test_two_million_octets_without_an_end(settings: Settings) -> None:
    """Rule R15: what is told of them is one short line."""

    async def script(side: Side) -> None:
        await side.say("220 mx.example.net")
        await side.hear()
        await side.send_raw(b"250 " + b"x" * 2_000_000)
        await side.gone()

    async with sent_to(script, settings) as screen:
        await screen.press("p")
        await screen.until(lambda: "broke the protocol" in at_cursor(screen))
        assert at_cursor(screen) == "127.0.0.1 broke the protocol: a line of more than 8 KiB"
        assert "x" * 100 not in screen.text.replace("\n", "")


async def test_the_longest_line_takes_a_few_rows(settings: Settings) -> None:
    async with sent_to(saying("mx", "needle" + "漢e\u0301" * 1300, "last"), settings) as screen:
        await search(screen, "needle")
        await screen.until(lambda: at_cursor(screen).startswith("250-needle"))
        sheet = lines(screen).sheet
        assert sheet is not None
        assert sheet.last_row(lines(screen).cursor) - sheet.first_row(lines(screen).cursor) == 7
        assert screen.text.count("…") >= 1
        await screen.press("y")
        assert screen.app.clipboard == at_cursor(screen)
        assert len(screen.app.clipboard) == len("250-needle") + 3 * 1300
