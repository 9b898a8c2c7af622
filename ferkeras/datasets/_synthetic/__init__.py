"""How the synthetic faces are made; public: `ferkeras.datasets.synthetic` and `synthetic_clips`.

From person to picture, one file a step: `seeds` -> `mean_face`, `shape`, `identity` (who) ->
`action_units`, `light`, `recording` (what is shown) -> `geometry` (68 landmarks) -> `face_map`,
`relief`, `hair`, `skin` (the person's texture, painted once) -> `warp` (texture to picture) ->
`canvas`, `eyes`, `brows`, `mouth` (drawn on the landmarks) -> `renderer`.

Clips: `micro_expressions`, `course`, `head_motion`, `flicker` (what happens, and when) -> `take`
(all of it, told from a few numbers) -> `fine_texture`, `clip_warp` (as above, but accurate to
hundredths of a pixel) -> `clip_renderer` (the frames) and `true_flow` (the ground truth) ->
`made_clip` -> `spread`, `clip_reader` (the index).

Lengths are in **face units**: half the width of the mean face. x to the right, y down, z towards
the viewer, the origin between the eyes and the mouth.
"""
