import codecs
import csv
import io
import time
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from femr.errors import LibraryError
from femr.i18n import LANGUAGES
from femr.music.catalogue import Catalogue, Song, catalogue
from femr.music.column_names import COLUMNS, TRANSLATIONS, plain
from femr.music.exportify import MAX_ARTISTS, OwnSongs, guarded, join_artists, load_own_songs, split_artists, unguarded
from femr.music.exportify_table import MAX_MEGABYTES, MAX_ROWS
from femr.music.playlist import recommend

ID = "2nLtzopw4rPReszdYBJU6h"
ROW = {
    "Track URI": f"spotify:track:{ID}",
    "Track Name": "Numb",
    "Album Name": "Meteora, the album",
    "Artist Name(s)": "Linkin Park;Somebody Else",
    "Release Date": "2003-03-24",
    "Explicit": "false",
    "Genres": "Nu Metal,rock",
    "Danceability": "0.496",
    "Energy": "0.863",
    "Valence": "0.243",
    "Tempo": "110.018",
}
UNKNOWN = {"Track URI": "", "Track Name": "A song that nobody knows", "Artist Name(s)": "Nobody"}


def written(*rows, columns=None, delimiter=",", encoding="utf-8", **changes):
    """A CSV of `rows`, or of one usual row; each with `changes`."""
    file = io.StringIO(newline="")
    rows = [each | changes for each in rows or (ROW,)]
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(columns or rows[0])
    writer.writerows([[row.get(name, "") for name in columns or row] for row in rows])
    return file.getvalue().encode(encoding)


def numbered(count, **changes):
    return [ROW | {"Track URI": "", "Track Name": f"Song {n}"} | changes for n in range(count)]


def only_song(data):
    (song,) = load_own_songs(data).catalogue.songs
    return song


def code_of(data):
    with pytest.raises(LibraryError) as caught:
        load_own_songs(data)
    assert all(caught.value.sentence(lang) for lang in LANGUAGES)
    return caught.value.code


# --- rows ----------------------------------------------------------------------------------------


def test_a_row_becomes_a_song():
    assert only_song(written()) == Song(
        spotify_id=ID,
        title="Numb",
        artists=("Linkin Park", "Somebody Else"),
        year=2003,
        genre="nu metal",
        language="",
        explicit=False,
        emotions=(),
        valence=0.243,
        energy=0.863,
        tempo=110.018,
        source="own",
    )


def test_the_needed_columns_are_enough():
    song = only_song(written(columns=["Valence", "Track Name", "Energy", "Artist Name(s)"]))
    assert (song.spotify_id, song.year, song.genre, song.explicit, song.tempo) == ("", None, "", None, None)


@pytest.mark.parametrize("spelt", [str.upper, str.lower, "  {}\t".format, lambda name: name.replace(" ", "")])
def test_columns_are_known_in_any_case_and_with_any_spaces(spelt):
    names = {spelt(name): name for name in ROW}
    row = {spelt_name: ROW[name] for spelt_name, name in names.items()}
    assert only_song(written(row)) == only_song(written())


@pytest.mark.parametrize("order", [sorted(ROW), sorted(ROW, reverse=True)])
def test_columns_come_in_any_order(order):
    assert only_song(written(columns=order)) == only_song(written())


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("Track URI", f"spotify:track:{ID}"),
        ("Track ID", ID),
        ("Spotify ID", ID),
        ("Spotify URI", f"spotify:track:{ID}"),
        ("Track URI", f"https://open.spotify.com/track/{ID}"),
        ("Track URL", f"https://open.spotify.com/intl-id/track/{ID}?si=123"),
    ],
)
def test_every_spelling_of_a_track_is_read(column, text):
    row = {name: value for name, value in ROW.items() if name != "Track URI"}
    assert only_song(written(row | {column: text})).spotify_id == ID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "file:///home/me/Music/numb.mp3",
        "spotify:local:Linkin+Park::Numb:187",
        f"spotify:episode:{ID}",
        ID[:-1],
        ID + "x",
        f"{ID[:-1]}é",
        f"https://example.com/track/{ID}",
        f"javascript:alert(1)//spotify:track:{ID}",
    ],
)
def test_what_is_no_track_of_spotify_leaves_a_song_without_an_id(text):
    assert only_song(written(**{"Track URI": text})).spotify_id == ""


