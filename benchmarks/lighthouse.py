"""What Lighthouse says of the page, on a phone and on a desktop.

    python -m benchmarks.lighthouse

Prints the score of each category out of 100, and each audit that takes points away. Needs Chromium, and npm, which
fetches Lighthouse.
"""

import json
import os
import shutil
import subprocess
from typing import Any

from tests.serving import served_app

LIGHTHOUSE = "lighthouse@13"
CATEGORIES = "accessibility,best-practices,performance,seo"
PRESETS = {"phone": (), "desktop": ("--preset=desktop",)}


def main() -> None:
    """Print the scores."""
    with served_app() as (address, _):
        for name, settings in PRESETS.items():
            report = judged(address, *settings)
            scores = {each["title"]: round(100 * each["score"]) for each in report["categories"].values()}
            print(f"{name}:", ", ".join(f"{title} {score}" for title, score in scores.items()))
            for title in lacking(report):
                print("   ", title)


def judged(address: str, *settings: str) -> dict[str, Any]:
    """Lighthouse's report on a page."""
    command = ["npx", "--yes", LIGHTHOUSE, address, f"--only-categories={CATEGORIES}", "--output=json", "--quiet"]
    chrome = ["--chrome-flags=--headless=new --no-sandbox", *settings]
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    return json.loads(subprocess.run([*command, *chrome], env=environment, check=True, stdout=subprocess.PIPE).stdout)


def lacking(report: dict[str, Any]) -> list[str]:
    """The audits that count and are not passed, with how much of each is."""
    counted = {each["id"] for kind in report["categories"].values() for each in kind["auditRefs"] if each["weight"] > 0}
    audits = [each for key, each in report["audits"].items() if key in counted and (each["score"] or 0) < 0.9]
    return [f"{each['title']}: {each['score']}" for each in audits if each["score"] is not None]


if __name__ == "__main__":
    main()
