"""Which mechanisms fit, and which of them is best."""

from collections.abc import Collection, Iterable, Mapping
from textwrap import shorten

from tuimail.safetext import visible
from tuimail.smtp.sasl.bearer import OAuthBearer, XOAuth2
from tuimail.smtp.sasl.cram_md5 import CramMd5
from tuimail.smtp.sasl.credentials import Credentials
from tuimail.smtp.sasl.mechanism import PLUS, Mechanism, SaslError
from tuimail.smtp.sasl.plain import Login, Plain

_WITH_PASSWORD = (
    "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-256",
    "SCRAM-SHA-1",
    "CRAM-MD5",
    "PLAIN",
    "LOGIN",
)
"""Best first: bound to the connection, proven on both sides, not sent, sent."""

NAMES = (*_WITH_PASSWORD, "XOAUTH2", "OAUTHBEARER")
"""All that is spoken here."""

_BINDINGS = ("tls-exporter", "tls-server-end-point")  # RFC 9266; RFC 5929 below TLS 1.3

_Binding = tuple[str, bytes]


def mechanisms(
    credentials: Credentials,
    offered: Iterable[str],
    *,
    bindings: Mapping[str, bytes],
    host: str,
    port: int,
) -> tuple[Mechanism, ...]:
    """Those that can be used, best first: where `credentials` name one, that one alone.

    XOAUTH2 and OAUTHBEARER have to be named. They take a token, which nothing tells from a
    password, and whoever is sent the wrong one of the two has learned it. `bindings` has the
    connection's channel bindings by their registered names, `host` and `port` are the server's.
    Raises SaslError where none fits.
    """
    credentials.octets()
    names = [name.upper() for name in offered]
    binding = next(((name, bindings[name]) for name in _BINDINGS if bindings.get(name)), None)
    fitting: list[Mechanism] = []
    obstacle = None
    for name in _candidates(credentials.mechanism, names, binding):
        # Where -PLUS is offered and not used, the server must not take us for deceived.
        bound = name.endswith(PLUS) or not any(other.endswith(PLUS) for other in names)
        try:
            fitting.append(_mechanism(name, credentials, binding if bound else None, host, port))
        except SaslError as error:
            obstacle = obstacle or error
    if obstacle is not None and not fitting:
        raise obstacle
    return tuple(fitting)


def _candidates(named: str | None, offered: Collection[str], binding: _Binding | None) -> list[str]:
    """Raises SaslError where there are none."""
    candidates = [
        name
        for name in (_WITH_PASSWORD if named is None else NAMES)
        if name in offered
        and (named is None or name == named)
        and (binding is not None or not name.endswith(PLUS))
    ]
    if candidates:
        return candidates
    if not offered:
        raise SaslError("it offers no way to log in")
    all_offered = shorten(visible(", ".join(offered)), 200, placeholder=" …")
    if named is None:
        raise SaslError(
            f"it offers no way to log in with a password that can be used here, only {all_offered}"
        )
    if named not in offered:
        raise SaslError(f"it does not offer {named}, only {all_offered}")
    if named in NAMES:
        raise SaslError(f"it offers {named}, but this connection has nothing to bind it to")
    raise SaslError(f"it offers {named}, which is not spoken here")


def _mechanism(
    name: str, credentials: Credentials, binding: _Binding | None, host: str, port: int
) -> Mechanism:
    match name:
        case "CRAM-MD5":
            return CramMd5(credentials)
        case "PLAIN":
            return Plain(credentials)
        case "LOGIN":
            return Login(credentials)
        case "XOAUTH2":
            return XOAuth2(credentials, host)
        case "OAUTHBEARER":
            return OAuthBearer(credentials, host, port)
        case _:
            # Importing scramp takes longer than all the rest: only where it is needed.
            from tuimail.smtp.sasl.scram import Scram

            return Scram(name, credentials, binding)
