import subprocess
import sys

import pytest

CODE = """
import numpy as np
from ferkeras.training.freed_memory import return_freed_memory

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

print(return_freed_memory({asked}))
blocks = [np.ones(2**20) for _ in range(3)]  # raises the C library's own threshold when freed
del blocks
blocks = [np.ones(2**19) for _ in range(64)]
pins = [bytes(2**16) for _ in range(64)]
full = resident()
del blocks[::2], blocks[::2]
print(full - resident())
"""


def freed(asked):
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(asked=asked)], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.skipif(sys.platform != "linux", reason="glibc")
def test_freed_blocks_leave_the_process():
    said, size = freed(asked=True)
    if said == "False":
        pytest.skip("another C library than glibc")
    blocks = 48 * 2**22
    assert int(size) > 0.9 * blocks
    assert int(freed(asked=False)[1]) < 0.1 * blocks
