"""What is kept between one start and the next."""

from tuimail.store.policies import KeptPolicy, PolicyCache, cache_path
from tuimail.store.sender import LastSender, state_path

__all__ = ["KeptPolicy", "LastSender", "PolicyCache", "cache_path", "state_path"]
