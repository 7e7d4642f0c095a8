from pathlib import Path

import pytest

from tests.world import demo_ca_file, demo_clock, demo_world
from tuimail.delivery.settings import Direct, Settings
from tuimail.demo import DemoWorld
from tuimail.lookup import Nameserver

__all__ = ["demo_ca_file", "demo_clock", "demo_world"]


@pytest.fixture
def settings(demo_world: DemoWorld, demo_ca_file: Path) -> Settings:
    """Straight to the demo world's exchanges."""
    return Settings(
        route=Direct(demo_world.smtp_port),
        nameservers=(Nameserver(*demo_world.nameserver),),
        ca_file=demo_ca_file,
        identity="client.example",
    )
