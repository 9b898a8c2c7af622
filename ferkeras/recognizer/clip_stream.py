"""A long video -> its movements, one after the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ferkeras.detect import Detector
from ferkeras.errors import FaceError, FerkerasError
from ferkeras.recognizer.clip_recognition import classify
from ferkeras.recognizer.clip_result import ClipResult
from ferkeras.recognizer.face_ring import FaceRing
from ferkeras.recognizer.merging import Merging, is_way_back
from ferkeras.recognizer.movement_gate import strongest_movement
from ferkeras.recognizer.movement_threshold import MovementThreshold
from ferkeras.recognizer.registered_motion import registered_motion
from ferkeras.recognizer.stopwatch import Stopwatch
from ferkeras.recognizer.stream_summary import StreamSummary
from ferkeras.recognizer.strength import strength
from ferkeras.runtime import ModelCard, Runner
from ferkeras.types import Clip, Picture

_FEWEST = 4  # frames of a window, also of the rest at the end of a video
_SEARCH = 0.1  # seconds between two searches for a face while there is none
_GATE = 0.75  # share of the threshold that the quick look must see


class ClipStream(Iterator[ClipResult]):
    """Movements in a video of any length, in constant memory; made by `Recognizer.stream_clip`.

    Only the registered faces of one window are held. Iterating gives one `ClipResult` a movement,
    once it is over; `summary` counts what was seen until then. Where a frame cannot be read, the
    movements before it are given first.

    Args:
        frames: pictures of one size, in order.
        fps: frames per second.
        source: name for results.
        runner, card, detector: as `Recognizer` holds them.
        window, hop: in seconds.
        threshold: in percent of the face's side; None follows the video's noise, see
            `ferkeras.recognizer.movement_threshold.MovementThreshold`.

    Raises:
        FerkerasError: numbers that do not fit together; while iterating, a frame that cannot be
            read.
    """

    def __init__(
        self,
        frames: Iterator[Picture],
        fps: float,
        source: str,
        runner: Runner,
        card: ModelCard,
        detector: Detector,
        *,
        window: float,
        hop: float,
        threshold: float | None,
    ) -> None:
        for name, value in (("window", window), ("hop", hop), ("threshold", threshold)):
            if value is not None and not 0 < value < 1e6:
                raise FerkerasError(f"{source}: {name} is {value:g}, expected a number above 0")
        self._length, self._hop = round(window * fps), round(hop * fps)
        if self._length < _FEWEST or not 1 <= self._hop <= self._length:
            raise FerkerasError(
                f"{source}: window={window:g} s and hop={hop:g} s are {self._length} and "
                f"{self._hop} frames at {fps:g} frames/s; a window needs {_FEWEST} frames or more, "
                "a hop one, and no more than the window"
            )
        self._runner, self._card = runner, card
        self._threshold = MovementThreshold(threshold)
        self._source, self._frames = source, frames
        self._failure: FerkerasError | None = None
        self._watch = Stopwatch()
        self.summary = StreamSummary(fps=fps, seconds=self._watch.seconds)
        search_every = max(1, round(_SEARCH * fps))
        self._ring = FaceRing(detector, card.input, self._length, search_every)
        self._begin, self._looked = 0, -1  # first frame of the next window; last one looked at
        self._results = self._go()

    def __next__(self) -> ClipResult:
        return next(self._results)

    def _go(self) -> Iterator[ClipResult]:
        merging, before = Merging(), None
        for number, picture in enumerate(self._timed_frames()):
            self.summary.frames += 1
            self.summary.repeated += picture is before
            before = picture
            if self._ring.follows and not self._follow(number, picture):
                self._look(merging)
                yield from self._over(merging, number)
            if not self._ring.follows and not self._search(number, picture):
                self.summary.without_face += 1
                continue
            if number + 1 - self._begin == self._length:
                self._look(merging)
                yield from self._over(merging, self._begin)
        self._look(merging)
        yield from self._over(merging, None)
        if self._failure is not None:
            raise self._failure

    def _timed_frames(self) -> Iterator[Picture]:
        while True:
            with self._watch.stage("read"):
                try:
                    picture = next(self._frames, None)
                except FerkerasError as error:
                    self._failure, picture = error, None
            if picture is None:
                return
            yield picture

    def _follow(self, number: int, picture: Picture) -> bool:
        with self._watch.stage("follow"):
            return self._ring.follow(number, picture)

    def _search(self, number: int, picture: Picture) -> bool:
        with self._watch.stage("detect"):
            found = self._ring.search(number, picture)
        if found:
            self.summary.detections += 1
            self._begin = number
            self._threshold.forget()
        return found

    def _over(self, merging: Merging, begins: int | None) -> Iterator[ClipResult]:
        for result in merging.ready(begins):
            self.summary.movements += 1
            yield result

    def _look(self, merging: Merging) -> None:
        """Look at the frames from the next window's first on, if there are new ones among them.

        What came before that window may have been given out already.
        """
        ring, first = self._ring, self._begin
        if ring.last <= self._looked or ring.last + 1 - first < _FEWEST:
            return
        self._looked, self._begin = ring.last, first + self._hop
        crops = list(ring.crops)[first - ring.last - 1 :]
        self.summary.windows += 1
        watch = Stopwatch()
        try:
            result = self._classified(crops, first, watch)
        except FaceError:
            self.summary.lost += 1
            return
        finally:
            self._watch.add(watch)
        if result is None:
            self.summary.without_movement += 1
        elif not any(is_way_back(one, result) for one in merging.held):
            merging.add(result)

    def _classified(self, crops: list[Picture], first: int, watch: Stopwatch) -> ClipResult | None:
        """The movement in registered faces; None where it is below the threshold.

        Raises:
            FaceError: the face slips out of its frame.
        """
        ring, spec, fps = self._ring, self._card.input, self.summary.fps
        with watch.stage("gate"):
            about = strongest_movement(crops, fps, spec.margin)
        self._threshold.note(about)
        self.summary.threshold = self._threshold.value
        if about < _GATE * self.summary.threshold:
            return None
        with watch.stage("motion"):
            motion = registered_motion(crops, ring.landmarks, spec)
        if strength(motion.flow, spec.margin) < self.summary.threshold:
            return None
        clip = Clip(crops, fps, self._source)
        found = classify(motion, clip, self._runner, self._card, watch, spec.margin)
        end = found.apex if found.offset is None else found.offset
        return dataclasses.replace(
            found,
            onset=first + found.onset,
            apex=first + found.apex,
            offset=first + end,
            box=ring.box(first + found.onset),
            faces_seen=ring.faces_seen,
            first_frame=first,
        )
