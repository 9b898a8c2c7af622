"""The picture of a training holds a panel for each kind of number."""

import xml.etree.ElementTree as ET

from ferkeras.evaluation.training_curves import restoration_curves

PSNR = [
    {"stage": "psnr", "epoch": n, "pixel": 0.1 / (n + 1), "psnr": 20.0 + n, "psnr_bicubic": 18.0}
    for n in range(3)
]
GAN = [
    {**row, "stage": "gan", "epoch": n + 3, "adversarial": 1.4, "discriminator": 1.3}
    for n, row in enumerate(PSNR)
]


def words(svg):
    ET.fromstring(svg)
    return svg


def test_panels_of_what_is_known():
    both = words(restoration_curves(PSNR + GAN))
    for title in ("PSNR of watched faces", "relativistic losses", "mean |difference|"):
        assert title in both
    assert "SSIM" not in both
    alone = words(restoration_curves(PSNR))
    assert "relativistic" not in alone
    assert words(restoration_curves(PSNR)) == alone
