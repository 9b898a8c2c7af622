"""One entry for every layer, loss, metric and system; a new file without an entry fails the run.

Layers: constructor arguments and input shape (without batch), or a list of shapes for several
inputs; `Integers` stands for an input of whole numbers; a name may have words behind a comma, for
another form of the same layer. Losses: arguments, shapes of target and prediction. Metrics:
arguments and number of classes. Systems: arguments of a small model. What takes or gives pictures
instead of classes has entries of its own, as it is asked other questions.
"""

from typing import NamedTuple

import numpy as np


class Integers(NamedTuple):
    """An input of integers from 0 to below ``end``."""

    shape: tuple
    end: int


# Six nodes in a ring, the last one alone; places that are not used hold the node itself, weight 0.
NEIGHBOURS = np.array([[1, 4], [0, 2], [1, 3], [2, 4], [3, 0], [5, 5]], "int32")
EDGE_WEIGHTS = np.array([[1, 0.5], [1, 2], [2, 1], [1, 1], [1, 0.5], [0, 0]], "float32")
TABLE = {"neighbours": NEIGHBOURS, "edge_weights": EDGE_WEIGHTS}
BASIS = np.linalg.qr(np.random.default_rng(3).normal(size=(6, 5)))[0].astype("float32")
ORDER = np.array([4, 0, 1, -1, -1, -1, 3, 2], "int32")

