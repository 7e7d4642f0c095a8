"""Where each line stands, however many there are, and whatever is left out or unfolded."""

from tuimail.smtp import Reply, ReplyReceived
from tuimail.transcript import Entry, Lane, Noted
from tuimail.transcript.reading import Lines
from tuimail.tui.sheet import HEADING, SPACIOUS, Sheet
from tuimail.tui.sieve import Direction, Sieve

ONE, OTHER, NOBODY = Lane(1, "a.test", "mx.a.test"), Lane(2, "longer.test"), Lane(3, "")


def entry(lane: Lane, text: str, at: float = 0.0) -> Entry:
    return Entry(lane, Noted(at, text))


def words(count: int) -> list[Entry]:
    return [entry(ONE, "word " * length) for length in range(1, count)]


def laid_out(sheet: Sheet) -> list[tuple[int, int, int]]:
    return [sheet.place(row) for row in range(sheet.height)]


def test_each_row_is_one_part_of_one_line() -> None:
    sheet = Sheet(Lines(words(20)), width=30)
    assert sheet.grow()
    places = [sheet.place(row) for row in range(sheet.height)]
    assert [place[:2] for place in places] == [
        (index, part) for index in range(19) for part in range(len(sheet.parts(index)))
    ]
    assert [sheet.first_row(place.line) for place in places if place.part == 0] == [
        row for row, place in enumerate(places) if place.part == 0
    ]
    assert [sheet.last_row(index) for index in range(18)] == [
        sheet.first_row(index) - 1 for index in range(1, 19)
    ]


def test_growing_piece_by_piece_is_like_growing_at_once() -> None:
    entries: list[Entry] = []
    growing = Sheet(Lines(entries), width=40)
    for count in range(30):
        entries.append(entry((ONE, OTHER)[count % 2], "word " * count))
        growing.grow()
    whole = Sheet(Lines(entries), width=40)
    whole.grow()
    assert laid_out(growing) == laid_out(whole)


def test_growing_in_slices_comes_to_the_same() -> None:
    entries = words(100)
    sliced, whole = Sheet(Lines(entries), width=40), Sheet(Lines(entries), width=40)
    slices = 1
    while not sliced.grow(budget=0.0):
        slices += 1
    whole.grow()
    assert slices > 5
    assert laid_out(sliced) == laid_out(whole)


def test_resizing_is_like_having_had_the_size() -> None:
    entries = words(30)
    sheet, narrow = Sheet(Lines(entries), width=90), Sheet(Lines(entries), width=33)
    sheet.grow()
    narrow.grow()
    sheet.resize(33)
    sheet.grow()
    assert laid_out(sheet) == laid_out(narrow)


def test_domains_are_labelled_once_there_are_two() -> None:
    entries = [entry(ONE, "x")]
    sheet = Sheet(Lines(entries))
    sheet.grow()
    assert sheet.runs[0].label_width == 0
    entries += [entry(OTHER, "y"), entry(NOBODY, "the result")]
    sheet.grow()
    assert sheet.runs[0].label_width == len("longer.test")
    assert sheet.gutter(2) < sheet.gutter(1) == sheet.gutter(0)
    assert sheet.runs[0].label(ONE) == "a.test     "


def test_sessions_are_numbered_once_there_are_two() -> None:
    second = Lane(7, "a.test", "mx2.a.test")
    sheet = Sheet(Lines([entry(ONE, "x"), entry(second, "y"), entry(OTHER, "z")]))
    sheet.grow()
    (run,) = sheet.runs
    assert [run.label(lane) for lane in (ONE, second, OTHER)] == [
        "1 a.test     ",
        "2 a.test     ",
        "  longer.test",
    ]
    assert run.label_width == len(run.label(ONE))


def test_a_send_begins_under_a_rule_with_a_clock_and_sessions_of_its_own() -> None:
    entries = [entry(ONE, "x", 5.0)]
    sheet = Sheet(Lines(entries))
    sheet.begin_run()
    entries += [
        entry(Lane(4, "a.test", "mx.a.test"), "y", 7.0),
        entry(Lane(5, "a.test", "m"), "z", 7.5),
    ]
    sheet.grow()
    assert [run.began for run in sheet.runs] == [5.0, 7.0]
    assert sheet.place(1)[:2] == (1, HEADING)
    assert sheet.place(2)[:2] == (1, 0)
    assert sheet.runs[0].session(ONE) == ""
    assert sheet.runs[1].session(entries[2].lane) == "session 2 of 2"
    assert [sheet.since_before(index) for index in range(3)] == [None, None, 0.5]


def test_only_what_passes_is_shown() -> None:
    entries = [entry((ONE, OTHER)[count % 2], f"line {count}") for count in range(10)]
    sheet = Sheet(Lines(entries))
    sheet.grow()
    sheet.sift(Sieve(lane=OTHER.number))
    sheet.grow()
    assert [sheet.line(index).text for index in range(sheet.count)] == [
        f"line {count}" for count in range(1, 10, 2)
    ]
    assert [sheet.nearest(number) for number in (0, 1, 2, 9)] == [0, 0, 1, 4]
    assert sheet.height == 5
    entries += [entry(ONE, "left out"), entry(OTHER, "shown")]
    sheet.grow()
    assert sheet.line(5).text == "shown"
    sheet.sift(Sieve(direction=Direction.SERVER))
    sheet.grow()
    assert (sheet.count, sheet.height) == (0, 0)
    sheet.sift(Sieve(stage={3, 4}))
    sheet.grow()
    assert [sheet.entry(index) for index in range(sheet.count)] == [3, 4]


