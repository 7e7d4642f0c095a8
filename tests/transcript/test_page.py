"""A transcript as a page and as a picture that can be mailed."""

from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcript.entries import ENTRIES, SECRET
from tuimail.smtp import Command, CommandSent, Reply, ReplyReceived
from tuimail.transcript import (
    Connected,
    Connecting,
    Entry,
    Lane,
    Noted,
    Transcript,
    lines_of,
    page,
    picture,
    read_json_lines,
)

LANE = Lane(2, "example.net", "mx1.example.net", "192.0.2.10", 25)
SVG = "{http://www.w3.org/2000/svg}"
FORBIDDEN = {"script", "iframe", "object", "embed", "link", "img", "a", "form", "base", "image"}


def recorded(name: str) -> tuple[Entry, ...]:
    with (Path(__file__).parent / f"{name}.jsonl").open("rb") as file:
        return read_json_lines(file).entries


class Page(HTMLParser):
    """The elements of a page, and the cells of its table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self._in_cell = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append("")
        self._in_cell = tag == "td"

    def handle_endtag(self, _tag: str) -> None:
        self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data


def parsed_svg(text: str) -> Xml.Element:
    return Xml.fromstring(text)  # noqa: S314  # our own, and a page has no DTD


def assert_harmless(tags: list[tuple[str, dict[str, str | None]]]) -> None:
    """Nothing runs, nothing is loaded, nothing is linked."""
    for tag, attributes in tags:
        assert tag not in FORBIDDEN
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in ("href", "src", "style", "xlink:href")
            assert "javascript" not in (value or "")


def test_each_line_is_a_row() -> None:
    entries = recorded("delivered")
    rows = Page(page(entries)).rows
    assert rows[0][2:] == ["·", "MX backup.test → mx1.backup.test (10), mx2.backup.test (20)"]
    transcript = Transcript()
    for entry in entries:
        transcript.append(entry)
    assert [row[2:] for row in rows] == [[line.mark, line.text] for line in transcript.lines]
    refused = next(row for row in rows if "can't be reached" in row[3])
    assert refused[1:3] == ["1", "✗"]
    assert float(rows[-1][0]) == pytest.approx(entries[-1].event.at, abs=0.001)


def test_the_result_is_its_title() -> None:
    text = page(recorded("several"))
    assert "<title>Delivered to 1 of 2 recipients, 1 failed, in " in text
    assert "<h2>1. mx.strict.test [127.0.0.16]:" in text
    assert "<h2>2. mx1.friendly.test [127.0.0.11]:" in text


@pytest.mark.parametrize("form", [page, picture])
def test_bars_are_as_long_as_stages_took(form: object) -> None:
    """A stage of three seconds has three times the bar of one of one second."""
    ehlo = Command.ehlo("client.example")
    entries = [
        Entry(LANE, Connecting(10.0)),
        Entry(LANE, Connected(11.0)),
        Entry(LANE, ReplyReceived(14.0, Reply(220, ("mx",)), None)),
        Entry(LANE, CommandSent(14.0, ehlo)),
        Entry(LANE, ReplyReceived(15.0, Reply(550, ("no",)), ehlo)),
    ]
    assert callable(form)
    text = form(entries)
    drawing = parsed_svg(text[text.index("<svg") : text.index("</svg>") + len("</svg>")])
    bars = [bar for bar in drawing.iter(f"{SVG}rect") if "class" in bar.attrib]
    widths = [float(bar.attrib["width"]) for bar in bars]
    lefts = [float(bar.attrib["x"]) for bar in bars]
    assert [bar.attrib["class"] for bar in bars] == ["pass", "pass", "fail"]
    assert widths[1] == pytest.approx(3 * widths[0], abs=0.2)
    assert lefts[1:] == pytest.approx([lefts[0] + widths[0], lefts[1] + widths[1]], abs=0.2)
    assert "5.0 s, 3 round trips" in text


@given(st.lists(ENTRIES, max_size=5))
def test_whatever_was_said_a_page_is_harmless(entries: list[Entry]) -> None:
    """Rules R15, R39: markup in what a server says is text, and no secret is in it."""
    text = page(entries)
    parsed = Page(text)
    assert_harmless(parsed.tags)
    assert SECRET not in text
    text.encode()


@given(st.lists(ENTRIES, max_size=5))
def test_whatever_was_said_a_picture_is_harmless_and_whole(entries: list[Entry]) -> None:
    """Rules R15, R39: well-formed XML, in which foreign text stands as text."""
    text = picture(entries)
    elements = list(parsed_svg(text).iter())
    assert_harmless([(each.tag.removeprefix(SVG), dict(each.attrib)) for each in elements])
    assert {each.tag.removeprefix(SVG) for each in elements} <= {
        *("svg", "title", "style", "rect", "g", "text", "tspan")
    }
    assert SECRET not in text


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "</style><script>alert(1)</script>",
        "</title><img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "]]><!--",
        "&lt;b&gt;",
        "\x1b]0;x\x07",
        "\u202etxt.exe",
    ],
)
def test_a_hostile_server(hostile: str) -> None:
    """Rule R15: in a reply, a name and a heading alike; nothing is hidden or turned round."""
    lane = Lane(2, hostile, hostile, hostile, 25)
    entries = [
        Entry(lane, CommandSent(0.0, Command(b"", hostile.upper()))),
        Entry(lane, ReplyReceived(0.1, Reply(220, (hostile,)), None)),
    ]
    parsed = Page(page(entries))
    assert_harmless(parsed.tags)
    (line,) = lines_of(entries[1])
    assert parsed.rows[-1][3] == line.text
    drawing = parsed_svg(picture(entries))
    assert line.text in ["".join(each.itertext()) for each in drawing.iter(f"{SVG}tspan")]


def test_the_page_needs_nothing_from_elsewhere() -> None:
    text = page(recorded("several"))
    assert "default-src &#x27;none&#x27;" in text
    assert "http" not in text.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert "url(" not in text


def test_a_picture_of_many_lines_is_bounded_and_says_so() -> None:
    entries = [Entry(LANE, Noted(float(n), "x" * 1000)) for n in range(5000)]
    text = picture(entries)
    assert "and 4000 more lines" in text
    assert len(text) < 1_000_000
    assert len(Page(page(entries)).rows) == 5000


def test_a_session_of_many_stages_is_bounded_and_says_so() -> None:
    rcpts = [Command.rcpt(f"u{n}@example.net") for n in range(500)]
    entries = [Entry(LANE, CommandSent(float(n), rcpt)) for n, rcpt in enumerate(rcpts)]
    assert "and 300 more" in page(entries)


def test_no_event_at_all() -> None:
    assert "An SMTP dialogue" in page([])
    parsed_svg(picture([]))
