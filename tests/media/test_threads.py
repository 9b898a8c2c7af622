import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ferkeras.media import read_image, write_image


def test_reading_on_threads_leaves_the_warning_filters_alone(tmp_path):
    write_image(tmp_path / "a.png", np.zeros((8, 8, 3), np.uint8))
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(read_image, [tmp_path / "a.png"] * 300))
    assert list(warnings.filters) == before
