"""A file's rows, wherever one looks."""

import io
import random

import pytest

from tuimail.tui.paged_file import PagedFile


def paged(data: bytes, width: int) -> PagedFile:
    file = PagedFile(io.BytesIO(data), width)
    assert file.grow()
    return file


def in_rows(data: bytes, width: int) -> list[bytes]:
    *lines, last = data.split(b"\n")
    whole = [line.removesuffix(b"\r") for line in lines] + [last] * bool(last)
    return [
        line[begin : begin + width]
        for line in whole
        for begin in range(0, max(len(line), 1), width)
    ]


@pytest.mark.parametrize("width", [7, 80, 1000])
def test_every_row_from_everywhere(width: int) -> None:
    chance = random.Random(width)  # noqa: S311 - no secret
    data = b"\r\n".join(b"x" * chance.choice((0, 1, 5, 76, 998, 3000)) for _ in range(2000))
    expected = [row.decode() for row in in_rows(data, width)]
    file = paged(data, width)
    assert file.height == len(expected)
    for first in (0, 1, 255, 256, 257, len(expected) // 2, len(expected) - 3):
        assert file.rows(first, 40) == expected[first : first + 40]
    assert file.rows(len(expected), 5) == []


def test_two_million_octets_without_an_end() -> None:
    file = paged(b"x" * 2_000_000, 80)
    assert file.height == 25_000
    assert file.rows(24_999, 3) == ["x" * 80]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_line_that_just_fits_has_one_row(end: bytes) -> None:
    """Also where a block ends in the midst of its end."""
    data = (b"x" * 76 + end) * 2000
    assert paged(data, 76).height == 2000
    assert paged(data, 75).height == 4000
    assert paged(data, 76).rows(1998, 5) == ["x" * 76] * 2
    assert paged(b"x" * (65_536 - 1) + end + b"y", 65_535).height == 2
    assert paged(b"x" * 65_536 + end + b"y", 65_536).height == 2


def test_growing_in_slices() -> None:
    data = b"line\r\n" * 200_000
    file = PagedFile(io.BytesIO(data), 80)
    heights = [file.height]
    while not file.grow(budget=0.0):
        heights.append(file.height)
        assert file.rows(heights[-1] - 1, 1) == ["line"]
    assert len(heights) > 10
    assert heights == sorted(heights)
    assert file.height == 200_000


def test_what_a_terminal_would_obey_is_shown() -> None:
    assert paged(b"a\x1b[31mb\r\n\xff\xfe", 80).rows(0, 2) == [r"a\x1b[31mb", r"\udcff\udcfe"]


def test_nothing() -> None:
    assert paged(b"", 80).height == 0
