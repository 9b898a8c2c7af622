"""One take: everything that a clip shows, told from a few numbers."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.course import Course, sample_course
from ferkeras.datasets._synthetic.flicker import Flicker, sample_flicker
from ferkeras.datasets._synthetic.geometry import perform, project
from ferkeras.datasets._synthetic.head_motion import Sway, sample_sway
from ferkeras.datasets._synthetic.identity import Identity, sample_identity
from ferkeras.datasets._synthetic.light import Light, sample_light
from ferkeras.datasets._synthetic.micro_expressions import LABELS, Performance, sample_performance
from ferkeras.datasets._synthetic.recording import Pose, sample_backdrop
from ferkeras.datasets._synthetic.seeds import CLIP, CLIP_FRAME, stream

NAME = "synthetic_clips"
"""The reader's name, for messages."""

SCALE = 0.29
"""One face unit as a share of the frame's side, on average: the face is larger than in pictures."""

_UPPER_LIDS, _LOWER_LIDS = np.array([37, 38, 43, 44]), np.array([41, 40, 47, 46])


@dataclass(frozen=True)
class Take:
    """Which clip of which person, and how it is recorded; see `synthetic_clips.render_clip`."""

    seed: int
    subject: int
    label: str
    sequence: int
    fps: int = 200
    size: int = 224
    frames: int | None = None
    still: bool = True
    noise: float = 1.0
    flicker: float = 1.0
    sway: float = 1.0
    strength: float = 1.0


@dataclass(frozen=True)
class Script:
    """What the frames of a take show.

    Attributes:
        identity: the person, with this performance's strength in each half of the face.
        course, performance: what moves, and when.
        pose: the head's at rest; sway: how it moves.
        gaze: ``(2,)`` in iris radii.
        noise: standard deviation of the sensor's noise, grey levels.
        backdrop: ``(6, 6, 3)`` coarse colours of the background.
    """

    take: Take
    identity: Identity
    course: Course
    performance: Performance
    pose: Pose
    sway: Sway
    light: Light
    flicker: Flicker
    gaze: NDArray[np.float64]
    noise: float
    backdrop: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.course.intensities)

    def pose_at(self, frame: int) -> Pose:
        """Where the head is."""
        return self.sway.moved(self.pose, frame / self.take.fps, self.take.sway)

    def action_units_at(self, frame: int) -> NDArray[np.float64]:
        """``(action units,)`` intensities."""
        share = self.course.intensities[frame] * self.take.strength
        return np.asarray(self.performance.action_units * share)

    def anchors(self, frame: int, pose: Pose | None = None) -> NDArray[np.float64]:
        """``(92, 2)`` anchors in pixels; the first 68 are the landmarks.

        Args:
            frame: whose expression.
            pose: where the head is; None: where it is in this frame.
        """
        shape = perform(self.identity, self.action_units_at(frame))
        share = self.course.intensities[frame] * self.take.strength * self.performance.blink
        shape[_UPPER_LIDS, 1] += share * (shape[_LOWER_LIDS, 1] - shape[_UPPER_LIDS, 1])
        return project(shape, pose or self.pose_at(frame), self.take.size)

    def resting(self, frame: int) -> NDArray[np.float64]:
        """``(68, 2)`` landmarks of the face without expression, with the head as in this frame."""
        return project(self.identity.shape[:68], self.pose_at(frame), self.take.size)

    def gain(self, frame: int) -> float:
        """Factor of the frame's brightness."""
        return 1 + (self.flicker.gain(frame / self.take.fps) - 1) * self.take.flicker

    def grain(self, frame: int) -> int:
        """Seed of the frame's noise."""
        take = self.take
        key = (take.subject, LABELS.index(take.label), take.sequence, take.fps, frame)
        return int(stream(take.seed, CLIP_FRAME, *key).integers(2**31))


@functools.lru_cache(maxsize=64)
def script(take: Take) -> Script:
    """The script of a take; person and performance depend on its first four numbers only."""
    random = stream(take.seed, CLIP, take.subject, LABELS.index(take.label), take.sequence)
    performance = sample_performance(take.label, random)
    identity = sample_identity(take.seed, take.subject)
    yaw, pitch, roll = np.clip(random.normal(0.0, 3.0, 3), -8.0, 8.0).tolist()
    pose = Pose(
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        x=0.5 + random.uniform(-0.025, 0.025),
        y=0.54 + random.uniform(-0.015, 0.015),
        scale=SCALE + random.uniform(-0.02, 0.02),
    )
    return Script(
        take=take,
        identity=replace(identity, gains=identity.gains * performance.sides),
        performance=performance,
        pose=pose,
        sway=sample_sway(random),
        light=sample_light(random),
        flicker=sample_flicker(random),
        gaze=random.normal(0.0, 0.15, 2),
        noise=random.uniform(0.8, 2.2) * take.noise,
        backdrop=sample_backdrop(random),
        course=sample_course(take.fps, random, frames=take.frames, still=take.still),
    )
