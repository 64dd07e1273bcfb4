"""*Make this face!*: a visitor who makes every face as it is asked, one who never moves, and one who brings photos."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from femr.i18n import translate
from femr.paths import EXAMPLES
from femr.vision.profile import Profile
from femr.vision.reading import ProfileUse
from tests.browser.conftest import SIZES, Visit
from tests.browser.manners import serious, sticks_out, too_small
from tests.browser.states import ready
from tests.faces import one_sitting

PATIENCE_MS = 90_000
"""For six faces on a busy machine."""

MAKES_EVERY_FACE = """
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const pen = canvas.getContext("2d");
  const picture = new Image();
  picture.src = "examples/neutral.jpg";
  let [frames, faces, before] = [0, 0, ""];
  const draw = () => {
    const asked = document.querySelector(".femr-game")?.dataset.asked;
    if (asked && asked !== before) faces++;
    before = asked || before;
    const wanted = "examples/" + (asked || "neutral").toLowerCase() + ".jpg";
    if (!picture.src.endsWith(wanted)) picture.src = wanted;
    pen.fillStyle = "#c8c8c8";
    pen.fillRect(0, 0, 640, 480);
    if (picture.complete) pen.drawImage(picture, 80 + ((++frames * 7) % 61) / 4, ((frames * 5) % 53) / 4, 480, 480);
    const light = pen.createLinearGradient(160, 0, 480, 0);
    light.addColorStop(faces > 6 ? 1 : 0, "rgb(0 0 0 / 45%)");
    light.addColorStop(faces > 6 ? 0 : 1, "transparent");
    pen.fillStyle = light;
    pen.fillRect(0, 0, 640, 480);
  };
  setInterval(draw, 50);
  return canvas.captureStream();
};
"""
"""A camera before which somebody makes each face as soon as the game asks for it, never sits quite still, and after six
faces turns from the light: the same moment twice would count once."""


ALWAYS_LOOKS_NEUTRAL = MAKES_EVERY_FACE.replace('(asked || "neutral").toLowerCase()', '"neutral"')
"""One before which the same person never makes any."""

FORGETS_WHILE_LEARNING = """async () => {
  const asked = femr.profile.teach({});
  document.querySelector("[data-profile-do=forget]").click();
  await asked;
  await new Promise((done) => femr.inTurn(done)); // the server has answered
  femr.answered();
}"""

PICTURES_LEFT = """[...document.querySelectorAll("#femr-game :is(video, canvas)")].filter((each) =>
  each.srcObject || each.getContext?.("2d").getImageData(0, 0, each.width, each.height).data.some(Boolean)
).map((each) => each.outerHTML)"""
"""Mirrors and cards of the game that hold one."""


@pytest.fixture
def player(browser: Browser, address: str, size: str) -> Iterator[Page]:
    """A visitor with such a camera, and a browser of their own."""
    with browser.new_context(viewport=SIZES[size], locale="en-GB", reduced_motion="reduce") as context:
        yield arrived(context, address)


def arrived(context: BrowserContext, address: str, camera: str = MAKES_EVERY_FACE) -> Page:
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.add_init_script(camera)
    page.goto(address)
    return page


def open_game(page: Page) -> None:
    page.get_by_role("button", name="Make this face! Six faces").click()
    expect(page.get_by_role("dialog", name="Make this face!")).to_be_visible()


def play(page: Page) -> None:
    open_game(page)
    page.get_by_role("button", name="Begin, with my camera", exact=True).click()
    expect(knows(page)).to_be_visible(timeout=PATIENCE_MS)


def knows(page: Page) -> Locator:
    return page.get_by_role("heading", name="femr now knows your face")


def stored(page: Page) -> dict | None:
    return json.loads(page.evaluate("localStorage.getItem('femr-profile')") or "null")


@pytest.mark.both_sizes
def test_six_faces_teach_a_profile_that_stays_in_the_browser(player: Page) -> None:
    play(player)
    kept = stored(player)
    profile = Profile.from_value(kept["profile"])
    assert profile.counts == (1,) * 6
    assert [each["emotion"] for each in kept["lessons"]] == ["Happy", "Sad", "Angry", "Surprise", "Fear", "Neutral"]
    assert all(set(each) == {"emotion", "shares", "sitting"} for each in kept["lessons"])
    assert len({each["sitting"] for each in kept["lessons"]}) == 1
    score = player.get_by_text(re.compile(r"^\d+ of 600 points$"))
    assert int(score.inner_text().split()[0]) > 200
    row = player.get_by_role("row", name=re.compile("^Happy"))
    expect(row).to_contain_text(re.compile(r"1 of 1 · \d+ %.*1 of 1 · \d+ %", re.DOTALL))
    assert serious(player) == []
    assert sticks_out(player) == []
    assert too_small(player) == []
    card = player.locator("[data-card-file]").get_attribute("href")
    shows = f"Object.assign(new Image(), {{ src: '{card}' }}).decode().then(() => true, () => false)"
    assert player.evaluate(shows) is True
    player.keyboard.press("Escape")  # and no picture of the face outlives the game
    expect(player.get_by_role("dialog")).to_have_count(0)
    player.wait_for_function(f"{shows}.then((shown) => !shown)")  # a sheet tells that it closed a moment later
    assert player.evaluate(PICTURES_LEFT) == []


def test_a_second_round_tests_the_profile_on_the_faces_themselves(player: Page) -> None:
    play(player)
    player.get_by_role("button", name="Once more", exact=True).click()
    expect(knows(player)).to_be_hidden()
    # Two takes of a face that came out all but equal count once.
    expect(player.get_by_text(re.compile("Tested on (8|9|1[0-2]) of your faces"))).to_be_visible(timeout=PATIENCE_MS)
    kept = stored(player)
    assert 8 <= Profile.from_value(kept["profile"]).trial.shots <= 12
    assert len({each["sitting"] for each in kept["lessons"]}) == 1


def test_faces_can_be_skipped_and_made_again_and_two_are_enough(player: Page) -> None:
    open_game(player)
    player.get_by_role("button", name="Begin, with my camera", exact=True).click()
    asked = player.locator(".femr-game-ask")
    expect(asked).to_have_text("Look happy!")
    expect(player.get_by_role("button", name="Redo the last one", exact=True)).to_be_hidden()
    expect(asked).to_have_text("Look sad!", timeout=PATIENCE_MS)
    player.get_by_role("button", name="Redo the last one", exact=True).click()
    expect(asked).to_have_text("Look happy!")
    expect(asked).to_have_text("Look sad!", timeout=PATIENCE_MS)
    expect(asked).to_have_text("Look angry!", timeout=PATIENCE_MS)
    for _ in range(4):
        before = asked.inner_text()
        player.get_by_role("button", name="Skip", exact=True).click()
        expect(asked).not_to_have_text(before)
        expect(player.locator(".femr-game-said")).to_have_text("")  # praise was for the face before
    expect(knows(player)).to_be_visible()
    assert Profile.from_value(stored(player)["profile"]).counts == (0, 0, 1, 0, 1, 0)
    player.get_by_role("button", name="Sad: make it again", exact=True).click()
    expect(asked).to_have_text("Look sad!")
    expect(knows(player)).to_be_visible(timeout=PATIENCE_MS)
    assert Profile.from_value(stored(player)["profile"]).counts == (0, 0, 1, 0, 1, 0)


def test_escape_leaves_the_game_turns_the_camera_off_and_teaches_nothing(player: Page) -> None:
    open_game(player)
    player.get_by_role("button", name="Begin, with my camera", exact=True).click()
    expect(player.locator(".femr-game-ask")).to_have_text("Look sad!", timeout=PATIENCE_MS)
    player.keyboard.press("Escape")
    expect(player.get_by_role("dialog")).to_have_count(0)
    player.wait_for_function(f"{PICTURES_LEFT}.length === 0")
    assert stored(player) is None
    open_game(player)
    expect(player.get_by_role("button", name="Begin, with my camera", exact=True)).to_be_visible()


def test_faces_that_were_made_outlast_what_ends_the_game_and_are_learnt_from_when_asked(player: Page) -> None:
    open_game(player)
    player.get_by_role("button", name="Begin, with my camera", exact=True).click()
    expect(player.locator(".femr-game-ask")).to_have_text("Look angry!", timeout=PATIENCE_MS)
    player.route("**/live/**", lambda route: route.fulfill(status=503))
    expect(player.get_by_role("dialog").get_by_text(translate("live.full"))).to_be_visible()
    expect(player.get_by_text(re.compile(r"^\d+ of 200 points$"))).to_be_visible()
    assert stored(player) is None
    learn = player.get_by_role("dialog").get_by_role("button", name="Learn from them", exact=True)
    learn.click()
    expect(knows(player)).to_be_visible()
    expect(learn).to_be_hidden()
    assert Profile.from_value(stored(player)["profile"]).counts == (0, 0, 1, 0, 1, 0)
    player.unroute("**/live/**")
    player.get_by_role("button", name="Once more", exact=True).click()
    expect(player.locator(".femr-game-ask")).to_have_text("Look sad!", timeout=PATIENCE_MS)
    player.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    player.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # a telephone call
    expect(player.get_by_role("dialog").get_by_text(translate("live.away"))).to_be_visible()
    expect(player.get_by_text(re.compile(r"^\d+ of 300 points$"))).to_be_visible()
    expect(learn).to_be_visible()
    player.evaluate("delete document.hidden")
    player.get_by_role("button", name="Sad: make it again", exact=True).click()
    expect(player.locator(".femr-game-ask")).to_have_text("Look sad!")
    player.get_by_role("button", name="Leave the game", exact=True).click()
    expect(player.get_by_text(translate("game.say.unlearnt"))).to_be_visible()
    assert Profile.from_value(stored(player)["profile"]).counts == (0, 0, 1, 0, 1, 0)


def test_a_face_that_never_moves_is_said_to_be_the_same_and_teaches_nothing(visit: Visit) -> None:
    page = visit.page
    open_game(page)
    page.get_by_role("button", name="Begin, with my camera", exact=True).click()
    refused = page.get_by_text(re.compile("are named differently but show the same face"))
    expect(refused).to_be_visible(timeout=PATIENCE_MS)
    assert stored(page) is None


@pytest.fixture(scope="session")
def sitting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos of one person, taken one right after the other."""
    return one_sitting(tmp_path_factory.mktemp("photos") / "sitting")


