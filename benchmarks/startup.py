"""How long the page takes to answer after `python app.py`, beside importing Gradio alone.

python -m benchmarks.startup
"""

import statistics
import subprocess
import sys
import time
import urllib.request

from tests.serving import served_app

ROUNDS = 7


def main() -> None:
    """Time both, in turns, and print medians."""
    page, gradio = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        with served_app() as (address, _), urllib.request.urlopen(address) as answer:
            answer.read()
            page.append(time.perf_counter() - start)
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import gradio"], check=True)
        gradio.append(time.perf_counter() - start)
    ratio = statistics.median(page) / statistics.median(gradio)
    print(f"page answers after {statistics.median(page):.2f} s (median of {ROUNDS})")
    print(f"import gradio takes {statistics.median(gradio):.2f} s")
    print(f"ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
