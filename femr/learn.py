"""`femr learn FOLDER --out me.json`: a profile from photos that are named by what they show.

A photo's emotion is a word of its file's name, or the name of its sub-folder: English or Indonesian, as `i18n` has
them (`angry_1.jpg`, `marah/2.jpg`). Exit codes are those of `femr`.
"""

import re
from pathlib import Path

from femr import i18n
from femr.emotions import EMOTIONS, Emotion
from femr.errors import FemrError, ProfileError
from femr.terminal import Parser, command, safe, say
from femr.vision.profile import MAX_TEXT, Profile
from femr.vision.reading import ProfileUse

SUFFIXES = {".jpg", ".jpeg", ".jfif", ".png", ".webp", ".gif", ".bmp", ".avif", ".heic", ".heif"}
"""Of files that are taken for photos; other files in a folder are passed over."""

NAMES = {
    name.casefold(): emotion
    for lang in i18n.LANGUAGES
    for emotion in EMOTIONS
    for name in (i18n.translate(f"emotion.{emotion}", lang), i18n.translate(f"looks.{emotion}", lang))
} | {"suprise": Emotion.SURPRISE}  # as FER-2013's folders spell it
"""The emotions by what they are called, in lower case."""


@command
def main(arguments: list[str] | None = None) -> int:
    """Learn and write; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        profile = learn(options.folder)
        options.out.write_text(profile.to_json() + "\n", encoding="utf-8")
    except FemrError as error:
        return say(error, options.lang)
    except OSError as error:
        return say(ProfileError("profile_write", path=options.out, problem=error.strerror), options.lang)
    print(safe(as_text(profile, options.out, options.lang)))
    return 0


def learn(folder: Path) -> Profile:
    """The profile of the person in a folder's photos.

    Raises:
        ProfileError: it holds no photos that are named by an emotion; or a photo teaches nothing, and its name is said.
        PhotoError: a photo cannot be used.
        InstallationError: a network file is missing or broken.
    """
    lessons = lessons_in(folder)
    if not lessons:
        raise ProfileError("profile_no_lessons", path=folder, known=", ".join(sorted(NAMES)))
    return Profile.learn(lessons)


def lessons_in(folder: Path) -> list[tuple[Path, Emotion]]:
    """The photos in a folder and its sub-folders whose name, or whose sub-folder's name, is an emotion's."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    named = [(path, emotion_of(path.stem) or emotion_of(path.parent.name)) for path in found]
    return [(path, emotion) for path, emotion in named if emotion]


def emotion_of(name: str) -> Emotion | None:
    """The one emotion that is a word of `name`, or None."""
    found = {NAMES[word] for word in re.findall(r"[^\W\d_]+", name.casefold()) if word in NAMES}
    return found.pop() if len(found) == 1 else None


def load_profile(path: Path) -> Profile:
    """The profile in a file.

    Raises:
        ProfileError: there is no such file, or it holds no profile.
    """
    try:
        with path.open("rb") as file:
            return Profile.from_json(file.read(MAX_TEXT + 1))
    except OSError as error:
        raise ProfileError("profile_missing", path=path) from error


def as_text(profile: Profile, out: Path, lang: str) -> str:
    """What was learnt, for a person at a terminal."""
    counts = ", ".join(
        f"{i18n.translate(f'emotion.{emotion}', lang)} {count}"
        for emotion, count in zip(EMOTIONS, profile.counts, strict=True)
        if count
    )
    total = sum(profile.counts)
    form = "one" if total == 1 else "many"
    lines = [i18n.translate(f"learn.done.{form}", lang, out=out, count=total, counts=counts)]
    trial = profile.trial
    if trial:
        lines.append(i18n.translate("learn.trial", lang, shots=trial.shots, before=trial.before, after=trial.after))
    else:
        lines.append(i18n.translate("learn.untried", lang))
    use = profile.use(profile.network)
    return "\n".join([*lines, *([] if use is ProfileUse.USED else [i18n.translate(f"profile.{use}", lang)])])


def _parser() -> Parser:
    parser = Parser(prog="femr learn", description="Learn one person's face from photos of it.")
    parser.add_argument(
        "folder", type=Path, help="photos whose names, or whose sub-folders' names, say what they show: angry_1.jpg"
    )
    parser.add_argument("--out", type=Path, required=True, help="the profile: a JSON file of some fifty numbers")
    parser.add_argument("--lang", choices=i18n.LANGUAGES, default=i18n.DEFAULT_LANGUAGE, help="(%(default)s)")
    return parser
