"""What the whole suite shares: one loop, one reactor on it, and a home of its own."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from twisted.internet.asyncioreactor import AsyncioSelectorReactor


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty XDG home: no test reads or writes the user's."""
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("EMAIL", raising=False)
    return tmp_path


@pytest.fixture(scope="session")
async def reactor() -> "AsyncioSelectorReactor":
    """Twisted's reactor on the session's loop; a process can have one."""
    from tuimail.delivery.reactor import install

    return install(asyncio.get_running_loop())