def test_one_face_for_all_that_are_asked_teaches_nothing_though_it_moves(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=SIZES["phone"], locale="en-GB", reduced_motion="reduce") as context:
        page = arrived(context, address, ALWAYS_LOOKS_NEUTRAL)
        open_game(page)
        page.get_by_role("button", name="Begin, with my camera", exact=True).click()
        expect(page.get_by_text("look about the same to femr")).to_be_visible(timeout=PATIENCE_MS)
        assert stored(page) is None


def choose_photos(page: Page, sitting: Path, *faces: str) -> None:
    open_game(page)
    page.get_by_role("button", name="From photos", exact=True).click()
    page.locator("[data-game-files]").set_input_files([sitting / f"{face.lower()}.png" for face in faces])
    for face in faces:
        page.get_by_label(f"What {face.lower()}.png shows").select_option(face)


@pytest.mark.both_sizes
def test_photos_teach_as_well_and_the_photo_that_is_called_mine_is_read_so(player: Page, sitting: Path) -> None:
    choose_photos(player, sitting, "Happy", "Angry", "Neutral")
    assert serious(player) == []
    player.get_by_role("button", name="Learn from them", exact=True).click()
    expect(knows(player)).to_be_visible()
    assert Profile.from_value(stored(player)["profile"]).counts == (1, 0, 1, 1, 0, 0)
    player.keyboard.press("Escape")
    player.locator("#femr-file").set_input_files(EXAMPLES / "fear.jpg")
    mine = player.get_by_role("switch", name="Read this face as mine")
    expect(mine).to_be_visible()
    expect(mine).not_to_be_checked()
    said = player.get_by_text("Read as your face. Without that: Fear")
    expect(said).to_be_hidden()
    mine.check()
    expect(said).to_be_visible()
    assert serious(player) == []
    assert sticks_out(player) == []
    player.reload()  # the visit comes back, and with it what was mine
    expect(said).to_be_visible()
    mine.uncheck()
    expect(said).to_be_hidden()
    mine.check()  # what femr knows came back with the page, not only for the visit that was there
    expect(said).to_be_visible()
    player.locator("#femr-file").set_input_files(EXAMPLES / "surprise.jpg")  # which may be a friend's
    expect(player.get_by_role("heading", name="surprised")).to_be_visible()
    expect(said).to_be_hidden()
    expect(mine).not_to_be_checked()
    mine.check()
    player.get_by_role("button", name="Another face", exact=True).click()
    player.locator("[data-example='4']").click()
    expect(player.get_by_role("heading", name="afraid")).to_be_visible()
    expect(mine).to_be_hidden()
    expect(player.get_by_text("Read as your face")).to_be_hidden()


