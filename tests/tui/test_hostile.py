"""What a rude exchange says can't reach the terminal as control, nor be read as markup."""

import unicodedata

import pytest
from textual.strip import Strip

from tests.tui.driving import NARROW, WIDE, Driver, opened
from tuimail.delivery.settings import Settings
from tuimail.tui.letter import Letter


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


def _strips(screen: Driver) -> list[Strip]:
    dialogue = screen.workspace.dialogue.lines
    return [dialogue.render_line(row) for row in range(dialogue.size.height)]
