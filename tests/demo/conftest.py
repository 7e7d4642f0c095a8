"""The demo world, told to pytest."""

from tests.world import demo_ca_file, demo_clock, demo_world

__all__ = ["demo_ca_file", "demo_clock", "demo_world"]
