"""How much memory the served page holds while it reads photos, beside a process that has TensorFlow loaded.

python -m benchmarks.memory
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
from gradio_client import Client, handle_file
from PIL import Image

from benchmarks.scenes import one_face
from tests.serving import served_app

READINGS = 50
REPORTED = (0, 1, 10, 20, 30, 40, 50)
WITH_TENSORFLOW = "import gradio, tensorflow, psutil; print(psutil.Process().memory_info().rss)"


def main() -> None:
    """Read photos over the API and print the server's resident memory."""
    with tempfile.TemporaryDirectory() as folder, served_app() as (address, process):
        photo = Path(folder) / "photo.jpg"
        Image.fromarray(one_face()).save(photo, quality=95)
        client = Client(address, verbose=False)
        server = psutil.Process(process.pid)
        for reading in range(READINGS + 1):
            if reading:
                client.predict(handle_file(photo), api_name="/analyze")
            if reading in REPORTED:
                print(f"after {reading:2} readings: {server.memory_info().rss / 1e6:.0f} MB")
        client.close()
    peer = subprocess.run([sys.executable, "-c", WITH_TENSORFLOW], capture_output=True, text=True, check=True)
    print(f"Gradio and TensorFlow imported, nothing read: {int(peer.stdout) / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
