"""All mail servers that tuimail is tried on."""

import pytest
from _pytest.mark.structures import ParameterSet

from tests.peers.dovecot import DOVECOT
from tests.peers.exim import EXIM
from tests.peers.libraries import AIOSMTPD, NODEMAILER, NODEMAILER_LMTP, TWISTED
from tests.peers.opensmtpd import OPENSMTPD
from tests.peers.peer import Kind
from tests.peers.postfix import POSTFIX, POSTFIX_DATA, POSTFIX_SUBMISSION

KINDS = (
    *(POSTFIX, POSTFIX_DATA, POSTFIX_SUBMISSION, EXIM, OPENSMTPD),
    *(NODEMAILER, AIOSMTPD, TWISTED, DOVECOT, NODEMAILER_LMTP),
)


def parameter(kind: Kind, *others: object) -> ParameterSet:
    """For a test's `kind`, which is skipped where the machine lacks what that needs."""
    marks = [getattr(pytest.mark, need) for need in kind.needs]
    name = "-".join(map(str, (kind.name, *others)))
    return pytest.param(kind, *others, marks=marks, id=name)


def each(*keywords: str) -> pytest.MarkDecorator:
    """A test for each kind that offers all of these."""
    kinds = [parameter(kind) for kind in KINDS if kind.offers.issuperset(keywords)]
    return pytest.mark.parametrize("kind", kinds)
