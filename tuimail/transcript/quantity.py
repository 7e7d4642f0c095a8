"""Amounts as people read them."""

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def octets(count: int) -> str:
    """`999 B`, `12 kB`, `1.2 MB`: powers of 1000, two digits or more."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 999.5 or unit == "GB":
            break
        amount /= 1000
    digits = 1 if amount < 10 and unit != "B" else 0
    return f"{amount:.{digits}f} {unit}"


def seconds(elapsed: float) -> str:
    """`17 ms`, `1.4 s`."""
    return f"{elapsed * 1000:.0f} ms" if elapsed < 0.9995 else f"{elapsed:.1f} s"


def duration(elapsed: float) -> str:
    """Seconds as `7 days`, `1 hour` or `0 seconds`, rounded."""
    unit, size = next((each for each in _UNITS if elapsed >= each[1]), _UNITS[-1])
    amount = round(elapsed / size)
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"
