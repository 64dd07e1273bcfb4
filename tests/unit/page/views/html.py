"""HTML taken apart, for tests that look into it."""

from html.parser import HTMLParser

from hypothesis import strategies as st

VOID = {"br", "img", "input"}


class Tree(HTMLParser):
    """Elements as (tag, attributes, text inside), in the order in which they begin; every tag must be closed."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(html)
        self.close()
        assert not self.open, "an element is not closed"

    def handle_starttag(self, tag, attrs):
        self.elements.append([tag, dict(attrs), ""])
        if tag not in VOID:
            self.open.append(self.elements[-1])

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, "elements are closed out of order"

    def handle_data(self, data):
        for element in self.open:
            element[2] += data

    def all(self, tag=None, css=None):
        return [
            each
            for each in self.elements
            if tag in (None, each[0]) and (css is None or css in each[1].get("class", "").split())
        ]

    def one(self, tag=None, css=None):
        (element,) = self.all(tag, css)
        return element


# Any text, and text that looks like markup more often than not.
texts = st.one_of(st.text(), st.text(st.sampled_from("<>&\"'=/; aimg")))
