"""The room «Roads» in a real browser: from the list to a fault confirmed with one tap, by hand and by keys."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from backend.clock import system_clock
from backend.database import transaction
from backend.roads import page_words
from backend.streets import service as streets
from shared.geometry import Point
from shared.i18n import translate
from shared.vocabulary import DefectKind, Language, Role, Severity
from tests.factories import defect_draft
from tests.fakes import road_photo
from tests.invented_streets import import_streets
from tests.phone import Phone
from tests.roads import beside, cases, one, report
from tests.stories.browsing import browser as browser
from tests.stories.browsing import served, sign_in, until, watched

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
LOGIN = "road-desk"


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """The real time: the browser has no other."""
    return system_clock


@pytest.fixture
def crew(app: Flask, staff: Callable[..., Phone]) -> Phone:
    """A crew of a city with streets."""
    import_streets(app)
    return staff(Role.CREW)


@pytest.fixture
def dispatcher(crew: Phone, staff: Callable[..., Phone]) -> Phone:
    """Who sits at the desk; the same person signs in with the browser."""
    return staff(Role.DISPATCHER, login=LOGIN)


@pytest.fixture
def street(app: Flask, crew: Phone) -> Point:
    """A place on a street with a name."""
    with app.app_context(), transaction(read_only=True):
        network = streets.network()
        long = [at for at in range(network.segments) if network.length_m[at] > 150 and network.name(at).ru]
        line = network.line(long[0])
    lon, lat = (line[0] + line[-1]) / 2
    return Point(lat=float(lat), lon=float(lon))


@pytest.fixture
def faults(app: Flask, crew: Phone, street: Point) -> None:
    """A pothole seen twice, and a crack elsewhere."""
    moment = system_clock() - timedelta(hours=2)
    hole = [road_photo(DefectKind.POTHOLE, Severity.HIGH)]
    report(app, crew, street, moment, photos=hole)
    report(
        app,
        crew,
        street,
        moment + timedelta(minutes=9),
        photos=[road_photo(DefectKind.POTHOLE, Severity.HIGH, shot=2)],
    )
    far = beside(street, east_m=700.0, north_m=300.0)
    report(app, crew, far, moment, photos=[road_photo(DefectKind.CRACK_LONGITUDINAL, Severity.LOW, shot=5)])


@pytest.fixture
def url(app: Flask, dispatcher: Phone, faults: None) -> Iterator[str]:
    """A running server with faults in it."""
    with served(app) as url:
        yield url


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """A page in Russian that watches itself."""
    with watched(browser, url) as page:
        yield page


def word(name: str, language: Language = Language.RU, **values: object) -> str:
    """A word of the room as the page shows it."""
    return translate(page_words.WORDS[name], language).format(**values)


def standing(state: str) -> str:
    """A state as the head of the panel says it."""
    text = word(f"case_state_{state}")
    return text[0].upper() + text[1:]


def enter(page: Page, url: str, login: str = LOGIN) -> None:
    """Come to the room through the sign-in, as it sends people there."""
    page.goto(f"{url}/roads")
    page.locator("main a.button").click()
    sign_in(page, page.url, login)
    expect(page.locator("#case-rows .row").first).to_be_visible()


def test_dispatcher_opens_the_most_urgent_fault_and_confirms_it_with_one_tap(
    page: Page, url: str, dispatcher: Phone
) -> None:
    """The photo is drawn with its outline; after «yes» the case is confirmed in the panel, in the list and on the server."""
    enter(page, url)
    expect(page.locator("#case-rows .row")).to_have_count(2)
    first = page.locator("#case-rows .row").first
    expect(first).to_contain_text("Яма, сильная")
    first.click()
    panel = page.locator("#panel")
    expect(panel.locator("canvas")).to_have_count(2)
    expect(panel.locator(".outlines .hole").first).to_be_attached()
    expect(panel).to_contain_text("fake-1")
    expect(panel).to_contain_text("90 %")
    yes = panel.locator(".tap .primary").first
    expect(yes).to_have_text(word("yes_outlined", kind="яма"))
    yes.click()
    expect(panel.locator(".standing")).to_contain_text(standing("confirmed"))
    expect(first).to_contain_text(word("case_state_confirmed"))
    [known] = [each for each in cases(dispatcher) if each["kind"] == "pothole"]
    assert "confirmed" == known["state"]
    assert 2 == len(one(dispatcher, known["id"])["seen"])
    assert [("pothole", True)] == said_of(dispatcher, known["id"])


def said_of(dispatcher: Phone, case_id: str) -> list[tuple[str, bool | None]]:
    """The kinds that people said of a case's reports, and whether they call the outlines right; the latest word of each report."""
    paths = [f"/defects/{each['defect_id']}/labels" for each in one(dispatcher, case_id)["seen"]]
    said = [dispatcher.get(path).json["items"] for path in paths]  # type: ignore[index]
    return [(each[-1]["kind"], each[-1]["outlines_right"]) for each in said if each]


