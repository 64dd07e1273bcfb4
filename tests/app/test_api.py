"""The page's API as another program calls it, through `gradio_client`, on a served app."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image
from skimage import data

import femr
from femr.music.catalogue import catalogue
from tests.faces import one_sitting
from tests.serving import ROOT, served_app
from tests.worst_files import png

EMOTIONS = ["Angry", "Fear", "Happy", "Neutral", "Sad", "Surprise"]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with served_app() as (address, _):
        client = Client(address, verbose=False)
        yield client
        client.close()


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "portrait.jpg"
    Image.fromarray(data.astronaut()).save(path, quality=95)
    return path


def test_only_the_two_named_endpoints_are_offered(client: Client) -> None:
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {"/analyze", "/recommend"}


def test_analyze_answers_with_faces_mood_and_playlist(client: Client, portrait: Path) -> None:
    answer = client.predict(handle_file(portrait), "match", 7, api_name="/analyze")
    assert set(answer) == {"photo", "faces", "mood", "playlist"}
    assert answer["photo"] == {"width": 512, "height": 512}
    (face,) = answer["faces"]
    assert face["emotion"] == "Happy"
    assert list(face["probabilities"]) == EMOTIONS
    assert sum(face["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    assert len(answer["playlist"]["songs"]) == 7
    assert "<" not in json.dumps(answer)  # JSON, never HTML


def test_browserless_callers_and_the_terminal_get_the_same_reading(client: Client, portrait: Path) -> None:
    over_api = client.predict(handle_file(portrait), "lift", 5, 3, api_name="/analyze")
    command = [sys.executable, "-m", "femr", str(portrait), "--goal", "lift", "--songs", "5", "--seed", "3", "--json"]
    in_terminal = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout)
    assert over_api == in_terminal
    in_python = femr.analyze(portrait).faces[0].probabilities
    assert over_api["faces"][0]["probabilities"] == pytest.approx(
        {emotion.value: share for emotion, share in in_python.items()}, abs=1e-4
    )


def test_music_for_everyone_is_music_for_their_common_mood(client: Client, tmp_path: Path) -> None:
    pair = tmp_path / "pair.png"
    Image.fromarray(np.hstack([data.astronaut(), data.astronaut()[:, ::-1]])).save(pair)
    answer = client.predict(handle_file(pair), "match", 5, everyone=True, api_name="/analyze")
    assert answer["mood"] == answer["everyone"]["mood"]
    assert len(answer["faces"]) == 2
    assert answer["everyone"]["closeness"]["kind"] == "alike"


def test_a_photo_without_a_face_is_no_error(client: Client, tmp_path: Path) -> None:
    wall = tmp_path / "wall.png"
    Image.new("RGB", (640, 480), "beige").save(wall)
    answer = client.predict(handle_file(wall), api_name="/analyze")
    assert answer["faces"] == []
    assert answer["mood"] is None
    assert answer["playlist"] is None


def test_twenty_faces_are_all_read(client: Client, tmp_path: Path) -> None:
    crowd = tmp_path / "crowd.jpg"
    Image.fromarray(np.tile(data.astronaut(), (4, 5, 1))).save(crowd)
    assert len(client.predict(handle_file(crowd), api_name="/analyze")["faces"]) == 20


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.jpg", b"", "is empty"),
        ("text.jpg", b"Dear diary", "no picture that femr knows"),
        ("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "damaged"),
    ],
)
def test_a_bad_file_gets_a_clear_error_and_the_server_goes_on(
    client: Client, portrait: Path, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AppError, match=sentence):
        client.predict(handle_file(path), api_name="/analyze")
    assert client.predict(handle_file(portrait), api_name="/analyze")["faces"]


def test_a_truncated_photo_gets_a_clear_error(client: Client, portrait: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.jpg"
    half.write_bytes(portrait.read_bytes()[:300])
    with pytest.raises(AppError, match="damaged or incomplete"):
        client.predict(handle_file(half), api_name="/analyze")


def test_a_decompression_bomb_is_refused(client: Client, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png(20_000, 10_001, 0, b"", bits=1))
    with pytest.raises(AppError, match="megapixels"):
        client.predict(handle_file(bomb), api_name="/analyze")


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_recommend_takes_an_emotion(client: Client, emotion: str) -> None:
    answer = client.predict(emotion, "match", 10, api_name="/recommend")
    assert len(answer["playlist"]["songs"]) == 10
    assert set(answer["playlist"]["songs"][0]) >= {"title", "artist", "spotify_id", "reason", "links"}


def test_recommend_takes_a_mood(client: Client) -> None:
    answer = client.predict({"valence": 0.5, "arousal": -0.4}, "calm", 5, api_name="/recommend")
    assert answer["mood"] == {"valence": 0.5, "arousal": -0.4}
    assert len(answer["playlist"]["songs"]) == 5


def test_recommend_takes_filters(client: Client) -> None:
    answer = client.predict(
        "Happy", "match", 10, languages="id", genres="pop, rock", years="2000-", api_name="/recommend"
    )
    wanted = {(song.title, song.artist): song for song in catalogue().songs}
    chosen = [wanted[song["title"], song["artist"]] for song in answer["playlist"]["songs"]]
    assert len(chosen) == 10
    assert {song.language for song in chosen} == {"id"}
    assert {song.genre for song in chosen} <= {"pop", "rock"}
    assert min(song.year for song in chosen) >= 2000


def test_recommend_leaves_explicit_songs_out(client: Client) -> None:
    answer = client.predict("Angry", "match", 30, no_explicit=True, api_name="/recommend")
    explicit = {(song.title, song.artist): song.explicit for song in catalogue().songs}
    assert {explicit[song["title"], song["artist"]] for song in answer["playlist"]["songs"]} == {False}


OWN_SONGS = "Track Name,Artist Name(s),Energy,Valence,Release Date\n" + "".join(
    f"Lagu {number},Künstler {number},0.{number},0.2,{1980 + number}\n" for number in range(1, 10)
)


def test_recommend_takes_own_songs_and_filters_them(client: Client) -> None:
    answer = client.predict("Sad", "match", 5, years="1984-", library=OWN_SONGS, api_name="/recommend")
    songs = {(song["title"], song["artist"]) for song in answer["playlist"]["songs"]}
    assert len(songs) == 5
    assert songs <= {(f"Lagu {number}", f"Künstler {number}") for number in range(4, 10)}


@pytest.mark.parametrize(
    ("library", "lang", "sentence"),
    [
        ("name,colour\nrose,red\n", "en", "Columns are missing"),
        ("name,colour\nrose,red\n", "id", "Ada kolom yang kurang"),
        (" ", "en", "is empty"),
        (OWN_SONGS.partition("\n")[0], "en", "no songs"),
    ],
)
def test_a_library_that_is_none_is_named(client: Client, library: str, lang: str, sentence: str) -> None:
    with pytest.raises(AppError, match=sentence):
        client.predict("Sad", lang=lang, library=library, api_name="/recommend")


def test_the_same_seed_gives_the_same_playlist(client: Client) -> None:
    first, second = (client.predict("Sad", "match", 10, 42, api_name="/recommend") for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("Bored", "match", 10), "no emotion 'Bored'"),
        (("Happy", "dance", 10), "no goal 'dance'"),
        (("Happy", "match", 0), "number of songs"),
        (("Happy", "match", 2.5), "number of songs"),
        (({"valence": 3, "arousal": 0}, "match", 10), "between -1 and 1"),
        (({"valence": "high"}, "match", 10), "valence and arousal"),
        (("Happy", "match", 10, None, "fr"), "no language 'fr'"),
        (("Happy", "match", 10, None, "en", "", "", "the eighties"), "Expected years"),
        (("Happy", "match", 10, None, "en", "xx"), "Choose more languages"),
    ],
)
def test_a_wrong_choice_is_named(client: Client, arguments: tuple, sentence: str) -> None:
    with pytest.raises(AppError, match=sentence):
        client.predict(*arguments, api_name="/recommend")


def test_analyze_reads_with_a_profile_what_python_reads_with_it(client: Client, portrait: Path, tmp_path: Path) -> None:
    photos = one_sitting(tmp_path / "me").iterdir()
    profile = femr.Profile.learn([(path, path.stem.title()) for path in photos])
    answer = client.predict(handle_file(portrait), profile=profile.to_value(), api_name="/analyze")
    plain = client.predict(handle_file(portrait), api_name="/analyze")
    assert answer["profile"]["use"] == "used"
    assert answer["faces"][0]["plain"] == plain["faces"][0]["probabilities"]
    read = femr.analyze(portrait, profile=profile).faces[0].probabilities
    assert answer["faces"][0]["probabilities"] == pytest.approx(dict(read), abs=1e-4)


def test_a_profile_that_is_none_is_named(client: Client, portrait: Path) -> None:
    with pytest.raises(AppError, match="no profile of femr"):
        client.predict(handle_file(portrait), profile={"weight": 9}, api_name="/analyze")
