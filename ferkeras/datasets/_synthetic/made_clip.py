"""A clip with its ground truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.clip_renderer import RenderedFrames
from ferkeras.datasets._synthetic.take import NAME, Take, script
from ferkeras.datasets._synthetic.true_flow import true_flow
from ferkeras.errors import DatasetError
from ferkeras.types import Clip, FloatArray, Flow


@dataclass(frozen=True)
class SyntheticClip:
    """One clip and its ground truth.

    Attributes:
        clip: frames, rendered one by one when asked for, with onset, apex and offset.
        label: the class; expression: what is performed, such as ``"sad"`` for ``negative``.
        subject: the person's number; sequence: the clip's among those of person and class.
        intensities: float32 ``(frames,)`` 0..1, share of the performance that is shown.
        action_units: float32 ``(frames, 16)`` intensities, before the person's own strength;
            in the order of `ferkeras.datasets.synthetic_clips.ACTION_UNITS`.
        landmarks: float32 ``(frames, 68, 2)`` points (x, y) in pixels, iBUG order, the head's
            movement included.
        poses: float32 ``(frames, 5)`` yaw, pitch, roll in degrees (as in
            `ferkeras.datasets.synthetic`), x and y of the face's origin in pixels.
        take: what the clip was made from.
    """

    clip: Clip
    label: str
    expression: str
    subject: int
    sequence: int
    intensities: FloatArray
    action_units: FloatArray
    landmarks: FloatArray
    poses: FloatArray
    take: Take

    def flow(self, first: int, second: int, *, head: bool = True) -> tuple[Flow, NDArray[np.bool_]]:
        """Dense optical flow from one frame to another, as it is rendered.

        Args:
            first, second: positions in ``clip.frames``.
            head: False leaves the head's movement out, the ground truth of a compensated flow.

        Returns:
            float32 ``(size, size, 2)`` flow in pixels, and bool ``(size, size)`` True where it is
            valid: on the face, without eyes and the mouth's opening, which are drawn, not warped.
            Elsewhere the flow is 0. Shadows of folds deepen while they move: brightness is not
            quite constant along the flow, as on real skin.

        Raises:
            DatasetError: no such frame.
        """
        count = len(self.clip.frames)
        for frame in (first, second):
            if not 0 <= frame < count:
                raise DatasetError(f"{NAME}: no frame {frame}; the clip's are 0..{count - 1}")
        return true_flow(self.take, first, second, head=head)


def made_clip(take: Take) -> SyntheticClip:
    """The clip of a take with all that is known about it."""
    scene = script(take)
    numbers = range(len(scene))
    poses = [scene.pose_at(frame) for frame in numbers]
    angles = [(p.yaw, p.pitch, p.roll) for p in poses]
    places = [(p.x * take.size - 0.5, p.y * take.size - 0.5) for p in poses]
    return SyntheticClip(
        clip=clip_of(take, "yes"),
        label=take.label,
        expression=scene.performance.expression,
        subject=take.subject,
        sequence=take.sequence,
        intensities=scene.course.intensities.astype(np.float32),
        action_units=np.array([scene.action_units_at(at) for at in numbers], np.float32),
        landmarks=np.array([scene.anchors(at)[:68] for at in numbers], np.float32),
        poses=np.hstack([angles, places]).astype(np.float32),
        take=take,
    )


def clip_of(take: Take, annotated: str) -> Clip:
    """The clip of a take; ``annotated``: yes, onset (onset and offset only) or no."""
    course = script(take).course
    known = annotated != "no"
    return Clip(
        frames=RenderedFrames(take),
        fps=float(take.fps),
        source=f"{NAME} {item_name(take.subject, take.label, take.sequence)}",
        onset=course.onset if known else None,
        apex=course.apex if annotated == "yes" else None,
        offset=course.offset if known else None,
    )


def item_name(subject: int, label: str, sequence: int) -> str:
    """Name of a clip in the index, ``s003_surprise_01``."""
    return f"s{subject:03d}_{label}_{sequence:02d}"