def test_a_fault_whose_outline_is_wrong_is_confirmed_without_teaching_it(
    page: Page, url: str, dispatcher: Phone
) -> None:
    """A button and a key of its own beside «yes»; a later correction of the kind does not call the outline right by itself."""
    enter(page, url)
    page.locator("#case-rows .row").last.click()
    expect(page.get_by_role("button", name=word("outlined_wrong"))).to_be_visible()
    page.keyboard.press("o")
    expect(page.locator("#panel .standing")).to_contain_text(standing("confirmed"))
    [crack] = [each for each in cases(dispatcher) if each["kind"] != "pothole"]
    assert [("crack_longitudinal", False)] == said_of(dispatcher, crack["id"])
    page.get_by_role("button", name=word("correct_kind")).click()
    box = page.locator("#panel .ask-form").get_by_label(word("outlines_are_right"))
    expect(box).not_to_be_checked()
    box.check()
    page.locator("#panel .ask-form .primary").click()
    expect(page.locator("#panel .ask-form")).to_be_hidden()
    assert [("crack_longitudinal", True)] == said_of(dispatcher, crack["id"])


def test_keys_walk_the_list_open_say_no_and_close(page: Page, url: str, dispatcher: Phone) -> None:
    """J (also on a Russian keyboard), Enter, N, Escape: no hand on the mouse."""
    enter(page, url)
    page.locator("body").dispatch_event("keydown", {"key": "о", "code": "KeyJ", "bubbles": True})
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#panel .tap")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("#panel .standing")).to_contain_text(standing("rejected"))
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    [crack] = [each for each in cases(dispatcher) if each["kind"] != "pothole"]
    assert "rejected" == crack["state"]


def crack_near(app: Flask, crew: Phone, dispatcher: Phone) -> None:
    """Report a crack on the street of the pothole."""
    [hole] = [each for each in cases(dispatcher) if each["kind"] == "pothole"]
    line = dispatcher.get(f"/street-segments/{hole['segment_id']}").json["geometry"]["coordinates"]  # type: ignore[index]
    lon, lat = (begin + 0.2 * (end - begin) for begin, end in zip(line[0], line[-1], strict=True))
    crack = [road_photo(DefectKind.CRACK_TRANSVERSE, Severity.LOW, shot=7)]
    report(app, crew, Point(lat=lat, lon=lon), system_clock() - timedelta(hours=1), photos=crack)


def test_the_kind_is_corrected_by_keys(page: Page, url: str, dispatcher: Phone) -> None:
    """C opens the form at the photo; the person's word is the report's kind from then on."""
    enter(page, url)
    page.locator("#case-rows .row").last.click()
    expect(page.locator("#panel .tap")).to_be_visible()
    page.keyboard.press("c")
    form = page.locator("#panel .ask-form")
    expect(form.get_by_label(word("outlines_are_right"))).to_be_checked()
    form.locator("select").first.select_option("crack_network")
    for _step in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#panel .standing")).to_contain_text(standing("confirmed"))
    expect(page.locator("#panel-title")).to_contain_text("Сетка трещин")
    known = {each["kind"]: each["id"] for each in cases(dispatcher)}
    assert {"pothole", "crack_network"} == set(known)
    assert [("crack_network", True)] == said_of(dispatcher, known["crack_network"])


