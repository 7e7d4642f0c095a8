import pytest

from tuimail.tui.sender_form import read_ips, read_selectors


def test_addresses_are_read_as_people_write_them() -> None:
    assert read_ips(" 192.0.2.1, 2001:db8::1;192.0.2.2 ") == (
        "192.0.2.1",
        "2001:db8::1",
        "192.0.2.2",
    )
    assert read_ips(" ") == ()
    with pytest.raises(ValueError, match="is no IP address"):
        read_ips("mx.a.test")


def test_selectors_are_names() -> None:
    assert read_selectors("S2026 grün") == ("s2026", "xn--grn-ioa")
    with pytest.raises(ValueError, match="two dots"):
        read_selectors("a..b")
