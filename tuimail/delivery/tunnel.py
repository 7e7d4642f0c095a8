"""The way through a SOCKS5 proxy (RFC 1928, RFC 1929). Needs socksio, an extra of tuimail."""

from socksio.exceptions import ProtocolError
from socksio.socks5 import (
    SOCKS5AuthMethod,
    SOCKS5AuthMethodsRequest,
    SOCKS5AuthReply,
    SOCKS5Command,
    SOCKS5CommandRequest,
    SOCKS5Connection,
    SOCKS5Reply,
    SOCKS5ReplyCode,
    SOCKS5UsernamePasswordReply,
    SOCKS5UsernamePasswordRequest,
)

from tuimail.delivery.doorstep import Doorstep
from tuimail.delivery.socks import Socks
from tuimail.delivery.tally import Reach
from tuimail.delivery.unreachable import UnreachableError

_ADDRESS_OCTETS = {1: 4, 4: 16}
_NAMED = 3
_REFUSALS = {
    SOCKS5ReplyCode.GENERAL_SERVER_FAILURE: (Reach.REFUSED, "it failed"),
    SOCKS5ReplyCode.CONNECTION_NOT_ALLOWED_BY_RULESET: (Reach.REFUSED, "its rules forbid this"),
    SOCKS5ReplyCode.NETWORK_UNREACHABLE: (Reach.BLOCKED, "the network is unreachable"),
    SOCKS5ReplyCode.HOST_UNREACHABLE: (Reach.BLOCKED, "the host is unreachable"),
    SOCKS5ReplyCode.CONNECTION_REFUSED: (Reach.REFUSED, "the connection was refused"),
    SOCKS5ReplyCode.TTL_EXPIRED: (Reach.BLOCKED, "no way is short enough (TTL expired)"),
    SOCKS5ReplyCode.COMMAND_NOT_SUPPORTED: (Reach.REFUSED, "it does not connect to others"),
    SOCKS5ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED: (
        Reach.REFUSED,
        "it does not know this kind of address",
    ),
}


async def open_tunnel(doorstep: Doorstep, socks: Socks, ip: str, port: int) -> None:
    """Asks the proxy, whose connection `doorstep` is, for one to an address.

    Raises UnreachableError.
    """
    try:
        await _negotiate(doorstep, socks, ip, port)
    except EOFError as error:
        raise UnreachableError(Reach.REFUSED, "the SOCKS proxy closed the connection") from error
    except (ProtocolError, ValueError) as error:
        raise UnreachableError(Reach.REFUSED, "the SOCKS proxy does not speak SOCKS5") from error


async def _negotiate(doorstep: Doorstep, socks: Socks, ip: str, port: int) -> None:
    connection = SOCKS5Connection()
    methods = [SOCKS5AuthMethod.NO_AUTH_REQUIRED]
    if socks.user:
        methods.append(SOCKS5AuthMethod.USERNAME_PASSWORD)
    connection.send(SOCKS5AuthMethodsRequest(methods))
    doorstep.write(connection.data_to_send())
    match connection.receive_data(await doorstep.read(2)):
        case SOCKS5AuthReply(method=method) if method not in methods:
            raise UnreachableError(Reach.REFUSED, "the SOCKS proxy asks for other credentials")
        case SOCKS5AuthReply(method=SOCKS5AuthMethod.USERNAME_PASSWORD):
            login = SOCKS5UsernamePasswordRequest(socks.user.encode(), socks.password.encode())
            connection.send(login)
            doorstep.write(connection.data_to_send())
            match connection.receive_data(await doorstep.read(2)):
                case SOCKS5UsernamePasswordReply(success=False):
                    raise UnreachableError(
                        Reach.REFUSED, "the SOCKS proxy refused user and password"
                    )
    request = SOCKS5CommandRequest.from_address(SOCKS5Command.CONNECT, (ip, port))
    connection.send(request)
    doorstep.write(connection.data_to_send())
    match connection.receive_data(await _read_reply(doorstep)):
        case SOCKS5Reply(reply_code=code) if code is not SOCKS5ReplyCode.SUCCEEDED:
            reach, why = _REFUSALS[code]
            raise UnreachableError(reach, f"the SOCKS proxy says that {why}")


async def _read_reply(doorstep: Doorstep) -> bytes:
    """One reply and nothing of what the server says behind it (RFC 1928 §6)."""
    head = await doorstep.read(4)
    if head[3] == _NAMED:
        length = await doorstep.read(1)
        return head + length + await doorstep.read(length[0] + 2)
    if head[3] not in _ADDRESS_OCTETS:
        raise ProtocolError("an address of no known type")
    return head + await doorstep.read(_ADDRESS_OCTETS[head[3]] + 2)