def test_a_repair_is_planned_with_its_neighbour(
    app: Flask, page: Page, url: str, crew: Phone, dispatcher: Phone
) -> None:
    """One task of both, handed to the crew, which the panel tells; a link leads to the other; one press begins both repairs."""
    crack_near(app, crew, dispatcher)
    known = {each["kind"]: each["id"] for each in cases(dispatcher) if each["kind"] != "crack_longitudinal"}
    for case_id in known.values():
        confirmed = dispatcher.put(f"/cases/{case_id}/moves/{uuid4()}", json={"to": "confirmed"})
        assert 200 == confirmed.status_code
    enter(page, url)
    page.goto(f"{url}/roads#case-{known['pothole']}")
    page.get_by_role("button", name=word("plan_repair")).click()
    form = page.locator("#panel .ask-form")
    expect(form.locator("[type=checkbox]:checked")).to_have_count(1)
    form.locator("select").select_option(crew.tokens["user"]["id"])
    form.locator(".primary").click()
    expect(page.locator("#panel .standing")).to_contain_text(standing("planned"))
    task = page.locator("#panel .repair-task")
    expect(task).to_contain_text(word("repair_task"))
    task.locator("a").click()
    expect(page.locator("#panel-title")).to_contain_text("Поперечная трещина")
    (task_id,) = {each["task_id"] for each in cases(dispatcher, "state=planned")}
    page.get_by_role("button", name=word("all_repairing", count=2)).click()
    expect(page.locator("#panel .standing")).to_contain_text(standing("repairing"))
    until(page, lambda: len(cases(dispatcher, f"state=repairing&task={task_id}")) == 2)
    assert "assigned" == dispatcher.get(f"/tasks/{task_id}").json["state"]  # type: ignore[index]


PIXEL_OF_A_SEVERE_MARK = """async (canvas) => {
  for (let tries = 0; tries < 600; tries += 1) {
    const {data, width} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4)
      if (data[at] === 0xB4 && data[at + 1] === 0x23 && data[at + 2] === 0x18) return [(at / 4) % width, Math.floor(at / 4 / width)];
    await new Promise((done) => setTimeout(done, 100));
  }
}"""


def test_a_mark_of_the_map_opens_its_fault(page: Page, url: str) -> None:
    """The map keeps in step with the filters; a press on the severe one's mark opens the pothole; without a map the list is wide again."""
    enter(page, url)
    canvas = page.locator("#map canvas")
    expect(canvas).to_have_attribute("aria-label", "Карта дефектов из списка: 2 отметки")
    expect(page.locator(".map-credit")).to_have_text("Invented")
    left, top = canvas.evaluate(PIXEL_OF_A_SEVERE_MARK)
    canvas.click(position={"x": left, "y": top + 3})
    expect(page.locator("#panel-title")).to_have_text("Яма, сильная")
    page.keyboard.press("Escape")
    page.locator("#filters [name=kind]").select_option("crack_longitudinal")
    expect(canvas).to_have_attribute("aria-label", "Карта дефектов из списка: 1 отметка")
    with page.expect_response("**/streets/condition/marks"):
        page.locator("#map-condition").check()
    expect(page.locator("#condition-legend")).to_contain_text(word("condition_bad"))
    page.locator("#map-toggle").click()
    expect(canvas).to_be_hidden()


def test_another_case_is_said_to_be_the_same(
    app: Flask, page: Page, url: str, crew: Phone, dispatcher: Phone
) -> None:
    """Chosen from those near by, beside its photo and with a reason; its report stands in the case from then on."""
    crack_near(app, crew, dispatcher)
    enter(page, url)
    page.locator("#case-rows .row", has_text="Яма").click()
    page.get_by_role("button", name=word("join_another")).click()
    form = page.locator("#panel .ask-form")
    form.locator(".primary").click()
    expect(form.locator("[role=alert]")).to_be_visible()
    form.locator("[type=radio]").check()
    expect(form.locator("canvas")).to_be_visible()
    form.locator("textarea").fill("одна и та же яма")
    form.locator(".primary").click()
    expect(page.locator("#panel .standing")).to_contain_text("3 сообщения")
    assert 2 == len(cases(dispatcher, "open=true"))
    assert 1 == len(cases(dispatcher, "state=joined"))