@pytest.mark.parametrize(
    ("text", "artists"),
    [
        ("Adele", ("Adele",)),
        ("A;B", ("A", "B")),
        ("A; B;A;", ("A", "B")),
        ("Earth, Wind & Fire;B", ("Earth, Wind & Fire", "B")),
        ("Earth, Wind & Fire;", ("Earth, Wind & Fire",)),
        ("A, B", ("A", "B")),
        ("A,B", ("A", "B")),
        (r"Earth\, Wind & Fire, B", ("Earth, Wind & Fire", "B")),
        ("10,000 Maniacs,B", ("10,000 Maniacs", "B")),
    ],
)
def test_artists_are_parted_at_semicolons_or_else_at_commas(text, artists):
    assert only_song(written(**{"Artist Name(s)": text})).artists == artists


def test_a_semicolon_anywhere_says_that_commas_belong_to_names():
    rows = [ROW, ROW | {"Track URI": "", "Track Name": "September", "Artist Name(s)": "Earth, Wind & Fire"}]
    assert load_own_songs(written(*rows)).catalogue.songs[1].artists == ("Earth, Wind & Fire",)


def test_a_semicolon_in_a_name_parts_nobody():
    assert only_song(written(**{"Artist Name(s)": r"A\;B, C"})).artists == ("A;B", "C")


@pytest.mark.parametrize(
    ("artists", "text"),
    [
        (("Adele",), "Adele"),
        (("A", "B"), "A, B"),
        (("Earth, Wind & Fire", "B"), r"Earth\, Wind & Fire, B"),
        (("A;B",), r"A\;B"),
        (("AC\\DC", "B"), r"AC\DC, B"),
        (("A\\", "B"), r"A\ , B"),
    ],
)
def test_artists_are_written_with_commas_between_them(artists, text):
    assert join_artists(artists) == text
    assert split_artists(text) == artists


@given(
    st.lists(st.text(",;\\ 0a'").map(str.strip).filter(bool), min_size=1, max_size=MAX_ARTISTS, unique=True).map(tuple)
)
def test_artists_that_were_joined_are_split_into_the_same(artists):
    assert split_artists(join_artists(artists)) == artists


def test_of_a_song_of_hundreds_the_first_artists_are_kept():
    names = tuple(f"A{number}" for number in range(500))
    assert split_artists(join_artists(names)) == names[:MAX_ARTISTS]


def test_a_playlist_that_a_former_version_wrote_is_read():
    data = (
        b"Track URI,Track Name,Artist Name(s),Release Date,Explicit,Genres,Energy,Valence,Tempo\n"
        b',September,"Earth, Wind & Fire;",1978,false,funk,0.8,0.9,126.0\n'
        b",Duet,A;B,,,,0.5,0.5,\n"
        b",Alone,Adele,2011,,pop,0.5,0.5,\n"
    )
    artists = [song.artists for song in load_own_songs(data).catalogue.songs]
    assert artists == [("Earth, Wind & Fire",), ("A", "B"), ("Adele",)]


@pytest.mark.parametrize(
    ("text", "genre"),
    [
        ("Nu Metal,rock", "nu metal"),
        ("Jazz; Soul", "jazz"),
        ("hip\xa0hop", "hip hop"),
        ("k\u200bpop", "kpop"),
        (",", ""),
    ],
)
def test_the_first_genre_counts_in_lower_case_and_without_what_cannot_be_printed(text, genre):
    assert only_song(written(Genres=text)).genre == genre


@pytest.mark.parametrize(
    ("text", "year"),
    [("1999", 1999), ("2003-03-24", 2003), ("24/03/2003", 2003), ("0000", None), ("", None), ("soon", None)],
)
@pytest.mark.parametrize("column", ["Release Date", "Album Release Date"])
def test_a_date_gives_its_year(column, text, year):
    row = {name: value for name, value in ROW.items() if name != "Release Date"}
    assert only_song(written(row | {column: text})).year == year


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("TRUE", True), ("false", False), ("no", False), ("", None), ("maybe", None)]
)
def test_explicit_may_be_unknown(text, value):
    assert only_song(written(Explicit=text)).explicit is value


@pytest.mark.parametrize(("text", "tempo"), [("98,743", 98.743), ("", None), ("0", None), ("nan", None), ("inf", None)])
def test_a_tempo_may_be_unknown(text, tempo):
    assert only_song(written(Tempo=text)).tempo == tempo


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("1", 1), ("0,25", 0.25), ("6.3E-2", 0.063), (" 0.5 ", 0.5)])
def test_numbers_may_have_a_comma_or_an_exponent(text, value):
    assert only_song(written(Valence=text)).valence == value


