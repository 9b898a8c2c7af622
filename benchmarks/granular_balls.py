"""Pictures to graphs of granular balls: squares of a face and of a whole photograph.

python benchmarks/granular_balls.py [--repeats 15] [--json]

scikit-image's astronaut. A plain line is a graph of at most 2048 balls, with the features of nodes
and edges. Below it: the nodes alone, as for training; the colour form; the way of the authors'
program; no limit to the balls. "tiles" repeat the photograph, so that there is as much to see in
each pixel at any size; "time over n log n", n the pixels, is a part of that of the smallest, and
may not grow. Compiling is not counted. One core. Wanted times are those of one core that has
nothing else to do.
"""

from __future__ import annotations

import math
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
    ("tiles", 256): None,
    ("tiles", 512): None,
    ("tiles", 1024): None,
    ("tiles", 2048): None,
}
LIMIT = 2048  # balls


def measure(repeats: int) -> list[Figure]:
    """Each picture in turn, in all ways; how many balls it has; and the curve."""
    import cv2
    import numpy as np
    import skimage.data

    from ferkeras.graphs import granular_balls

    whole = skimage.data.astronaut()
    photographs = {"face": whole[0:224, 110:334], "photograph": whole}
    ways: dict[str, Any] = {
        "graph": lambda p: granular_balls(p, max_nodes=LIMIT),
        "no edge features": lambda p: granular_balls(p, max_nodes=LIMIT, edge_features=False),
        "in colour": lambda p: granular_balls(p, max_nodes=LIMIT, colour=True),
        "official": lambda p: granular_balls(p, max_nodes=LIMIT, compat="official"),
        "no limit": granular_balls,
    }
    figures, curve = [], {}
    for (name, side), limit in WANTED.items():
        if name == "tiles":
            picture = np.tile(whole, (4, 4, 1))[:side, :side]
        else:
            picture = cv2.resize(photographs[name], (side, side), interpolation=cv2.INTER_AREA)
        runs = {way: lambda p=picture, f=make: f(p) for way, make in ways.items()}
        timings = in_turn(runs, repeats if side <= 512 else min(repeats, 5))
        what = f"{name} of {side}x{side}"
        graph = timings["graph"]
        figures.append(graph.figure(what, limit=limit))
        for way in list(ways)[1:]:
            figures.append(timings[way].figure(f"{what}: {way}", against=graph))
        balls = len(granular_balls(picture, edge_features=False).nodes)
        figures.append(Figure(f"{what}: balls without a limit", balls, "balls"))
        if name == "tiles":
            curve[side] = graph.median / (side**2 * math.log2(side**2))
    start = next(iter(curve.values()))
    for side, cost in curve.items():
        what = f"tiles of {side}x{side}: time over n log n"
        figures.append(Figure(what, cost / start, "of the first", limit=1.0))
    return figures


def main() -> dict[str, Any]:
    return report(measure, repeats=15, one_core=True)


if __name__ == "__main__":
    main()
