"""How much an object holds."""

import sys
from collections import deque
from collections.abc import Iterable, Mapping
from itertools import chain

_TEXT = (bytes, bytearray, str)
_MANY = (list, tuple, set, frozenset, deque)


def octets_held(root: object) -> int:
    """Octets of `root` and of all that it leads to through containers and our own objects."""
    seen: set[int] = set()
    left: list[object] = [root]
    total = 0
    while left:
        item = left.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        total += sys.getsizeof(item)
        if not isinstance(item, _TEXT):
            left.extend(_parts(item))
    return total


def _parts(item: object) -> Iterable[object]:
    if isinstance(item, _MANY):
        return item
    if isinstance(item, Mapping):
        return chain(item.keys(), item.values())
    if not type(item).__module__.startswith("tuimail."):
        return ()
    slots = (name for kind in type(item).__mro__ for name in getattr(kind, "__slots__", ()))
    parts = [getattr(item, name, None) for name in slots]
    return [*parts, *getattr(item, "__dict__", {}).values()]
