"""Well-known words of refusal, and what they mean. Pure data, and so longer than other rooms.

The words are those that Gmail, Outlook, Yahoo and others document for postmasters, and that
Postfix, Exim, Sendmail and Exchange come with.
"""

from dataclasses import dataclass

GAP = "…"


@dataclass(frozen=True, slots=True)
class Guess:
    """`name` completes “sounds like”, `cause` and `advice` are sentences. `statuses` are enhanced
    codes, without their class, that say the same. `source` is whose words they seem to be, empty
    where many say so."""

    name: str
    cause: str
    advice: str
    statuses: frozenset[str] = frozenset()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """`texts` in lower case; a gap stands for anything, or nothing. One of them is enough."""

    guess: Guess
    texts: tuple[str, ...]


PROVIDERS = (
    ("gsmtp", "Gmail"),
    ("support.google.com", "Gmail"),
    ("protection.outlook.com", "Outlook"),
    ("postmaster.live.com", "Outlook"),
    ("outlook.com", "Outlook"),
    ("office365", "Outlook"),
    ("yahoo", "Yahoo"),
    ("[tss", "Yahoo"),
    ("icloud", "iCloud"),
    ("support.apple.com", "iCloud"),
    ("proofpoint", "Proofpoint"),
    ("pphosted", "Proofpoint"),
    ("mimecast", "Mimecast"),
    ("barracuda", "Barracuda"),
    ("gmx.net", "GMX"),
    ("web.de", "web.de"),
    ("t-online", "Telekom"),
    ("mail.ru", "mail.ru"),
    ("qq.com", "QQ"),
    ("orange.fr", "Orange"),
    ("laposte", "La Poste"),
    ("comcast", "Comcast"),
)
"""What stands in the words of some, in lower case, and who that is."""

_RELAY = "From a home or an office, send by way of your provider's relay."
_WAIT = "Try again in some minutes, from the same address; senders that come back are let in."
_SLOWER = "Send less, and more slowly; try again later."
_CHECK = "Check the address for typing errors, or ask the recipient in another way."
_AUTHOR = (
    "Send by way of a relay that the sender's domain names in SPF and that signs with DKIM for it."
)
_REWORD = "Look at links, attachments and wording, and ask the recipient to let your mail in."
_LOG_IN = "Log in at the relay of your own provider (--server, --user), or send directly."


def _list(name: str, where: str) -> Guess:
    return Guess(
        f"the blocklist {name}",
        f"The address that we connect from, or a domain in the mail, is listed by {name}.",
        f"Look it up at {where}, and have it taken off there. {_RELAY}",
    )