def teach_photos(page: Page, sitting: Path, *faces: str) -> None:
    """Learn from photos, and leave the game."""
    choose_photos(page, sitting, *faces)
    page.get_by_role("button", name="Learn from them", exact=True).click()
    expect(knows(page)).to_be_visible()
    page.keyboard.press("Escape")


def counts(page: Page, expected: tuple[int, ...]) -> None:
    """Wait until the profile has learnt from so many faces of each emotion and nothing is due, and is in use."""
    page.wait_for_function(
        """(expected) => {
          const { profile, due } = JSON.parse(localStorage["femr-profile"]);
          const names = ["Angry", "Fear", "Happy", "Neutral", "Sad", "Surprise"];
          const shots = names.map((name) => profile.emotions[name]?.shots ?? 0);
          return !due && JSON.stringify(shots) === JSON.stringify(expected);
        }""",
        arg=expected,
    )
    profile = Profile.from_value(stored(page)["profile"])
    assert profile.use(profile.network) is ProfileUse.USED


def say(page: Page, emotion: str) -> None:
    """What the face was meant to show."""
    page.get_by_role("button", name="Not right?", exact=True).click()
    meant = page.get_by_role("dialog", name="What was it meant to show?")
    meant.get_by_role("button", name=emotion, exact=True).click()
    expect(meant).to_be_hidden()
    expect(page.get_by_role("heading", name="Meant to look")).to_be_visible()


