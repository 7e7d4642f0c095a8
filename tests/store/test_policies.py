"""The MTA-STS policies that outlive a process."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain import StsMode, StsPolicy
from tuimail.store.policies import KeptPolicy, PolicyCache, cache_path

DOMAIN = "example.net"
FETCHED = 1_795_000_000.25
POLICY = StsPolicy(StsMode.ENFORCE, ("mx1.example.net", "*.mail.example.net"), 604_800)
KEPT = KeptPolicy("20261123", FETCHED, POLICY)


@pytest.fixture
def cache(tmp_path: Path) -> PolicyCache:
    return PolicyCache(tmp_path / "cache" / "mta-sts")


def kept_file(cache: PolicyCache) -> Path:
    cache.write(DOMAIN, KEPT)
    (path,) = cache.folder.iterdir()
    return path


def test_a_policy_is_kept(cache: PolicyCache) -> None:
    """Rule R23: for the processes to come."""
    assert cache.read(DOMAIN) is None
    cache.write(DOMAIN, replace(KEPT, id="1"))
    cache.write(DOMAIN, KEPT)
    assert PolicyCache(cache.folder).read(DOMAIN) == KEPT
    assert len(list(cache.folder.iterdir())) == 1


def test_each_domain_has_its_own(cache: PolicyCache) -> None:
    other = replace(KEPT, policy=StsPolicy(StsMode.NONE, (), 86_400))
    cache.write(DOMAIN, KEPT)
    cache.write(f"sub.{DOMAIN}", other)
    assert (cache.read(DOMAIN), cache.read(f"sub.{DOMAIN}")) == (KEPT, other)


def test_it_holds_for_max_age() -> None:
    """Rule R23: from the fetch until `max_age` has passed (RFC 8461 §3.2)."""
    assert KEPT.holds(FETCHED)
    assert KEPT.holds(FETCHED + 604_799)
    assert not KEPT.holds(FETCHED + 604_800)
    assert not KEPT.holds(FETCHED - 1)


@pytest.mark.parametrize(
    "domain", ["../../escaped", "/etc/passwd", "..", "a/b", "\0", "", f"{'a.' * 126}a", "ü"]
)
def test_no_domain_becomes_a_path(cache: PolicyCache, domain: str) -> None:
    cache.write(domain, KEPT)
    assert cache.read(domain) == KEPT
    (path,) = cache.folder.iterdir()
    assert path.is_file()
    assert set(path.stem) <= set("0123456789abcdef")
    assert [entry.name for entry in cache.folder.parent.iterdir()] == ["mta-sts"]


def test_nobody_else_can_read_it(cache: PolicyCache) -> None:
    """It tells whom its owner writes to."""
    umask = os.umask(0)
    try:
        path = kept_file(cache)
    finally:
        os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o600
    assert cache.folder.stat().st_mode & 0o777 == 0o700


GOOD = {"domain": DOMAIN, "id": "1", "fetched": 1.0, "policy": POLICY.text}


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"{" * 100_000,
        b"[" * 100_000,
        b" " * 600_000 + json.dumps(GOOD).encode(),
        json.dumps(GOOD).encode()[:-1],
        json.dumps(GOOD | {"domain": "example.com"}).encode(),
        json.dumps(GOOD | {"fetched": "1"}).encode(),
        json.dumps(GOOD | {"id": None}).encode(),
        json.dumps(GOOD | {"policy": "mode: enforce"}).encode(),
        json.dumps(GOOD | {"policy": "\ud800"}).encode(),
        json.dumps({key: GOOD[key] for key in ("domain", "id", "fetched")}).encode(),
    ],
)
def test_what_is_corrupt_counts_as_missing(cache: PolicyCache, octets: bytes) -> None:
    path = kept_file(cache)
    path.write_bytes(octets)
    assert cache.read(DOMAIN) is None
    cache.write(DOMAIN, KEPT)
    assert cache.read(DOMAIN) == KEPT


def test_a_file_written_by_the_test_is_read(cache: PolicyCache) -> None:
    """So that the corrupt ones above fail for what each has wrong."""
    kept_file(cache).write_bytes(json.dumps(GOOD).encode())
    assert cache.read(DOMAIN) == KeptPolicy("1", 1.0, POLICY)


def test_no_moment_that_json_can_say_holds_for_ever(cache: PolicyCache) -> None:
    for moment in ("NaN", "Infinity", "-Infinity", "1e999", "9" * 400, "true"):
        document = json.dumps(GOOD).replace("1.0", moment)
        kept_file(cache).write_text(document)
        kept = cache.read(DOMAIN)
        assert kept is None or not kept.holds(FETCHED)


@given(octets=st.binary(max_size=100))
def test_any_octets_are_read(octets: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = PolicyCache(tmp_path_factory.mktemp("cache"))
    kept_file(cache).write_bytes(octets)
    assert cache.read(DOMAIN) is None


def test_what_can_not_be_kept_is_no_error(tmp_path: Path) -> None:
    """A full or read-only disk never disturbs a send."""
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "folder", Path("/proc/no-such-folder")):
        PolicyCache(folder).write(DOMAIN, KEPT)
        assert PolicyCache(folder).read(DOMAIN) is None
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_it_lives_under_the_cache_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_path() == tmp_path / "tuimail"
    assert PolicyCache().folder == tmp_path / "tuimail" / "mta-sts"
