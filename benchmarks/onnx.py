"""How far the ONNX copy's answers lie from the served network's, and how long both take on one thread.

    python -m benchmarks.onnx --data fer2013.zip [--every 4]

On FER-2013's test images, one view of each: `--every` takes each fourth. Both get eight images at a time, in turns.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
import onnxruntime

from femr.paths import ONNX
from femr.training import fer2013
from femr.vision.classifier import BATCH, ExpressionClassifier


def main() -> None:
    """Compare both, and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="FER-2013 in any of its layouts")
    parser.add_argument("--every", type=int, default=1, help="each so manyth image (%(default)s)")
    options = parser.parse_args()
    pixels = fer2013.read(options.data).part("test").pixels[:: options.every]
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    copy = onnxruntime.InferenceSession(str(ONNX), settings, providers=["CPUExecutionProvider"])
    readers = {
        "LiteRT": ExpressionClassifier(mirrored=False, threads=1),
        "ONNX": lambda crops: copy.run(None, {"crops": crops[..., None].astype(np.float32)})[0],
    }
    answers: dict[str, list[np.ndarray]] = {name: [] for name in readers}
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    for start in range(0, len(pixels), BATCH):
        for name, read in readers.items():
            begun = time.perf_counter()
            answers[name].append(read(pixels[start : start + BATCH]))
            seconds[name].append(time.perf_counter() - begun)
    served, exact = (np.concatenate(parts) for parts in answers.values())
    differences = np.abs(served - exact)
    others = int((served.argmax(axis=1) != exact.argmax(axis=1)).sum())
    print(
        f"{len(pixels)} images: {differences.mean():.4f} on average, {differences.max():.3f} at most, {others} others"
    )
    for name, each in seconds.items():
        print(f"{name:7}{1000 * statistics.median(each):6.1f} ms for {BATCH} images, median")


if __name__ == "__main__":
    main()
