"""Nameservers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.lookup import Credit, Nameserver
from tuimail.safetext import visible


@pytest.mark.parametrize(
    ("text", "nameserver"),
    [
        ("192.0.2.1", Nameserver("192.0.2.1", 53)),
        ("127.0.0.1:5353", Nameserver("127.0.0.1", 5353)),
        ("2001:db8::1", Nameserver("2001:db8::1", 53)),
        ("[2001:db8::1]", Nameserver("2001:db8::1", 53)),
        ("[::1]:5353", Nameserver("::1", 5353)),
        ("fe80::1%eth0", Nameserver("fe80::1%eth0", 53)),
        ("[fe80::1%eth0]:5353", Nameserver("fe80::1%eth0", 5353)),
    ],
)
def test_nameserver_as_written(text: str, nameserver: Nameserver) -> None:
    assert Nameserver.parse(text) == nameserver


@pytest.mark.parametrize(
    ("address", "believed"),
    [
        ("127.0.0.1", True),
        ("127.0.0.53", True),
        ("::1", True),
        ("192.0.2.1", False),
        ("192.168.1.1", False),
        ("fe80::1%eth0", False),
    ],
)
def test_whose_ad_bit_counts(address: str, believed: bool) -> None:  # noqa: FBT001
    """Rule R20: on loopback, or where the user says so; a private network is no loopback."""
    assert Nameserver(address).believed is believed
    assert Nameserver(address, credit=Credit.GIVEN).believed


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "“” is no nameserver"),
        ("localhost", "“localhost” is no nameserver"),
        ("ns.example:53", "“ns.example:53” is no nameserver"),
        ("192.0.2.1:0", "“0” is no port"),
        ("192.0.2.1:65536", "“65536” is no port"),
        ("192.0.2.1:domain", "“domain” is no port"),
        ("192.0.2.1:٣", "“٣” is no port"),
        (f"192.0.2.1:{'9' * 5000}", "9” is no port"),
        ("192.0.2.1:\x1b[2J", r"“\\x1b\[2J” is no port"),
        ("[::1]x:53", r"“\[::1\]x:53” is no nameserver"),
        ("[::1]5353", r"“\[::1\]5353” is no nameserver"),
        ("[::1", r"“\[::1” is no nameserver"),
        ("fe80::1%", "“fe80::1%” is no nameserver"),
        ("\x1b[2J\n", r"“\\x1b\[2J\\n” is no nameserver"),
    ],
)
def test_no_nameserver(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        Nameserver.parse(text)
    assert str(caught.value).isprintable()


@given(st.text(max_size=40) | st.text("0123456789abf:.[]%\x1b", max_size=20))
def test_any_text_is_a_nameserver_or_refused_in_one_line(text: str) -> None:
    try:
        nameserver = Nameserver.parse(text)
    except ValueError as error:
        complaint = str(error)
    else:
        complaint = ""
        assert 0 < nameserver.port < 65536

    assert complaint == visible(complaint)
