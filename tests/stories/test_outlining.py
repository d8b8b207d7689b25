"""Outlines drawn in a real browser: by mouse, by keys and by finger, from the photo to what the server keeps."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from backend.clock import system_clock
from shared.vocabulary import Language
from tests.factories import defect_draft
from tests.fakes import SQUARE, road_photo
from tests.phone import Phone
from tests.roads import cases, one
from tests.stories.browsing import browser as browser
from tests.stories.browsing import watched
from tests.stories.test_roads_room import clock as clock
from tests.stories.test_roads_room import crew as crew
from tests.stories.test_roads_room import dispatcher as dispatcher
from tests.stories.test_roads_room import enter, standing, word
from tests.stories.test_roads_room import faults as faults
from tests.stories.test_roads_room import page as page
from tests.stories.test_roads_room import street as street
from tests.stories.test_roads_room import url as url

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def begin(page: Page, fault: str = "трещина") -> Locator:
    """The dialog over the photo of a fault of the list."""
    page.locator("#case-rows .row", has_text=fault).click()
    page.get_by_role("button", name=word("draw_faults")).first.click()
    return page.locator("dialog.outlining")


def press(dialog: Locator, x: float, y: float, **options: Any) -> None:
    """Press a place of the photo, in shares of it."""
    box = dialog.locator(".drawable").bounding_box()
    assert box
    place = {"x": x * box["width"], "y": y * box["height"]}
    dialog.locator(".drawable").click(position=place, **options)  # type: ignore[arg-type]


def drawn_on(dispatcher: Phone, kind: str, photo: int = 0) -> dict[str, Any]:
    """What the API says of a photo of the one case of this kind."""
    [case_id] = [each["id"] for each in cases(dispatcher) if each["kind"] == kind]
    [seen] = one(dispatcher, case_id)["seen"]
    return dict(dispatcher.get(f"/defects/{seen['defect_id']}/photos").json["items"][photo])  # type: ignore[index]


def test_a_missed_pothole_is_drawn_and_stands_in_the_place_of_what_the_model_saw(
    page: Page, url: str, dispatcher: Phone
) -> None:
    """The model's outline is taken out, another ring is closed by its first point, a corner is dragged; the case follows."""
    enter(page, url)
    dialog = begin(page)
    expect(dialog.locator("li")).to_have_count(1)
    dialog.get_by_role("button", name=word("draw_delete", number=1)).click()
    expect(dialog).to_contain_text(word("draw_none"))
    dialog.locator("select").select_option("pothole")
    for x, y in [(0.3, 0.6), (0.5, 0.6), (0.5, 0.8), (0.3, 0.8)]:
        press(dialog, x, y)
    press(dialog, 0.3, 0.6)
    expect(dialog.locator("li.picked")).to_contain_text("Яма")
    box = dialog.locator(".drawable").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.9 * box["height"], steps=4)
    page.mouse.up()
    dialog.locator(".primary").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#panel .standing")).to_contain_text(standing("confirmed"))
    expect(page.locator("#panel figcaption")).to_contain_text(
        word("drawn_by_person", time="").strip(" ,")[1:]
    )
    holes = [each for each in cases(dispatcher) if each["kind"] == "pothole" and each["views"] == 1]
    [seen] = one(dispatcher, holes[0]["id"])["seen"]
    [photo] = dispatcher.get(f"/defects/{seen['defect_id']}/photos").json["items"]  # type: ignore[index]
    [outline] = photo["outlines"]
    assert ("pothole", None) == (outline["kind"], outline["confidence"])
    assert dispatcher.tokens["user"]["id"] == photo["drawn_by"]
    corners = [(0.3, 0.6), (0.5, 0.6), (0.6, 0.9), (0.3, 0.8)]
    assert [corner for pair in outline["ring"] for corner in pair] == pytest.approx(
        [value for pair in corners for value in pair], abs=0.01
    )
    [last] = dispatcher.get(f"/defects/{seen['defect_id']}/labels").json["items"]  # type: ignore[index]
    assert ("pothole", None) == (last["kind"], last["outlines_right"])