def test_a_correction_of_ones_own_face_teaches_until_it_is_taken_back(player: Page, sitting: Path) -> None:
    teach_photos(player, sitting, "Happy", "Angry", "Neutral")
    player.locator("#femr-file").set_input_files(EXAMPLES / "fear.jpg")  # one of our pictures would teach nothing
    mine = player.get_by_role("switch", name="Read this face as mine")
    expect(mine).to_be_visible()
    say(player, "Fear")  # not said to be theirs
    mine.check()
    counts(player, (1, 1, 1, 1, 0, 0))
    say(player, "Sad")  # the wrong button
    expect(player.get_by_text("femr has learnt that from your face.")).to_be_visible()
    counts(player, (1, 0, 1, 1, 1, 0))
    expect(mine).to_be_checked()
    say(player, "Surprise")
    counts(player, (1, 0, 1, 1, 0, 1))
    player.get_by_role("button", name="As it was read", exact=True).click()
    counts(player, (1, 0, 1, 1, 0, 0))
    say(player, "Surprise")
    counts(player, (1, 0, 1, 1, 0, 1))
    player.get_by_role("button", name="Another face", exact=True).click()
    teach_photos(player, sitting, "Happy", "Sad")  # in place of the photos, beside the correction
    counts(player, (0, 0, 1, 0, 1, 1))
    player.get_by_role("button", name="Your diary", exact=True).click()
    player.get_by_role("button", name=re.compile("^Forget: Read as")).click()
    expect(player.get_by_text("femr no longer learns from that correction.")).to_be_visible()
    counts(player, (0, 0, 1, 0, 1, 0))


