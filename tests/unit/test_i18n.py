"""Every text in every language, and no text that nobody says."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from jinja2 import Environment, nodes

from femr import errors, i18n
from femr.emotions import EMOTIONS
from femr.mood import Closeness
from femr.music.catalogue import catalogue
from femr.music.playlist import Goal
from femr.music.taste import LIMITS
from femr.page.views.diary import HOW
from femr.page.views.shell import PLAYER_WORDS
from femr.vision.confidence import Hint
from femr.vision.model_card import PARTS
from femr.vision.occlusion import Region
from femr.vision.reading import ProfileUse

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "app.py", ROOT / "train.py", *sorted((ROOT / "femr").rglob("*.py"))]
TREES = {path.relative_to(ROOT): ast.parse(path.read_text()) for path in FILES if path.parent.name != "i18n"}
TEMPLATES = {path.name: Environment().parse(path.read_text()) for path in ROOT.glob("femr/page/templates/*.html")}
ERRORS = {kind.__name__ for kind in errors.FemrError.__subclasses__()}
ENGLISH = i18n.TEXTS["en"]

# What stands in the holes of keys such as f"reason.step.{self.step}".
FAMILIES = {
    "emotion.": EMOTIONS,
    "looks.": EMOTIONS,
    "goal.": (*Goal, *(f"{goal}.hint" for goal in Goal)),
    "hint.": Hint,
    "closeness.": Closeness,
    "profile.": ProfileUse,
    "region.": Region,
    "reason.valence.": ("low", "middle", "high"),
    "reason.energy.": ("low", "middle", "high"),
    "reason.step.": ("brighter", "darker", "livelier", "quieter"),
    "about.part.": PARTS,
    "diary.how.": HOW,
    "language.": {song.language for song in catalogue().songs},
    "genre.": {song.genre for song in catalogue().songs},
    "player.says.": PLAYER_WORDS,
    "taste.kept.": LIMITS,
    "table.reason.": (
        *("photo_bomb", "photo_costly", "photo_damaged", "photo_empty", "photo_missing"),
        *("photo_odd", "photo_small", "photo_unknown"),
    ),
    "library.reason.": ("audio_damaged", "audio_kind", "audio_short", "audio_silent"),
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def calls(*names: str) -> list[tuple[str, ast.Call]]:
    """Calls to `name(…)` or `module.name(…)`, with where they stand."""
    return [
        (f"{path}:{node.lineno}", node)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", None)) in names
    ]


def given(call: ast.Call) -> set[str]:
    assert all(keyword.arg for keyword in call.keywords), "values are named one by one"
    return {keyword.arg for keyword in call.keywords}


def pattern(text: ast.JoinedStr) -> str:
    """An f-string as a regular expression."""
    return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else "(.+)" for part in text.values)


def wrapper_prefix(tree: ast.Module) -> str:
    """What a file's own `translate` puts before a key."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "translate":
            (key,) = (each for each in ast.walk(node) if isinstance(each, ast.JoinedStr))
            return key.values[0].value
    return ""


def keys_said(call: ast.Call, where: str) -> list[str]:
    """The keys that a call to `translate` may mean; those that the code does not have are in the list as well."""
    tree, key = TREES[Path(where.rpartition(":")[0])], call.args[0]
    if isinstance(key, ast.Constant):
        return [wrapper_prefix(tree) * isinstance(call.func, ast.Name) + key.value]
    assert isinstance(key, ast.JoinedStr), f"{where}: a key that no test can follow"
    members = {prefix + member for prefix, family in FAMILIES.items() for member in family}
    parts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    matches = [(each, re.fullmatch(pattern(key), each)) for each in ENGLISH]
    return [each for each, match in matches if match and (each in members or match[1] in parts)]


# --- texts in templates: `t("key", value=…)`, or `t("family." ~ member)` ---------------------------


def given_in_template(call: nodes.Call) -> set[str]:
    return {keyword.key for keyword in call.kwargs}


def keys_in_template(call: nodes.Call) -> list[str]:
    """The keys that a template may mean; those that the code does not have are in the list as well."""
    key = call.args[0]
    if isinstance(key, nodes.Const):
        return [key.value]
    assert isinstance(key, nodes.Concat), "a key that no test can follow"
    found = "".join(re.escape(part.value) if isinstance(part, nodes.Const) else "(.+)" for part in key.nodes)
    members = {prefix + member for prefix, family in FAMILIES.items() for member in family}
    parts = {each.value for tree in TEMPLATES.values() for each in tree.find_all(nodes.Const)}
    parts |= {
        node.value
        for path, tree in TREES.items()
        if "views" in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
    }
    matches = [(each, re.fullmatch(found, each)) for each in ENGLISH]
    return [each for each, match in matches if match and (each in members or match[1] in parts)]


def all_in_templates() -> list[tuple[str, nodes.Call]]:
    """Calls to `t` in templates, with where they stand."""
    said = [
        (f"{name}:{call.lineno}", call)
        for name, tree in TEMPLATES.items()
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "t"
    ]
    assert len(said) > 20, "the search found too few: it is broken"
    return said


