"""Access for all: every page and state of the gallery under axe-core, narrow and wide, light and dark; what
opens over pages; the keyboard. Rules: WCAG 2.2, levels A and AA, and axe's good practice."""

from collections.abc import Iterator
from typing import Any, Literal

import pytest

from tests.e2e.browser import until
from tests.e2e.gallery_page import AXE, GalleryPage

pytestmark = pytest.mark.e2e

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# 400 % zoom of 1280 pixels, which is narrower than any phone; and a desk.
WIDTHS = (320, 1280)
# Viewers with a small file of their kind; each looks the same wherever it stands.
VIEWERS = (
    ("viewer-pdf", 320, "dark"),
    ("viewer-tiff", 1280, "light"),
    ("viewer-dicom", 320, "light"),
    ("viewer-cda", 320, "dark"),
)
# The same pages on a phone, for the keyboard: page, and how many stops there must at least be.
WALKED = {
    "vault": 20,
    "document": 10,
    "grants": 10,
    "share-new": 10,
    "journal": 12,
    "settings": 8,
    "signup": 6,
}
# Page, the button that opens something, and its role.
OPENED = (
    ("vault", "Votre compte — Claire Delmas", "menu"),
    ("vault", "Trier", "listbox"),
    ("document", "Classer ailleurs", "dialog"),
    ("document", "Masquer", "alertdialog"),
    ("document", "Supprimer", "alertdialog"),
    ("grants", "Retirer l’autorisation", "alertdialog"),
    ("vaults", "Autres actions", "menu"),
    ("signup-pro", "Profession", "listbox"),
    ("sections", "Nouvelle rubrique", "dialog"),
    ("profile", "Ajouter une allergie", "dialog"),
    ("profile", "Modifier — Moi", "dialog"),
)


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GalleryPage]:
    with GalleryPage(tmp_path_factory.mktemp("gallery")) as found:
        yield found


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_in_every_state_is_for_all(gallery: GalleryPage, width: int) -> None:
    gallery.widen(width)
    assert len(gallery.names) > 100
    # A page that is light on one width is dark on the other; what all pages have is seen in every way.
    assert gallery.of_each(_EXAMINE, [RULES, WIDTHS.index(width), len(gallery.names) // 2]) == {}


@pytest.mark.parametrize(("name", "width", "scheme"), VIEWERS)
def test_what_stands_in_the_sandbox_is_for_all(
    gallery: GalleryPage, name: str, width: int, scheme: Literal["dark", "light"]
) -> None:
    page = gallery.page
    gallery.widen(width)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    gallery.show(name)
    page.locator(".preview-box[aria-busy=false]").wait_for()
    frame = page.frames[-1]
    frame.evaluate(AXE.read_text())
    assert frame.evaluate(_IN_FRAME, RULES[:5]) == []
    # Every tool is there for the keyboard, and the keys are told by one of them.
    frame.locator(".bar .tool").first.focus()
    page.keyboard.press("?")
    frame.locator("dialog[open] kbd").first.wait_for()
    assert frame.evaluate(_IN_FRAME, RULES[:5]) == []
    page.keyboard.press("Escape")
    page.emulate_media(color_scheme="light")


def test_a_pdf_is_drawn_again_after_its_frame_had_no_width(gallery: GalleryPage) -> None:
    page = gallery.page
    gallery.widen(1280)
    gallery.show("viewer-pdf")
    page.locator(".preview-box[aria-busy=false]").wait_for()
    frame = page.locator("iframe.preview-frame")
    sheet = page.frame_locator("iframe.preview-frame").locator(".page").first
    before = sheet.evaluate("(node) => node.clientWidth")
    assert before > 500
    frame.evaluate("(node) => void (node.style.width = 0)")
    sheet.evaluate(_UNTIL_NARROW)
    frame.evaluate("(node) => void (node.style.width = '')")
    until(page, lambda: sheet.evaluate("(node) => node.clientWidth") == before, "the sheet has its width")


def test_nothing_is_lost_at_200_percent(gallery: GalleryPage) -> None:
    gallery.widen(640)
    gallery.page.evaluate("dark(false)")
    ready = [name for name in gallery.names if not name.endswith(("-loading", "-failed", "-offline"))]
    assert gallery.of_each(_CUT_OFF, names=ready) == {}


def test_no_line_of_a_rows_facts_begins_or_ends_with_a_dot(gallery: GalleryPage) -> None:
    gallery.widen(320)
    assert gallery.of_each(_DOTS, names=["vault", "vaults", "kept-vault", "notices", "shares"]) == {}
    gallery.show("kept-vault")
    assert gallery.page.evaluate(f"({_FACTS})().some(({{ first }}) => first)")


@pytest.mark.parametrize(("name", "button", "role"), OPENED)
def test_what_opens_over_a_page_is_for_all(gallery: GalleryPage, name: str, button: str, role: Any) -> None:
    page = gallery.page
    gallery.widen(360)
    gallery.show(name)
    is_drawn(gallery)
    page.get_by_role("button", name=button).first.click()
    page.get_by_role(role).first.wait_for()
    found = page.evaluate(
        "async (rules) => [...(await faults(rules)), ...(dark(true), await faults(rules))]", RULES
    )
    page.evaluate("dark(false)")
    assert found == []
    page.keyboard.press("Escape")
    page.get_by_role(role).first.wait_for(state="detached")
    # The keyboard is back where it was.
    page.wait_for_function("document.activeElement.tagName === 'BUTTON'")


def test_a_choice_that_nobody_opened_answers_keys(gallery: GalleryPage) -> None:
    page = gallery.page
    gallery.show("vault")
    choice = page.get_by_role("button", name="Trier")
    before = choice.inner_text()
    choice.focus()
    page.keyboard.press("ArrowRight")
    # Another order is chosen, and the keyboard is where it was.
    page.wait_for_function(_CHOSEN, arg=before)


@pytest.mark.parametrize("name", WALKED)
def test_the_keyboard_reaches_everything_in_sight(gallery: GalleryPage, name: str) -> None:
    page = gallery.page
    gallery.widen(360)
    gallery.show(name)
    is_drawn(gallery)
    wanted: list[str] = page.evaluate(_BEGIN)
    assert len(wanted) >= WALKED[name]
    # Groups that arrows walk in, and what is inside a preview, its tools above all, are stops too.
    for _ in range(len(wanted) + 30):
        page.keyboard.press("Tab")
    reached, faults = page.evaluate("stops")
    assert [stop for stop in wanted if stop not in reached] == []
    assert faults == []


def is_drawn(gallery: GalleryPage) -> None:
    """A preview that is still being drawn moves what stands below it away from under a pointer."""
    gallery.page.wait_for_function("document.querySelector('[aria-busy=true]') === null")


_CHOSEN = """(before) => {
  const { className, innerText } = document.activeElement;
  return className === 'select-button' && innerText !== '' && innerText !== before;
}"""

_EXAMINE = """async ([rules, turn, half], index) => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  const moving = document.getAnimations().filter((one) => one.effect.getComputedTiming().duration > 1);
  const found = wide > 0 ? [`${wide} pixels too wide`] : [];
  if (moving.length > 0) found.push(`${moving.length} animations in spite of reduced motion`);
  await dark((index < half) === (turn === 0));
  return [...found, ...(await faults(rules))];
}"""

# What watches its own size was told of it before the next turn of the frame.
_UNTIL_NARROW = """() => new Promise((resolve) => {
  const told = new ResizeObserver(() => innerWidth === 0 && setTimeout(resolve));
  told.observe(document.documentElement);
})"""

_IN_FRAME = """async (rules) => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 99)}`));
  return wide > 0 ? [`${wide} pixels too wide`, ...found] : found;
}"""

_CUT_OFF = """() => {
  const beyond = ({ left, right, width }) => width > 0 && (left < -1 || right > innerWidth + 1);
  const hides = (node) => getComputedStyle(node).overflowX === 'hidden';
  const cut = (node) => node.scrollWidth > node.clientWidth + 1 && hides(node);
  return [...document.querySelectorAll('main *')]
    .filter((node) => node.checkVisibility() && node.textContent !== '')
    // For screen readers alone; links, which copy whole; filters, which are a row to be scrolled.
    .filter((node) => !node.closest('.visually-hidden, [data-testid^=hidden], .copy-text, .chips'))
    .filter((node) => beyond(node.getBoundingClientRect()) || cut(node))
    .map((node) => node.outerHTML.slice(0, 120));
}"""

# Facts after the first of their row: whether a line begins with one, and where its dot stands and is cut off.
_FACTS = """() => [...document.querySelectorAll('.list-row-meta > :not(:first-child)')].map((node) => {
  const { left, top } = node.getBoundingClientRect();
  const first = top >= node.previousElementSibling.getBoundingClientRect().bottom - 1;
  const dot = getComputedStyle(node, '::before');
  const line = node.parentElement.getBoundingClientRect();
  const clips = getComputedStyle(node.parentElement).overflowX === 'clip';
  const cut = clips && left + parseFloat(dot.width) <= line.left + 1;
  const after = getComputedStyle(node.previousElementSibling, '::after').content;
  return { first, cut, after, text: node.textContent, dotted: dot.content.includes('·') };
})"""

_DOTS = f"""() => ({_FACTS})()
  .filter(({{ first, cut, after, dotted }}) => !dotted || first !== cut || after !== 'none')
  .map(({{ text }}) => text)"""

# Numbers everything that takes the keyboard, and looks at each stop when the next key goes down.
_BEGIN = """() => {
  const stands = 'a[href], button:not([disabled]), input, select, textarea, [tabindex="0"]';
  const arrows = '[type=radio], [role=radio], [role=tab]';
  const shown = (node) => node.checkVisibility() && node.getClientRects().length > 0;
  const every = [...document.querySelectorAll(stands)].filter(
    (node) => node.tabIndex >= 0 && shown(node) && node.type !== 'file' && !node.matches(arrows),
  );
  every.forEach((node, index) => (node.dataset.stop = `${index} ${node.outerHTML.slice(0, 100)}`));
  window.stops = [[], []];
  removeEventListener('keydown', window.look, { capture: true });
  window.look = () => {
    const node = document.activeElement;
    if (node === document.body || node.dataset.stop === undefined) return;
    const drawn = node.matches('input[type=checkbox]') ? node.closest('label') : node;
    const ring = [node, ...(drawn?.querySelectorAll('*') ?? []), drawn].some((one) => {
      const style = one && getComputedStyle(one);
      return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    });
    const { left, top, width, height } = (drawn ?? node).getBoundingClientRect();
    const seen = document.elementFromPoint(left + width / 2, top + height / 2);
    const covered = !(drawn ?? node).contains(seen) && !seen?.contains(node);
    stops[0].push(node.dataset.stop);
    if (!ring) stops[1].push(`no ring: ${node.dataset.stop}`);
    if (covered || seen === null)
      stops[1].push(`covered at ${Math.round(top)} by ${seen?.outerHTML.slice(0, 60)}: ${node.dataset.stop}`);
  };
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  addEventListener('keydown', look, { capture: true });
  return every.map((node) => node.dataset.stop);
}"""
