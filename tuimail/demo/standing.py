"""What an exchange knows of a client, from command to command."""

from dataclasses import dataclass

from tuimail.demo.tempers import Certificate, Temper


@dataclass(slots=True)
class Standing:
    """`client` is its IP address, `guise` who it claims to speak for, as the greeting shows it."""

    client: str
    guise: str = ""
    tls: bool = False
    user: str = ""
    """Who has logged in, "" for nobody."""
    mails: int = 0
    """Begun in this session."""
    extensions: tuple[str, ...] | None = None
    """In effect; None before EHLO or HELO."""

    def is_offered_tls(self, temper: Temper) -> bool:
        return temper.certificate is not Certificate.NONE and not self.tls
