"""What is kept between one start and the next.

The policies are imported from their own module: they need dnspython, and the screen asks for the
last sender before it paints.
"""

from tuimail.store.sender import LastSender, state_path

__all__ = ["LastSender", "state_path"]
