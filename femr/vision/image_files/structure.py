"""What a picture's file is made of, as far as it tells before anything is decoded."""

from dataclasses import dataclass, field

MAX_SIDE = 4096
"""Photos with a longer side are scaled down to it, in pixels.
A phone's 12 megapixels (4032 × 3024) stay as they are."""

MIN_SIDE = 16
"""Photos with a shorter side are refused: no expression can be seen in so few pixels."""

MAX_PIXELS = 200_000_000
"""Larger photos are refused, whatever memory there is: the largest that phones take."""


class NoPictureError(Exception):
    """A file's structure gives no picture."""


class OddFileError(NoPictureError):
    """It is built as no camera builds a photo."""


class DamagedFileError(NoPictureError):
    """What a picture needs is not there."""


@dataclass(frozen=True)
class Structure:
    """A file's picture before it is decoded.

    Attributes:
        form: the file's format, one of `FORMATS`.
        width, height: of the stored picture, in pixels.
        memory: about how many bytes decoding takes at its peak, what it gives included.
        seconds: about how long decoding takes on one core of a small server.
        orientation: EXIF's number, 1 to 8, as browsers follow it.
        kept: where in the file there is what the pixels need; the rest never reaches a decoder.
        end: the bytes that the format ends with.
    """

    form: str
    width: int
    height: int
    memory: int
    seconds: float
    orientation: int = 1
    kept: tuple[slice, ...] = field(default=(slice(None),), repr=False)
    end: bytes = b""

    @property
    def pixels(self) -> int:
        """How many are stored."""
        return self.width * self.height

    def essential(self, data: bytes) -> bytes:
        """The file without its metadata, and with an end where that is missing."""
        return b"".join([*(data[part] for part in self.kept), self.end])


def scaled_size(width: int, height: int) -> tuple[int, int]:
    """How large the photo is once its longer side is at most `MAX_SIDE`, in pixels."""
    scale = min(1.0, MAX_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


SECONDS_A_SCALED_PIXEL = 40e-9
"""Measured with Pillow 12 on one core of a small server; from above."""


def flattening(width: int, height: int) -> tuple[int, float]:
    """Bytes and seconds that it takes to make a decoded picture RGB and scale it down."""
    size = scaled_size(width, height)
    return 4 * size[0] * size[1], width * height * SECONDS_A_SCALED_PIXEL if size != (width, height) else 0.0