@pytest.mark.parametrize(
    ("column", "text"),
    [
        *((column, text) for column in ("Energy", "Valence") for text in ("", "nan", "inf", "-0.1", "1.01", "loud")),
        ("Energy", "0" * 1000),
        ("Track Name", ""),
        ("Track Name", "  "),
        ("Artist Name(s)", ""),
        ("Artist Name(s)", " ; "),
    ],
)
def test_a_row_that_is_no_song_is_left_out_and_counted(column, text):
    read = load_own_songs(written(ROW, ROW | {"Track Name": "Another", "Track URI": "", column: text}))
    assert [song.title for song in read.catalogue.songs] == ["Numb"]
    assert (read.rows, read.left_out, read.repeated) == (2, 1, 0)


@pytest.mark.parametrize(
    "again", [{}, {"Track Name": "Numb (Live)"}, {"Track URI": ""}, {"Track URI": "", "Track Name": "NUMB"}]
)
def test_a_repeated_song_is_used_once_and_counted(again):
    read = load_own_songs(written(ROW, ROW | again))
    assert [song.title for song in read.catalogue.songs] == ["Numb"]
    assert (read.rows, read.left_out, read.repeated) == (2, 0, 1)


def test_songs_of_the_same_title_by_others_are_no_repeats():
    read = load_own_songs(written(ROW, ROW | {"Track URI": "", "Artist Name(s)": "U2"}))
    assert (len(read.catalogue), read.repeated) == (2, 0)


def test_blank_lines_count_for_nothing():
    data = b"\n\n" + written().replace(b"\r\n", b"\n\n   \n") + b",,,,,,,,,,\n\n"
    assert load_own_songs(data) == OwnSongs(load_own_songs(written()).catalogue, 1, 0, 0, cut=False)


def test_a_row_of_another_length_is_left_out():
    short = written().splitlines()[1].rpartition(b",")[0]
    longer = written().splitlines()[1] + b",0.5"
    padded = written(**{"Track Name": "Padded", "Track URI": ""}).splitlines()[1] + b",,"
    read = load_own_songs(b"\n".join([*written().splitlines(), short, longer, padded]))
    assert [song.title for song in read.catalogue.songs] == ["Numb", "Padded"]
    assert read.left_out == 2


def test_a_missing_quotation_mark_costs_the_rows_that_it_swallows_and_they_are_counted():
    lines = written(*numbered(1000)).splitlines()
    lines[500] = b'"' + lines[500]
    read = load_own_songs(b"\n".join(lines))
    assert len(read.catalogue) >= 499
    assert read.rows == 1000 == len(read.catalogue) + read.left_out


def test_after_a_text_without_end_reading_goes_on():
    lines = written(*numbered(5000)).splitlines()
    lines[10] = b'"' + lines[10]
    read = load_own_songs(b"\n".join(lines))
    assert len(read.catalogue) > 3000
    assert read.rows == 5000 == len(read.catalogue) + read.left_out


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_read(encoding):
    assert only_song(written(encoding=encoding, **{"Track Name": "Déjà Vu"})).title == "Déjà Vu"


