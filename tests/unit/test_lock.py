"""The lock file gives one version of each package that a server may need, and says nothing of who made it where."""

import json

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.audit import verdict
from tests.serving import ROOT


def lines(name):
    return [
        line for line in (ROOT / name).read_text().splitlines() if line and not line.lstrip().startswith(("#", "-"))
    ]


LOCKED = [Requirement(line) for line in lines("requirements.lock")]


@pytest.mark.parametrize(
    "line", [*lines("requirements.txt"), *lines("requirements-mcp.txt"), *lines("requirements-video.txt")]
)
def test_the_lock_satisfies_the_requirements(line):
    wanted = Requirement(line)
    found = [each for each in LOCKED if canonicalize_name(each.name) == canonicalize_name(wanted.name)]
    assert found, f"run `make lock`: {wanted.name} is not locked"
    for each in found:
        (pin,) = each.specifier
        assert pin.operator == "=="
        assert pin.version in wanted.specifier, "run `make lock`"


def test_everything_is_locked_to_one_version():
    assert len(LOCKED) > 30
    assert all([pin.operator for pin in each.specifier] == ["=="] and each.url is None for each in LOCKED)


def test_the_lock_names_no_index_and_no_folder():
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text
    assert "--" not in text.partition("ai-edge-litert")[2]
    assert not [line for line in text.splitlines() if line.startswith("/")]


def audited(**package):
    return json.dumps({"dependencies": [{"name": "pillow", "version": "12.0", **package}]})


@pytest.mark.parametrize(
    ("answer", "errors", "code", "word"),
    [
        (audited(vulns=[]), "", 0, "No vulnerability"),
        (audited(vulns=[{"id": "CVE-1"}]), "", 1, "CVE-1"),
        (audited(skip_reason="not found"), "", 1, "not found"),
        ("", "requests.exceptions.ConnectionError: no name", 0, "NOT AUDITED"),
        ("", "KeyError: 3", 1, "KeyError"),
    ],
)
def test_an_audit_goes_on_only_where_the_database_cannot_be_reached(answer, errors, code, word):
    found, told = verdict(answer, errors)
    assert found == code
    assert word in told
