"""femr as tools of the Model Context Protocol: what agents are told, and what they get.

One definition serves both ways in: `femr mcp` over standard input and output (`femr.mcp_server`), and the page over
HTTP (`femr.page.agents`), where a photo comes as data alone, since whoever asks there is a stranger. The tools answer
with the JSON of terminal and API. Needs requirements-mcp.txt.
"""

import asyncio
import base64
import binascii
import functools
import inspect
import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Any

from mcp.server.fastmcp import FastMCP
from mcp.server.fastmcp.exceptions import ToolError
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field, ValidationError

from femr import i18n, service
from femr.emotions import EMOTIONS
from femr.errors import ChoiceError, FemrError, PhotoError
from femr.mood import Mood
from femr.music.export import playlist_as_json
from femr.music.playlist import DEFAULT_SONGS, MAX_SONGS, MIN_SONGS, Goal
from femr.report import as_json, explanation_as_json
from femr.service import PlaylistRequest
from femr.terminal import named, read_photo
from femr.vision.occlusion import explain as explain_crop
from femr.vision.profile import Profile

log = logging.getLogger(__name__)

INSTRUCTIONS = """femr guesses which of six expressions a face in a photo shows, and chooses songs for it.
An expression is not a feeling: say what a face seems to show, never what somebody feels, and judge nobody by it.
Photos are read where femr runs and not kept; ask before you read the photo of somebody who may not want it."""

READS = ToolAnnotations(readOnlyHint=True, destructiveHint=False, openWorldHint=False)
"""What is true of all tools: they change nothing and ask nobody else."""

LONGEST_JSON = 100_000
"""Characters of JSON within a text; a profile takes less, and one of small values takes a hundred times its size."""

# What is right is in the schema for the agent; whether it was given is checked where terminal and API check it, too.
PhotoPath = Annotated[
    str | None,
    Field(description="Absolute path of the photo on the machine that femr runs on; either this or photo_base64."),
]
DATA = Field(description="The bytes of the photo's file in base64.")
PhotoData = Annotated[str | None, DATA]
GoalName = Annotated[
    str,
    Field(
        description="Where the music goes: stays with the mood, leads to happy, or leads to calm.",
        json_schema_extra={"enum": [goal.value for goal in Goal]},
    ),
]
Count = Annotated[
    int, Field(description="How many songs.", json_schema_extra={"minimum": MIN_SONGS, "maximum": MAX_SONGS})
]
Seed = Annotated[int | None, Field(description="The same seed gives the same songs.", json_schema_extra={"minimum": 0})]
Lang = Annotated[
    str, Field(description="Of hints, reasons and errors.", json_schema_extra={"enum": list(i18n.LANGUAGES)})
]
Languages = Annotated[str, Field(description="Of the lyrics, such as `en, id`; zxx for instrumentals; empty for all.")]
Genres = Annotated[str, Field(description="Such as `rock, pop`; empty for all.")]
Years = Annotated[str, Field(description="Of release, such as 1980-1999; empty for all.")]
NoExplicit = Annotated[bool, Field(description="Only songs known not to be explicit.")]


class Place(BaseModel):
    """A mood as a place on the plane of valence (unpleasant to pleasant) and arousal (quiet to lively)."""

    valence: float = Field(description="From -1 to 1.")
    arousal: float = Field(description="From -1 to 1.")


