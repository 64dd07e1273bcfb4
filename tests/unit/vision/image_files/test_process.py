"""Processes of our own, wherever femr was started."""

import subprocess

import pytest

from femr.vision.image_files.process import start


@pytest.mark.parametrize("module", ["femr.vision.image_files.worker", "femr.video.worker"])
def test_nothing_is_run_that_lies_in_the_folder_of_the_photos(module, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("json", "numpy", "av", "PIL", "resource", "struct"):
        (tmp_path / f"{name}.py").write_text("import pathlib; pathlib.Path('was-run').touch()")
    process = start(module, "film.mp4", "100000000", "100000000", "100", "0", stdin=subprocess.DEVNULL)
    process.communicate(timeout=60)
    assert not (tmp_path / "was-run").exists()


def test_the_process_finds_femr_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    process = start("femr.emotions", stdin=subprocess.DEVNULL)
    process.communicate(timeout=60)
    assert process.returncode == 0
