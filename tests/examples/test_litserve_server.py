"""The server in examples/litserve, started as a user starts it; skipped where LitServe is not.

scripts/test_servers installs it into an environment of its own and runs this file.
"""

from __future__ import annotations

import http.client
import importlib.util
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import imageio.v3
import numpy as np
import pytest
import skimage.data

from ferkeras import Recognizer
from ferkeras.media import decode_image
from ferkeras.runtime import read_card

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("litserve") is None, reason="litserve is not installed"
    ),
    pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks at processes in /proc"),
]
ROOT = Path(__file__).parents[2]
TAG = "mff_cnn/fer2013"
SERVER = ROOT / "examples" / "litserve" / "server.py"


def jpeg(picture):
    file = io.BytesIO()
    imageio.v3.imwrite(file, picture, extension=".jpg")
    return file.getvalue()


def start(*arguments, **options):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(SERVER), *arguments]
    return subprocess.Popen(command, env=environment, text=True, **options)


@pytest.fixture(scope="module")
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    server = start("--port", str(number), "--batch", "4", "--wait", "0.05")
    try:
        until = time.monotonic() + 90
        while ask(number, "GET", "/health")[0] != 200:
            assert server.poll() is None, "the server stopped"
            assert time.monotonic() < until, "the server is not ready"
            time.sleep(0.2)
        yield number
    finally:
        started = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    until = time.monotonic() + 10
    while any(running(pid) for pid in started):  # none is left behind
        assert time.monotonic() < until, "a process of the server goes on"
        time.sleep(0.1)


def running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def ask(port, method, path, content=None, kind="image/jpeg"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, content, {"Content-Type": kind})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except ConnectionRefusedError:
        return 0, b""
    finally:
        connection.close()


def predict(port, content, kind="image/jpeg"):
    status, answer = ask(port, "POST", "/predict", content, kind)
    return status, json.loads(answer)


def test_a_photo_gives_what_recognizer_gives(port):
    photo = jpeg(skimage.data.astronaut())
    status, answer = predict(port, photo)
    assert status == 200
    wanted = Recognizer.load(TAG).predict(decode_image(photo))[0]
    (face,), (expected,) = answer["faces"], wanted.faces
    assert (face["label"], face["detector"]) == ("happy", "viola_jones")
    np.testing.assert_allclose(face["box"], expected.box)
    assert list(face["probabilities"]) == list(read_card(ROOT / "saved_models" / TAG).labels)
    for label, share in expected.probabilities.items():
        assert face["probabilities"][label] == pytest.approx(share, abs=1e-5)


def test_a_photo_without_a_face_is_no_error(port):
    assert predict(port, jpeg(np.zeros((80, 120, 3), np.uint8))) == (200, {"faces": []})


@pytest.mark.parametrize(
    ("content", "kind", "status", "said"),
    [
        (b"hello", "image/png", 400, "upload: not a picture that can be read"),
        (jpeg(skimage.data.astronaut())[:9000], "image/jpeg", 400, "damaged or cut off"),
        (b"", "image/jpeg", 422, "Field required"),
        (b'{"image": 1}', "application/json", 422, "valid bytes"),
        (bytes(21_000_000), "image/jpeg", 413, "Payload too large"),
    ],
)
def test_what_is_no_photo_gives_a_clear_answer(port, content, kind, status, said):
    got, answer = predict(port, content, kind)
    assert got == status
    assert said in json.dumps(answer)


def test_an_error_answers_its_own_request_alone(port):
    """All go into batches of 4, good and bad mixed."""
    photo = jpeg(skimage.data.astronaut())
    asked = [photo, b"no picture", photo[:9000]] * 4
    with ThreadPoolExecutor(len(asked)) as pool:
        answers = list(pool.map(lambda content: predict(port, content), asked))
    assert [status for status, _ in answers] == [200, 400, 400] * 4
    assert {answer["faces"][0]["label"] for _, answer in answers[::3]} == {"happy"}


def test_info_says_what_the_model_is_for(port):
    status, answer = ask(port, "GET", "/info")
    model = json.loads(answer)["model"]
    assert (status, model["name"], len(model["labels"])) == (200, TAG, 7)
    assert "Not for judging" in model["not_for"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--model", "htnet/synthetic"), "takes clips; this server takes photos"),
        (("--model", "no/model"), "no/model"),
        (("--workers", "0"), "workers_per_device must be >= 1"),
    ],
)
def test_what_cannot_be_served_is_one_line(arguments, said):
    stopped = start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = stopped.communicate(timeout=60)
    assert (stopped.returncode, out) == (1, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_without_batches():
    """What LitServe hands over then is one photo, not a list; nothing is warned of."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import warnings; warnings.simplefilter('error')\n"
        "import server, skimage.data\n"
        "api = server.ExpressionAPI('mff_cnn/fer2013', max_batch_size=1)\n"
        "api.setup('cpu')\n"
        "answer = api.encode_response(api.predict(api.decode_request(b'no')))\n"
        "print(answer.status_code)\n"
        "print(api.predict(skimage.data.astronaut()).faces[0].label)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, str(SERVER.parent)]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (said.stdout.split(), said.stderr) == (["400", "happy"], "")