_POLICY_BLOCK = Guess(
    "the blocklist Spamhaus PBL",
    "The address that we connect from is a home connection's, which should not deliver mail.",
    _RELAY,
)
_MICROSOFT_LIST = Guess(
    "Microsoft's own blocklist",
    "The network that we connect from is blocked at Outlook and Hotmail.",
    "Ask Microsoft for removal at https://olcsupport.office.com, or send by way of a relay.",
    source="Outlook",
)
_SOME_LIST = Guess(
    "a blocklist",
    "The address that we connect from, or a domain in the mail, is on a blocklist.",
    f"The reply may say which list: ask there for removal. {_RELAY}",
)
_GREYLISTING = Guess(
    "greylisting",
    "The exchange puts off whom it has not seen before; there is nothing wrong with the mail.",
    _WAIT,
)
_COMPLAINTS = Guess(
    "throttling",
    "Yahoo has seen much mail, or complaints about mail, from the address that we connect from.",
    _SLOWER,
    source="Yahoo",
)
_FLOOD = Guess(
    "a rate limit on unsolicited mail",
    "More mail comes from here than the exchange is used to, and it takes it for advertising.",
    _SLOWER,
    frozenset({"7.28"}),
)
_RATE = Guess(
    "a rate limit",
    "We send more, or connect more often, than the exchange allows in a while.",
    _SLOWER,
    frozenset({"7.28", "4.5"}),
)
_BUSY_RECIPIENT = Guess(
    "a rate limit on the mailbox",
    "The recipient gets more mail in a while than the mailbox may take.",
    "Try again later.",
)
_MANY_RECIPIENTS = Guess(
    "too many recipients",
    "These are more recipients than the exchange takes at once.",
    "Send to fewer recipients at once.",
    frozenset({"5.3"}),
)
_MANY_MAILS = Guess(
    "too many mails in one session",
    "The exchange wants a new connection after so many mails.",
    "Connect again: the mail can go out then.",
)
_SPF = Guess(
    "a refusal by SPF",
    "The sender's domain does not let this host send its mail, as its SPF record says.",
    _AUTHOR,
    frozenset({"7.23", "7.24"}),
)
_DKIM = Guess(
    "a refusal by DKIM",
    "The message has no DKIM signature that holds for the sender's domain.",
    _AUTHOR,
    frozenset({"7.20", "7.21", "7.22"}),
)
_DMARC = Guess(
    "a refusal by DMARC",
    "Neither SPF nor DKIM proves the domain in From, and its DMARC policy forbids that.",
    _AUTHOR,
)
_UNPROVEN = Guess(
    "a refusal of unauthenticated mail",
    "Neither SPF nor DKIM proves that the mail is the sender's.",
    _AUTHOR,
    frozenset({"7.26"}),
)
_REVERSE = Guess(
    "a missing PTR record",
    "The address that we connect from has no name in the DNS that leads back to it.",
    "Have the network's owner set a PTR record, or send by way of a relay.",
    frozenset({"7.25"}),
)
_HELLO = Guess(
    "a refused hello",
    "The exchange does not like the name that we gave with EHLO.",
    "Give a full host name that is in the DNS, with --hello.",
)
_RELAYING = Guess(
    "a relay that is closed to us",
    "The exchange takes mail for its own domains alone, and this recipient's is none of them.",
    f"Check the domain of the address, and its MX. {_LOG_IN}",
)
_SENDER_UNKNOWN = Guess(
    "a sender that does not exist",
    "The exchange finds no such domain or mailbox to return mail to.",
    "Check the address that the mail is sent from.",
    frozenset({"1.7", "1.8", "7.27"}),
)
_NOT_YOURS = Guess(
    "a sender that is not yours",
    "Whoever has logged in may not send from this address.",
    "Send from the address that belongs to the account.",
)
_UNKNOWN = Guess(
    "an unknown recipient",
    "There is no such mailbox.",
    _CHECK,
    frozenset({"1.1", "1.0", "1.6"}),
)
_NO_ACCESS = Guess(
    "a recipient that Outlook does not know, or shields",
    "Microsoft says so where the mailbox does not exist, or takes no mail from outside.",
    _CHECK,
    source="Outlook",
)
_NO_DOMAIN = Guess(
    "a domain without mail",
    "The recipient's domain does not exist, or takes no mail.",
    "Check what stands behind the @.",
    frozenset({"1.2", "1.10"}),
)
_FULL = Guess(
    "a full mailbox",
    "The recipient has no room for more mail.",
    "Tell the recipient in another way, and try again once there is room.",
    frozenset({"2.2"}),
)
_DISK = Guess(
    "a full disk",
    "The exchange has no room left for mail.",
    "Try again later.",
    frozenset({"3.1"}),
)
_DISABLED = Guess(
    "a closed mailbox",
    "The mailbox exists, and is switched off or given up.",
    "Ask the recipient in another way.",
    frozenset({"2.1", "7.13"}),
)
_BIG = Guess(
    "a message that is too big",
    "The message is larger than the exchange, or the mailbox, takes.",
    "Leave attachments out, or put them where they can be fetched.",
    frozenset({"3.4", "2.3"}),
)
_ATTACHMENT = Guess(
    "a forbidden attachment",
    "The exchange does not let attachments of this kind in, whatever is in them.",
    "Put the file where it can be fetched, and send its address.",
)
_VIRUS = Guess(
    "a virus scanner",
    "The exchange takes something in the message for harmful.",
    "Look at the attachments and links before anything is sent again.",
)
_SPAM = Guess(
    "a spam filter",
    "The exchange takes the message, or whom it comes from, for unsolicited mail.",
    _REWORD,
)
_HEADER = Guess(
    "a malformed message",
    "A header of the message is missing, doubled or not written as RFC 5322 asks.",
    "Look at the message's headers.",
)
_LOOP = Guess(
    "a mail loop",
    "The message has gone round through too many servers.",
    "Look for a forwarding that leads back to where it began.",
    frozenset({"4.6"}),
)
_APP_PASSWORD = Guess(
    "an account with two-factor login",
    "The server does not take the account's own password from programs.",
    "Make a password for this program in the account's settings.",
)
_BASIC_OFF = Guess(
    "login by password that is switched off",
    "The server, or the organisation, lets nobody log in with a password alone.",
    "Log in with an access token (XOAUTH2), or have SMTP login switched on for the account.",
)
_CREDENTIALS = Guess(
    "a wrong user name or password",
    "The server does not know the user name, or the password is another.",
    "Check both. Some providers want a password of its own for each program.",
    frozenset({"7.8"}),
)
_LOGIN = Guess(
    "a relay that wants a login",
    "The exchange takes mail from here only from those who have logged in.",
    _LOG_IN,
)
_TLS = Guess(
    "a rule that asks for TLS",
    "The exchange takes nothing in plaintext.",
    "Let TLS be used: drop --tls none, if it was given.",
    frozenset({"7.10", "7.11"}),
)
_TLS_DOWN = Guess(
    "TLS that is out of order",
    "The exchange offers TLS, and can't do it at the moment.",
    "Try again later.",
)
_BUSY = Guess(
    "a busy server",
    "The exchange has more to do than it can, or is about to stop.",
    "Try again later.",
    frozenset({"3.2", "4.5"}),
)
_TIMEOUT = Guess(
    "a server that waited too long",
    "Nothing, or not enough, came from us for a while.",
    "Look at the network, and try again.",
    frozenset({"4.2"}),
)
_EAGER = Guess(
    "a client that speaks too early",
    "Something was sent before it was due.",
    "Look at the time of the lines before; tell us, for it should not happen.",
)
_NO_RECIPIENT = Guess(
    "a mail without recipients",
    "Every recipient had been refused before, so there is nobody to take the mail for.",
    "Look at the replies to RCPT.",
)
_BACKEND = Guess(
    "a part of the mail system that is down",
    "The exchange could not ask another server that it needs, as the DNS or a directory.",
    "Try again later.",
    frozenset({"4.3", "3.0"}),
)
_FORBIDDEN = Guess(
    "a rule of the exchange",
    "A rule there forbids mail from here, from this sender or to this recipient.",
    "Ask the postmaster there, in another way.",
)