def test_the_map_chooses_only_while_the_join_form_stands(
    page: Page, url: str, crew: Phone, dispatcher: Phone
) -> None:
    """Another form in its place, or Escape before the neighbours are read: a press on a mark opens its fault again."""
    enter(page, url)
    page.locator("#case-rows .row", has_text="Яма").click()
    picking, form = page.locator("#map.picking"), page.locator("#panel .ask-form")
    page.get_by_role("button", name=word("join_another")).click()
    expect(picking).to_be_attached()
    refuse = page.get_by_role("button", name=word("move_reported_rejected"), exact=True)
    refuse.click()
    expect(form).to_have_attribute("aria-label", word("move_reported_rejected"))
    expect(picking).not_to_be_attached()
    form.locator(".actions button").last.click()
    expect(refuse).to_be_focused()
    held: list[Route] = []
    page.route("**/cases?*bbox*", lambda route: held.append(route))
    with page.expect_request("**/cases?*bbox*"):
        page.get_by_role("button", name=word("join_another")).click()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    with page.expect_response("**/cases?*bbox*"):
        held[0].continue_()
    canvas = page.locator("#map canvas")
    left, top = canvas.evaluate(PIXEL_OF_A_SEVERE_MARK)
    canvas.click(position={"x": left, "y": top + 3})
    expect(page.locator("#panel-title")).to_have_text("Яма, сильная")


def test_news_leave_the_rows_and_the_focus_of_loose_reports_alone(
    page: Page, url: str, crew: Phone, dispatcher: Phone
) -> None:
    """A report that comes in stands among the others; whoever works with keys stays where they were, also by the skip link."""

    def comes_in(shot: int) -> None:
        photos = [road_photo(None, shot=shot)]
        draft = defect_draft(crew, system_clock(), fixes=[], kind_guess=None, photos=photos)
        assert 200 == draft.send(crew).status_code

    comes_in(0)
    enter(page, url)
    page.locator("[data-tab=loose]").click()
    rows = page.locator("#loose-rows > li")
    expect(rows.locator("canvas")).to_have_count(1)
    page.evaluate("location.hash = '#main'")
    chosen = rows.first.get_by_role("button", name=word("loose_refuse"))
    chosen.focus()
    chosen.evaluate("(button) => (button.dataset.same = 'yes')")
    comes_in(2)
    expect(rows).to_have_count(2)
    expect(page.locator("#loose [data-same=yes]")).to_be_focused()
    page.evaluate("location.hash = '#toString'")
    expect(page.locator("#case-rows")).to_be_visible()


def test_a_report_in_no_case_is_named_and_put_on_the_map(
    page: Page, url: str, crew: Phone, dispatcher: Phone
) -> None:
    """The model saw nothing and the phone found no place: a person says both, the place with keys, and a link leads to its case."""
    sent = defect_draft(crew, system_clock(), fixes=[], kind_guess=None, photos=[road_photo(None)]).send(crew)
    assert 200 == sent.status_code
    enter(page, url)
    expect(page.locator("#loose-count")).to_have_text("1")
    page.locator("[data-tab=loose]").click()
    report_item = page.locator("#loose .request")
    expect(report_item).to_contain_text(word("loose_no_place"))
    report_item.get_by_role("button", name=word("name_kind")).click()
    report_item.locator(".ask-form select").first.select_option("other")
    report_item.locator(".ask-form .primary").click()
    report_item.get_by_role("button", name=word("put_on_map")).click()
    expect(report_item.locator(".map-credit")).to_have_text("Invented")
    report_item.locator(".place-map canvas").press("Enter")
    report_item.locator(".ask-form .primary").click()
    report_item.get_by_role("link", name=word("loose_open_case")).click()
    expect(page.locator("#panel .standing")).to_contain_text(standing("confirmed"))
    expect(page.locator("#loose-count")).to_have_text("")
    assert "other" in {each["kind"] for each in cases(dispatcher)}


