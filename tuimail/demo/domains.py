"""The demo world's domains, their exchanges, and what a person may try on them."""

import enum
from dataclasses import dataclass

from tuimail.demo import sender_records, tempers
from tuimail.demo.tempers import Temper


class Absence(enum.Enum):
    """Why nobody speaks at an exchange's address."""

    CLOSED = enum.auto()
    """Connections are refused."""
    BLOCKED = enum.auto()
    """Connecting is never answered, as behind a firewall."""


class Vouched(enum.Enum):
    """What the DNS vouches for in an exchange's TLSA record."""

    NOTHING = enum.auto()
    """There is no such record."""
    ITS_KEY = enum.auto()
    OLD_KEY = enum.auto()
    """A key that it had before: nobody thought of the DNS."""


class Dnssec(enum.Enum):
    """Whether a zone is signed, as far as the world's nameserver says so itself (AD)."""

    UNSIGNED = enum.auto()
    SIGNED = enum.auto()
    BOGUS = enum.auto()
    """Signed, and the signatures do not fit: it answers nobody but who does not check them."""


@dataclass(frozen=True, slots=True)
class DemoExchange:
    """One MX host, on a loopback address of its own."""

    name: str
    preference: int | None
    """None for a host that no MX record names: a relay for those who know it."""
    address: str
    temper: Temper | Absence
    vouched: Vouched = Vouched.NOTHING


@dataclass(frozen=True, slots=True)
class DemoRecipient:
    """Somebody to write to, and what comes of it in a few words."""

    address: str
    outcome: str


@dataclass(frozen=True, slots=True)
class DemoPolicy:
    """An MTA-STS policy (RFC 8461), and the loopback address of the host that serves it."""

    id: str
    address: str
    body: str


@dataclass(frozen=True, slots=True)
class DemoDomain:
    """A domain, its temper as a sentence for a person; no exchanges mean a null MX."""

    name: str
    temper: str
    recipients: tuple[DemoRecipient, ...]
    exchanges: tuple[DemoExchange, ...]
    dnssec: Dnssec = Dnssec.UNSIGNED
    policy: DemoPolicy | None = None
    records: str = sender_records.SOUND
    """What else its zone holds, as in a zone file (RFC 1035 §5), relative to the domain."""

    @property
    def policy_host(self) -> str:
        return f"mta-sts.{self.name}"


