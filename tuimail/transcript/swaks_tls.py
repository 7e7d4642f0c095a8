"""What swaks' logs, and our own text, say about TLS on lines of their own."""

import re
from dataclasses import replace

from tuimail.smtp import TlsFacts

_STARTED = re.compile(r"TLS started with cipher ([^:]*):(.*?)(?::\d+)?")
_OWN_PEER = re.compile(r"TLS peer subject=\[(.*)\], issuer=\[(.*)\]")
_PEER = re.compile(r'TLS peer(?:\[0\])? +(?:DN="(.*)"|subject=\[(.*)\])')
_VERIFIED = re.compile(r"TLS peer certificate verified(?: by (.*))?")
_NOT_VERIFIED = re.compile(r"TLS peer certificate not verified: (.*)")
_PASSED = re.compile(r"TLS peer certificate passed CA verification, passed host verification.*")
_FAILED = re.compile(r"TLS peer certificate (.* verification.*)")


def is_about_tls(text: str) -> bool:
    """Also a line that goes on about a certificate, which begins with spaces."""
    return text.startswith("TLS ") or bool(re.match(r" *commonName=\[", text))


def started(text: str) -> TlsFacts | None:
    """What the first of the lines says; the others refine it."""
    found = _STARTED.fullmatch(text)
    if found is None:
        return None
    return TlsFacts(
        found[1],
        found[2],
        subject="a certificate not shown",
        issuer="nobody named",
        distrust="the log does not say",
    )


def refined(facts: TlsFacts, text: str) -> TlsFacts:
    """`facts` with what another line adds, as they are where it adds nothing that is kept."""
    if found := _OWN_PEER.fullmatch(text):
        return replace(facts, subject=found[1], issuer=found[2])
    if found := _PEER.fullmatch(text):
        return replace(facts, subject=found[1] or found[2] or "")
    if found := _VERIFIED.fullmatch(text):
        return replace(facts, distrust="", proof=found[1] or "")
    if found := _NOT_VERIFIED.fullmatch(text):
        return replace(facts, distrust=found[1])
    if _PASSED.fullmatch(text):
        return replace(facts, distrust="", proof="PKIX")
    if found := _FAILED.fullmatch(text):
        return replace(facts, distrust=found[1])
    return facts
