"""One MX host of the demo world."""

from tuimail.demo.greylist import Greylist
from tuimail.demo.letterbox import Letterbox
from tuimail.demo.tempers import Temper


class Exchange:
    """Its temper, and what it remembers from one connection to the next."""

    def __init__(self, name: str, domain: str, temper: Temper, letterbox: Letterbox) -> None:
        self.name = name
        self.domain = domain
        self.temper = temper
        self.letterbox = letterbox
        self.greylist = Greylist(temper.greylist)
