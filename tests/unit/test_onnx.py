"""The ONNX copy is the published network's, and answers as it does."""

import shutil
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import pytest
from PIL import Image

from femr.emotions import EMOTIONS
from femr.paths import EXAMPLES, ONNX, WEIGHTS
from femr.vision.analysis import analyze
from femr.vision.classifier import ExpressionClassifier
from scripts import export_onnx
from tests.serving import ROOT

PAGE = (ROOT / "docs" / "onnx.md").read_text(encoding="utf-8")
MOST_MIB = 7


def in_onnx(file: Path | bytes, crops: np.ndarray) -> np.ndarray:
    """What an ONNX file says to one view of uint8 crops (N, 48, 48): (N, 6)."""
    source = file if isinstance(file, bytes) else str(file)
    session = onnxruntime.InferenceSession(source, providers=["CPUExecutionProvider"])
    (answers,) = session.run(None, {export_onnx.CROPS: crops[..., None].astype(np.float32)})
    return answers


@pytest.fixture(scope="module")
def faces() -> np.ndarray:
    """Crops of the examples' faces, as they are, moved, blurred, dark and mirrored: uint8 (56, 48, 48)."""
    found = [analyze(path).faces[0].crop for path in sorted(EXAMPLES.glob("*.jpg"))]
    rng, changed = np.random.default_rng(5), []
    for crop in found:
        for _ in range(7):
            turned = cv2.getRotationMatrix2D((23.5, 23.5), rng.uniform(-20, 20), rng.uniform(0.8, 1.2))
            moved = cv2.warpAffine(crop, turned, (48, 48), borderMode=cv2.BORDER_REFLECT_101)
            darker = (cv2.GaussianBlur(moved, (0, 0), rng.uniform(0.1, 1.5)) * rng.uniform(0.3, 1)).astype(np.uint8)
            changed.append(darker[:, ::-1] if rng.random() < 0.5 else darker)
    return np.stack([*found, *changed])


@pytest.fixture(scope="module")
def others() -> np.ndarray:
    """What is no face: noise of every contrast, and one grey: uint8 (41, 48, 48)."""
    rng = np.random.default_rng(6)
    noise = [np.clip(rng.normal(rng.uniform(30, 220), rng.uniform(1, 90), (48, 48)), 0, 255) for _ in range(40)]
    return np.stack([*noise, np.full((48, 48), 128)]).astype(np.uint8)


def test_the_copy_was_made_from_the_published_network():
    made_from = {each.key: each.value for each in onnx.load(ONNX).metadata_props}
    assert made_from[export_onnx.SOURCE] == ExpressionClassifier().identity, "run: python -m scripts.export_onnx"
    assert made_from[export_onnx.LABELS] == ",".join(EMOTIONS)


def test_the_copy_can_be_kept_in_a_repository():
    assert ONNX.stat().st_size < MOST_MIB * 2**20
    assert ONNX.stat().st_size < 1.05 * WEIGHTS.stat().st_size  # its weights are of 8 bits too


def test_the_copy_answers_as_the_network_that_is_served(faces, others):
    served = ExpressionClassifier(mirrored=False)
    for crops in (faces, others):
        answers = in_onnx(ONNX, crops)
        assert np.ptp(answers, axis=0).max() > 0.1  # it does not say the same to all of them
        np.testing.assert_allclose(answers, served(crops), atol=export_onnx.AS_SERVED)


def test_an_answer_hangs_on_no_other_crop(faces):
    together = in_onnx(ONNX, faces)
    np.testing.assert_allclose(in_onnx(ONNX, faces[3:4]), together[3:4], atol=1e-5)


def test_the_command_writes_the_same_file_again(tmp_path, capsys):
    assert export_onnx.main(["--out", str(tmp_path / "again.onnx")]) == 0
    assert f"{ONNX.stat().st_size:,} bytes" in capsys.readouterr().out
    assert (tmp_path / "again.onnx").read_bytes() == ONNX.read_bytes()


def test_the_example_in_the_documents_reads_a_face_as_femr_does(faces, tmp_path, monkeypatch, capsys):
    (code,) = [block.partition("```")[0] for block in PAGE.split("```python\n")[1:]]
    Image.fromarray(faces[0]).save(tmp_path / "face.png")
    shutil.copy(ONNX, tmp_path)
    monkeypatch.chdir(tmp_path)
    said: dict[str, object] = {}
    exec(compile(code, "docs/onnx.md", "exec"), said)  # what readers paste
    (expected,) = ExpressionClassifier()(faces[:1])
    assert [*said["answer"]] == [*EMOTIONS]
    assert list(said["answer"].values()) == pytest.approx(expected.tolist(), abs=export_onnx.AS_SERVED)
    assert str(said["answer"]) in capsys.readouterr().out