def test_keys_trace_a_crack_and_escape_leaves_what_was_kept(page: Page, url: str, dispatcher: Phone) -> None:
    """Arrows, Space and Enter make a band of two points a corner; Escape asks once; without saving nothing is changed."""
    enter(page, url)
    dialog = begin(page)
    canvas = dialog.locator(".drawable")
    expect(canvas).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    for _step in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(dialog.locator("li")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(dialog).to_contain_text(word("draw_leave"))
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator("#panel")).to_be_visible()
    assert drawn_on(dispatcher, "crack_longitudinal")["drawn_by"] is None
    page.get_by_role("button", name=word("draw_faults")).first.click()
    press(dialog, 0.2, 0.4)
    press(dialog, 0.6, 0.45, click_count=2)
    expect(dialog.locator("li")).to_have_count(2)
    page.keyboard.press("Control+z")
    page.keyboard.press("Backspace")
    press(dialog, 0.3, 0.35)
    page.keyboard.press("Enter")
    dialog.locator(".primary").click()
    expect(dialog).to_have_count(0)
    photo = drawn_on(dispatcher, "crack_longitudinal")
    assert [4, 4] == [len(each["ring"]) for each in photo["outlines"]]
    assert [list(corner) for corner in SQUARE] == photo["outlines"][0]["ring"]
    assert [0.9, None] == [each["confidence"] for each in photo["outlines"]]


def test_a_ring_that_crosses_itself_is_not_sent(page: Page, url: str, dispatcher: Phone) -> None:
    """The dialog says so, and keeps what was drawn."""
    enter(page, url)
    dialog = begin(page)
    dialog.locator("select").select_option("pothole")
    for x, y in [(0.1, 0.1), (0.2, 0.2), (0.2, 0.1), (0.1, 0.2)]:
        press(dialog, x, y)
    dialog.get_by_role("button", name=word("draw_end")).click()
    expect(dialog).to_contain_text(word("draw_path_crosses"))
    dialog.locator(".primary").click()
    expect(dialog).to_contain_text(word("draw_unended"))
    assert drawn_on(dispatcher, "crack_longitudinal")["drawn_by"] is None


def test_a_finger_draws_on_a_report_in_no_case(
    browser: Browser, url: str, crew: Phone, dispatcher: Phone
) -> None:
    """On a tablet, where the model saw nothing: the outline names the report, which becomes a case."""
    draft = defect_draft(crew, system_clock(), kind_guess=None, photos=[road_photo(None, shot=9)])
    assert 200 == draft.send(crew).status_code
    with watched(browser, url, viewport={"width": 820, "height": 1180}, has_touch=True) as page:
        enter(page, url)
        page.locator("[data-tab=loose]").click()
        page.get_by_role("button", name=word("draw_faults")).click()
        dialog = page.locator("dialog.outlining")
        box = dialog.locator(".drawable").bounding_box()
        assert box
        for x, y in [(0.4, 0.5), (0.6, 0.5), (0.5, 0.7), (0.4, 0.5)]:
            page.touchscreen.tap(box["x"] + x * box["width"], box["y"] + y * box["height"])
        expect(dialog.locator("li")).to_have_count(1)
        dialog.locator(".primary").click()
        expect(page.locator("#loose-rows .settled")).to_contain_text(word("loose_in_case"))
    row = dispatcher.get(f"/defects/{draft.id}").json
    assert ("confirmed", "pothole") == (row["state"], row["kind"])  # type: ignore[index]


def test_the_dialog_fits_a_phone_in_three_languages(browser: Browser, url: str) -> None:
    """Nothing runs over the edge at 390 px, and every word is there."""
    with watched(browser, url, viewport={"width": 390, "height": 844}, has_touch=True) as page:
        enter(page, url)
        for language in Language:
            page.goto(f"{url}/roads?lang={language.value}")
            page.locator("#case-rows .row").last.click()
            page.get_by_role("button", name=word("draw_faults", language)).first.click()
            dialog = page.locator("dialog.outlining")
            expect(dialog).to_contain_text(word("draw_hint", language))
            assert dialog.evaluate("each => each.scrollWidth <= each.clientWidth")
            assert [] == [name for name in ("draw_", "kind_") if name in dialog.inner_text()]
            page.keyboard.press("Escape")
            expect(dialog).to_have_count(0)
