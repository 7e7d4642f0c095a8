"""What an exchange's EHLO offers (RFC 5321 §4.1.1.1)."""

from tuimail.demo import xclient
from tuimail.demo.login import MECHANISMS
from tuimail.demo.standing import Standing
from tuimail.demo.tempers import Temper


def offered(temper: Temper, standing: Standing) -> list[str]:
    """A line for each extension, as this client is offered it now."""
    lines = {
        "SIZE": f"SIZE {temper.size_limit}",
        "LIMITS": _limits(temper),
        "XCLIENT": " ".join(("XCLIENT", *xclient.NAMES)),
    }
    # RFC 8689 §2: only where TLS has begun.
    hidden = () if standing.tls else ("REQUIRETLS",)
    keywords = [each for each in temper.extensions or () if each not in hidden]
    if standing.is_offered_tls(temper):
        keywords.append("STARTTLS")
    if temper.account is not None and standing.tls and not standing.user:
        keywords.append(" ".join(("AUTH", *MECHANISMS)))
    return [lines.get(keyword, keyword) for keyword in keywords]


def _limits(temper: Temper) -> str:
    """RFC 9422 §4"""
    mails = [f"MAILMAX={temper.most_mails}"] if temper.most_mails is not None else []
    return " ".join(("LIMITS", f"RCPTMAX={temper.most_recipients}", *mails))