DEMO_DOMAINS = (
    DemoDomain(
        "friendly.test",
        "Two exchanges, STARTTLS and every extension: the mail arrives.",
        (DemoRecipient("bob@friendly.test", "is delivered"),),
        (
            DemoExchange("mx1.friendly.test", 10, "127.0.0.11", tempers.FRIENDLY),
            DemoExchange("mx2.friendly.test", 20, "127.0.0.12", tempers.FRIENDLY),
        ),
    ),
    DemoDomain(
        "backup.test",
        "The first exchange refuses connections, the second takes the mail.",
        (DemoRecipient("bob@backup.test", "is delivered at the second exchange"),),
        (
            DemoExchange("mx1.backup.test", 10, "127.0.0.13", Absence.CLOSED),
            DemoExchange("mx2.backup.test", 20, "127.0.0.14", tempers.PLAINSPOKEN),
        ),
    ),
    DemoDomain(
        "greylist.test",
        "A sender not seen before is put off for 5 seconds.",
        (DemoRecipient("bob@greylist.test", "is deferred, and 5 seconds later delivered"),),
        (DemoExchange("mx.greylist.test", 10, "127.0.0.15", tempers.GREYLISTING),),
    ),
    DemoDomain(
        "strict.test",
        "Nobody but the postmaster exists, and 100 kB are the limit.",
        (
            DemoRecipient("postmaster@strict.test", "is delivered, up to 100 kB"),
            DemoRecipient("bob@strict.test", "is refused: no such user"),
        ),
        (DemoExchange("mx.strict.test", 10, "127.0.0.16", tempers.STRICT),),
    ),
    DemoDomain(
        "plain.test",
        "An old exchange: HELO only, and no TLS.",
        (DemoRecipient("bob@plain.test", "is delivered in plaintext"),),
        (DemoExchange("mx.plain.test", 10, "127.0.0.17", tempers.OLD),),
    ),
    DemoDomain(
        "slow.test",
        "Each reply takes 0.7 seconds.",
        (DemoRecipient("bob@slow.test", "is delivered, slowly"),),
        (DemoExchange("mx.slow.test", 10, "127.0.0.18", tempers.SLOW),),
    ),
    DemoDomain(
        "expired.test",
        "The certificate expired years ago.",
        (DemoRecipient("bob@expired.test", "is delivered, unless TLS has to verify"),),
        (DemoExchange("mx.expired.test", 10, "127.0.0.19", tempers.EXPIRED),),
    ),
    DemoDomain(
        "secure.test",
        "DNSSEC and DANE: the DNS vouches for the exchange's key.",
        (DemoRecipient("bob@secure.test", "is delivered over TLS that DANE proves"),),
        (
            DemoExchange(
                "mx.secure.test", 10, "127.0.0.31", tempers.FRIENDLY, vouched=Vouched.ITS_KEY
            ),
        ),
        Dnssec.SIGNED,
    ),
    DemoDomain(
        "stale.test",
        "DANE, but the exchange has a new key and the DNS still the old one.",
        (DemoRecipient("bob@stale.test", "is deferred: nothing proves the exchange"),),
        (
            DemoExchange(
                "mx.stale.test", 10, "127.0.0.32", tempers.FRIENDLY, vouched=Vouched.OLD_KEY
            ),
        ),
        Dnssec.SIGNED,
    ),
    DemoDomain(
        "sts.test",
        "MTA-STS: a policy over HTTPS asks for verified TLS, and names the second exchange alone.",
        (DemoRecipient("bob@sts.test", "is delivered at the second exchange, over verified TLS"),),
        (
            DemoExchange("mx.stranger.sts.test", 10, "127.0.0.41", tempers.FRIENDLY),
            DemoExchange("mx.sts.test", 20, "127.0.0.42", tempers.FRIENDLY),
        ),
        policy=DemoPolicy(
            "20261123T120000",
            "127.0.0.43",
            "version: STSv1\r\nmode: enforce\r\nmx: *.sts.test\r\nmax_age: 604800\r\n",
        ),
    ),
    DemoDomain(
        "promise.test",
        "MTA-STS promises TLS, and the exchange has none.",
        (DemoRecipient("bob@promise.test", "is deferred: it would go in plaintext"),),
        (DemoExchange("mx.promise.test", 10, "127.0.0.44", tempers.UNENCRYPTED),),
        policy=DemoPolicy(
            "20261123T120000",
            "127.0.0.45",
            "version: STSv1\r\nmode: enforce\r\nmx: mx.promise.test\r\nmax_age: 604800\r\n",
        ),
    ),
    DemoDomain(
        "bogus.test",
        "Signed, and its signatures do not fit: who checks them gets no answer.",
        (DemoRecipient("bob@bogus.test", "is deferred before anything is connected"),),
        (DemoExchange("mx.bogus.test", 10, "127.0.0.33", tempers.FRIENDLY),),
        Dnssec.BOGUS,
    ),
    DemoDomain(
        "broken-spf.test",
        "Its sender policy (SPF) takes 11 look-ups, and 10 are allowed.",
        (DemoRecipient("bob@broken-spf.test", "is delivered: only its own mail suffers"),),
        (DemoExchange("mx.broken-spf.test", 10, "127.0.0.51", tempers.FRIENDLY),),
        records=sender_records.ELEVEN_LOOK_UPS,
    ),
    DemoDomain(
        "lax.test",
        "Anybody may send in its name; one DKIM key is revoked (old), one too short (weak).",
        (DemoRecipient("bob@lax.test", "is delivered"),),
        (DemoExchange("mx.lax.test", 10, "127.0.0.52", tempers.FRIENDLY),),
        records=sender_records.LAX,
    ),
    DemoDomain(
        "alias.test",
        "Its MX record names an alias, which it must not.",
        (DemoRecipient("bob@alias.test", "is delivered all the same"),),
        (DemoExchange("host.alias.test", None, "127.0.0.54", tempers.FRIENDLY),),
        records=f"@ 300 MX 10 mx\nmx 300 CNAME host\n{sender_records.SOUND}",
    ),
    DemoDomain(
        "undecided.test",
        "Says that it takes no mail, and names an exchange all the same.",
        (DemoRecipient("bob@undecided.test", "fails before anything is connected"),),
        (DemoExchange("mx.undecided.test", 10, "127.0.0.55", tempers.FRIENDLY),),
        records=f"@ 300 MX 0 .\n{sender_records.SOUND}",
    ),
    DemoDomain(
        "limits.test",
        "Two recipients in a mail, two mails in a session, as it says.",
        (
            DemoRecipient("bob@limits.test", "is delivered"),
            DemoRecipient("ann@limits.test", "is delivered in the same transaction"),
            DemoRecipient("eve@limits.test", "is delivered in another transaction"),
        ),
        (DemoExchange("mx.limits.test", 10, "127.0.0.22", tempers.LIMITED),),
    ),
    DemoDomain(
        "relay.test",
        "Relays to everywhere, for “me” with the password “tutorate”.",
        (DemoRecipient("bob@relay.test", "is refused; --server mx.relay.test --user me logs in"),),
        (
            DemoExchange("mx.relay.test", 10, "127.0.0.23", tempers.RELAY),
            DemoExchange("smtps.relay.test", None, "127.0.0.24", tempers.RELAY_IN_TLS),
        ),
    ),
    DemoDomain(
        "lmtp.test",
        "Speaks LMTP, and answers for each recipient after the message.",
        (
            DemoRecipient("bob@lmtp.test", "is deferred; --server mx.lmtp.test --lmtp delivers it"),
            DemoRecipient("full@lmtp.test", "is deferred there too: the mailbox is full"),
        ),
        (DemoExchange("mx.lmtp.test", 10, "127.0.0.25", tempers.DELIVERING),),
    ),
    DemoDomain(
        "proxy.test",
        "Sits behind a load balancer: a PROXY header comes first.",
        (DemoRecipient("bob@proxy.test", "is deferred; --proxy-header v1 delivers it"),),
        (DemoExchange("mx.proxy.test", 10, "127.0.0.26", tempers.BALANCED),),
    ),
    DemoDomain(
        "nullmx.test",
        "Takes no mail, and says so in the DNS.",
        (DemoRecipient("bob@nullmx.test", "fails before anything is connected"),),
        (),
        records=sender_records.SILENT,
    ),
    DemoDomain(
        "rude.test",
        "Escape sequences in every reply, endless and broken replies, drops.",
        (
            DemoRecipient("bob@rude.test", "is delivered, among escape sequences"),
            DemoRecipient("escapes@rude.test", "is refused with more escape sequences"),
            DemoRecipient("endless@rude.test", "is answered by a line without an end"),
            DemoRecipient("lecture@rude.test", "is answered by a reply of endless lines"),
            DemoRecipient("broken@rude.test", "is answered by something that is no reply"),
            DemoRecipient("mixed@rude.test", "is answered yes and no in one reply"),
            DemoRecipient("drop@rude.test", "makes the exchange hang up"),
            DemoRecipient("vanish@rude.test", "makes it hang up after the final dot"),
        ),
        (DemoExchange("mx.rude.test", 10, "127.0.0.20", tempers.RUDE),),
    ),
    DemoDomain(
        "blocked.test",
        "The exchange's port is blocked: connecting is never answered.",
        (DemoRecipient("bob@blocked.test", "times out while connecting"),),
        (DemoExchange("mx.blocked.test", 10, "127.0.0.21", Absence.BLOCKED),),
    ),
)
