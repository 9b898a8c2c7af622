"""ESRGAN: pictures of four times the side (Wang et al. 2018; Mariyathas et al. 2025 for faces)."""

from ferkeras.models.esrgan.discriminator import ESRGANDiscriminator
from ferkeras.models.esrgan.gan import ESRGAN
from ferkeras.models.esrgan.interpolate import interpolate_networks
from ferkeras.models.esrgan.model import ESRGANGenerator
from ferkeras.models.esrgan.upscale import upscale

__all__ = ["ESRGAN", "ESRGANDiscriminator", "ESRGANGenerator", "interpolate_networks", "upscale"]
