"""What a page must not do to its visitors: what axe-core finds, targets too small for a thumb, parts that stick out."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRADIOS_OWN: dict[str, tuple[str, ...]] = {}
"""Serious findings in what Gradio brings along, which we cannot mend: rule and the beginnings of its elements' HTML,
each with its reason. So far there are none."""

THUMB = 44
"""Pixels that a target for a thumb is wide and high (WCAG 2.2, 2.5.5)."""

TOO_SMALL = """(least) => [...document.querySelectorAll('button, summary, fieldset label, .femr-links a')]
  .filter((each) => each.checkVisibility() && !each.closest('footer') && each.tabIndex >= 0)
  .filter((each) => !each.matches('.femr-box'))  // as large as the face is
  .map((each) => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && box.height < least - 0.5)
  .map(([html, box]) => `${Math.round(box.height)} px: ${html}`)"""


def serious(page: Page) -> list[str]:
    """What axe-core calls serious or critical, but for what is Gradio's own."""
    found = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")]
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for each in found
        for node in each["nodes"]
        if not node["html"].startswith(GRADIOS_OWN.get(each["id"], ("\0",)))
    ]


def too_small(page: Page) -> list[str]:
    """Targets that are less than a thumb high."""
    return page.evaluate(TOO_SMALL, THUMB)


def sticks_out(page: Page) -> list[str]:
    """By how much the page is wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"{wide} px stick out"] if wide > 0 else []
