"""A message of any size, seen where somebody looks."""

import io
from typing import BinaryIO, cast

from tests.tui.driving import NARROW, opened
from tuimail.delivery.settings import Settings
from tuimail.tui.message_view import MessageRows, MessageView

LARGE = 100_000_000
LINE = b"%09d" + b"x" * 67 + b"\r\n"
LINES = LARGE // 78


class Counted(io.RawIOBase):
    """A message of 100 MB that is nowhere. `most` is what was asked for at once, `taken` all."""

    def __init__(self) -> None:
        self.most = self.taken = self.place = 0

    def seek(self, offset: int, _whence: int = 0) -> int:
        self.place = offset
        return offset

    def read(self, size: int = -1) -> bytes:
        assert size >= 0
        end = min(self.place + size, LINES * 78)
        first, last = self.place // 78, -(-end // 78)
        data = b"".join(map(LINE.__mod__, range(first, last)))
        data = data[self.place - first * 78 : end - first * 78]
        self.place += len(data)
        self.most = max(self.most, size)
        self.taken += len(data)
        return data


async def test_a_hundred_million_octets(settings: Settings) -> None:
    """It is gone through once, to know its end, and no page takes more than a little at once. A
    line of 76 characters has one row, at 80 columns too."""
    file = Counted()
    async with opened(settings, size=NARROW) as screen:
        view = MessageView(cast("BinaryIO", file), "100 MB")
        screen.app.push_screen(view)
        await screen.until(lambda: "000000001xxx" in screen.text)
        seen = screen.text.splitlines()
        (first,) = (row for row, line in enumerate(seen) if "000000000xxx" in line)
        assert "000000001xxx" in seen[first + 1]
        rows = view.query_one(MessageRows)
        await screen.until(lambda: rows.virtual_size.height == LINES)
        assert file.taken < LARGE * 1.01
        await screen.press("end")
        await screen.until(lambda: f"{LINES - 1:09}xxx" in screen.text)
        before = file.taken
        rows.scroll_to(y=LINES // 2, animate=False, force=True)
        await screen.until(lambda: f"{LINES // 2:09}xxx" in screen.text)
        assert file.taken - before < 200_000
        assert file.most < 100_000
