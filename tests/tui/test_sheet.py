from tuimail.transcript import Lane, Line, Mark, Tone
from tuimail.tui.sheet import HEADING, Sheet

ONE, OTHER, NOBODY = Lane(1, "a.test", "mx.a.test"), Lane(2, "longer.test"), Lane(3, "")


def line(lane: Lane, text: str, at: float = 0.0) -> Line:
    return Line(lane, at, Mark.FACT, Tone.FACT, text)


def test_each_row_is_one_part_of_one_line() -> None:
    lines = [line(ONE, "word " * count) for count in range(1, 20)]
    sheet = Sheet(lines, width=30)
    sheet.grow()
    places = [sheet.place(row) for row in range(sheet.height)]
    assert places == [
        (index, part) for index in range(len(lines)) for part in range(len(sheet.parts(index)))
    ]
    assert [sheet.first_row(place.line) for place in places if place.part == 0] == [
        row for row, place in enumerate(places) if place.part == 0
    ]


def test_growing_piece_by_piece_is_like_growing_at_once() -> None:
    lines: list[Line] = []
    growing = Sheet(lines, width=40)
    for count in range(30):
        lines.append(line((ONE, OTHER)[count % 2], "word " * count))
        growing.grow()
    whole = Sheet(lines, width=40)
    whole.grow()
    assert [growing.place(row) for row in range(growing.height)] == [
        whole.place(row) for row in range(whole.height)
    ]


def test_resizing_is_like_having_had_the_size() -> None:
    lines = [line(ONE, "word " * count) for count in range(30)]
    sheet, narrow = Sheet(lines, width=90), Sheet(lines, width=33)
    sheet.grow()
    narrow.grow()
    sheet.resize(33)
    assert sheet.height == narrow.height
    assert sheet.place(sheet.height - 1) == narrow.place(narrow.height - 1)


def test_domains_are_labelled_once_there_are_two() -> None:
    lines = [line(ONE, "x")]
    sheet = Sheet(lines)
    sheet.grow()
    assert sheet.runs[0].label_width == 0
    lines += [line(OTHER, "y"), line(NOBODY, "the result")]
    sheet.grow()
    run = sheet.runs[0]
    assert run.label_width == len("longer.test")
    assert run.gutter(lines[2]) < run.gutter(lines[1])


def test_a_send_begins_under_a_rule_with_a_clock_and_sessions_of_its_own() -> None:
    lines = [line(ONE, "x", 5.0)]
    sheet = Sheet(lines)
    sheet.begin_run()
    lines += [line(Lane(4, "a.test", "mx.a.test"), "y", 7.0), line(Lane(5, "a.test", "m"), "z")]
    sheet.grow()
    assert [run.began for run in sheet.runs] == [5.0, 7.0]
    assert sheet.place(1) == (1, HEADING)
    assert sheet.place(2) == (1, 0)
    assert sheet.runs[0].session(ONE) == ""
    assert sheet.runs[1].session(lines[2].lane) == "session 2 of 2"
