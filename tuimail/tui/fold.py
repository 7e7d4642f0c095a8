"""Long lines on the rows of a narrow screen."""

from collections.abc import Iterator

from rich.cells import cell_len, get_character_cell_size

MAX_ROWS = 8
"""Of one line: an exchange may say 64 KiB in a reply, which would push everything else away."""


def fold(text: str, width: int) -> list[str]:
    """`text` on rows of at most `width` cells, broken after spaces where there are any.

    The last row that is allowed ends in `…` where more would follow.
    """
    if len(text) <= width and text.isascii():
        return [text]
    rows: list[str] = []
    for row in _rows(text, max(width, 2)):
        if len(rows) == MAX_ROWS:
            rows[-1] = _ellipsis(rows[-1], width)
            break
        rows.append(row)
    return rows or [""]


def fold_under(text: str, width: int) -> list[str]:
    """`text` on as many rows as it takes, each as far from the left as the first one begins."""
    body = text.lstrip(" ")
    indent = " " * min(len(text) - len(body), width // 2)
    return [indent + row for row in _rows(body, max(width - len(indent), 2))] or [""]


def crop(text: str, width: int) -> str:
    """`text` in at most `width` cells, its end replaced by `…` where it has more."""
    if text.isascii():  # A cell for each character, which `visible` has seen to.
        return text if len(text) <= width else f"{text[: width - 1]}…"
    if cell_len(text) <= width:
        return text
    return text[: _fitting(text, 0, width - 1)] + "…"


def fill(text: str, width: int) -> str:
    """`text` with spaces up to `width` cells."""
    return text + " " * (width - cell_len(text))


def _rows(text: str, width: int) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = max(_fitting(text, start, width), start + 1)
        if end < len(text):
            space = text.rfind(" ", start, end + 1)
            # A space near the row's start would leave most of the row empty.
            if space > start and (space - start) * 2 > end - start:
                end = space
        yield text[start:end]
        start = end
        if text[start : start + 1] == " ":
            start += 1


def _fitting(text: str, start: int, width: int) -> int:
    """The end of what fits from `start` on."""
    cells = 0
    for end in range(start, len(text)):
        cells += get_character_cell_size(text[end])
        if cells > width:
            return end
    return len(text)


def _ellipsis(row: str, width: int) -> str:
    return crop(row + " …", width) if cell_len(row) + 2 > width else row + " …"
