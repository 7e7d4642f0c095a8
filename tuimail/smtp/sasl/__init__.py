"""Proving who we are (RFC 4954, RFC 4422)."""

from tuimail.smtp.sasl.choice import NAMES, mechanisms
from tuimail.smtp.sasl.credentials import Credentials
from tuimail.smtp.sasl.mechanism import Mechanism, SaslError

__all__ = ["NAMES", "Credentials", "Mechanism", "SaslError", "mechanisms"]