def test_an_administrator_puts_another_table_of_repairs_in_force(
    page: Page, url: str, dispatcher: Phone, staff: Callable[..., Phone]
) -> None:
    """Rows that say the same stand as one; the new days are read at once, and on the server."""
    staff(Role.ADMINISTRATOR, login="road-chief")
    enter(page, url, "road-chief")
    page.locator("[data-tab=care]").click()
    rows = page.locator(".care tbody tr")
    expect(rows).to_have_count(4)
    change = page.get_by_role("button", name=word("care_change"))
    change.click()
    expect(rows).to_have_count(12)
    page.locator("#care .ask-form > .actions button").last.click()
    expect(change).to_be_focused()
    change.click()
    rows.last.locator("input").first.fill("21")
    page.locator("#care .ask-form > .actions .primary").click()
    expect(page.locator("#care")).to_contain_text(word("care_saved"))
    expect(change).to_be_focused()
    expect(rows.last).to_contain_text("21 день")
    care = dispatcher.get("/road-care").json
    assert 21 == care["off_street"]["high"]["days"]  # type: ignore[index]


def test_somebody_else_was_faster_and_the_page_says_so(page: Page, url: str, dispatcher: Phone) -> None:
    """What others do appears by itself, and a move that no longer fits is refused in words."""
    enter(page, url)
    page.locator("#case-rows .row").first.click()
    expect(page.locator("#panel .tap")).to_have_count(2)
    [case_id] = [each["id"] for each in cases(dispatcher) if each["kind"] == "pothole"]
    move_id = "6f8f1f4e-8f0c-4d59-8a41-0d86c1b2a111"
    answer = dispatcher.put(f"/cases/{case_id}/moves/{move_id}", json={"to": "rejected", "reason": "люк"})
    assert answer.status_code == 200, answer.text
    expect(page.locator("#panel .standing")).to_contain_text(standing("rejected"))
    expect(page.locator("#panel")).to_contain_text("люк")


def test_a_report_is_parted_from_its_case_with_a_reason(page: Page, url: str, dispatcher: Phone) -> None:
    """Without one the form says what is missing; with it two faults stand where one did."""
    enter(page, url)
    page.locator("#case-rows .row").first.click()
    undo = page.locator("#panel .undo").last
    undo.click()
    form = page.locator("#panel .ask-form")
    form.locator(".primary").click()
    expect(form.locator("[role=alert]")).to_have_text(word("reason_missing"))
    form.locator("textarea").fill("другая яма")
    form.locator(".primary").click()
    expect(page.locator("#panel .past")).to_contain_text("другая яма")
    assert 3 == len(cases(dispatcher))


def test_a_repair_is_told_by_its_form(page: Page, url: str, dispatcher: Phone) -> None:
    """Confirmed, planned, under repair; who repaired it is asked for, and stands in the case's story."""
    [known] = [each for each in cases(dispatcher) if each["kind"] == "pothole"]
    for to in ("confirmed", "planned", "repairing"):
        assert 200 == dispatcher.put(f"/cases/{known['id']}/moves/{uuid4()}", json={"to": to}).status_code
    enter(page, url)
    page.goto(f"{url}/roads#case-{known['id']}")
    page.get_by_role("button", name=word("move_repairing_repaired")).click()
    form = page.locator("#panel .ask-form")
    form.locator(".primary").click()
    expect(form.locator("[role=alert]")).to_have_text(word("contractor_missing"))
    form.locator("input").first.fill("ТОО Жол")
    form.locator(".primary").click()
    expect(page.locator("#panel .standing")).to_contain_text(standing("repaired"))
    expect(page.locator("#panel .story").first).to_contain_text("ТОО Жол")


