"""Songs that are synthesised, written as files and heard again. Needs requirements-audio.txt."""

import csv
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from femr.errors import LibraryError
from femr.music import audio_library
from femr.music.audio_features import valence_and_energy
from femr.music.audio_file import MAX_TAG_LENGTH, extract_features, load_tags
from femr.music.audio_library import FIELDS, Added, add_songs, main
from femr.music.exportify import header, load_own_songs

REASON = "librosa is an extra: pip install -r requirements-audio.txt"
pytest.importorskip("librosa", reason=REASON)
mutagen = pytest.importorskip("mutagen", reason=REASON)
soundfile = pytest.importorskip("soundfile", reason=REASON)

RATE = 22_050
MAJOR = ((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7))
MINOR = ((0, 3, 7), (5, 8, 12), (7, 10, 14), (0, 3, 7))
KINDS = ["wav", "flac", "ogg", *(["mp3"] if "MP3" in soundfile.available_formats() else [])]
MORE_KINDS = ["aiff", "aif", "au", "caf", "w64"]


def music(*, bpm=120.0, chords=MAJOR, loud=0.5, partials=6, key=0, seconds=20.0, drums=True, rate=RATE):
    """Chords on every beat, changing every four, and a stroke of a drum: float32 (N,), at most `loud`."""
    noise = np.random.default_rng(0)
    samples = np.zeros(int(seconds * rate))
    times = np.arange(int(60 / bpm * rate)) / rate
    fade = np.exp(-2 * times)
    tones = [sum(_tone(semitones + key, partials, times) for semitones in chord) * fade for chord in chords]
    for beat in range(int(seconds * bpm / 60) - 1):
        start = int(beat * 60 / bpm * rate)
        samples[start : start + len(times)] += tones[beat // 4 % 4]
        if drums:
            samples[start : start + len(times)] += noise.standard_normal(len(times)) * np.exp(-60 * times)
    return (loud * samples / np.abs(samples).max()).astype(np.float32)


def _tone(semitones, partials, times):
    pitch = 261.63 * 2 ** (semitones / 12)
    return sum(np.sin(2 * np.pi * pitch * partial * times) / partial for partial in range(1, partials + 1))


def clicks(bpm, seconds=30.0):
    samples = np.zeros(int(seconds * RATE))
    click = np.sin(2 * np.pi * 1000 * np.arange(1000) / RATE) * np.exp(-np.arange(1000) / 150)
    for beat in range(int(seconds * bpm / 60) - 1):
        start = int(beat * 60 / bpm * RATE)
        samples[start : start + 1000] += 0.5 * click
    return samples


def write(path, samples, rate=RATE):
    """In pieces: libsndfile's Vorbis encoder overflows the stack over a minute at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    with soundfile.SoundFile(path, "w", rate, channels) as file:
        for start in range(0, len(samples), rate):
            file.write(samples[start : start + rate])
    return path


def heard(tmp_path, samples, name="song.wav", rate=RATE):
    return extract_features(write(tmp_path / name, samples, rate))


def rows(out):
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- what is heard -------------------------------------------------------------------------------


def test_fast_loud_and_major_is_happier_and_livelier_than_slow_quiet_and_minor(tmp_path):
    happy = heard(tmp_path, music(bpm=140, chords=MAJOR, loud=0.9))
    sad = heard(tmp_path, music(bpm=60, chords=MINOR, loud=0.05, partials=2, drums=False))
    (happy_valence, happy_energy), (sad_valence, sad_energy) = valence_and_energy(happy), valence_and_energy(sad)
    assert happy_valence > sad_valence + 0.4
    assert happy_energy > sad_energy + 0.3
    assert happy_valence > 0.6
    assert sad_valence < 0.4


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_sounds_the_same(tmp_path, kind):
    samples = music(bpm=100)
    wav, other = heard(tmp_path, samples), heard(tmp_path, samples, f"song.{kind}")
    assert other.tempo == pytest.approx(wav.tempo, rel=0.01)
    assert other.loudness == pytest.approx(wav.loudness, abs=0.5)
    assert other.mode == pytest.approx(wav.mode, abs=0.03)
    assert valence_and_energy(other) == pytest.approx(valence_and_energy(wav), abs=0.03)


@pytest.mark.parametrize("bpm", [60, 75, 90, 107, 120, 128, 140, 155])
def test_the_tempo_of_a_click_track_is_within_one_percent(tmp_path, bpm):
    assert heard(tmp_path, clicks(bpm)).tempo == pytest.approx(bpm, rel=0.01)


@pytest.mark.parametrize("bpm", [180, 200])
def test_a_very_fast_click_track_may_be_felt_at_half_its_tempo(tmp_path, bpm):
    tempo = heard(tmp_path, clicks(bpm)).tempo
    assert min(abs(tempo / bpm - 1), abs(2 * tempo / bpm - 1)) < 0.01


@pytest.mark.parametrize("key", [0, 3, 6, 9])
@pytest.mark.parametrize("drums", [True, False])
def test_major_is_heard_as_major_and_minor_as_minor(tmp_path, key, drums):
    assert heard(tmp_path, music(chords=MAJOR, key=key, drums=drums, seconds=15)).mode > 0.1
    assert heard(tmp_path, music(chords=MINOR, key=key, drums=drums, seconds=15)).mode < -0.1


def test_ten_times_the_amplitude_is_20_db_and_nothing_else(tmp_path):
    loud, quiet = (heard(tmp_path, music(loud=loud), f"{loud}.wav") for loud in (0.5, 0.05))
    assert loud.loudness - quiet.loudness == pytest.approx(20, abs=0.1)
    assert (loud.tempo, loud.mode) == pytest.approx((quiet.tempo, quiet.mode), abs=0.01)


def test_a_square_wave_at_full_scale_has_0_db(tmp_path):
    assert heard(tmp_path, np.tile(np.repeat([0.999, -0.999], 50), 2 * RATE // 10)).loudness == pytest.approx(
        0, abs=0.1
    )


def test_more_partials_are_brighter(tmp_path):
    dull, bright = (heard(tmp_path, music(partials=many, drums=False)) for many in (1, 8))
    assert bright.brightness > 2 * dull.brightness


def test_more_notes_are_more_onsets(tmp_path):
    slow, fast = heard(tmp_path, clicks(60)), heard(tmp_path, clicks(150))
    assert slow.onset_rate == pytest.approx(1, abs=0.15)
    assert fast.onset_rate == pytest.approx(2.5, abs=0.2)


def test_stereo_that_cancels_out_in_mono_keeps_its_loudness(tmp_path):
    one = music()
    other = 0.9 * one
    assert heard(tmp_path, np.stack([one, -other], 1)).loudness == pytest.approx(heard(tmp_path, one).loudness, abs=0.6)


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_any_sample_rate_is_heard_alike(tmp_path, rate):
    features = heard(tmp_path, music(bpm=100, rate=rate), rate=rate)
    assert features.tempo == pytest.approx(100, rel=0.01)
    assert features.mode > 0.1


def test_the_middle_is_heard_not_the_ends(tmp_path):
    quiet, loud = music(loud=0.01, seconds=60), music(loud=0.5, seconds=60)
    middle = heard(tmp_path, np.concatenate([quiet, loud, quiet]))
    assert middle.loudness == pytest.approx(heard(tmp_path, loud).loudness, abs=0.1)


def test_noise_and_a_lone_tone_are_heard_without_a_warning(tmp_path):
    noise = np.random.default_rng(0).standard_normal(10 * RATE) * 0.1
    tone = np.sin(2 * np.pi * 440 * np.arange(10 * RATE) / RATE)
    for samples in (noise, tone, np.full(10 * RATE, 0.5)):
        valence, energy = valence_and_energy(heard(tmp_path, samples))
        assert 0 <= valence <= 1
        assert 0 <= energy <= 1


# --- what cannot be heard ------------------------------------------------------------------------


def refused(path):
    with pytest.raises(LibraryError) as caught:
        extract_features(path)
    return caught.value.code


def test_silence_is_refused(tmp_path):
    assert refused(write(tmp_path / "song.wav", np.zeros(10 * RATE))) == "audio_silent"


def test_two_channels_that_cancel_out_are_silent(tmp_path):
    one = music()
    assert refused(write(tmp_path / "song.wav", np.stack([one, -one], 1))) == "audio_silent"


def test_a_short_file_is_refused(tmp_path):
    assert refused(write(tmp_path / "song.wav", music(seconds=4))) == "audio_short"


@pytest.mark.parametrize("content", [b"", b"no music" * 1000, b"RIFF\x00\x00\x00\x00WAVE"])
@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "mp3"])
def test_a_broken_file_is_refused(tmp_path, kind, content):
    path = tmp_path / f"song.{kind}"
    path.write_bytes(content)
    assert refused(path) in ("audio_damaged", "audio_short")


def test_a_file_that_was_cut_off_before_its_middle_is_refused(tmp_path):
    whole = write(tmp_path / "whole.flac", music(seconds=100)).read_bytes()
    (tmp_path / "cut.flac").write_bytes(whole[: len(whole) // 10])
    assert refused(tmp_path / "cut.flac") == "audio_damaged"


def test_a_file_with_values_that_are_no_numbers_is_refused(tmp_path):
    soundfile.write(tmp_path / "song.wav", np.full(10 * RATE, np.nan, np.float32), RATE, subtype="FLOAT")
    assert refused(tmp_path / "song.wav") == "audio_damaged"


def test_a_file_that_is_gone_is_refused(tmp_path):
    assert refused(tmp_path / "gone.wav") == "audio_damaged"


# --- tags ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "wav"])
def test_tags_say_what_a_song_is_called(tmp_path, kind):
    path = write(tmp_path / f"Somebody - Else.{kind}", clicks(120, 1))
    file = mutagen.File(path, easy=True)
    if file.tags is None:
        file.add_tags()
    file["title"], file["artist"] = ["Sinnerman "], ["Nina Simone", "Somebody; Third"]
    file["date"], file["genre"] = ["1965-10-01"], ["Jazz"]
    file.save()
    tags = load_tags(path)
    assert (tags.title, tags.artists) == ("Sinnerman", ("Nina Simone", "Somebody", "Third"))
    assert (tags.released, tags.genres) == ("1965-10-01", ("Jazz",))


def test_id3_in_a_wav_is_read(tmp_path):
    from mutagen import id3, wave

    path = write(tmp_path / "song.wav", clicks(120, 1))
    file = wave.WAVE(path)
    file.add_tags()
    assert file.tags is not None
    for frame, text in ((id3.TIT2, "Sinnerman"), (id3.TPE1, "Nina Simone"), (id3.TDRC, "1965"), (id3.TCON, "Jazz")):
        file.tags.add(frame(encoding=3, text=[text]))
    file.save()
    tags = load_tags(path)
    assert (tags.title, tags.artists, tags.released, tags.genres) == (
        "Sinnerman",
        ("Nina Simone",),
        "1965",
        ("Jazz",),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_without_tags_the_name_speaks(tmp_path, kind):
    tags = load_tags(write(tmp_path / f"03 - Nina Simone - Sinnerman.{kind}", clicks(120, 1)))
    assert (tags.title, tags.artists, tags.released, tags.genres) == ("Sinnerman", ("Nina Simone",), "", ())


def test_a_tag_that_is_there_and_one_that_is_not(tmp_path):
    path = write(tmp_path / "Nina Simone - x.flac", clicks(120, 1))
    file = mutagen.File(path, easy=True)
    file["title"], file["artist"], file["date"] = ["Sinnerman"], ["  "], ["long ago"]
    file.save()
    tags = load_tags(path)
    assert (tags.title, tags.artists, tags.released) == ("Sinnerman", ("Nina Simone",), "")


def test_a_broken_file_still_has_a_name(tmp_path):
    path = tmp_path / "Nina Simone - Sinnerman.flac"
    path.write_bytes(b"fLaC" + bytes(50))
    assert load_tags(path).artists == ("Nina Simone",)


def test_a_very_long_tag_is_cut(tmp_path):
    path = write(tmp_path / "song.flac", clicks(120, 1))
    file = mutagen.File(path, easy=True)
    file["title"] = ["x" * 200_000]
    file.save()
    assert len(load_tags(path).title) == MAX_TAG_LENGTH


# --- a folder ------------------------------------------------------------------------------------


def two_songs_and_a_broken_one(folder):
    write(folder / "Nina Simone - Sinnerman.wav", music(bpm=140, loud=0.9, seconds=6))
    write(folder / "slow" / "Lament.flac", music(bpm=60, chords=MINOR, loud=0.05, seconds=6))
    (folder / "broken.mp3").write_bytes(b"no music")
    return folder


@pytest.fixture
def folder(tmp_path):
    return two_songs_and_a_broken_one(tmp_path / "music")


def test_a_folder_becomes_a_table_that_the_page_takes(folder, tmp_path, capsys):
    out = tmp_path / "songs.csv"
    assert main([str(folder), "--out", str(out)]) == 0
    table = rows(out)
    assert list(table[0]) == header(FIELDS)
    assert [line["Track Name"] for line in table] == ["Sinnerman", "Lament"]
    assert table[0]["Track URI"] == (folder / "Nina Simone - Sinnerman.wav").as_uri()
    assert [line["Mode"] for line in table] == ["1", "0"]
    fast, slow = load_own_songs(out.read_bytes()).catalogue.songs
    assert fast.valence > slow.valence
    assert fast.energy > slow.energy
    said = capsys.readouterr()
    assert "added" in said.out
    assert ": 2." in said.out
    assert ": 1\n" in said.err
    assert "broken.mp3" in said.err


def test_a_second_run_hears_only_what_is_new(folder, tmp_path, monkeypatch):
    out = tmp_path / "songs.csv"
    assert add_songs(folder, out).added == 2
    before = out.read_bytes()
    write(folder / "New.ogg", music(seconds=6))
    listened, real = [], audio_library.extract_features
    monkeypatch.setattr(audio_library, "extract_features", lambda path: listened.append(path.name) or real(path))
    result = add_songs(folder, out)
    assert (result.added, result.known, len(result.unusable)) == (1, 2, 1)
    assert sorted(listened) == ["New.ogg", "broken.mp3"]
    assert out.read_bytes().startswith(before)
    assert len(rows(out)) == 3
    assert add_songs(folder, out).added == 0


def test_ctrl_c_keeps_what_was_heard_and_the_next_run_goes_on(folder, tmp_path, monkeypatch, capsys):
    out, real = tmp_path / "songs.csv", audio_library.extract_features

    def stop_at_the_flac(path: Path):
        if path.suffix == ".flac":
            raise KeyboardInterrupt
        return real(path)

    monkeypatch.setattr(audio_library, "extract_features", stop_at_the_flac)
    assert main([str(folder), "--out", str(out)]) == 130
    assert str(out) in capsys.readouterr().err
    assert [line["Track Name"] for line in rows(out)] == ["Sinnerman"]
    monkeypatch.setattr(audio_library, "extract_features", real)
    assert main([str(folder), "--out", str(out)]) == 0
    assert [line["Track Name"] for line in rows(out)] == ["Sinnerman", "Lament"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A folder and its table, heard once."""
    tmp_path = tmp_path_factory.mktemp("finished")
    songs = two_songs_and_a_broken_one(tmp_path / "music")
    add_songs(songs, tmp_path / "songs.csv")
    return songs, (tmp_path / "songs.csv").read_bytes()


@pytest.mark.parametrize("kept", [0, 10, 91, -1, -2, -20])
def test_a_line_that_was_cut_off_is_written_anew(finished, tmp_path, kept):
    out, (songs, whole) = tmp_path / "songs.csv", finished
    out.write_bytes(whole[:kept])
    assert add_songs(songs, out).added > 0
    assert out.read_bytes() == whole


def test_the_table_appears_row_by_row(folder, tmp_path, monkeypatch):
    out, real, seen = tmp_path / "songs.csv", audio_library.extract_features, []
    monkeypatch.setattr(
        audio_library, "extract_features", lambda path: seen.append(out.read_bytes().count(b"\n")) or real(path)
    )
    add_songs(folder, out)
    assert seen[-1] == 2  # the header and the first song, while the second is heard


def test_a_table_that_cannot_be_written_is_wrong_usage(folder, tmp_path, capsys):
    assert main([str(folder), "--out", str(tmp_path / "no" / "such" / "songs.csv")]) == 2
    assert "Choose another --out." in capsys.readouterr().err


def test_a_folder_of_broken_files_gives_an_empty_table_and_a_list(tmp_path, capsys):
    (tmp_path / "a.mp3").write_bytes(b"")
    assert main([str(tmp_path), "--out", str(tmp_path / "songs.csv"), "--lang", "id"]) == 0
    assert rows(tmp_path / "songs.csv") == []
    assert "rusak" in capsys.readouterr().err


@pytest.mark.parametrize("kind", MORE_KINDS)
def test_whatever_libsndfile_reads_is_found_and_heard(tmp_path, kind):
    suffix = {"aif": "AIFF", "aiff": "AIFF", "au": "AU", "caf": "CAF", "w64": "W64"}[kind]
    path = tmp_path / f"Nina Simone - Sinnerman.{kind}"
    soundfile.write(path, music(), RATE, format=suffix)
    out = tmp_path / "songs.csv"
    assert add_songs(tmp_path, out).added == 1
    assert rows(out)[0]["Track Name"] == "Sinnerman"


def test_opus_is_found_and_heard(tmp_path):
    path = tmp_path / "Nina Simone - Sinnerman.opus"
    with soundfile.SoundFile(path, "w", 24_000, 1, format="OGG", subtype="OPUS") as file:
        for start in range(0, 20 * 24_000, 24_000):
            file.write(music(rate=24_000)[start : start + 24_000])
    assert add_songs(tmp_path, tmp_path / "songs.csv").added == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a name there is always text")
def test_a_name_of_any_bytes_is_heard_and_read_as_older_systems_wrote_it(tmp_path):
    folder = tmp_path / "music"
    sound = write(folder / "Adele - Hello.wav", music())
    os.rename(os.fsencode(sound), os.fsencode(folder) + "/Björk - Jóga.wav".encode("latin-1"))
    out = tmp_path / "songs.csv"
    assert add_songs(folder, out).added == 1
    (row,) = rows(out)
    assert (row["Artist Name(s)"], row["Track Name"]) == ("Björk", "Jóga")
    assert row["Track URI"].endswith("Bj%F6rk%20-%20J%F3ga.wav")
    assert add_songs(folder, out) == Added(0, 1, ())


def test_files_that_could_not_be_used_are_counted_by_reason(tmp_path, capsys):
    write(tmp_path / "short.wav", music(seconds=2))
    write(tmp_path / "silent.wav", np.zeros(20 * RATE))
    (tmp_path / "one.mp3").write_bytes(b"")
    (tmp_path / "two.flac").write_bytes(b"fLaC" + bytes(100))
    (tmp_path / "apple.m4a").write_bytes(b"\0\0\0\x20ftypM4A " + bytes(400))
    out = tmp_path / "songs.csv"
    assert main([str(tmp_path), "--out", str(out)]) == 0
    said = capsys.readouterr().err
    assert "damaged or incomplete: 2\n" in said
    for reason in ("too short: 1\n", "silent in the middle: 1\n", "of a kind that cannot be read here: 1\n"):
        assert reason in said
    assert add_songs(tmp_path, out).reasons() == {
        "audio_damaged": 2,
        "audio_kind": 1,
        "audio_short": 1,
        "audio_silent": 1,
    }
