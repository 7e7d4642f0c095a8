"""Who sends: remembered from one start to the next."""

import os


class Memory:
    """Knows the store only when it is asked, which is after the first paint."""

    def recall(self) -> str:
        """The last sender, or else the environment's; empty where there is none."""
        from tuimail.store import LastSender

        return LastSender().read() or os.environ.get("EMAIL", "")

    def keep(self, sender: str) -> None:
        from tuimail.store import LastSender

        LastSender().write(sender)