def test_room_speaks_three_languages(page: Page, url: str) -> None:
    """List, panel and the table of repairs; no word is missing, which would show by its name."""
    enter(page, url)
    for language in Language:
        page.goto(f"{url}/roads?lang={language.value}")
        page.locator("#case-rows .row").first.click()
        expect(page.locator("#panel canvas")).to_have_count(2)
        expect(page.locator("#panel")).to_contain_text(word("merges", language))
        shown = page.locator("body").inner_text()
        page.keyboard.press("Escape")
        page.locator("[data-tab=care]").click()
        expect(page.locator(".care")).to_contain_text(word("class_track", language), ignore_case=True)
        shown += page.locator("body").inner_text()
        assert [] == [name for name in page_words.WORDS if "_" in name and name in shown]


def test_filters_find_nothing_and_say_how_to_go_on(page: Page, url: str) -> None:
    """No row fits; one press clears the filters again."""
    enter(page, url)
    page.locator("#filters [name=street]").fill("нет такой улицы")
    expect(page.locator("#cases-message")).to_contain_text(word("cases_none_found"))
    page.locator("#cases-message button").click()
    expect(page.locator("#case-rows .row")).to_have_count(2)


def test_room_fits_a_phone(browser: Browser, url: str) -> None:
    """Nothing runs over the edge at 390 px, with the panel and without; the map stands in the list's place when it is wished."""
    with watched(browser, url, viewport={"width": 390, "height": 844}) as page:
        enter(page, url)
        width = "document.documentElement.scrollWidth"
        assert 390 == page.evaluate(width)
        page.locator("#map-toggle").click()
        expect(page.locator("#map canvas")).to_be_visible()
        expect(page.locator("#case-rows")).to_be_hidden()
        assert 390 == page.evaluate(width)
        page.locator("#map-toggle").click()
        page.locator("#case-rows .row").first.click()
        expect(page.locator("#panel canvas")).to_have_count(2)
        assert 390 == page.evaluate(width)
        assert page.evaluate("(p => p.scrollWidth <= p.clientWidth)(document.getElementById('panel'))")


def test_request_is_let_in_and_becomes_a_fault(
    app: Flask, page: Page, url: str, dispatcher: Phone, staff: Callable[..., Phone], street: Point
) -> None:
    """The queue shows words and blurred photo; let in, it stands as decided and the list of faults has one more."""
    district_id = dispatcher.tokens["user"]["district_ids"][0]
    west, south, east, north = street.lon - 0.1, street.lat - 0.1, street.lon + 0.1, street.lat + 0.1
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    boundary = {"type": "Polygon", "coordinates": [corners]}
    drawn = staff(Role.ADMINISTRATOR).put(f"/districts/{district_id}/boundary", json={"boundary": boundary})
    assert drawn.status_code == 200, drawn.text
    away = beside(street, east_m=-900.0)
    form = {
        "service_code": "pothole",
        "lat": str(away.lat),
        "long": str(away.lon),
        "description": "у остановки",
    }
    photo = (io.BytesIO(road_photo(DefectKind.POTHOLE, Severity.HIGH, shot=8)), "road.png")
    asked = dispatcher.client.post("/open311/v2/requests.json", data={**form, "media": [photo]})
    assert asked.status_code == 201, asked.text
    enter(page, url)
    expect(page.locator("#requests-count")).to_have_text("1")
    page.locator("[data-tab=requests]").click()
    request = page.locator(".request")
    expect(request).to_contain_text("у остановки")
    expect(request.locator("canvas")).to_have_count(1)
    request.locator(".actions .primary").click()
    expect(request.locator(".state")).to_contain_text(word("moderation_let_in"))
    assert 3 == len(cases(dispatcher))
    page.locator("[data-tab=streets]").click()
    expect(page.locator(".street-row").first).to_contain_text(word("trend_unknown"))
    page.locator("[data-tab=cases]").click()
    with page.expect_download() as found:
        page.locator("[data-format=csv]").click()
    assert found.value.suggested_filename.endswith(".csv")
