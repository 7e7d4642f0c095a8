import json
from pathlib import Path

import pytest

from tests.tui.reports import exchange, finding, listing, report
from tuimail.domain import Report, Verdict
from tuimail.domain.report_document import report_document
from tuimail.tui.exporting import export_to, proposed

SHOWN = listing(
    report(exchange("mx.a.test", 10, "192.0.2.1"), findings=(finding(Verdict.FAIL, why="\x1bé"),))
)


def test_the_name_says_what_it_is_for(tmp_path: Path) -> None:
    document, text = tmp_path / "a.json", tmp_path / "a.txt"
    export_to(SHOWN, str(document)).write()
    export_to(SHOWN, str(text)).write()
    assert json.loads(document.read_bytes()) == report_document(SHOWN.report)
    written = text.read_text(encoding="utf-8")
    assert r"✗ SPF         \x1bé" in written
    assert "\x1b" not in written + document.read_text(encoding="utf-8")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    export = export_to(SHOWN, str(path))
    path.write_text("mine")
    with pytest.raises(OSError, match="exists"):
        export.write()
    with pytest.raises(ValueError, match="is there already"):
        export_to(SHOWN, str(path))
    assert path.read_text() == "mine"


def test_a_name_is_proposed() -> None:
    assert proposed(SHOWN) == "a.test.json"
    assert proposed(listing(Report("[IPv6:2001:db8::1]"))) == "2001-db8--1.json"