def all_said() -> list[tuple[str, ast.Call]]:
    """Calls to `translate`, but for the two that pass on a code or key, which is followed where it comes from."""
    passed_on = {r"error\.(.+)"}
    said = [
        (where, call)
        for where, call in calls("translate")
        if not where.startswith("femr/page/views/render.py")  # passes on what templates say
        if not isinstance(call.args[0], ast.JoinedStr) or pattern(call.args[0]) not in passed_on
    ]
    assert len(said) > 20, "the search found too few: it is broken"
    return said


def test_there_is_english_and_indonesian():
    assert tuple(i18n.TEXTS) == i18n.LANGUAGES == ("en", "id")
    assert i18n.DEFAULT_LANGUAGE in i18n.LANGUAGES


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_language_holds_the_same_keys(lang):
    assert set(i18n.TEXTS[lang]) == set(ENGLISH)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_language_mentions_the_same_values(lang):
    mentioned = {key: placeholders(text) for key, text in i18n.TEXTS[lang].items()}
    assert mentioned == {key: placeholders(text) for key, text in ENGLISH.items()}


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_no_text_is_empty_or_ends_in_space(lang):
    assert not [key for key, text in i18n.TEXTS[lang].items() if not text or text != text.strip()]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_text_is_one_line(lang):
    assert not [key for key, text in i18n.TEXTS[lang].items() if "\n" in text]


def test_indonesian_is_not_english():
    same = {key for key, text in i18n.TEXTS["id"].items() if text == ENGLISH[key]}
    values_alone = {"reason.place", "reason.step"}
    names_of_formats = {"take.m3u", "take.csv", "take.json"}
    assert {
        key for key in same - values_alone - names_of_formats if not key.startswith(("genre.", "language."))
    } == set()
    assert len(same) < 40, "genres and languages that are called alike in both"


def test_every_error_has_a_sentence_for_exactly_the_values_that_it_carries():
    raised = calls(*ERRORS)
    assert len(raised) > 20, "the search found too few: it is broken"
    for where, call in raised:
        assert isinstance(call.args[0], ast.Constant), f"{where}: a code that no test can follow"
        key = f"error.{call.args[0].value}"
        assert key in ENGLISH, f"{where}: {key}"
        assert given(call) == placeholders(ENGLISH[key]), f"{where}: {key}"


def test_every_key_that_is_said_exists_with_exactly_the_values_given():
    for where, call in all_said():
        keys = keys_said(call, where)
        assert keys, f"{where}: nothing of that name"
        for key in keys:
            assert key in ENGLISH, f"{where}: {key}"
            assert given(call) == placeholders(ENGLISH[key]), f"{where}: {key}"


def test_every_key_in_a_template_exists_with_exactly_the_values_given():
    for where, call in all_in_templates():
        keys = keys_in_template(call)
        assert keys, f"{where}: nothing of that name"
        for key in keys:
            assert key in ENGLISH, f"{where}: {key}"
            assert given_in_template(call) == placeholders(ENGLISH[key]), f"{where}: {key}"


@pytest.mark.parametrize("prefix", FAMILIES)
def test_a_family_of_keys_has_all_its_members_and_no_others(prefix):
    members = {key.removeprefix(prefix) for key in ENGLISH if key.startswith(prefix)}
    assert members == set(FAMILIES[prefix])


def test_no_text_is_unused():
    used = {key for where, call in all_said() for key in keys_said(call, where)}
    used |= {key for _, call in all_in_templates() for key in keys_in_template(call)}
    used |= {f"error.{call.args[0].value}" for _, call in calls(*ERRORS)}
    used |= {
        prefix + member for prefix in ("language.", "genre.") for member in FAMILIES[prefix]
    }  # by `i18n.translate_or`
    assert set(ENGLISH) - used == set()


def test_translate_fills_in_the_values():
    assert i18n.translate("page.face", "en", number=3) == "Face 3"
    assert i18n.translate("page.face", "id", number=3) == "Wajah 3"


def test_translate_speaks_english_unless_told_otherwise():
    assert i18n.translate("emotion.Happy") == "Happy"
    assert i18n.translate("emotion.Happy", "id") == "Senang"


def test_a_mistake_in_the_code_is_no_text_for_visitors():
    with pytest.raises(KeyError):
        i18n.translate("no.such.key")
    with pytest.raises(KeyError):
        i18n.translate("page.face", "en")
    with pytest.raises(KeyError):
        i18n.translate("page.face", "xx", number=1)


def test_nobody_changes_the_texts():
    with pytest.raises(TypeError):
        i18n.TEXTS["en"] = {}


@pytest.mark.parametrize(
    ("lang", "count", "text"),
    [
        ("en", 50_000, "50,000 songs to choose from."),
        ("id", 50_000, "50.000 lagu dapat dipilih."),
        ("en", 9_999, "9999 songs to choose from."),
    ],
)
def test_thousands_stand_apart_in_large_numbers(lang, count, text):
    assert i18n.translate("page.left.many", lang, count=count) == text


def test_what_was_received_is_quoted_as_it_was():
    assert "50000." in i18n.translate("error.count_range", least=5, most=30, value=50_000)