def test_a_correction_that_contradicts_what_was_taught_is_said_to_be_left_out(player: Page, sitting: Path) -> None:
    teach_photos(player, sitting, "Happy", "Angry", "Neutral")
    player.locator("#femr-file").set_input_files(sitting / "happy.png")  # taught a moment ago under another name
    player.get_by_role("switch", name="Read this face as mine").check()
    say(player, "Sad")
    expect(player.get_by_text("Your correction is kept, but")).to_be_visible()
    counts(player, (1, 0, 1, 1, 0, 0))


def test_a_correction_of_another_face_teaches_nothing_and_none_outlasts_the_profile(
    player: Page, sitting: Path
) -> None:
    teach_photos(player, sitting, "Happy", "Angry")
    for photo, looks, own, emotion in (("fear", "afraid", False, "Sad"), ("surprise", "surprised", True, "Surprise")):
        player.locator("#femr-file").set_input_files(EXAMPLES / f"{photo}.jpg")
        expect(player.get_by_role("heading", name=looks)).to_be_visible()
        mine = player.get_by_role("switch", name="Read this face as mine")
        expect(mine).not_to_be_checked()
        mine.set_checked(own)
        say(player, emotion)
        player.get_by_role("button", name="Another face", exact=True).click()
    counts(player, (1, 0, 1, 0, 0, 1))  # learnt anew of all that teaches: of the first photo nothing
    player.get_by_role("button", name="Your face", exact=True).click()
    player.get_by_role("button", name="Forget my face", exact=True).click()
    player.keyboard.press("Escape")
    teach_photos(player, sitting, "Happy", "Angry")
    counts(player, (1, 0, 1, 0, 0, 0))
    player.evaluate(FORGETS_WHILE_LEARNING)
    assert stored(player) is None


def test_lessons_that_are_sent_while_a_slow_server_learns_others_are_learnt_as_well(player: Page) -> None:
    ready(player)
    teach = "void femr.profile.teach({}).then(({ lost }) => (window.learnt = (window.learnt ?? 0) + !lost))"
    held: list[Route] = []
    player.route("**/queue/join*", lambda route: held.append(route))
    with player.expect_request("**/queue/join*"):
        player.evaluate(teach)
    player.evaluate("femr.answered()")  # as if the page's patience with a slow server were over
    with player.expect_request("**/queue/join*"):
        player.evaluate(teach)
    for each in held:
        each.continue_()
    player.unroute("**/queue/join*")
    player.wait_for_function("window.learnt === 2")


def test_photos_are_sent_once_and_what_could_not_be_sent_is_said_alone(player: Page, sitting: Path) -> None:
    choose_photos(player, sitting, "Happy", "Angry")
    learn = player.get_by_role("button", name="Learn from them", exact=True)
    sent: list[Route] = []

    def hold(route: Route) -> None:
        sent.append(route)
        if len(sent) > 1:  # the second photo is lost
            route.abort()

    player.route("**/gradio_api/upload*", hold)
    with player.expect_request("**/gradio_api/upload*"):
        learn.click()
    expect(learn).to_have_attribute("aria-disabled", "true")
    learn.click(force=True)
    sent[0].continue_()
    expect(player.get_by_text("A photo could not be sent.")).to_be_visible()
    expect(player.locator(".femr-game-sending")).to_have_text("")
    assert len(sent) == 2
    player.unroute("**/gradio_api/upload*")
    learn.click()
    expect(knows(player)).to_be_visible()


