"""The stages of a recording: all of it is read, and what has come by now is shown."""

from typing import TYPE_CHECKING

from tuimail.tui.stages import Stages

if TYPE_CHECKING:
    from tuimail.transcript import Entry
    from tuimail.transcript.playback import Playback
    from tuimail.transcript.waterfall import Waterfall, Waterfalls


class RecordedStages(Stages):
    def __init__(self, playback: "Playback", waterfalls: "Waterfalls") -> None:
        super().__init__(playback.whole, waterfalls)
        self._came = playback.transcript.entries
        self._whole: Waterfall | None = None

    def note(self, entry: "Entry") -> None:
        """It was there before it came."""

    def of(self, place: int) -> "Waterfall | None":
        from tuimail.transcript.hindsight import as_of

        self._shown = self._whole
        self._whole = super().of(place)
        if self._whole is not None:
            self._shown = as_of(self._whole, self._came)
        return self._shown

    @property
    def _known(self) -> "Waterfall | None":
        return self._whole
