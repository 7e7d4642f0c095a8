"""What a rude exchange says can't reach the terminal as control, nor be read as markup."""

import ssl
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from textual.strip import Strip

from tests.delivery.authority import Holder, named
from tests.delivery.scripted import Side
from tests.tui.dialogue import at_cursor, exported, lines, pages, saying, search, sent_to, told
from tests.tui.driving import NARROW, WIDE, Driver, opened
from tuimail.delivery.settings import Settings
from tuimail.safetext import visible
from tuimail.smtp import TlsPolicy
from tuimail.tui.letter import Letter

CONTROLS = [
    *map(chr, (*range(10), *range(11, 32), *range(127, 160))),
    *"\u200b\u200e\u200f\u202a\u202e\u2028\u2029\u2066\u2069\ufeff\u00ad\U000e0041\ufff9\ue000",
]
"""All that a terminal obeys, but for the line's end; what hides or reorders what stands beside it;
and what is nobody's."""
HOSTILE = (
    *("".join(f"<{each}>" for each in CONTROLS[first::12]) for first in range(12)),
    "[b]bold[/b] [@click=app.quit]quit[/] [link=https://example.net]link[/link]",
    "<script>alert(1)</script>&amp;]]>",
    "\x1b]52;c;aGVsbG8=\x07\x1b[2J\x1b[31m",
    "漢字カナ한글🏳️‍🌈👩‍👩‍👧‍👦",
    "e" + "\u0301" * 300,
    "שלום עולם",
)


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("recipient", ["bob", "escapes", "endless", "broken", "mixed", "vanish"])
async def test_controls_are_shown_and_never_obeyed(
    settings: Settings, recipient: str, size: tuple[int, int]
) -> None:
    """Rule R15."""
    letter = Letter(sender="me@example.com", to=f"{recipient}@rude.test", body="x")
    async with opened(settings, letter=letter, size=size) as screen:
        await screen.send()
        await screen.press("f4", "home")
        seen = ""
        while not screen.workspace.dialogue.lines.following:
            seen += screen.text
            await screen.press("pagedown")
        seen += screen.text
        assert screen.workspace.dialogue.border_title is not None
        controls = {
            character
            for character in seen.replace("\n", "")
            if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp")
        }
        assert controls == set()
        assert r"\x1b[31m" in seen
        assert "red]trust" in seen
        styles = [segment.style for strip in _strips(screen) for segment in strip]
        assert not [style for style in styles if style is not None and "@click" in style.meta]


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_what_a_probe_hears_is_shown_and_never_obeyed(
    settings: Settings, size: tuple[int, int]
) -> None:
    """Rule R15."""
    letter = Letter(sender="me@example.com", to="bob@rude.test", body="x")
    async with opened(settings, letter=letter, size=size) as screen:
        await screen.press("f3", "p")
        await screen.settle()
        await screen.press("down", "enter")
        await screen.until(lambda: "Probed at" in screen.text)
        assert {
            character
            for character in screen.text.replace("\n", "")
            if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp")
        } == set()
        assert r"\x1b" in screen.text


def harmful(text: str) -> set[str]:
    return {character for character in text if visible(character) != character} - {"\n"}


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_whatever_is_said_is_text(settings: Settings, size: tuple[int, int]) -> None:
    """Rule R15: in the lines, in what unfolds below them, and in what is found and copied."""
    async with sent_to(saying("mx", *HOSTILE), settings, size) as screen:
        seen = [page async for page in pages(screen)]
        assert all(visible(control) in "".join(seen) for control in "\0\x1b\x7f\x9b")
        await screen.press("home")
        await search(screen, "250-mx")
        await screen.until(lambda: at_cursor(screen) == "250-mx")
        await screen.press("space")
        seen += [page async for page in pages(screen)]
        assert "│ [b]bold[/b]" in "".join(seen)
        assert "\u0301" * 31 not in "".join(seen)
        await screen.press("home", "p")
        await screen.until(lambda: at_cursor(screen).startswith("550-"))
        await screen.press("space")
        seen += [page async for page in pages(screen)]
        await search(screen, "<script>")
        await screen.until(lambda: "<script>" in at_cursor(screen))
        await search(screen, "\x1b[31m\u202e[b]")
        await screen.until(lambda: told(screen, "No line has"))
        assert not harmful("".join(seen) + screen.text)
        assert not _obeyed(screen)
        await screen.press("home", *["shift+down"] * 3, "y")
        assert len(screen.app.clipboard.splitlines()) == 4
        lines(screen).action_last()
        await screen.press("shift+up", "shift+up", "y")
        assert not harmful(screen.app.clipboard)


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".html", ".svg"])
async def test_what_is_exported_is_text(settings: Settings, tmp_path: Path, suffix: str) -> None:
    """Rule R15."""
    async with sent_to(saying("mx", *HOSTILE), settings) as screen:
        text = await exported(screen, tmp_path / f"transcript{suffix}")
    assert not harmful(text)
    assert "mx" in text
    assert "<script>" not in text or suffix in (".txt", ".jsonl")


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_names_in_a_certificate_are_text(
    settings: Settings, tmp_path: Path, size: tuple[int, int]
) -> None:
    """Rule R15."""
    holder = Holder.make(
        "\x1b[31mmx\u202e[b]\x07", named("\x1b]0;x\x07.example", "[@click=app.quit]mx")
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(holder.write(tmp_path / "server.pem"))

    async def script(side: Side) -> None:
        await side.say("220 mx.example.net")
        await side.hear()
        await side.say("250-mx.example.net", "250 STARTTLS")
        await side.hear()
        await side.say("220 go ahead")
        await side.encrypt(context)
        await side.take_mail()

    opportunistic = replace(settings, tls=TlsPolicy.OPPORTUNISTIC)
    async with sent_to(script, opportunistic, size) as screen:
        await search(screen, "issued by")
        await screen.until(lambda: "issued by" in at_cursor(screen))
        await screen.press("space")
        seen = "".join([page async for page in pages(screen)])
        assert "certificate: " in seen
        assert r"\x1b[31mmx\u202e[b]\x07" in seen
        assert r"\x1b]0;x\x07.example" in seen
        assert not harmful(seen)
        assert not _obeyed(screen)


def _obeyed(screen: Driver) -> bool:
    """Whether something on the screen can be clicked that foreign text asked for."""
    styles = [segment.style for strip in _strips(screen) for segment in strip]
    return any(style and (style.link or "@click" in style.meta) for style in styles)


def _strips(screen: Driver) -> list[Strip]:
    dialogue = screen.workspace.dialogue.lines
    return [dialogue.render_line(row) for row in range(dialogue.size.height)]
