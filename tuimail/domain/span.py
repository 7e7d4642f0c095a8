"""Times that records name, as people read them."""

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def span(seconds: int) -> str:
    """`1 hour`, `90 seconds`, `7 days`: in the largest unit that it fills without a rest."""
    for size, unit in _UNITS:
        if seconds >= 2 * size and seconds % size == 0:
            return f"{seconds // size} {unit}s"
        if seconds == size:
            return f"1 {unit}"
    return f"{seconds} seconds"
