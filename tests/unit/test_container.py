"""The files that make an image and run two servers of it say what the code says."""

import re

import pytest
import yaml

from femr.page.server.replicas import ring_from_environment
from femr.page.server.serve import USUAL_PORT
from tests.serving import ROOT

IMAGE = (ROOT / "Containerfile").read_text(encoding="utf-8")
PROXY = (ROOT / "Caddyfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
PAGES = {name: service for name, service in COMPOSE["services"].items() if name.startswith("page-")}


def test_the_image_is_built_from_what_is_there_and_not_ignored() -> None:
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", IMAGE, re.MULTILINE) for word in line.split()]
    kept = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(copied) == sorted(kept)
    assert all((ROOT / each).exists() for each in copied)


def test_the_image_serves_at_the_usual_port_as_somebody_who_is_not_root() -> None:
    final = IMAGE.rpartition("\nFROM ")[2]
    assert final.startswith("gcr.io/distroless/python3-debian12:nonroot\n")
    assert "USER" not in final
    assert f"EXPOSE {USUAL_PORT}\n" in final
    assert f"http://127.0.0.1:{USUAL_PORT}/healthz" in final


@pytest.mark.parametrize("name", PAGES)
def test_each_server_knows_all_of_them_and_writes_nowhere_but_below_tmp(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in PAGES[name]["environment"].items():
        monkeypatch.setenv(variable, value)
    ring = ring_from_environment()
    assert ring.own == f"http://{name}:{USUAL_PORT}"
    assert set(ring.replicas) == {f"http://{each}:{USUAL_PORT}" for each in PAGES}
    assert PAGES[name]["read_only"]
    assert PAGES[name]["tmpfs"].startswith("/tmp:")


def test_the_proxy_asks_every_server_in_turn_and_is_believed() -> None:
    (asked,) = re.findall(r"reverse_proxy (.+) \{", PROXY)
    assert asked.split() == [f"{each}:{USUAL_PORT}" for each in PAGES]
    assert "lb_policy round_robin" in PROXY
    (network,) = COMPOSE["networks"]["default"]["ipam"]["config"]
    assert {page["environment"]["FORWARDED_ALLOW_IPS"] for page in PAGES.values()} == {network["subnet"]}
