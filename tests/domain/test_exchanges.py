"""Where a domain takes its mail, from answers alone."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.answers import (
    BROKEN,
    NO_SUCH_NAME,
    SILENCE,
    found,
    in_reverse,
    lacking,
    route,
)
from tuimail.domain import (
    Acceptance,
    AnswerStatus,
    Exchange,
    addresses_to_try,
    exchange_names,
    exchanges_named,
    literal,
    with_addresses,
)


def test_exchanges_in_order_of_preference() -> None:
    """Rule R3."""
    mx = found("example.net", "MX", "20 b.example.net.", "5 c.example.net.", "10 a.example.net.")
    addresses = [found(f"{host}.example.net", "A", "192.0.2.1") for host in "abc"]

    exchanges = route(mx, *addresses)

    assert exchanges.acceptance is Acceptance.EXCHANGES
    assert exchanges.reachable
    assert [(each.preference, each.name) for each in exchanges.exchanges] == [
        (5, "c.example.net"),
        (10, "a.example.net"),
        (20, "b.example.net"),
    ]


def test_equal_preferences_are_shuffled_and_no_others() -> None:
    """Rule R3."""
    mx = found("example.net", "MX", "10 a.", "10 b.", "10 c.", "20 d.", "20 e.")

    names = [exchange.name for exchange in exchanges_named(mx, in_reverse)]

    assert names == ["c", "b", "a", "e", "d"]


def test_every_order_of_equal_preferences_comes_up() -> None:
    """Rule R3: in random order, each exchange as often first as the others."""
    mx = found("example.net", "MX", "10 a.", "10 b.", "10 c.")
    shuffle = Random(7).shuffle  # noqa: S311

    first = Counter(exchanges_named(mx, shuffle)[0].name for _ in range(900))

    assert all(count > 250 for count in first.values())
    assert first.keys() == {"a", "b", "c"}


def test_exchange_named_twice_is_tried_once_where_it_is_preferred() -> None:
    mx = found("example.net", "MX", "10 a.", "20 b.", "30 A.")

    exchanges = exchanges_named(mx, in_reverse)

    assert [(each.preference, each.name) for each in exchanges] == [(10, "a"), (20, "b")]


def test_ttl_is_that_of_the_mx_record() -> None:
    """Rule I5."""
    mx = found("example.net", "MX", "10 a.", ttl=600)

    exchanges = route(mx, found("a", "A", "192.0.2.1", ttl=30))

    assert exchanges.exchanges[0].ttl == 600


def test_no_mx_record_makes_the_domain_its_own_exchange() -> None:
    """Rules R1 and I3."""
    exchanges = route(
        found("example.net", "MX"),
        found("example.net", "A", "192.0.2.1", ttl=60),
        found("example.net", "AAAA", "2001:db8::1", ttl=30),
    )

    assert exchanges.acceptance is Acceptance.IMPLICIT
    assert exchanges.exchanges == (Exchange("example.net", 0, 30, ("2001:db8::1", "192.0.2.1")),)


@pytest.mark.parametrize(
    ("status", "acceptance", "enhanced"),
    [
        (NO_SUCH_NAME, Acceptance.NONE, "5.1.2"),
        (BROKEN, Acceptance.UNKNOWN, "4.4.3"),
        (SILENCE, Acceptance.UNKNOWN, "4.4.3"),
    ],
)
def test_mx_that_could_not_be_had_is_not_an_absent_one(
    status: AnswerStatus, acceptance: Acceptance, enhanced: str
) -> None:
    """Rules R1 and I1: SERVFAIL and silence are deferred, though there is an address."""
    exchanges = route(lacking("example.net", "MX", status), found("example.net", "A", "192.0.2.1"))

    assert exchanges.acceptance is acceptance
    assert exchanges.enhanced == enhanced
    assert not exchanges.reachable
    assert "example.net" in exchanges.why


def test_neither_mx_nor_address() -> None:
    """Rules R1 and I3."""
    exchanges = route(found("example.net", "MX"))

    assert exchanges.acceptance is Acceptance.NONE
    assert exchanges.enhanced == "5.4.4"
    assert exchanges.why == "example.net has neither an exchange nor an address"


@pytest.mark.parametrize("status", [BROKEN, SILENCE])
def test_implicit_mx_whose_address_could_not_be_had(status: AnswerStatus) -> None:
    """Rule R1: one look-up that failed keeps it open whether there is an address."""
    exchanges = route(
        found("example.net", "MX"),
        lacking("example.net", "A", status),
        found("example.net", "AAAA"),
    )

    assert exchanges.acceptance is Acceptance.UNKNOWN
    assert exchanges.enhanced == "4.4.3"


def test_null_mx() -> None:
    """Rules R2 and I2: no exchange to connect to, though the domain has an address."""
    exchanges = route(found("example.net", "MX", "0 ."), found("example.net", "A", "192.0.2.1"))

    assert exchanges.acceptance is Acceptance.NULL_MX
    assert exchanges_named(found("example.net", "MX", "0 ."), in_reverse) == ()
    assert exchanges.enhanced == "5.1.10"
    assert exchanges.exchanges == ()
    assert exchanges.why == "example.net says that it takes no mail"


def test_null_mx_beside_others_refuses_the_domain() -> None:
    """Rules R2 and I2."""
    exchanges = route(
        found("example.net", "MX", "0 .", "10 mx.example.net."),
        found("mx.example.net", "A", "192.0.2.1"),
    )

    assert exchanges.acceptance is Acceptance.NULL_MX_BESIDE_OTHERS
    assert exchanges.enhanced == "5.1.10"
    assert exchanges.exchanges == ()


def test_exchanges_without_an_address_never_fall_back_to_the_domain() -> None:
    """Rules R4, I3 and I6."""
    exchanges = route(
        found("example.net", "MX", "10 a.", "20 b."),
        lacking("a", "A", NO_SUCH_NAME),
        lacking("a", "AAAA", NO_SUCH_NAME),
        found("b", "A"),
        found("example.net", "A", "192.0.2.1"),
    )

    assert exchanges.enhanced == "5.4.4"
    assert not any(exchange.addresses for exchange in exchanges.exchanges)
    assert [exchange.why for exchange in exchanges.exchanges] == [
        "there is no such host",
        "it has no address",
    ]


@pytest.mark.parametrize("status", [BROKEN, SILENCE])
def test_dead_exchanges_of_which_one_could_not_be_looked_up(status: AnswerStatus) -> None:
    """Rule R4: deferred, since that one may have an address."""
    exchanges = route(
        found("example.net", "MX", "10 a.", "20 b."),
        lacking("a", "A", NO_SUCH_NAME),
        lacking("b", "AAAA", status),
    )

    assert exchanges.enhanced == "4.4.3"
    assert exchanges.exchanges[1].unknown


def test_one_exchange_with_an_address_is_enough() -> None:
    """Rule R4."""
    exchanges = route(
        found("example.net", "MX", "10 a.", "20 b."),
        lacking("a", "A", BROKEN),
        found("b", "A", "192.0.2.1"),
    )

    assert exchanges.reachable
    assert [ip for _, ip in addresses_to_try(exchanges.exchanges)] == ["192.0.2.1"]
    assert exchanges.exchanges[0].why == "its address could not be looked up: SERVFAIL"


def test_one_kind_of_address_is_enough() -> None:
    exchange = with_addresses(
        Exchange("a", 10), [lacking("a", "AAAA", BROKEN), found("a", "A", "192.0.2.1")]
    )

    assert exchange.addresses == ("192.0.2.1",)
    assert not exchange.unknown


@pytest.mark.parametrize(
    "target", ["192.0.2.1.", r"\027[2J.example.net.", r"mx\.1.example.net.", r"\226\152\131."]
)
def test_exchange_that_is_no_host_name(target: str) -> None:
    """Rule I4: neither an address nor anything else that no host is called can be an exchange."""
    (exchange,) = exchanges_named(found("example.net", "MX", f"10 {target}"), in_reverse)

    assert exchange.why == "that is no host name"


def test_literal_needs_no_look_up() -> None:
    """Rule R5."""
    exchanges = literal("[192.0.2.1]", "192.0.2.1")

    assert exchanges.acceptance is Acceptance.LITERAL
    assert [ip for _, ip in addresses_to_try(exchanges.exchanges)] == ["192.0.2.1"]


def test_both_kinds_of_an_exchange_take_turns() -> None:
    """Rule R6."""
    exchange = with_addresses(
        Exchange("a", 10),
        [
            found("a", "AAAA", "2001:db8::1", "2001:db8::2"),
            found("a", "A", "192.0.2.1", "192.0.2.2", "192.0.2.3"),
        ],
    )

    assert exchange.addresses == (
        *("2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"),
        "192.0.2.3",
    )


IPV6 = tuple(f"2001:db8::{number}" for number in range(1, 9))


def test_the_last_place_is_kept_for_the_kind_without_one() -> None:
    """Rule R6: five IPv6 addresses first must not use up every try."""
    first, second = Exchange("a", 10, addresses=IPV6), Exchange("b", 20, addresses=("192.0.2.1",))

    assert addresses_to_try([first, second]) == (
        *((first, ip) for ip in IPV6[:4]),
        (second, "192.0.2.1"),
    )


def test_no_more_addresses_than_the_limit() -> None:
    """Rules R3 and R6."""
    exchange = Exchange("a", 10, addresses=IPV6)

    assert [ip for _, ip in addresses_to_try([exchange])] == list(IPV6[:5])
    assert [ip for _, ip in addresses_to_try([exchange], 8)] == list(IPV6)


@given(
    st.lists(st.lists(st.sampled_from((*IPV6, "192.0.2.1", "192.0.2.2")), unique=True), max_size=5),
    st.integers(2, 6),
)
def test_what_is_tried(addresses: list[list[str]], most: int) -> None:
    """Rules R3 and R6: in the exchanges' order, within the limit, both kinds where both exist."""
    exchanges = [
        Exchange(f"mx{number}", number, addresses=tuple(ips))
        for number, ips in enumerate(addresses)
    ]
    every = [(exchange, ip) for exchange in exchanges for ip in exchange.addresses]

    tried = addresses_to_try(exchanges, most)

    assert len(tried) == min(most, len(every))
    assert sorted(tried, key=every.index) == list(tried)
    assert {":" in ip for _, ip in tried} == {":" in ip for _, ip in every}


def test_names_alone() -> None:
    """Each once, where it is preferred; a null MX names nobody."""
    mx = found("example.net", "MX", "20 B.example.", "10 a.example.", "5 b.example.")
    assert exchange_names(mx) == ("b.example", "a.example")
    assert exchange_names(found("example.net", "MX", "0 .")) == ()
