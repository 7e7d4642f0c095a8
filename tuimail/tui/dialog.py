"""What stands in front of everything else until it is answered."""

from pathlib import Path
from typing import Generic, TypeVar

from textual.screen import ModalScreen

T = TypeVar("T")


class Dialog(ModalScreen[T], Generic[T]):
    CSS_PATH = Path(__file__).with_name("dialogs.tcss")
