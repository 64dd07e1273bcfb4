"""What others see of a link before any script runs: raw HTML, pictures, and what makes the page an app."""

import html as escaping
import re
from collections.abc import Iterator
from io import BytesIO

import httpx
import pytest
from PIL import Image

from tests.serving import served_app


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with served_app() as (address, _), httpx.Client(base_url=address) as client:
        yield client


def contents(html: str) -> dict[str, str]:
    """What the head says, by name; each name is there once."""
    found = re.findall(r'<meta (?:name|property)="([a-z:_]+)" content="([^"]*)"', html)
    assert len(found) == len(dict(found))
    return {name: escaping.unescape(value) for name, value in found}


def title(html: str) -> str:
    (found,) = re.findall(r"<title>([^<]*)</title>", html)
    return escaping.unescape(found)


def test_a_shared_link_tells_its_mood_and_shows_its_picture(client: httpx.Client) -> None:
    html = client.get("/?mood=Sad&goal=lift&seed=7").text
    told = contents(html)
    assert title(html) == told["og:title"] == told["twitter:title"] == "femr: songs for a face that looks sad"
    assert told["og:description"] == told["twitter:description"] == told["description"]
    assert told["description"].startswith("Step by step to happy: “")
    assert told["twitter:card"] == "summary_large_image"
    assert told["og:image"] == told["twitter:image"]
    picture = client.get(told["og:image"])
    assert picture.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(picture.content)).size == (1200, 630)
    assert picture.content != client.get("/card.png").content


def test_the_page_itself_tells_what_it_is(client: httpx.Client) -> None:
    html = client.get("/").text
    told = contents(html)
    assert title(html) == told["og:title"] == "femr: music for the face you make"
    assert "reads six emotions" in told["description"]
    assert client.get(told["og:image"]).status_code == 200
    assert "gradio" not in html.partition("<script>")[0].lower()


@pytest.mark.parametrize("query", ["mood=Bored", "mood=<script>alert(1)</script>", "mood=%22><b>", "mood=Sad&seed=x"])
def test_a_link_that_makes_no_sense_has_the_pages_own_head(client: httpx.Client, query: str) -> None:
    assert client.get(f"/?{query}").text.partition("<script>")[0] == client.get("/").text.partition("<script>")[0]
    assert client.get(f"/card.png?{query}").content == client.get("/card.png").content


def test_the_visitors_language_and_the_links(client: httpx.Client) -> None:
    indonesian = client.get("/", headers={"Accept-Language": "id-ID,id;q=0.9"})
    assert '<html\n\tlang="id"' in indonesian.text
    assert title(indonesian.text) == "femr: musik untuk raut wajahmu"
    assert "accept-language" in indonesian.headers["vary"].lower()
    assert "tampak sedih" in title(client.get("/?mood=Sad&seed=7&lang=id").text)


def test_addresses_are_those_that_visitors_see_behind_a_proxy(client: httpx.Client) -> None:
    headers = {"X-Forwarded-Host": "somebody-femr.example", "X-Forwarded-Proto": "https"}
    told = contents(client.get("/?mood=Sad&seed=7", headers=headers).text)
    assert told["og:url"].startswith("https://somebody-femr.example/?mood=Sad")
    assert told["og:image"].startswith("https://somebody-femr.example/card.png?mood=Sad")


def test_a_host_that_somebody_made_up_cannot_break_out(client: httpx.Client) -> None:
    html = client.get("/", headers={"X-Forwarded-Host": 'x"><script>alert(1)</script>'}).text
    assert "<script>alert" not in html.partition("window.gradio_config")[0]


def test_the_pages_first_words_are_in_its_raw_html(client: httpx.Client) -> None:
    html = client.get("/").text
    assert html.index("Show your face.<br>Hear your mood.") < html.rindex("<gradio-app")


def test_the_html_is_as_long_as_it_says(client: httpx.Client) -> None:
    plain = client.get("/", headers={"Accept-Encoding": "identity"})
    assert int(plain.headers["content-length"]) == len(plain.content)


def test_the_manifest_is_ours_with_icons_of_the_sizes_that_it_says(client: httpx.Client) -> None:
    (path,) = re.findall(r'<link rel="manifest" href="\.(/manifest\.json[^"]*)"', client.get("/").text)
    answer = client.get(path)
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["short_name"], manifest["display"], manifest["lang"]) == ("femr", "standalone", "en")
    assert manifest["start_url"] == manifest["scope"] == "./"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        image = Image.open(BytesIO(client.get(icon["src"].removeprefix(".")).content))
        assert "{}x{}".format(*image.size) == icon["sizes"]
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert client.get("/manifest.json", params={"lang": "id"}).json()["name"] == "femr: musik untuk raut wajahmu"


def test_the_service_worker_has_a_version_and_is_asked_for_anew_each_time(client: httpx.Client) -> None:
    answer = client.get("/service-worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert re.search(r'"femr-\d+\.\d+\.\d+-[0-9a-f]{12}"', answer.text)
    for path in re.findall(r'"\.(/(?:offline|fonts|icons)[^"]*)"', answer.text):
        assert client.get(path).status_code == 200, path


def test_what_the_head_names_is_there(client: httpx.Client) -> None:
    for path in re.findall(r'<link rel="[^"]*"[^>]* href="\.(/(?:icons|fonts)/[^"]*)"', client.get("/").text):
        assert client.get(path).status_code == 200, path
    assert client.get("/icons/../femr.json").status_code == 404