class Tools:
    """What an agent may call; it reads the docstrings."""

    def __init__(self, *, apart: bool) -> None:
        """`apart`: whether photos are decoded in another process with limits, see `service.read`."""
        self._apart = apart

    def analyze(
        self,
        photo: PhotoPath = None,
        photo_base64: PhotoData = None,
        goal: GoalName = Goal.MATCH.value,
        count: Count = DEFAULT_SONGS,
        seed: Seed = None,
        lang: Lang = i18n.DEFAULT_LANGUAGE,
        languages: Languages = "",
        genres: Genres = "",
        years: Years = "",
        no_explicit: NoExplicit = False,
        everyone: Annotated[bool, Field(description="Music for all faces together, not for the largest.")] = False,
        profile: Annotated[
            dict[str, Any] | None,
            Field(description="JSON that `femr learn` wrote of the person with the largest face."),
        ] = None,
    ) -> dict[str, Any]:
        """Find the faces in a photo, guess the expression of each, and choose songs for the largest one, or for all.

        Answers with the photo's size, the faces (largest first: box in pixels, probabilities of six expressions, hints
        on what makes the guess unsure), the mood that follows, and a playlist. Without a face, `faces` is empty, and
        mood and playlist are null. These are guesses at an expression, not at a feeling: the network agrees with
        people's labels in about seven of ten faces. Nothing is kept.
        """
        _check_language(lang)
        request = PlaylistRequest.from_text(
            goal, count, seed, languages=languages, genres=genres, years=years, no_explicit=no_explicit
        )
        own = None if profile is None else Profile.from_value(profile)
        with _opened(photo, photo_base64) as data:
            answer = service.answer(data, request, everyone=everyone, profile=own, apart=self._apart)
        return as_json(answer.reading, answer.playlist, lang)

    def recommend(
        self,
        mood: Annotated[
            str | Place, Field(description=f"One of {', '.join(EMOTIONS)}; or a place such as analyze gives as mood.")
        ],
        goal: GoalName = Goal.MATCH.value,
        count: Count = DEFAULT_SONGS,
        seed: Seed = None,
        lang: Lang = i18n.DEFAULT_LANGUAGE,
        languages: Languages = "",
        genres: Genres = "",
        years: Years = "",
        no_explicit: NoExplicit = False,
    ) -> dict[str, Any]:
        """Choose songs for a mood, without a photo.

        Answers with the mood and a playlist: each song with its valence and energy, why it was chosen, and links. The
        songs are femr's own catalogue; where each lies is an estimate.
        """
        _check_language(lang)
        request = PlaylistRequest.from_text(
            goal, count, seed, languages=languages, genres=genres, years=years, no_explicit=no_explicit
        )
        playlist = service.choose(Mood(mood.valence, mood.arousal) if isinstance(mood, Place) else mood, request)
        return playlist_as_json(playlist.mood, playlist, lang)

    def explain(
        self,
        photo: PhotoPath = None,
        photo_base64: PhotoData = None,
        face: Annotated[
            int,
            Field(
                description="Which of the faces that analyze lists; 1 is the largest.", json_schema_extra={"minimum": 1}
            ),
        ] = 1,
        lang: Lang = i18n.DEFAULT_LANGUAGE,
    ) -> dict[str, Any]:
        """Tell which parts of a face made the network guess its expression.

        Each region (brows, eyes, nose, cheeks, mouth, chin) is covered in turn: `drop` is by how much the log-odds of
        the guessed expression fall (below 0 where the region speaks against it), `share_without` its probability then.
        `strongest` is the region that counts most, null where no single one decides. `heat` is the same for a grid of
        6 × 6 small covers over the face, top row first. It explains the network's guess, and says nothing of the
        person. Without a face, `face` and `explanation` are null.
        """
        _check_language(lang)
        with _opened(photo, photo_base64) as data:
            _, reading = service.read(data, apart=self._apart)
        crops = [each.crop for each in reading.faces if each.crop is not None]  # a photo's faces all have one
        if not crops:
            return explanation_as_json(reading, face, None, lang)
        if not 1 <= face <= len(crops):
            raise ChoiceError("face_unknown", value=face, count=len(crops))
        return explanation_as_json(reading, face, explain_crop(crops[face - 1]), lang)


def _check_language(lang: str) -> None:
    if lang not in i18n.LANGUAGES:
        raise ChoiceError("language_unknown", value=lang, known=", ".join(i18n.LANGUAGES))


@contextmanager
def _opened(path: str | None, data: str | None) -> Iterator[bytes]:
    """The bytes of a photo's file, and its name in what is wrong with them."""
    if path is not None and data is not None:
        raise ChoiceError("photo_twice")
    if path is not None:
        if not os.path.isfile(path):  # a pipe may be the one that the agent speaks through
            raise PhotoError("photo_missing", name=path)
        with named(os.path.basename(path)):
            yield read_photo(path)
    elif data is not None:
        with named("photo_base64"):
            yield _decoded(data)
    else:
        raise PhotoError("photo_expected")