LAYERS = {
    "AttentionGuidance": ({}, [(5,), (4,)]),
    "BallNodes": ({"picture_size": (9, 12)}, (6, 10)),
    "BallNodes, in colour": ({"picture_size": (9, 12)}, (6, 13)),
    "BlockAggregation": ({"filters": 5}, (4, 6, 3)),
    "BootstrapFusion": ({}, [(3, 5), (3, 5)]),
    "ChebyshevGraphConv": (  # weights that could be a scaled Laplacian's: at most 1 a row
        {"filters": 3, "order": 2, **TABLE, "edge_weights": EDGE_WEIGHTS / 3, "activation": "tanh"},
        (6, 4),
    ),
    "ChebyshevGraphConv, a graph a sample": ({"filters": 3, "order": 1}, [(6, 4), (6, 6)]),
    "ComponentSeparation": ({"components": 3, "units": 4}, (6,)),
    "ComponentSeparation, visual": ({"components": 2, "units": 3, "hidden_units": 5}, (4,)),
    "DecisionFusion": ({"mode": "product"}, (2, 5)),
    "FarnebackFlow": (
        {"pyr_scale": 0.6, "winsize": 9, "iterations": 2, "poly_n": 7, "gaussian": False},
        [(36, 20, 1), (36, 20, 1)],
    ),
    "FlowChannels": (
        {"height": 4, "width": 3, "normalisation": "minmax", "scale": 1.5},
        [(8, 9, 2), (8, 9, 1)],
    ),
    "FlowRegions": ({"face_size": 20}, [(8, 12, 3), Integers((5, 2), 20)]),
    "GraphAveragePooling": ({"pool_size": 2, "order": ORDER}, (5, 3)),
    "GraphAveragePooling, no order": ({"pool_size": 3}, (6, 3)),
    "GraphConv": ({"filters": 5, **TABLE, "use_bias": False}, (6, 4)),
    "GraphConv, a matrix a sample": ({"filters": 2}, [(6, 4), (6, 6)]),
    "GraphConv, edges a sample": ({"filters": 5}, [(6, 4), Integers((2, 9), 6), (9,)]),
    "GraphMaxPooling": ({"pool_size": 4, "order": ORDER}, (5, 3)),
    "HeadMotionRemoval": ({}, (44, 9, 2)),
    "LocalSelfAttention": (
        {"num_heads": 2, "block_size": 2, "head_dim": 3, "dropout": 0.1},
        (4, 6, 4),
    ),
    "Luma": ({}, (5, 4, 3)),
    "MatchBrightness": ({}, [(6, 8, 1), (6, 8, 1)]),
    "NormFeatureSelection": ({"keep": 3}, (7, 4)),
    "OpticalStrain": ({}, (6, 5, 2)),
    "OverlappingPatches": ({"size": 8, "stride": 4}, (16, 12, 2)),
    "PatchEmbedding": ({"patch_size": 3, "hidden_dim": 5}, (6, 9, 2)),
    "PixelNodes": ({"positions": np.array([[0, 0], [4, 3], [4, 0], [1, 2]])}, (4, 5, 2)),
    "PositionEmbedding": ({"block_size": 2, "scalar": True}, (4, 6, 3)),
    "RandomAffine": (
        {"flip": 0.3, "rotation": 7.0, "scale": (0.8, 1.1), "shift": 0.1},
        (12, 10, 3),
    ),
    "RandomFlow": ({"flip": 0.4, "gain": 0.2}, (8, 8, 3)),
    "RandomPointAffine": (
        {"mirror": [1, 0, 2], "flip": 0.4, "rotation": 9.0, "scale": (0.8, 1.1), "shift": 0.1},
        (3, 2),
    ),
    "RRDB": (
        {"growth": 3, "dense_blocks": 2, "residual_scale": 0.3, "initial_scale": 0.5},
        (4, 6, 5),
    ),
    "RandomDegradation": (
        {"scale": 2, "median": 5, "median_probability": 1.0, "gaussian_probability": 0.3},
        (12, 10, 3),
    ),
    "RandomDegradation, bicubic": (
        {"method": "bicubic", "gaussian": 5, "median_probability": 0.7},
        (16, 24, 1),
    ),
    "ResidualDenseBlock": (
        {"growth": 4, "residual_scale": 0.3, "initial_scale": 0.5},
        (5, 4, 6),
    ),
    "SpatialGraphConv": ({"filters": 3, **TABLE, "activation": "elu"}, (6, 4)),
    "SpatialGraphConv, by rank": (
        {"filters": 3, **TABLE, "kernel_per": "rank", "include_self": False},
        (6, 4),
    ),
    "SpectralGraphConv": ({"filters": 3, "basis": BASIS, "activation": "softplus"}, (6, 4)),
    "SpectralGraphConv, smooth, a basis a sample": (
        {"filters": 3, "multipliers": "smooth", "knots": 4},
        [(6, 2), (6, 5)],
    ),
    "SupportVectorClassifier": ({"classes": 3, "support": 7, "gamma": 0.2}, (4,)),
    "SupportVectorClassifier, linear": ({"classes": 2, "support": 5, "kernel": "linear"}, (4,)),
    "TransformerBlock": (
        {"num_heads": 2, "block_size": 3, "mlp_ratio": 1.5, "head_dim": 3, "activation": "relu"},
        (6, 3, 4),
    ),
    "UpsampleConv": ({"filters": 5}, (3, 4, 2)),
    "UpsampleConv, shuffled": ({"factor": 3, "method": "pixel_shuffle"}, (3, 2, 2)),
}
# Layers that draw at random only while training: their output must equal their input otherwise.
PASS_THROUGH = ("RandomAffine", "RandomFlow", "RandomPointAffine")
LOSSES = {
    "BootstrapAlignmentLoss": ({"weight": 0.3, "label_smoothing": 0.1}, (4,), (3, 5)),
    "JointTuningLoss": ({"weights": (1.0, 0.5, 0.2), "label_smoothing": 0.1}, (4,), (2, 4)),
}
# Losses that take samples in pairs, so that a row alone has no loss.
PAIRS = {
    "RDropLoss": ({"loss": "CategoricalCrossentropy", "weight": 0.7}, (4,), (4,)),
}
# Losses of pictures 0..255: arguments, shape of a picture.
PICTURE_LOSSES = {
    "PerceptualLoss": ({"layer": "conv2_1", "weights": "random"}, (16, 12, 3)),
}
# Losses of scores of real and made pictures, which depend on the whole batch.
SCORE_LOSSES = {
    "RelativisticAverageLoss": ({"side": "generator"}, (2, 3, 1)),
}
METRICS = {
    "ConfusionMatrix": {"classes": 4},
    "UAR": {"classes": 4},
    "UF1": {"classes": 4},
}
# Metrics of pictures 0..255.
PICTURE_METRICS = {
    "PSNR": {"luminance": True, "crop": 2},
    "SSIM": {"max_value": 255.0, "crop": 1},
}
SMALL_MFF_CNN = {
    "input_shape": (24, 24, 1),
    "classes": 4,
    "patches": 9,
    "keep": 20,
    "image_filters": ((4,), (6,), (8,)),
    "patch_filters": ((4,), (4,)),
    "mid_units": 8,
    "padding": "same",
    "batch_norm": True,
    "dropout": 0.2,
}
SMALL_CS_GBSBF = {
    "input_shape": (16, 12, 1),
    "classes": 4,
    "variant": "small",
    "embedding": 12,
    "components": 3,
    "component_units": 5,
    "hidden_units": 6,
    "graph_filters": (6,),
    "dropout": 0.2,
}
SMALL_HTNET = {
    "input_shape": (8, 8, 3),
    "classes": 4,
    "patch_size": 2,
    "hidden_dim": 6,
    "num_heads": 2,
    "head_dropout": 0.2,
}
SMALL_MICRO_CNN = {
    "input_shape": (12, 10, 3),
    "classes": 4,
    "filters": (4, 5, 6),
    "hidden_units": (8, 7),
    "dropout": 0.2,
}
SMALL_SSGNN = {
    "input_shape": (12, 10, 1),
    "classes": 4,
    "neighbours": 4,
    "spatial_filters": (3, 4),
    "pool_levels": 1,
    "spectral_filters": 3,
    "modes": 30,
    "multipliers": "smooth",
    "knots": 6,
    "dropout": 0.2,
    "fusion": "mean",
}
SYSTEMS = {
    "cs_gbsbf": ("CSGBSBF", SMALL_CS_GBSBF),
    "htnet": ("HTNet", SMALL_HTNET),
    "mff_cnn": ("MFFCNN", SMALL_MFF_CNN),
    "micro_cnn": ("MicroCNN", SMALL_MICRO_CNN),
    "ssgnn": ("SSGNN", SMALL_SSGNN),
}
# Systems that give pictures, and what judges these: arguments of small models.
SMALL_ESRGAN = {"variant": "light", "features": 6, "blocks": 2, "growth": 4}
PICTURE_SYSTEMS = {
    "esrgan": ("ESRGANGenerator", SMALL_ESRGAN),
}
JUDGES = {
    "ESRGANDiscriminator": {"input_shape": (64, 32, 3), "features": 4},
    "ESRGANDiscriminator, unet": {"variant": "unet", "features": 4},
}
