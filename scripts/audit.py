"""Asks the OSV database for known vulnerabilities of the versions in `requirements.lock`.

    python -m scripts.audit

Exit codes: 0 none is known, or the database cannot be reached, which is said; 1 some are known, or pip-audit failed.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"

UNREACHABLE = ("ConnectionError", "ConnectTimeout", "ServiceError: Connection")
"""What pip-audit ends with where there is no way to the database."""


def main() -> int:
    """Print what is known; the exit code."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--no-deps", "--disable-pip"]
    ended = subprocess.run(  # noqa: S603
        [*command, "--vulnerability-service", "osv", "--format", "json"], capture_output=True, text=True
    )
    code, told = verdict(ended.stdout, ended.stderr)
    print(told)
    return code


def verdict(answer: str, errors: str) -> tuple[int, str]:
    """The exit code and the words for what pip-audit printed to its two outputs."""
    try:
        audited = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        if any(each in errors for each in UNREACHABLE):
            return 0, "NOT AUDITED: the database of vulnerabilities cannot be reached from here."
        return 1, f"pip-audit failed:\n{errors}"
    known = [f"{each['name']} {each['version']}: {bug['id']}" for each in audited for bug in each.get("vulns", ())]
    skipped = [f"{each['name']}: {each['skip_reason']}" for each in audited if "skip_reason" in each]
    if known or skipped:
        return 1, "\n".join([*known, *skipped])
    return 0, f"No vulnerability is known in {len(audited)} packages."


if __name__ == "__main__":
    sys.exit(main())
