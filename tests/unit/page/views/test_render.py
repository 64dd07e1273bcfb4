"""The way from templates to HTML."""

import pytest
from jinja2 import UndefinedError

from femr.page.views.render import _TEMPLATES, render


def rendered(source, **values):
    return _TEMPLATES.from_string(source).render(**values)


def test_whatever_is_filled_in_is_escaped_in_text_and_attributes():
    html = rendered('<p title="{{ text }}">{{ text }}</p>', text="<b>\"'&")
    assert html == '<p title="&lt;b&gt;&#34;&#39;&amp;">&lt;b&gt;&#34;&#39;&amp;</p>'


def test_a_value_that_is_missing_is_a_mistake_and_no_gap():
    with pytest.raises(UndefinedError, match="text"):
        render("notice", problem=False)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        pytest.param("<p>\n  <b>1</b>\n  <i>2</i>\n</p>\n", "<p><b>1</b><i>2</i></p>", id="between elements"),
        pytest.param("<p>\n  {% if 1 %}\n    <b></b>\n  {% endif %}\n</p>", "<p><b></b></p>", id="around statements"),
        pytest.param("<p>{{ 1 }}\n  {{ 2 }}</p>", "<p>1 2</p>", id="but not between two values"),
        pytest.param("<p>\n  {{ 1 }}\n</p>", "<p>1</p>", id="around a value"),
        pytest.param('<p\n  id="a"\n  hidden>', '<p id="a" hidden>', id="between attributes"),
        pytest.param("<b>1</b> <i>2</i>", "<b>1</b> <i>2</i>", id="a space in a line is meant"),
    ],
)
def test_a_templates_line_breaks_are_not_seen(source, html):
    assert rendered(source) == html


def test_what_is_filled_in_keeps_its_line_breaks():
    assert rendered("<p>{{ text }}</p>", text="a\n  b") == "<p>a\n  b</p>"
