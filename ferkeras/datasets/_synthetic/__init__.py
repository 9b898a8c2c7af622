"""How the synthetic faces are made; the public door is `ferkeras.datasets.synthetic`.

From person to picture, one file a step: `seeds` -> `mean_face`, `shape`, `identity` (who) ->
`action_units`, `light`, `recording` (what is shown) -> `geometry` (68 landmarks) -> `face_map`,
`relief`, `hair`, `skin` (the person's texture, painted once) -> `warp` (texture to picture) ->
`canvas`, `eyes`, `brows`, `mouth` (drawn on the landmarks) -> `renderer`.

Lengths are in **face units**: half the width of the mean face. x to the right, y down, z towards
the viewer, the origin between the eyes and the mouth.
"""
