"""Amounts as people read them."""


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
