"""What is kept between one start and the next."""

from tuimail.store.sender import LastSender, state_path

__all__ = ["LastSender", "state_path"]
