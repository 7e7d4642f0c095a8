"""The end of a file's name says which form a transcript has in it."""

from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

import pytest

from tuimail.transcript import Entry, Typescript
from tuimail.transcript.form import Form, writing
from tuimail.transcript.jsonl import read_json_lines
from tuimail.transcript.page import page
from tuimail.transcript.picture import picture
from tuimail.transcript.text import SwaksText


def several() -> tuple[Entry, ...]:
    with (Path(__file__).parent / "several.jsonl").open("rb") as file:
        return read_json_lines(file).entries


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.html", Form.PAGE),
        ("a.svg", Form.PICTURE),
        ("a.TXT", Form.SWAKS),
        ("a.b.jsonl", Form.JSON_LINES),
        ("a.log", Form.PRINTED),
        ("jsonl", Form.PRINTED),
        (".jsonl", Form.PRINTED),
    ],
)
def test_a_name_means_a_form(name: str, form: Form) -> None:
    assert Form.of(Path("folder.svg") / name) is form


def printed(entries: Iterable[Entry]) -> str:
    typescript = Typescript()
    return "".join(f"{text}\n" for entry in entries for _, text in typescript.typed(entry))


@pytest.mark.parametrize(
    ("form", "whole"),
    [
        (Form.PAGE, page),
        (Form.PICTURE, picture),
        (Form.SWAKS, lambda entries: "".join(map(SwaksText().written, entries))),
        (Form.PRINTED, printed),
    ],
)
def test_each_form_is_its_own(form: Form, whole: Callable[[tuple[Entry, ...]], str]) -> None:
    assert "".join(writing(form).pieces(several())) == whole(several())


def test_json_lines_read_back() -> None:
    text = "".join(writing(Form.JSON_LINES).pieces(several()))
    assert read_json_lines(BytesIO(text.encode())).entries == several()


def test_each_file_begins_anew() -> None:
    """A writing knows what it has written before, and two files know nothing of each other."""
    for form in Form:
        first, second = writing(form), writing(form)
        begun = [first.written(entry) for entry in several()]
        assert [second.written(entry) for entry in several()] == begun