SIGNS = (
    Sign(_POLICY_BLOCK, ("spamhaus…pbl", "pbl…spamhaus", "/query/pbl")),
    Sign(_list("Spamhaus", "https://check.spamhaus.org"), ("spamhaus",)),
    Sign(
        _list("Barracuda", "https://www.barracudacentral.org/lookups"),
        ("barracudacentral", "barracuda reputation", "barracudanetworks", "brbl"),
    ),
    Sign(_list("SpamCop", "https://www.spamcop.net/bl.shtml"), ("spamcop",)),
    Sign(_list("UCEPROTECT", "https://www.uceprotect.net"), ("uceprotect",)),
    Sign(_list("Proofpoint", "https://ipcheck.proofpoint.com"), ("proofpoint.com", "pdr.net")),
    Sign(_list("Cloudmark", "https://csi.cloudmark.com"), ("cloudmark",)),
    Sign(_list("Abusix", "https://lookup.abusix.com"), ("abusix",)),
    Sign(_list("SORBS", "its own site, which is closed by now"), ("sorbs.net",)),
    Sign(
        _MICROSOFT_LIST,
        (
            "(s3140)",
            "(s3150)",
            "part of their network is on our block list",
            "banned send",
            "delist@",
            "sender.office.com",
        ),
    ),
    Sign(_COMPLAINTS, ("[ts0", "[tss", "deferred due to…user complaints", "yahoo…deferred")),
    Sign(
        _GREYLISTING,
        ("greylist", "graylist", "grey list", "gray list", "grey-list", "gray-list", "postgrey"),
    ),
    Sign(_FLOOD, ("unusual rate of unsolicited", "rate of unsolicited")),
    Sign(
        _BUSY_RECIPIENT,
        ("receiving mail at a rate", "receiving mail too", "user…receiving…too quickly"),
    ),
    Sign(_MANY_RECIPIENTS, ("too many recipients", "too many rcpt", "recipient limit")),
    Sign(
        _MANY_MAILS,
        (
            "mails in one session",
            "messages in one session",
            "messages in this session",
            "messages per session",
            "messages in one connection",
            "too many transactions",
        ),
    ),
    Sign(
        _RATE,
        (
            "rate limit",
            "rate-limit",
            "ratelimit",
            "throttl",
            "too many connections",
            "too many concurrent",
            "concurrent connections",
            "connection limit",
            "connection rate",
            "too many messages",
            "too many mails",
            "too many emails",
            "too much mail",
            "sending limit",
            "daily…limit",
            "hourly…limit",
            "limit exceeded…per ",
            "slow down",
        ),
    ),
    Sign(_DMARC, ("dmarc",)),
    Sign(
        _UNPROVEN,
        (
            "unauthenticated",
            "authentication checks",
            "not have authentication information",
            "neither spf nor dkim",
            "spf…dkim",
            "dkim…spf",
        ),
    ),
    Sign(_SPF, (" spf", "(spf", "openspf", "open-spf", "sender policy framework")),
    Sign(_DKIM, ("dkim", "domainkeys")),
    Sign(
        _REVERSE,
        (
            "ptr record",
            " ptr ",
            "reverse dns",
            "reverse-dns",
            "reverse lookup",
            "reverse hostname",
            "reverse host name",
            "rdns",
            "find your hostname",
            "find your host name",
            "fcrdns",
            "iprev",
        ),
    ),
    Sign(
        _HELLO,
        (
            "helo command rejected",
            "invalid helo",
            "helo…invalid",
            "invalid ehlo",
            "helo name",
            "ehlo name",
            "helo/ehlo",
            "bad helo",
            "fully-qualified hostname",
        ),
    ),
    Sign(
        _NOT_YOURS,
        (
            "not owned by user",
            "not allowed to send as",
            "sendasdenied",
            "not authorized to send as",
            "sender address rejected: not logged in",
            "not permitted to send on behalf",
        ),
    ),
    Sign(
        _APP_PASSWORD,
        ("application-specific password", "app password", "app-specific password"),
    ),
    Sign(
        _BASIC_OFF,
        (
            "basic authentication is disabled",
            "smtpclientauthentication is disabled",
            "log in via your web browser",
            "user is locked",
        ),
    ),
    Sign(
        _CREDENTIALS,
        (
            "username and password not accepted",
            "authentication failed",
            "authentication unsuccessful",
            "authentication failure",
            "authentication credentials invalid",
            "credentials invalid",
            "invalid credentials",
            "bad credentials",
            "invalid login",
            "incorrect authentication data",
            "wrong password",
            "login failed",
        ),
    ),
    Sign(
        _RELAYING,
        (
            "relay access denied",
            "relaying denied",
            "relay denied",
            "relay not permitted",
            "relaying not",
            "relay prohibited",
            "relaying is",
            "relaying prohibited",
            "unable to relay",
            "not relay",
            "not permitted to relay",
            "not allowed to relay",
            "relay not allowed",
            "relayingdenied",
            "allowed rcpthosts",
            "relay…temporarily denied",
        ),
    ),
    Sign(
        _TLS,
        (
            "must issue a starttls",
            "starttls first",
            "tls required",
            "tls is required",
            "requires tls",
            "require tls",
            "encryption required",
            "encryption is required",
            "encryption needed",
            "starttls is required",
            "session encryption",
            "insecure connection",
        ),
    ),
    Sign(
        _LOGIN,
        (
            "authentication required",
            "authentication is required",
            "must authenticate",
            "authenticate first",
            "need to authenticate",
            "not authenticated",
            "requires authentication",
            "auth required",
            "log in first",
            "check your mail first",
        ),
    ),
    Sign(_TLS_DOWN, ("tls not available", "tls is not available", "tls currently unavailable")),
    Sign(
        _SENDER_UNKNOWN,
        (
            "sender address rejected: domain not found",
            "sender address rejected: undeliverable",
            "sender address rejected: unverified",
            "sender address rejected: malformed",
            "sender domain",
            "domain of sender",
            "sender verif",
            "sender…does not exist",
            "sender…domain not found",
            "invalid sender",
            "unknown sender",
            "return address",
            "callout",
        ),
    ),
    Sign(_NO_ACCESS, ("recipient address rejected: access denied", "recipient…access denied…as(2")),
    Sign(
        _NO_DOMAIN,
        (
            "null mx",
            "accepts no mail",
            "does not accept mail",
            "domain…does not exist",
            "domain not found",
            "domain is not hosted",
            "no such domain",
            "unknown domain",
            "host unknown",
            "unrouteable mail domain",
        ),
    ),
    Sign(
        _DISK,
        (
            "insufficient system storage",
            "insufficient disk",
            "no space left",
            "disk full",
            "disk is full",
            "out of disk",
            "system storage",
            "insufficient storage",
        ),
    ),
    Sign(
        _FULL,
        (
            "mailbox full",
            "mailbox is full",
            "mailbox…is full",
            "inbox…full",
            "over quota",
            "overquota",
            "over the quota",
            "over its quota",
            "quota exceeded",
            "exceeded…quota",
            "exceed…quota",
            "quota…exceed",
            "exceeded storage allocation",
            "out of storage",
            "mailbox size limit",
            "storage full",
            " is full",
            "insufficient mailbox",
        ),
    ),
    Sign(
        _DISABLED,
        (
            "account…disabled",
            "mailbox…disabled",
            "user…disabled",
            "account…inactive",
            "mailbox…inactive",
            "inactive user",
            "inactive account",
            "account…suspended",
            "mailbox…suspended",
            "user…suspended",
            "account…closed",
            "account…locked",
            "no longer available",
            "no longer active",
            "no longer in use",
            "mailbox…expired",
        ),
    ),
    Sign(
        _UNKNOWN,
        (
            "user unknown",
            "unknown user",
            "user…unknown",
            "unknown recipient",
            "recipient unknown",
            "recipient…unknown",
            "address unknown",
            "unknown address",
            "unknown local",
            "no such user",
            "no such mailbox",
            "no such recipient",
            "no such address",
            "no such account",
            "no such person",
            "no mailbox",
            "no user",
            "no account",
            "nobody is",
            "nobody here",
            "not a known user",
            "not a valid user",
            "not a valid mailbox",
            "not a valid recipient",
            "not a valid address",
            "user not found",
            "mailbox not found",
            "recipient not found",
            "recipientnotfound",
            "address not found",
            "account…not found",
            "user doesn't exist",
            "does not exist",
            "doesn't exist",
            "doesn’t exist",
            "do not exist",
            "invalid recipient",
            "invalid mailbox",
            "invalid address",
            "recipient…invalid",
            "unrouteable address",
            "unroutable address",
            "not our customer",
            "does not have an account",
            "mailbox unavailable",
            "recipient rejected",
            "addressee unknown",
        ),
    ),
    Sign(
        _BIG,
        (
            "too big",
            "too large",
            "size exceeds",
            "exceeds…size",
            "exceeded…size",
            "size limit",
            "maximum message size",
            "maximum size",
            "message size",
            "message length",
            "larger than",
            "too much mail data",
            "too much data",
        ),
    ),
    Sign(_LOOP, ("too many hops", "mail loop", "routing loop", "loop detected", "hop count")),
    Sign(
        _ATTACHMENT,
        (
            "illegal attachment",
            "attachment…not allowed",
            "attachment…blocked",
            "blocked…attachment",
            "forbidden attachment",
            "potential security issue",
            "attachment type",
            "file type",
        ),
    ),
    Sign(_VIRUS, ("virus", "malware", "trojan", "phish", "infected", "clamav", "harmful")),
    Sign(
        _SOME_LIST,
        (
            "block list",
            "blocklist",
            "block-list",
            "blacklist",
            "black list",
            "black-list",
            "dnsbl",
            " rbl",
            ".rbl",
            "denylist",
            "surbl",
            "uribl",
            "listed at ",
            "listed by ",
            "listed in ",
            "listed on ",
            "bad reputation",
            "poor reputation",
            "low reputation",
            "reputation",
        ),
    ),
    Sign(
        _SPAM,
        (
            "spam",
            "unsolicited",
            "junk",
            "bulk mail",
            "bulk email",
            "content rejected",
            "message content",
            "content…reject",
            "reject…content",
            "content filter",
            "content…policy",
            "looks like advertising",
            "message rejected as",
            "suspicious",
        ),
    ),
    Sign(
        _HEADER,
        (
            "rfc 5322",
            "rfc5322",
            "rfc 2822",
            "rfc2822",
            "missing header",
            "header…missing",
            "missing…header",
            "duplicate header",
            "multiple…header",
            "from header",
            "from: header",
            "message-id",
            "bare lf",
            "bare cr",
            "bare newline",
            "rfc compliant",
            "rfc-compliant",
        ),
    ),
    Sign(
        _EAGER,
        (
            "improper use of smtp command pipelining",
            "synchronization error",
            "synchronisation error",
            "pipelining",
            "out of sync",
            "not wait for the greeting",
            "before greeting",
        ),
    ),
    Sign(
        _NO_RECIPIENT,
        ("no valid recipients", "no recipients", "valid rcpt", "need rcpt", "without rcpt"),
    ),
    Sign(_TIMEOUT, ("timeout", "timed out", "time out", "idle too long")),
    Sign(
        _BACKEND,
        (
            "lookup failure",
            "lookup failed",
            "lookup error",
            "dns failure",
            "dns error",
            "name service error",
            "could not resolve",
            "configuration error",
            "milter",
            "internal error",
            "local error",
            "internal server",
            "temporary server error",
            "backend",
            "temporary local problem",
            "service unavailable",
        ),
    ),
    Sign(
        _BUSY,
        (
            "too busy",
            "busy",
            "system load",
            "load average",
            "overload",
            "try again later",
            "shutting down",
            "out of memory",
            "resources temporarily",
            "temporarily unavailable",
            "temporarily deferred",
            "not accepting",
            "closing connection",
            "closing transmission",
        ),
    ),
    Sign(
        _FORBIDDEN,
        (
            "administrative prohibition",
            "administratively prohibited",
            "policy",
            "access denied",
            "not authorized",
            "not authorised",
            "permission denied",
            "not permitted",
            "not allowed",
            "prohibited",
            "denied",
            "blocked",
            "rejected by recipient",
            "not welcome",
            "go away",
        ),
    ),
)
"""The first that fits speaks: from the particular to the general."""
