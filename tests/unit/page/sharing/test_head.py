"""The head of the page's raw HTML, and that nothing a link says can break out of it."""

import html as escaping
import re
from dataclasses import replace

import pytest
from hypothesis import given

from femr.page.sharing.head import with_head
from femr.page.sharing.preview import preview_of
from tests.unit.page.views.html import texts

GRADIO = """<!doctype html>
<html
	lang="en"
	style="margin: 0">
<head>
<meta charset="utf-8" />
<meta property="og:title" content="Gradio" />
<meta
	property="og:image"
	content="https://example.com/gradio.jpg"
/>
<meta name="twitter:creator" content="@Gradio" />
<style>:root {}</style>
<meta property="og:title" content="" />
<script>window.gradio_config = {"a": "<gradio-app"};</script>
<link rel="manifest" href="/manifest.json" />
</head>
<body><gradio-app></gradio-app></body></html>"""
"""As far as it matters here, what Gradio sends."""

ROOT = "https://somebody-femr.example"


def contents(html, name):
    found = re.findall(rf'<meta (?:name|property)="{re.escape(name)}" content="([^"]*)"', html)
    return [escaping.unescape(each) for each in found]


def test_gradios_tags_give_way_to_ours_and_each_is_there_once():
    html = with_head(GRADIO, preview_of({"mood": "Sad", "seed": "7"}, "id"), ROOT)
    assert "Gradio" not in html.partition("<script>")[0]
    assert contents(html, "og:title") == contents(html, "twitter:title") == ["femr: lagu untuk wajah yang tampak sedih"]
    assert len(contents(html, "description")) == len(contents(html, "og:description")) == 1
    assert contents(html, "og:image") == [f"{ROOT}/card.png?mood=Sad&goal=match&songs=10&seed=7&lang=id"]
    assert contents(html, "og:url") == [f"{ROOT}/?mood=Sad&goal=match&songs=10&seed=7&lang=id"]
    assert '<html\n\tlang="id"' in html
    assert html.count('rel="manifest"') == 1
    assert html.count("<title>") == 1


def test_what_is_not_found_is_left_as_it_is():
    assert with_head("<p>Sleeping</p>", preview_of({}, "en"), ROOT) == "<p>Sleeping</p>"


@given(texts)
def test_no_text_breaks_out_of_its_tag(text):
    told = replace(preview_of({}, "en"), title=text, description=text)
    html = with_head(GRADIO, told, ROOT)
    plain = with_head(GRADIO, replace(told, title="", description=""), ROOT)
    assert html.count("<") == plain.count("<")
    assert html.count('"') == plain.count('"')
    assert contents(html, "og:title") == [text]


@pytest.mark.parametrize("root", ['https://x"><script>alert(1)</script>'])
def test_a_host_that_somebody_made_up_is_escaped(root):
    assert "<script>alert" not in with_head(GRADIO, preview_of({}, "en"), root)
