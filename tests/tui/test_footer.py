import pytest

from tests.tui.driving import LETTER, opened
from tuimail.delivery.settings import Settings
from tuimail.tui.keyed_screen import fitting

KEYS = [
    *("f9 Send", "f2 Compose", "f3 Inspector", "f4 Transcript", "f5 Maximise", "f1 Help"),
    *("⏎ Details", "d Domain", "p Probe", "r Refresh", "o Send here", "y Copy", "x Export"),
]


def test_keys_that_have_no_room_are_left_out_whole() -> None:
    assert fitting([9, 9, 9], 80) == 3
    assert fitting([9, 9, 9], 12 + 18) == 2
    assert fitting([9, 9, 9], 12 + 17) == 1
    assert fitting([], 80) == 0


@pytest.mark.parametrize(
    ("width", "last"), [(100, "⏎ Details"), (120, "p Probe"), (160, "x Export")]
)
async def test_no_key_is_cut(settings: Settings, width: int, last: str) -> None:
    async with opened(settings, letter=LETTER, size=(width, 30)) as screen:
        await screen.press("f3")
        await screen.until(lambda: last in screen.text)
        footer = screen.text.splitlines()[-1].rpartition("▏")[0]
        assert footer.strip().split("  ") == KEYS[: KEYS.index(last) + 1]


async def test_the_footer_fits_a_terminal_that_has_become_smaller(settings: Settings) -> None:
    async with opened(settings, letter=LETTER, size=(120, 40)) as screen:
        await screen.until(lambda: "f5 Maximise" in screen.text)
        await screen.pilot.resize_terminal(80, 24)
        await screen.until(lambda: "f5 Maximise" not in screen.text)
        footer = screen.text.splitlines()[-1].rpartition("▏")[0]
        assert footer.strip().split("  ") == [*KEYS[:4], "f1 Help"]


async def test_help_stays_where_there_is_hardly_room(settings: Settings) -> None:
    async with opened(settings, letter=LETTER, size=(60, 15)) as screen:
        footer = screen.text.splitlines()[-1].rpartition("▏")[0]
        assert footer.strip().split("  ") == [*KEYS[:3], "f1 Help"]
