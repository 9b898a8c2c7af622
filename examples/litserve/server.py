"""A released model behind HTTP, by LitServe: a photo in, its faces and their expressions out.

    pip install 'ferkeras[serve]'
    python examples/litserve/server.py --model mff_cnn/fer2013 --port 8000
    curl --data-binary @photo.jpg -H 'Content-Type: image/jpeg' http://127.0.0.1:8000/predict

LitServe does HTTP, queues, batches and worker processes; this file says only what a request is. It
asks nothing of the network: the model is on disk, and LitServe looks for no updates.
"""

import argparse
import os
import signal
import sys
from typing import Annotated, Any

import litserve
from fastapi import Body
from fastapi.responses import JSONResponse

from ferkeras import Recognizer
from ferkeras.errors import FerkerasError
from ferkeras.media import decode_image
from ferkeras.recognizer import PictureResult
from ferkeras.runtime import ModelCard
from ferkeras.types import Picture

# Of an upload, in bytes; more is answered by 413. With text such as "20MB" LitServe 0.2.19 fails.
LARGEST = 20_000_000

# LitServe reads off the annotation what a request may be. So annotations are no strings here: this
# file has no `from __future__ import annotations`.
Photo = Annotated[bytes, Body(media_type="image/*")]


class ExpressionAPI(litserve.LitAPI):
    """Requests of one batch go through `decode_request` one by one, then `predict` all together.

    LitServe answers a whole batch by the error of one of its requests. So an error is passed on as
    a value, and becomes the answer to its own request alone.
    """

    def __init__(self, model: str, **options: Any) -> None:
        super().__init__(**options)
        self.model = model

    def setup(self, device: str) -> None:
        """Open the model, once a worker; by LiteRT, where there is a TFLite file, on one thread."""
        self.recognizer = Recognizer.load(self.model)

    def decode_request(self, request: Photo) -> Picture | FerkerasError:
        """The upload as RGB, upright."""
        try:
            return decode_image(request, "upload")
        except FerkerasError as error:
            return error

    def batch(self, inputs: list[Picture | FerkerasError]) -> list[Picture | FerkerasError]:
        """A list: photos differ in size."""
        return inputs

    def predict(self, inputs: Any) -> Any:
        """One result a photo; a photo alone where batches are switched off."""
        if not isinstance(inputs, list):
            return self.predict([inputs])[0]
        photos = [one for one in inputs if not isinstance(one, FerkerasError)]
        found = iter(self.recognizer.predict(photos, on_error="report"))
        return [one if isinstance(one, FerkerasError) else next(found) for one in inputs]

    def encode_response(self, output: PictureResult | FerkerasError):
        """200 and the faces, best first, none where there is none; or 400 and why."""
        error = str(output) if isinstance(output, FerkerasError) else output.error
        if error:
            return JSONResponse({"detail": error}, status_code=400)
        return JSONResponse({"faces": [face.to_dict() for face in output.faces]})


def about(card: ModelCard) -> dict[str, Any]:
    """What ``/info`` says of the model."""
    return {
        "name": f"{card.system}/{card.tag}",
        "labels": list(card.labels),
        "intended_use": card.intended_use,
        "not_for": card.not_for,
        "licence": card.licence,
    }


def _stop_by_sigterm() -> None:
    """Let SIGTERM, as containers send it, end the workers too: LitServe does so by Ctrl+C only."""
    main_process = os.getpid()

    def stop(*_: object) -> None:
        if os.getpid() == main_process:
            raise KeyboardInterrupt
        sys.exit(0)  # a copy of this process, which LitServe makes and stops itself

    signal.signal(signal.SIGTERM, stop)


def main() -> None:
    """Serve until it is stopped."""
    parser = argparse.ArgumentParser(description="Serve a model of faces by LitServe.")
    parser.add_argument("--model", default="mff_cnn/fer2013", help="a tag or an exported folder")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0: every network")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1, help="processes with a model each")
    parser.add_argument("--batch", type=int, default=8, help="photos at most; 1: no batches")
    parser.add_argument("--wait", type=float, default=0.0, help="seconds for a batch to fill")
    given = parser.parse_args()
    try:
        card = Recognizer.load(given.model).card  # a wrong name ends here, not in a worker
        if card.input.takes_clips:
            raise FerkerasError(f"{given.model} takes clips; this server takes photos")
        server = litserve.LitServer(
            ExpressionAPI(given.model, max_batch_size=given.batch, batch_timeout=given.wait),
            accelerator="cpu",
            workers_per_device=given.workers,
            max_payload_size=LARGEST,
            model_metadata=about(card),
        )
    except ValueError as error:  # ours, or LitServe's of its settings
        sys.exit(str(error))
    _stop_by_sigterm()
    server.run(
        host=given.host,
        port=given.port,
        num_api_servers=1,
        generate_client_file=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
