"""What a person may want to say next, by what the server offers."""

from collections.abc import Mapping, Sequence

from tuimail.smtp.capabilities import Capabilities
from tuimail.smtp.session import Protocol

_MAIL: Mapping[str, Sequence[str]] = {
    "SIZE": ("SIZE=",),
    "8BITMIME": ("BODY=8BITMIME", "BODY=7BIT"),
    "SMTPUTF8": ("SMTPUTF8",),
    "DSN": ("RET=FULL", "RET=HDRS", "ENVID="),
    "REQUIRETLS": ("REQUIRETLS",),
    "AUTH": ("AUTH=<>",),
    "MT-PRIORITY": ("MT-PRIORITY=",),
    "FUTURERELEASE": ("HOLDFOR=", "HOLDUNTIL="),
    "DELIVERBY": ("BY=",),
}
"""Parameters of MAIL by the extension that has them."""
_RCPT: Mapping[str, Sequence[str]] = {
    "DSN": ("NOTIFY=SUCCESS,FAILURE,DELAY", "NOTIFY=NEVER", "ORCPT=rfc822;")
}


def offers(
    line: str,
    capabilities: Capabilities,
    identity: str,
    protocol: Protocol = Protocol.SMTP,
) -> tuple[str, ...]:
    """The lines that go on from what is typed so far, in its own case."""
    typed, small = line.upper(), line[-1:].islower()
    return tuple(
        line + (offer[len(line) :].lower() if small else offer[len(line) :])
        for offer in (
            *_commands(capabilities, identity, protocol),
            *_parameters(line, capabilities),
        )
        if offer.upper().startswith(typed) and len(offer) > len(line)
    )


def _commands(capabilities: Capabilities, identity: str, protocol: Protocol) -> Sequence[str]:
    hellos = ["LHLO"] if protocol is Protocol.LMTP else ["EHLO", "HELO"]
    commands = [f"{hello} {identity}" for hello in hellos]
    if "STARTTLS" in capabilities:
        commands.append("STARTTLS")
    if capabilities.mechanisms:
        commands += ["AUTH", *(f"AUTH {mechanism}" for mechanism in capabilities.mechanisms)]
    commands += ["MAIL FROM:<", "RCPT TO:<", "DATA", "RSET", "NOOP", "HELP", "VRFY ", "EXPN "]
    commands += [f"{verb} " for verb in ("XCLIENT", "ETRN") if verb in capabilities]
    return [*commands, "QUIT"]


def _parameters(line: str, capabilities: Capabilities) -> Sequence[str]:
    known = {"MAIL FROM:": _MAIL, "RCPT TO:": _RCPT}
    for start, extensions in known.items():
        before, space, _ = line.rpartition(" ")
        if line.upper().startswith(start) and space and ">" in before:
            return [
                f"{before} {parameter}"
                for keyword, parameters in extensions.items()
                if keyword in capabilities
                for parameter in parameters
            ]
    return ()