@pytest.mark.parametrize(("encoding", "mark"), [("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)])
def test_utf_16_is_read_in_both_byte_orders(encoding, mark):
    assert only_song(mark + written(encoding=encoding, **{"Track Name": "夜に駆ける"})).title == "夜に駆ける"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
def test_every_usual_delimiter_and_line_end_is_read(delimiter, line_end):
    assert only_song(written(delimiter=delimiter).replace(b"\r\n", line_end)) == only_song(written())


def test_a_table_with_a_column_of_row_numbers_is_read():
    assert only_song(written({"": "1"} | ROW, delimiter="\t")) == only_song(written())


@pytest.mark.parametrize("missing", ["Track Name", "Artist Name(s)", "Energy", "Valence"])
def test_missing_columns_are_named_with_those_found(missing):
    with pytest.raises(LibraryError) as caught:
        load_own_songs(written(columns=[name for name in ROW if name != missing]))
    assert caught.value.code == "own_songs_columns"
    assert caught.value.values["missing"] == missing
    assert "Danceability, " in str(caught.value.values["found"])


@pytest.mark.parametrize("data", [b"|".join(name.encode() for name in ROW), b"Just a letter.\nHello!", b"x" * 200_000])
def test_what_is_no_such_table_misses_columns(data):
    assert code_of(data) == "own_songs_columns"
    with pytest.raises(LibraryError) as caught:
        load_own_songs(data)
    assert len(str(caught.value)) < 500


def test_not_every_one_of_very_many_columns_is_named():
    with pytest.raises(LibraryError) as caught:
        load_own_songs(b"," * 100_000)
    assert len(str(caught.value)) < 2000


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "own_songs_empty"),
        (b" \r\n\t ", "own_songs_empty"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00", "own_songs_binary"),
        (written().replace(b"Numb", b"Nu\0mb"), "own_songs_binary"),
        (written(encoding="utf-32"), "own_songs_binary"),
        (b"\x89PNG\xff\xfe\xfd", "own_songs_encoding"),
        (written(columns=["Näme"], encoding="cp1252"), "own_songs_encoding"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8x", "own_songs_encoding"),
        (codecs.BOM_UTF8, "own_songs_columns"),
        (written().splitlines()[0], "own_songs_rows"),
        (written(Energy="loud", Valence="happy"), "own_songs_none"),
        (written(Energy="", Valence="", **UNKNOWN), "own_songs_figures"),
        (written(columns=["Track URI", "Track Name", "Artist Name(s)"], **UNKNOWN), "own_songs_figures"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(data, code):
    assert code_of(data) == code


def test_a_file_that_is_too_large_is_refused():
    assert code_of(b"a" * (MAX_MEGABYTES * 2**20 + 1)) == "own_songs_large"


@pytest.mark.parametrize(("more", "cut"), [(0, False), (3, True)])
def test_of_more_rows_than_are_used_the_first_are(more, cut):
    data = written(*numbered(MAX_ROWS + more), columns=["Track Name", "Artist Name(s)", "Energy", "Valence"])
    read = load_own_songs(data)
    assert (len(read.catalogue), read.rows, read.cut) == (MAX_ROWS, MAX_ROWS, cut)
    assert read.catalogue.songs[-1].title == f"Song {MAX_ROWS - 1}"
    assert ("50,000 rows were used" in read.sentence()) == cut


def test_fifty_thousand_rows_take_no_longer_than_a_visitor_waits():
    data = written(*numbered(MAX_ROWS))
    began = time.process_time()
    load_own_songs(data)
    assert time.process_time() - began < 5  # 0.7 s where nothing else runs


@pytest.mark.parametrize("piece", [b"\n", b",", b'"', b'"a\n', b'"a\nb",', b"1" * 130_000 + b","])
@pytest.mark.parametrize("header", [b"", written().splitlines()[0] + b"\n"])
def test_a_file_made_for_harm_is_refused_soon(piece, header):
    data = header + piece * (5_000_000 // len(piece)) + b"x"
    began = time.process_time()
    with pytest.raises(LibraryError):
        load_own_songs(data)
    assert time.process_time() - began < 5


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)), st.booleans())
def test_whatever_the_file_holds_it_is_read_or_refused(data, with_header):
    header = b",".join(name.encode() for name in ROW) + b"\n"
    try:
        read = load_own_songs(header + data if with_header else data)
    except LibraryError:
        return
    assert read.rows == len(read.catalogue) + read.left_out + read.repeated + read.unknown > 0


cells = st.sampled_from(["", '"', "0.5", "1", "x", "a;b", "a,b", "\n", "\\", "'=", "nan"])


@given(st.lists(st.lists(cells, min_size=3, max_size=5), max_size=8), st.sampled_from([",", ";", "\t"]))
def test_every_row_is_accounted_for(rows, delimiter):
    header = delimiter.join(["Track Name", "Artist Name(s)", "Energy", "Valence"])
    good = delimiter.join(["Good", "One", "0.5", "0.5"])
    data = "\n".join([header, good, *map(delimiter.join, rows)]).encode()
    read = load_own_songs(data)
    assert read.rows == len(read.catalogue) + read.left_out + read.repeated + read.unknown
    assert all(song.title and song.artists and all(song.artists) for song in read.catalogue.songs)


# --- what comes of it ----------------------------------------------------------------------------


def test_a_playlist_can_be_made_of_them():
    rows = numbered(40)
    for n, row in enumerate(rows):
        row |= {"Artist Name(s)": f"Artist {n}", "Energy": str(n / 40), "Valence": str(1 - n / 40), "Tempo": ""}
    read = load_own_songs(written(*rows))
    assert len(recommend("Sad", "lift", 10, 1, source=read.catalogue).songs) == 10


def test_it_says_how_much_was_read():
    read = OwnSongs(load_own_songs(written(*numbered(1204))).catalogue, 1207, 3, 0, cut=False)
    assert read.sentence() == "1,204 songs read; 3 rows left out, whose title, artist or numbers are missing or wrong."
    assert read.sentence("id").startswith("1.204 lagu terbaca; 3 baris ")


def test_one_is_no_plural():
    read = OwnSongs(load_own_songs(written()).catalogue, 3, 1, 1, cut=False)
    assert read.sentence() == (
        "1 song read; 1 row left out, whose title, artist or numbers are missing or wrong; 1 row that repeats a song."
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_part_can_be_said(lang):
    said = {
        OwnSongs(Catalogue(()), 0, *each, cut=cut).sentence(lang) for each in ((0, 0), (2, 2)) for cut in (False, True)
    }
    assert len(said) == 4


# --- formulas ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+", "-M-", "@home", "＝1", "'=1", "''-x"])
def test_a_formula_is_guarded(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Numb", "1=1", "'Round Midnight", "'39", "…Baby"])
def test_what_is_no_formula_stays_as_it_is(text):
    assert guarded(text) == unguarded(text) == text


@given(st.one_of(st.text(), st.text("'=+-@a")))
def test_guarding_can_be_undone(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in set("=+-@")


# --- lists as people have them -------------------------------------------------------------------

GERMAN = (
    '"Track-URI","Track-Name","Künstler-URI(s)","Künstlername(n)","Album-URI","Album-Name","Album-Künstler-URI(s)",'
    '"Album-Künstlername(n)","Veröffentlichungsdatum des Albums","Explizit","Künstler-Genres","Tanzbarkeit","Energie",'
    '"Modus","Valenz","Tempo"\n'
    f'"spotify:track:{ID}","Numb","x","Linkin Park, Somebody Else","y","Meteora","x","Other","2003-03-24","false",'
    '"Nu Metal, rock",".5","0.863","1","0.243","110.018"\n'
).encode()


def test_exportifys_german_columns_are_read():
    assert only_song(GERMAN) == only_song(written())


def languages():
    """Header names by field, for each position at which every field has a name in `TRANSLATIONS`."""
    return [(field, name) for field, names in TRANSLATIONS.items() for name in names]


@pytest.mark.parametrize(("field", "name"), languages())
def test_every_translated_column_is_known(field, name):
    usual = {"uri": "Track URI", "title": "Track Name", "artists": "Artist Name(s)", "released": "Release Date"}
    usual |= {"explicit": "Explicit", "genres": "Genres", "energy": "Energy", "valence": "Valence", "tempo": "Tempo"}
    row = {name if key == usual[field] else key: value for key, value in ROW.items()}
    assert only_song(written(row)) == only_song(written())


def test_no_name_stands_for_two_fields():
    names = [plain(name) for names in COLUMNS.values() for name in set(map(plain, names))]
    assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize("spelt", [lambda name: name.lower().replace(" ", "_"), lambda name: name.replace(" ", "-")])
def test_columns_are_known_with_underscores_or_hyphens(spelt):
    assert only_song(written({spelt(name): value for name, value in ROW.items()})) == only_song(written())


@pytest.mark.parametrize("line", [b"sep=;\r\n", b"SEP=;\n", b"\xef\xbb\xbfsep=;\n"])
def test_the_line_in_which_excel_names_the_delimiter_is_no_header(line):
    assert only_song(line + written(delimiter=";")) == only_song(written())


def test_a_kaggle_table_is_read():
    data = (
        b",track_id,artists,album_name,track_name,popularity,explicit,energy,mode,valence,tempo,track_genre\n"
        + f"0,{ID},Linkin Park;Somebody Else,Meteora,Numb,50,False,0.863,1,0.243,110.018,nu metal\n".encode()
    )
    assert only_song(data) == replace(only_song(written()), year=None)


def test_artists_that_are_listed_as_in_python_are_parted():
    data = b'name,artists,year,energy,valence\nSong,"[\'Guns N\' Roses\', ""Destiny\'s Child""]",1990,0.5,0.5\n'
    assert only_song(data).artists == ("Guns N' Roses", "Destiny's Child")


def test_chosics_columns_with_figures_up_to_a_hundred_are_read():
    data = (
        b"#,Song,Artist,Popularity,BPM,Genres,Parent Genres,Album,Album Date,Time,Dance,Energy,Acoustic,Happy,"
        b"Loud (Db),Key,Spotify Track Id\n"
        b'1,Numb,"Linkin Park, Somebody Else",90,110,nu metal,rock,Meteora,2003-03-24,3:07,50,86,0,24,-4,A,'
        + f"{ID}\n".encode()
        + b"2,One,U2,90,91,rock,rock,Achtung Baby,1991-11-18,4:36,40,1,10,0,-8,C,\n"
        + b"3,Happy,Nobody,90,160,pop,pop,X,2014,3:53,60,101,10,96,-5,F,\n"
    )
    read = load_own_songs(data)
    songs = read.catalogue.songs
    assert [(song.valence, song.energy) for song in songs] == [(0.24, 0.86), (0.0, 0.01)]
    assert (songs[0].spotify_id, songs[0].tempo, songs[0].year, songs[0].genre) == (ID, 110, 2003, "nu metal")
    assert read.left_out == 1  # an energy of 101


@pytest.mark.parametrize(
    ("name", "header", "row"),
    [
        ("TuneMyMusic", "Track name,Artist name,Album,Playlist name,Type,ISRC,Spotify - id", "{title},{artist},,,,,"),
        ("Soundiiz", "title;artist;album;isrc;addedDate", "{title};{artist};;;"),
        ("Deezer", "Title,Artist,Album,Duration", "{title},{artist},,"),
        ("Apple Music", "Name\tArtist\tComposer\tAlbum\tGenre\tYear", "{title}\t{artist}\t\t\t\t"),
        ("Last.fm", "uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid", "1,,{artist},,,,{title},"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_lists_without_figures_are_placed_by_what_the_catalogue_knows(name, header, row, encoding):
    songs = [("Numb", "Linkin Park"), ("Numb (Remastered)", "LINKIN PARK"), ("One Nobody Knows", "Nobody")]
    songs += [("Bohemian Rhapsody - Remastered 2011", "Queen"), ("Hoppipolla", "Sigur Ros")]
    lines = [header, *(row.format(title=title, artist=artist) for title, artist in songs)]
    read = load_own_songs("\n".join(lines).encode(encoding))
    assert [song.title for song in read.catalogue.songs] == ["Numb", "Bohemian Rhapsody", "Hoppípolla"], name
    assert (read.rows, read.placed, read.unknown, read.repeated, read.left_out) == (5, 3, 1, 1, 0)
    (known,) = [song for song in catalogue().songs if song.title == "Bohemian Rhapsody"]
    assert read.catalogue.songs[1] == replace(known, source="own")


def test_a_list_of_lastfm_without_a_header_is_placed():
    data = b'Linkin Park,Meteora,Numb,"01 Jan 2024 10:00"\nNobody,,Unknown,"01 Jan 2024 10:04"\n'
    read = load_own_songs(data)
    assert [song.title for song in read.catalogue.songs] == ["Numb"]
    assert read.unknown == 1


def test_an_exportify_file_without_figures_is_placed_by_its_ids():
    known = next(song for song in catalogue().songs if song.spotify_id)
    row = UNKNOWN | {"Track URI": f"spotify:track:{known.spotify_id}"}
    read = load_own_songs(written(row, UNKNOWN, columns=["Track URI", "Track Name", "Artist Name(s)"]))
    assert read.catalogue.songs == (replace(known, source="own"),)
    assert (read.placed, read.unknown) == (1, 1)
    assert "1 of them placed by what femr knows" in read.sentence()
    assert all("“Include audio features data”" in read.sentence(lang) for lang in LANGUAGES)


def test_an_artist_with_a_comma_is_found_in_a_list_without_figures():
    read = load_own_songs(b'Title,Artist\nSeptember,"Earth, Wind & Fire"\n')
    assert [song.artist for song in read.catalogue.songs] == ["Earth, Wind & Fire"]


def test_a_song_in_a_file_keeps_its_address():
    (song,) = load_own_songs(written(**{"Track URI": "file:///music/a%20b.mp3"})).catalogue.songs
    assert song.file == "file:///music/a%20b.mp3"
    assert song.plays


@pytest.mark.parametrize("text", ["file://host/a.mp3", "file:///a b.mp3", "file:///é.mp3", "file:///" + "a" * 5000])
def test_what_is_no_address_of_a_file_is_none(text):
    assert only_song(written(**{"Track URI": text})).file == ""