def _decoded(data: str) -> bytes:
    """Raises PhotoError where it is no base64; a data URI is fine, and so are line breaks."""
    text = data.partition(",")[2] if data.startswith("data:") else data
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:  # ValueError: characters beyond ASCII
        raise PhotoError("photo_base64") from error


# --- the server ----------------------------------------------------------------------------------


class Server(FastMCP):
    """Says what was wrong in femr's sentences."""

    def __init__(self, workers: Executor | None = None) -> None:
        """The tools, not yet running.

        Args:
            workers: threads that answer strangers, so that others are served meanwhile; photos then come as data
                alone, and are decoded apart. None for one agent on its own machine, who may name files.
        """
        handlers = list(logging.root.handlers)
        super().__init__("femr", INSTRUCTIONS, log_level="WARNING")
        logging.root.handlers[:] = handlers  # FastMCP sets up the logging of the whole process
        tools = Tools(apart=workers is not None)
        for tool in (tools.analyze, tools.recommend, tools.explain):
            offered = _for_strangers(tool, workers) if workers else tool
            self.add_tool(offered, description=inspect.getdoc(tool), annotations=READS)

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> Any:
        """What a tool answers.

        Raises:
            ToolError: in the language that was asked for, where there is one.
        """
        wanted = arguments.get("lang")
        lang = wanted if wanted in i18n.LANGUAGES else i18n.DEFAULT_LANGUAGE
        try:
            _check_texts(arguments)
            return await super().call_tool(name, arguments)
        except ChoiceError as error:
            raise ToolError(error.sentence(lang)) from error
        except ToolError as error:
            cause = error.__cause__
            if cause is None:  # there is no such tool
                raise
            if isinstance(cause, ValidationError):
                cause = ChoiceError("arguments_wrong", problem=_problem(cause))
            if isinstance(cause, FemrError):
                raise ToolError(cause.sentence(lang)) from cause
            log.error("The tool %s failed.", name, exc_info=cause)
            raise ToolError(i18n.translate("error.fault", lang)) from cause

    @asynccontextmanager
    async def http(self, most_bytes: int) -> AsyncIterator[StreamableHTTPSessionManager]:
        """What answers one request over HTTP, of at most `most_bytes`, with JSON and without remembering anything.

        One for each request: what holds nothing between two of them need not be started and stopped with a server.
        """
        manager = StreamableHTTPSessionManager(
            self._mcp_server, json_response=True, stateless=True, max_request_body_size=most_bytes
        )
        async with manager.run():
            yield manager


def _check_texts(arguments: dict[str, Any]) -> None:
    """Raises ChoiceError where FastMCP, which takes JSON within a text as well, would break over a text."""
    for name, value in arguments.items():
        try:
            if isinstance(value, str):
                if len(value) > LONGEST_JSON and value.lstrip().startswith(("[", "{")):
                    raise ValueError("too long a list")
                json.loads(value)
        except json.JSONDecodeError:
            pass  # a text like most
        except (RecursionError, ValueError) as error:
            raise ChoiceError("arguments_wrong", problem=name) from error


def _problem(error: ValidationError) -> str:
    """Which arguments are wrong and why, without their values, which may be photos."""
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())


def _for_strangers(tool: Callable[..., dict[str, Any]], workers: Executor) -> Callable[..., Any]:
    """`tool`, answered by one of `workers`, without its argument `photo`, which names a file."""
    signature = inspect.signature(tool)
    offered = {name: each for name, each in signature.parameters.items() if name != "photo"}
    if data := offered.get("photo_base64"):  # nothing can stand in its place then
        offered["photo_base64"] = data.replace(default=inspect.Parameter.empty, annotation=Annotated[str, DATA])

    @functools.wraps(tool)
    async def answer(**arguments: Any) -> dict[str, Any]:
        return await asyncio.get_running_loop().run_in_executor(workers, functools.partial(tool, **arguments))

    answer.__dict__["__signature__"] = signature.replace(parameters=list(offered.values()))  # what FastMCP goes by
    return answer
