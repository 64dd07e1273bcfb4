"""Which songs a playlist may hold, and how many songs each choice would leave."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from femr.errors import ChoiceError
from femr.music.catalogue import Catalogue, Column


@dataclass(frozen=True)
class Filters:
    """Which songs a playlist may hold. What a song does not tell leaves it out where it is asked for.

    Attributes:
        languages, genres: any of these; empty for all.
        first_year, last_year: of the release, both included; None for no limit.
        no_explicit: only songs known not to be explicit.
    """

    languages: frozenset[str] = frozenset()
    genres: frozenset[str] = frozenset()
    first_year: int | None = None
    last_year: int | None = None
    no_explicit: bool = False

    def without(self, name: str) -> "Filters":
        """The others; `name` is one of `names`."""
        cleared = {
            "languages": {"languages": frozenset()},
            "genres": {"genres": frozenset()},
            "years": {"first_year": None, "last_year": None},
            "no_explicit": {"no_explicit": False},
        }[name]
        return replace(self, **cleared)

    @property
    def names(self) -> tuple[str, ...]:
        """Those in use: `languages`, `genres`, `years`, `no_explicit`."""
        return tuple(self._tests())

    def passing(self, source: Catalogue) -> np.ndarray:
        """Bool (N,): which of the songs pass all of them."""
        passing = np.ones(len(source), bool)
        for test in self._tests().values():
            passing &= test(source)
        return passing

    def _tests(self) -> dict[str, Callable[[Catalogue], np.ndarray]]:
        tests: dict[str, Callable[[Catalogue], np.ndarray]] = {}
        if self.languages:
            tests["languages"] = lambda source: source.languages.among(self.languages)
        if self.genres:
            tests["genres"] = lambda source: source.genres.among(self.genres)
        if self.first_year is not None or self.last_year is not None:
            first = -np.inf if self.first_year is None else self.first_year
            last = np.inf if self.last_year is None else self.last_year
            tests["years"] = lambda source: (source.years >= first) & (source.years <= last)  # NaN is neither
        if self.no_explicit:
            tests["no_explicit"] = lambda source: source.clean
        return tests


NO_FILTERS = Filters()

_YEARS = re.compile(r"(\d{4})?\s*-\s*(\d{4})?|(\d{4})", re.ASCII)


def filters_from_text(languages: str = "", genres: str = "", years: str = "", *, no_explicit: bool = False) -> Filters:
    """Filters as people write them: `en, id`, `rock, pop`, and `1980-1999`, `1980-`, `-1999` or `1984`.

    Raises:
        ChoiceError: the years are not written so, or end before they begin.
    """
    match = _YEARS.fullmatch(years.strip() or "-")
    if not match:
        raise ChoiceError("years_unknown", value=years)
    first, last, only = (None if year is None else int(year) for year in match.groups())
    if only is not None:
        first = last = only
    if first is not None and last is not None and first > last:
        raise ChoiceError("years_unknown", value=years)
    return Filters(_listed(languages), _listed(genres), first, last, no_explicit)


def _listed(text: str) -> frozenset[str]:
    return frozenset(each.strip().lower() for each in text.split(",") if each.strip())


def allowed(source: Catalogue, filters: Filters) -> np.ndarray:
    """Bool (N,): which songs of `source` pass `filters`.

    Raises:
        ChoiceError: none does; says which filter to loosen: the one without which most songs are left.
    """
    passing = filters.passing(source)
    if len(source) and not passing.any():
        left = {name: _count(source, filters.without(name)) for name in filters.names}
        raise _too_narrow(max(left, key=left.__getitem__), max(left.values()))
    return passing


def _count(source: Catalogue, filters: Filters) -> int:
    return int(filters.passing(source).sum())


def _too_narrow(name: str, left: int) -> ChoiceError:
    """The error that names the filter without which most songs are left."""
    match name:
        case "languages":
            return ChoiceError("filters_empty_languages", left=left)
        case "genres":
            return ChoiceError("filters_empty_genres", left=left)
        case "years":
            return ChoiceError("filters_empty_years", left=left)
        case _:
            return ChoiceError("filters_empty_no_explicit", left=left)


@dataclass(frozen=True)
class FilterCounts:
    """How many songs each choice would leave, beside the other filters as they are.

    Attributes:
        left: by all filters together.
        languages, genres: by each value, most songs first; the values are those of the catalogue.
        since, until: songs from the first year on, and up to the last.
        clean: songs known not to be explicit.
    """

    left: int
    languages: dict[str, int]
    genres: dict[str, int]
    since: int
    until: int
    clean: int


def filter_counts(source: Catalogue, filters: Filters) -> FilterCounts:
    """What each choice would leave of `source`."""
    any_year = filters.without("years")
    return FilterCounts(
        left=_count(source, filters),
        languages=_by_value(source.languages, filters.without("languages").passing(source)),
        genres=_by_value(source.genres, filters.without("genres").passing(source)),
        since=_count(source, replace(any_year, first_year=filters.first_year)),
        until=_count(source, replace(any_year, last_year=filters.last_year)),
        clean=_count(source, replace(filters, no_explicit=True)),
    )


def _by_value(column: Column, passing: np.ndarray) -> dict[str, int]:
    """Songs that pass by each text of a column, most first, and in order of the alphabet where they are as many."""
    counts = sorted(column.counts(passing).items())
    return {value: count for value, count in sorted(counts, key=lambda each: -each[1]) if value}
