from tuimail.message import Address, parse_addresses
from tuimail.tui.alone import Alone, question_about

ALONE = Alone("a.test", "mx2.a.test")


def people(text: str) -> tuple[Address, ...]:
    return parse_addresses(text).addresses


def test_only_recipients_of_the_domain_get_it() -> None:
    there, elsewhere = ALONE.among(people("bob@A.test, eve@b.test, zoe@a.test"))
    assert [each.addr_spec for each in there] == ["bob@A.test", "zoe@a.test"]
    assert [each.addr_spec for each in elsewhere] == ["eve@b.test"]


def test_the_question_says_who_gets_it_and_who_does_not() -> None:
    bob, zoe, eve = people("bob@a.test, zoe@a.test, eve@b.test")
    assert question_about(ALONE, [bob], []) == "Send the mail to mx2.a.test alone, for bob@a.test?"
    assert question_about(ALONE, [bob, zoe], [eve]) == (
        "Send the mail to mx2.a.test alone, for bob@a.test and 1 more? eve@b.test gets nothing."
    )
    assert question_about(ALONE, [bob], [eve, eve]).endswith("The other 2 recipients get nothing.")
