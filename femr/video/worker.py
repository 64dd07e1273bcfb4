"""A process that decodes one film for another: `python -m femr.video.worker NAME SECONDS MEMORY COMPUTING NICE`.

The film is its standard input, a file. On standard output each frame is the length of a JSON object, four bytes, that
object, `{"seconds", "width", "height", "total", "size"}`, and its RGB pixels; the last object is `{}`, or the
`{"code", "values"}` of a `VideoError`.
"""

import contextlib
import sys
from typing import BinaryIO

from femr.errors import VideoError
from femr.video.decode import frames
from femr.video.frame import Frame
from femr.vision.image_files.worker import at_most, confine, send


def answer(film: BinaryIO, answers: BinaryIO, name: str, most_seconds: float) -> None:
    """Write the frames of a film."""
    try:
        for frame in frames(film, name, most_seconds):
            _write(frame, answers)
    except VideoError as error:
        return send(answers, {"code": error.code, "values": error.values})
    return send(answers, {})


def _write(frame: Frame, answers: BinaryIO) -> None:
    told = {name: getattr(frame, name) for name in ("seconds", "width", "height", "total")}
    send(answers, told | {"size": frame.pixels.shape[1::-1]})
    answers.write(frame.pixels.data)
    answers.flush()


def main() -> None:
    """Answer, and end."""
    name, most_seconds, memory, computing, nice = sys.argv[1:]
    confine(int(memory), int(nice))
    with contextlib.suppress(BrokenPipeError), at_most(float(computing)):
        answer(sys.stdin.buffer, sys.stdout.buffer, name, float(most_seconds))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
