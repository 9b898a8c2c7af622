"""Pictures to graphs of granular balls: squares of a face and of a whole photograph.

python benchmarks/granular_balls.py [--repeats 15] [--json]

scikit-image's astronaut; edges and node features included, compiling and down-sampling not (there
is none yet). One core. Wanted times are those of one core that has nothing else to do.
"""

from __future__ import annotations

from typing import Any

from measuring import Figure, in_turn
from reporting import report

WANTED = {
    ("face", 48): 0.3,
    ("face", 100): 1.5,
    ("face", 224): 8.0,
    ("photograph", 224): 12.0,
    ("face", 384): 40.0,
    ("photograph", 384): 40.0,
    ("photograph", 1024): None,
    ("photograph", 2048): None,
}


def measure(repeats: int) -> list[Figure]:
    """Each picture in turn; below it how many balls it has."""
    import cv2
    import skimage.data

    from ferkeras.graphs import granular_balls

    whole = skimage.data.astronaut()
    photographs = {"face": whole[0:224, 110:334], "photograph": whole}

    def resized(name: str, side: int) -> Any:
        return cv2.resize(photographs[name], (side, side), interpolation=cv2.INTER_AREA)

    pictures = {key: resized(*key) for key in WANTED}
    runs = {key: lambda p=p: granular_balls(p) for key, p in pictures.items()}
    figures = []
    for (name, side), timings in in_turn(runs, repeats).items():
        what = f"{name} of {side}x{side}"
        figures.append(timings.figure(what, limit=WANTED[name, side]))
        balls = len(granular_balls(pictures[name, side]).nodes)
        figures.append(Figure(f"{what}: balls", balls, "balls"))
    return figures


def main() -> dict[str, Any]:
    return report(measure, repeats=15, one_core=True)


if __name__ == "__main__":
    main()
