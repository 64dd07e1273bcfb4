"""Which songs the filters leave."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.errors import ChoiceError
from femr.music.catalogue import Catalogue, catalogue
from femr.music.filters import NO_FILTERS, Filters, allowed, filter_counts


def song(**changes):
    (read,) = catalogue().songs[:1]
    return replace(read, **changes)


def kept(source, chosen):
    """The songs that the filters leave."""
    return [song for song, passes in zip(source.songs, allowed(source, chosen), strict=True) if passes]


def passes(song, filters):
    """What a filter asks for, written out."""
    late_enough = filters.first_year is None or (song.year is not None and song.year >= filters.first_year)
    early_enough = filters.last_year is None or (song.year is not None and song.year <= filters.last_year)
    return (
        (not filters.languages or song.language in filters.languages)
        and (not filters.genres or song.genre in filters.genres)
        and late_enough
        and early_enough
        and not (filters.no_explicit and song.explicit is not False)
    )


some_songs = st.builds(
    song,
    language=st.sampled_from(["en", "id", "zxx", ""]),
    genre=st.sampled_from(["pop", "rock", "jazz", ""]),
    year=st.one_of(st.none(), st.integers(1999, 2003)),
    explicit=st.sampled_from([True, False, None]),
)
sources = st.one_of(st.just(catalogue()), st.lists(some_songs, max_size=12).map(lambda each: Catalogue(tuple(each))))
some_years = st.one_of(st.none(), st.integers(1999, 2003))
filters = st.builds(
    Filters,
    st.frozensets(st.sampled_from(["en", "id", "zxx", "xx"])),
    st.frozensets(st.sampled_from(["pop", "rock", "jazz", "polka"])),
    some_years,
    some_years,
    st.booleans(),
)


@given(sources, filters)
def test_filters_leave_the_songs_that_pass_them_all(source, chosen):
    left = tuple(song for song in source.songs if passes(song, chosen))
    if left or not len(source):
        assert tuple(kept(source, chosen)) == left
    else:
        with pytest.raises(ChoiceError):
            allowed(source, chosen)


@given(sources, filters)
def test_counts_say_what_each_choice_would_leave(source, chosen):
    counts = filter_counts(source, chosen)
    assert counts.left == sum(passes(song, chosen) for song in source.songs)
    assert counts.clean == sum(passes(song, replace(chosen, no_explicit=True)) for song in source.songs)
    assert counts.since == sum(passes(song, replace(chosen, last_year=None)) for song in source.songs)
    assert counts.until == sum(passes(song, replace(chosen, first_year=None)) for song in source.songs)
    for name, found in (("language", counts.languages), ("genre", counts.genres)):
        assert set(found) == {getattr(song, name) for song in source.songs} - {""}
        assert list(found.values()) == sorted(found.values(), reverse=True)
        for value, count in found.items():
            alone = replace(chosen, **{f"{name}s": frozenset({value})})
            assert count == sum(passes(song, alone) for song in source.songs)


@pytest.mark.parametrize(
    ("chosen", "passes"),
    [
        (Filters(languages=frozenset({"id"})), lambda song: song.language == "id"),
        (Filters(genres=frozenset({"jazz", "r&b"})), lambda song: song.genre in ("jazz", "r&b")),
        (Filters(first_year=1990), lambda song: song.year >= 1990),
        (Filters(last_year=1989), lambda song: song.year <= 1989),
        (Filters(first_year=1990, last_year=1990), lambda song: song.year == 1990),
        (Filters(no_explicit=True), lambda song: song.explicit is False),
    ],
)
def test_each_filter_alone(chosen, passes):
    songs = kept(catalogue(), chosen)
    assert 0 < len(songs) < len(catalogue())
    assert songs == list(filter(passes, catalogue().songs))


def test_what_a_song_does_not_tell_leaves_it_out():
    unknown = song(language="", genre="", year=None, explicit=None)
    source = Catalogue((unknown, song(language="en", genre="pop", year=2000, explicit=False)))
    for chosen in (
        Filters(languages=frozenset({"en"})),
        Filters(genres=frozenset({"pop"})),
        Filters(first_year=1900),
        Filters(last_year=2100),
        Filters(no_explicit=True),
    ):
        assert unknown not in kept(source, chosen)
    assert kept(source, NO_FILTERS) == list(source.songs)


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        (Filters(languages=frozenset({"xx"})), "languages"),
        (Filters(genres=frozenset({"polka"})), "genres"),
        (Filters(first_year=2100), "years"),
        (Filters(last_year=1800), "years"),
        (Filters(frozenset({"id"}), frozenset({"polka"}), 1900, 2100, no_explicit=True), "genres"),
        (Filters(frozenset({"xx"}), frozenset({"pop"})), "languages"),
    ],
)
def test_filters_that_leave_nothing_name_the_one_to_loosen(chosen, code):
    with pytest.raises(ChoiceError) as caught:
        allowed(catalogue(), chosen)
    assert caught.value.code == f"filters_empty_{code}"
    left = caught.value.values["left"]
    assert left == len(kept(catalogue(), chosen.without(code)))
    assert f"{left} songs are left" in str(caught.value)


def test_explicit_songs_alone_leave_nothing_that_is_clean():
    source = Catalogue((song(explicit=True), song(explicit=None)))
    with pytest.raises(ChoiceError) as caught:
        allowed(source, Filters(no_explicit=True))
    assert (caught.value.code, caught.value.values) == ("filters_empty_no_explicit", {"left": 2})


def test_nothing_can_be_filtered_from_nothing():
    assert kept(Catalogue(()), Filters(no_explicit=True)) == []


def test_filters_know_which_are_in_use():
    everything = Filters(frozenset({"en"}), frozenset({"pop"}), None, 2000, no_explicit=True)
    assert everything.names == ("languages", "genres", "years", "no_explicit")
    assert NO_FILTERS.names == ()
    for name in everything.names:
        assert set(everything.names) - set(everything.without(name).names) == {name}