def test_what_unfolds_stands_below_its_line() -> None:
    sheet = Sheet(Lines(words(6)), width=40)
    sheet.grow()
    before = sheet.height
    sheet.unfold(3, ["detail " * 9, "more"])
    sheet.unfold(1, ["first"])
    places = [sheet.place(row) for row in range(sheet.height)]
    assert [place.line for place in places] == sorted(place.line for place in places)
    rows = [sheet.detail(place) for place in places if place.detail >= 0]
    assert rows[0] == "first"
    assert rows[-1] == "more"
    assert len(rows) == sheet.height - before > 3
    assert places[sheet.first_row(4)] == (4, 0, -1)
    assert places[sheet.last_row(3)].detail >= 0
    sheet.resize(SPACIOUS)
    sheet.grow()
    assert [sheet.place(row).detail for row in range(sheet.height)].count(0) == 2
    sheet.fold_up(3)
    sheet.fold_up(1)
    assert not any(sheet.place(row).detail >= 0 for row in range(sheet.height))


def reply(count: int, code: int = 250) -> Entry:
    return Entry(ONE, ReplyReceived(0.0, Reply(code, tuple(map(str, range(count)))), None))


def texts(sheet: Sheet) -> list[str]:
    return [sheet.line(index).text for index in range(sheet.count)]


def test_of_a_long_reply_one_line_stands_for_most() -> None:
    sheet = Sheet(Lines([entry(ONE, "before"), reply(10_000), entry(ONE, "after")]))
    sheet.grow()
    assert texts(sheet) == [
        "before",
        *(f"250-{number}" for number in range(20)),
        "… 9,979 more lines: space unfolds them",
        "250 9999",
        "after",
    ]
    assert sheet.folded(21) == range(21, 10_000)
    assert not sheet.folded(20)
    assert sheet.count_of(range(20, 23)) == 9_981
    assert [sheet.nearest(number) for number in (20, 21, 5_000, 9_999, 10_000)] == [
        *(20, 21, 21, 21, 22),
    ]


def test_what_is_folded_away_opens_in_its_place() -> None:
    sheet = Sheet(Lines([reply(50), reply(100, 550), entry(ONE, "after")]), width=40)
    sheet.grow()
    sheet.unfold(0, ["first"])
    sheet.unfold(sheet.count - 1, ["of the last " * 9])
    sheet.open(20)
    assert [sheet.is_as_at_first] == [False]
    sheet.grow()
    assert texts(sheet)[:51] == [*(f"250-{number}" for number in range(49)), "250 49", "550-0"]
    assert sheet.is_unfolded(sheet.count - 1)
    assert [sheet.place(row)[:2] for row in range(2)] == [(0, 0), (0, 1)]
    assert sheet.place(sheet.height - 1).detail > 0
    (fold,) = (index for index in range(sheet.count) if sheet.folded(index))
    sheet.open(fold)
    sheet.grow()
    assert sheet.count == 151
    assert sheet.place(sheet.height - 1).line == 150
    sheet.sift(Sieve())
    sheet.grow()
    assert [sheet.is_as_at_first] == [True]
    assert sheet.count == 45


def test_a_reply_that_fits_is_shown_whole() -> None:
    sheet = Sheet(Lines([reply(40), reply(41)]))
    sheet.grow()
    assert sheet.count == 40 + 22


def test_what_was_taken_back_comes_again_at_its_place() -> None:
    """The room that another session's labels took stays theirs."""
    entries = [entry((ONE, OTHER)[place % 3 == 2], "word " * place) for place in range(1, 12)]
    came = list(entries)
    sheet = Sheet(Lines(came), width=40)
    sheet.grow()
    whole, gutter = laid_out(sheet), sheet.gutter(0)
    sheet.unfold(9, ["detail"])
    for length in (4, 1, 0):
        del came[length:]
        sheet.lines.take_back()
        sheet.take_back()
        assert sheet.grow()
        assert sheet.count == length
        assert laid_out(sheet) == [place for place in whole if place[0] < length]
        assert not length or sheet.gutter(0) == gutter
    came += entries
    sheet.grow()
    assert laid_out(sheet) == whole


def test_what_is_taken_back_may_have_been_left_out() -> None:
    came = [entry((ONE, OTHER)[place % 2], str(place)) for place in range(9)]
    sheet = Sheet(Lines(came))
    sheet.sift(Sieve(lane=OTHER.number))
    sheet.grow()
    del came[4:]
    sheet.lines.take_back()
    sheet.take_back()
    sheet.grow()
    assert [sheet.line(index).text for index in range(sheet.count)] == ["1", "3"]


def test_a_long_reply_that_was_taken_back_comes_folded_again() -> None:
    came = [entry(ONE, "before"), reply(100)]
    sheet = Sheet(Lines(came))
    sheet.grow()
    shown = texts(sheet)
    del came[1:]
    sheet.lines.take_back()
    sheet.take_back()
    sheet.grow()
    assert texts(sheet) == ["before"]
    came.append(reply(100))
    sheet.grow()
    assert texts(sheet) == shown
    assert len(sheet.folded(21)) == 79
