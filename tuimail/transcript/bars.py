"""A waterfall laid on the columns of a screen, or of a drawing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import floor, isfinite

from tuimail.transcript.segment import Segment

_CROWD = 512
"""Segments that are looked at one by one; of a longer session, what came before is one bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Columns from `left` up to, without, `right`, for segments of the waterfall: one, or where
    there is no room for each, several that follow each other."""

    segments: range
    left: int
    right: int


@dataclass(slots=True)
class _Piece:
    segments: range
    since: float
    until: float

    @property
    def length(self) -> float:
        return self.until - self.since


def laid_out(segments: Sequence[Segment], columns: int, now: float) -> tuple[Bar, ...]:
    """Bars in order, none over another, each as wide as its share of the time, one column at
    least. Where nothing was done, nothing is drawn.

    Of stages that overlap, as pipelined ones do, each begins where the one before it ends: its bar
    is the time for which it alone was still waited for.
    """
    if columns < 1 or not segments:
        return ()
    pieces = list(_pieces(segments, now))
    if len(pieces) * 2 > columns:
        pieces = [_joined(list(run)) for _, run in groupby(pieces, lambda p: _phase(segments, p))]
    if len(pieces) > columns:
        pieces = _crowded(pieces, columns)
    return _whole(pieces, _widths(pieces, columns), columns)


def _pieces(segments: Sequence[Segment], now: float) -> Iterator[_Piece]:
    begin = max(len(segments) - _CROWD, 0)
    frontier = segments[begin].start
    if begin:
        since = min(segments[0].start, frontier)
        yield _Piece(range(begin), since, frontier)
    for index in range(begin, len(segments)):
        since = max(segments[index].start, frontier)
        frontier = max(segments[index].until(now), since)
        yield _Piece(range(index, index + 1), since, frontier)


def _phase(segments: Sequence[Segment], piece: _Piece) -> object:
    return segments[piece.segments.start].phase if len(piece.segments) == 1 else None


def _joined(run: Sequence[_Piece]) -> _Piece:
    places = range(run[0].segments.start, run[-1].segments.stop)
    return _Piece(places, run[0].since, run[-1].until)


def _crowded(pieces: Sequence[_Piece], columns: int) -> list[_Piece]:
    """As many pieces as there are columns."""
    cuts = [len(pieces) * column // columns for column in range(columns + 1)]
    return [_joined(pieces[begin:end]) for begin, end in pairwise(cuts)]


def _widths(pieces: Sequence[_Piece], columns: int) -> list[tuple[float, float]]:
    """The gap before each piece and the piece, in columns: true to time, but that what would be
    narrower than a column takes one from the others."""
    lengths = [piece.length for piece in pieces]
    gaps = [0.0]
    gaps += [b.since - a.until for a, b in pairwise(pieces)]
    room, time = float(columns), sum(lengths) + sum(gaps)
    if not isfinite(time):
        return [(0.0, columns / len(pieces))] * len(pieces)
    narrow: set[int] = set()
    for index in sorted(range(len(pieces)), key=lengths.__getitem__):
        if time > 0 and lengths[index] * room >= time:
            break
        narrow.add(index)
        room -= 1
        time -= lengths[index]
    scale = room / time if time > 0 else 0.0
    if not isfinite(scale):
        scale = 0.0  # A time shorter than any clock tells.
    return [
        (gap * scale, 1.0 if index in narrow else length * scale)
        for index, (gap, length) in enumerate(zip(gaps, lengths, strict=True))
    ]


def _whole(
    pieces: Sequence[_Piece], widths: Sequence[tuple[float, float]], columns: int
) -> tuple[Bar, ...]:
    """Rounds to whole columns, where each bar keeps one for itself and one for each after it."""
    bars: list[Bar] = []
    edge, free = 0.0, 0
    for index, (piece, (gap, width)) in enumerate(zip(pieces, widths, strict=True)):
        after = len(pieces) - index - 1
        left = min(max(floor(edge + gap + 0.5), free), columns - after - 1)
        edge += gap + width
        right = min(max(floor(edge + 0.5), left + 1), columns - after)
        bars.append(Bar(piece.segments, left, right))
        free = right
    return tuple(bars)
