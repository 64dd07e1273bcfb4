"""A film's file -> upright RGB frames, a few a second: the one place that knows PyAV."""

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import av
import numpy as np
from av.container import InputContainer
from av.error import EOFError as EndOfFile
from av.error import FFmpegError, InvalidDataError
from av.format import Flags
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from femr.errors import VideoError
from femr.video.frame import READ_SIDE, Frame

STEP_SECONDS = 0.2
"""Between two frames that are read: no more than `smoothing.LONGEST_STEP`, so that a film's mood goes by its clock."""

LEAST_SIDE, MAX_PIXELS = 16, 4096 * 2304
"""What a film's picture may have: as a photo at least, and what phones film at most in everyday use (4K)."""

MAX_RATE = 240
"""Frames a second, on the average: slow motion of phones."""

LEAP_SECONDS = 10
"""What lies between two timestamps may be the film's own rest, or a leap of a clock that may leap, as FFmpeg's
`-dts_delta_threshold` tells them apart."""

MOST_STRETCHED = 4
"""Pixels may be so many times as wide as high, or the other way round; what says more is not believed."""

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg"
"""Demuxers by FFmpeg's names. None of them opens other files, as playlists (HLS, DASH, concat) do."""

CODECS = "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,av1,libdav1d,mpeg4,mpeg2video,mpeg1video,mjpeg,h263"
"""Decoders by FFmpeg's names: what cameras, phones and browsers write."""


def frames(file: BinaryIO, name: str, most_seconds: float) -> Iterator[Frame]:
    """The first frame of each `STEP_SECONDS` of a film. What cannot be read of a damaged one is left out.

    Args:
        file: the film; it is looked at again and again, so no pipe.
        name: what errors call it.
        most_seconds: how long it may be.

    Raises:
        VideoError: it is no film, has no picture, is too long, too large or too small, or needs too much memory.
    """
    with _opened(file, name) as container:
        stream = _picture(container, name)
        total = _told_seconds(container)
        leaps = bool(container.format.flags & Flags.ts_discont.value)  # its length is told by the same clock then
        if total and total > most_seconds + 1 and not leaps:
            raise VideoError("video_long", name=name, minutes=most_seconds / 60)
        rate = float(stream.average_rate or 0) or 1 / STEP_SECONDS
        clock = Clock(1 / rate, LEAP_SECONDS if leaps else math.inf)
        size: tuple[int, int] | None = None
        for seconds, frame in _timed(_decoded(container, stream), clock, name, most_seconds):
            size = size or _size(frame, float(stream.sample_aspect_ratio or 1), name)
            yield _upright(frame, seconds, size, total)
        if not size:
            raise VideoError("video_damaged", name=name)


@contextmanager
def _opened(file: BinaryIO, name: str) -> Iterator[InputContainer]:
    options = {"format_whitelist": FORMATS, "codec_whitelist": CODECS, "protocol_whitelist": ""}
    try:
        with av.open(
            file, "r", options=options | {"max_pixels": str(2 * MAX_PIXELS)}, metadata_errors="ignore"
        ) as opened:
            yield opened
    except MemoryError as error:
        raise VideoError("video_costly", name=name) from error
    except FFmpegError as error:
        raise VideoError("video_unknown", name=name) from error


def _picture(container: InputContainer, name: str) -> VideoStream:
    """The film's moving picture; a song's cover is none."""
    found = [each for each in container.streams.video if not each.disposition & Disposition.attached_pic]
    if not found or found[0].codec_context is None:
        raise VideoError("video_none", name=name)
    stream = found[0]
    stream.codec_context.thread_count = 1  # another process reads meanwhile, and threads would hold more frames
    _check_size(stream.codec_context.width, stream.codec_context.height, name)
    return stream


def _told_seconds(container: InputContainer) -> float | None:
    """How long the film says that it is; of some containers that counts from zero, whenever the clock begins."""
    if not container.duration:
        return None
    return (container.duration - max(0, container.start_time or 0)) / av.time_base


def _check_size(width: int, height: int, name: str) -> None:
    if width * height > MAX_PIXELS:
        raise VideoError("video_large", name=name, width=width, height=height)
    if 0 < min(width, height) < LEAST_SIDE:
        raise VideoError("video_small", name=name, width=width, height=height, least=LEAST_SIDE)


def _decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """All frames that can be decoded."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, EndOfFile, InvalidDataError):  # a download that was cut off ends so
            return
        try:
            yield from packet.decode()
        except (EndOfFile, InvalidDataError):
            continue


class Clock:
    """A film's seconds, which go on where its timestamps start again or leap: recordings put one behind the other."""

    def __init__(self, between: float, leap: float) -> None:
        """Begin at zero.

        Args:
            between: seconds from one frame to the next, where no timestamp tells them.
            leap: seconds that are more than a film rests.
        """
        self._between, self._leap = min(between, STEP_SECONDS), leap
        self._start, self._now = math.nan, -self._between

    def at(self, time: float | None) -> float:
        """The seconds since the first frame, of the next one with its timestamp; never less than before."""
        expected = self._now + self._between
        now = expected if time is None else time - self._start
        # The first timestamp counts from nothing, and is in no range.
        if time is not None and not -STEP_SECONDS <= now - self._now <= self._leap:
            self._start, now = time - expected, expected
        self._now = max(self._now, now)
        return self._now


def _timed(
    decoded: Iterable[VideoFrame], clock: Clock, name: str, most_seconds: float
) -> Iterator[tuple[float, VideoFrame]]:
    """The frames to read, with their seconds since the first one."""
    step = -1
    for number, frame in enumerate(decoded):
        seconds = clock.at(frame.time)
        if seconds > most_seconds:
            raise VideoError("video_long", name=name, minutes=most_seconds / 60)
        if number > MAX_RATE * (seconds + 1):
            raise VideoError("video_costly", name=name)
        if step_of(seconds) > step:
            step = step_of(seconds)
            yield seconds, frame


def step_of(seconds: float) -> int:
    """Which step of the film a frame belongs to; the first frame of each is read. Timestamps are seldom exact."""
    return int(seconds / STEP_SECONDS + 1e-6)


def _size(frame: VideoFrame, stretched: float, name: str) -> tuple[int, int]:
    """How large the film's picture is, before it is turned, with square pixels; its own are `stretched`."""
    _check_size(frame.width, frame.height, name)
    if not 1 / MOST_STRETCHED <= stretched <= MOST_STRETCHED:
        stretched = 1.0
    return max(LEAST_SIDE, round(frame.width * stretched)), frame.height


def _upright(frame: VideoFrame, seconds: float, size: tuple[int, int], total: float | None) -> Frame:
    """The frame as it is to be seen. All frames of a film have the same size, whatever their own."""
    scale = min(1.0, READ_SIDE / max(size))
    width, height = (max(1, round(side * scale)) for side in size)
    pixels = frame.to_ndarray(format="rgb24", width=width, height=height)
    quarters = round(frame.rotation / 90) % 4
    if quarters:
        pixels = np.ascontiguousarray(np.rot90(pixels, quarters))
    width, height = size[::-1] if quarters % 2 else size
    return Frame(seconds, pixels, width, height, total)
