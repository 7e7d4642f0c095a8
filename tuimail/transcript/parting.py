"""A session's stages without its farewell."""

from bisect import bisect_left
from collections.abc import Sequence

from tuimail.transcript.segment import Phase, Segment
from tuimail.transcript.waterfall import Waterfall


def without_farewell(waterfall: Waterfall) -> tuple[Sequence[Segment], int]:
    """The stages, and how often the server was waited for in them.

    A connection is kept a while for other mails: the farewell says nothing of this one, and the
    wait before it would leave no room for what does.
    """
    segments, trips = waterfall.segments, waterfall.round_trips
    while len(segments) > 1 and segments[-1].phase is Phase.QUIT:
        trips -= sum(_is_among(place, waterfall.trips) for place in segments[-1].entries)
        segments = segments[:-1]
    return segments, trips


def _is_among(place: int, trips: Sequence[int]) -> bool:
    index = bisect_left(trips, place)
    return trips[index : index + 1] == [place]
