"""One visit, two servers, and a proxy that gives each request to the next: nothing of it hangs on one of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from femr.page.server.replicas import Ring
from femr.page.server.visitors import COOKIE
from tests.browser.conftest import pick, titles
from tests.replicas import Replicas, replicas


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    with replicas(tmp_path_factory.mktemp("uploads")) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(locale="en-GB", permissions=["clipboard-read", "clipboard-write"]) as context:
        context.set_default_timeout(20_000)
        yield context.new_page()


def test_where_a_server_dies_over_an_answer_the_page_comes_back_by_itself(page: Page, servers: Replicas) -> None:
    page.goto(servers.proxy.address)
    pick(page, "Sad")
    expect(page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    before = titles(page)
    (visit,) = [each["value"] for each in page.context.cookies() if each["name"] == COOKIE]
    home = servers.addresses.index(Ring(tuple(servers.addresses), servers.addresses[0]).order(visit)[0])

    def die(route: Route) -> None:
        servers.kill(home)
        route.continue_()

    page.route("**/gradio_api/queue/data*", die, times=1)  # the event was taken, and its answer is asked for
    with page.expect_navigation():
        page.get_by_role("button", name="Shuffle", exact=True).click()
    expect(page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    assert titles(page) == before
    page.get_by_role("button", name="Shuffle", exact=True).click()
    expect(page.locator(".femr-title")).not_to_have_text(before)
    servers.start(home)


def test_a_visit_goes_on_while_the_servers_are_killed_in_turn(
    page: Page, servers: Replicas, astronaut: np.ndarray, tmp_path: Path
) -> None:
    photo = tmp_path / "me.png"
    Image.fromarray(astronaut).save(photo)
    complaints: list[str] = []
    servers.proxy.passed.clear()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: told.type == "error" and complaints.append(told.text))
    page.goto(servers.proxy.address)
    for _ in range(2):  # an upload, its event and its answer, whichever server each of them comes to
        page.locator("#femr-file").set_input_files(photo)
        expect(page.get_by_role("heading", name="looks happy")).to_be_visible()
        page.get_by_role("button", name="Another face", exact=True).click()
    page.locator("#femr-file").set_input_files(photo)
    expect(page.get_by_role("heading", name="looks happy")).to_be_visible()
    joined = [count for (path, _), count in servers.proxy.passed.items() if path.startswith("/gradio_api/queue/")]
    assert len(joined) > 2, "the proxy has given all to one server"

    servers.kill(0)
    before = titles(page)
    page.get_by_role("button", name="Shuffle", exact=True).click()
    expect(page.locator(".femr-title")).not_to_have_text(before)

    servers.start(0)
    servers.kill(1)
    page.get_by_role("radio", name="Calm", exact=True).check()
    expect(page.get_by_role("list", name="Step by step to calm")).to_be_visible()

    before = titles(page)
    page.get_by_role("button", name=re.compile("Share")).filter(visible=True).first.click()
    page.get_by_role("button", name="Send the link", exact=True).click()
    expect(page.get_by_text("The link is copied.")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")

    servers.start(1)
    servers.kill(0)
    page.reload()
    expect(page.get_by_role("heading", name="looks happy")).to_be_visible()
    expect(page.get_by_role("radio", name="Calm", exact=True)).to_be_checked()
    assert titles(page) == before
    page.goto(link)
    expect(page.get_by_role("heading", name=re.compile("A shared playlist"))).to_be_visible()
    assert titles(page) == before
    assert complaints == []