def test_a_photo_of_nobody_is_named_and_teaches_nothing(player: Page, tmp_path: Path) -> None:
    Image.new("RGB", (640, 480), "beige").save(tmp_path / "wall.jpg")
    open_game(player)
    player.get_by_role("button", name="From photos", exact=True).click()
    player.locator("[data-game-files]").set_input_files([EXAMPLES / "happy.jpg", tmp_path / "wall.jpg"])
    player.get_by_role("button", name="Learn from them", exact=True).click()
    expect(player.get_by_text("Say for each photo what it shows")).to_be_visible()
    player.get_by_label("What happy.jpg shows").select_option("Happy")
    player.get_by_label("What wall.jpg shows").select_option("Neutral")
    player.get_by_role("button", name="Learn from them", exact=True).click()
    expect(player.get_by_text("No face was found in wall.jpg")).to_be_visible()
    assert stored(player) is None


def test_what_femr_knows_can_be_seen_switched_off_taken_along_and_forgotten(
    player: Page, sitting: Path, tmp_path: Path
) -> None:
    choose_photos(player, sitting, "Happy", "Angry")
    player.get_by_role("button", name="Learn from them", exact=True).click()
    expect(knows(player)).to_be_visible()
    player.get_by_role("dialog").get_by_role("button", name="Your face", exact=True).click()
    sheet = player.get_by_role("dialog", name="Your face")
    learnt = sheet.get_by_text("It has learnt from 2 faces.")
    expect(learnt).to_be_visible()
    expect(sheet.get_by_role("row", name=re.compile("^Happy 1 ×"))).to_be_visible()
    assert serious(player) == []
    assert too_small(player) == []
    with player.expect_download() as saved:
        sheet.get_by_role("button", name="Save as a file", exact=True).click()
    file = tmp_path / "me.json"
    saved.value.save_as(file)
    assert Profile.from_json(file.read_text()) == Profile.from_value(stored(player)["profile"])
    sheet.get_by_role("switch", name="Use what it has learnt").uncheck()
    assert player.evaluate("femr.profile.text()") == ""
    sheet.get_by_role("button", name="Forget my face", exact=True).click()
    expect(learnt).to_be_hidden()
    assert stored(player) is None
    sheet.locator("[data-profile-file]").set_input_files(file)
    expect(learnt).to_be_visible()
    assert Profile.from_value(stored(player)["profile"]).counts == (1, 0, 1, 0, 0, 0)
    other = tmp_path / "other.json"
    other.write_text('{"name": "nobody"}')
    sheet.locator("[data-profile-file]").set_input_files(other)
    expect(sheet.get_by_text("This is no profile of femr")).to_be_visible()


def test_the_live_camera_reads_the_chosen_face_as_mine_once_asked(player: Page, sitting: Path) -> None:
    teach_photos(player, sitting, "Happy", "Angry")
    asked = []
    player.on("request", lambda request: "/live/" in request.url and asked.append(request))
    player.get_by_role("button", name="Use my camera", exact=True).click()
    mine = player.get_by_role("switch", name="Read this face as mine")
    expect(mine).to_be_visible()
    assert not any("mine=" in each.url or "x-femr-profile" in each.headers for each in asked)
    with player.expect_request(lambda request: "mine=1" in request.url) as told:
        mine.check()
    assert Profile.from_json(told.value.headers["x-femr-profile"]).counts == (1, 0, 1, 0, 0, 0)
    player.get_by_role("button", name="Stop the camera", exact=True).click()
    asked.clear()
    player.get_by_role("button", name="Use my camera", exact=True).filter(visible=True).first.click()
    expect(mine).to_be_visible()
    expect(mine).not_to_be_checked()
    for _ in range(3):
        with player.expect_response(lambda response: "/live/" in response.url and response.status == 200):
            pass
    assert not any("mine=" in each.url or "x-femr-profile" in each.headers for each in asked)
