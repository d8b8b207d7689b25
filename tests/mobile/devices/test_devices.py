"""The desktop's devices put together, and the small ones by themselves."""

from __future__ import annotations

import io
import threading
import wave
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from mobile.devices.battery import Charge, LinuxBattery
from mobile.devices.camera import NoCamera
from mobile.devices.desktop_camera import PREVIEW_PX, DesktopCamera, PictureFolder
from mobile.devices.navigator import DesktopNavigator, geo_link
from mobile.devices.network import SwitchedNetwork
from mobile.devices.notifier import QuietNotifier
from mobile.devices.platform import DesktopCameraKind, DeviceSettings, for_this_platform, no_devices
from mobile.devices.speaker import SilentSpeaker
from mobile.devices.trouble import CAMERA_WORDS, LOCATION_WORDS, Trouble
from mobile.voice.cues import Cue, duration_ms, recording
from mobile.voice.make_recordings import RATE_HZ, WORDS
from mobile.voice.voice import Voice
from shared.geometry import Point
from shared.vocabulary import Camera, Language, Move
from tests.mobile.capture.capture_stage import AT, Ticks

ALL_RECORDINGS_BYTES = 1_000_000


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("cue", list(Cue))
def test_every_cue_can_be_said_in_every_language(cue: Cue, language: Language) -> None:
    """Mono, 16 kHz, 16 bits, shorter than a movement, and not silent."""
    with wave.open(str(recording(cue, language))) as sound:
        assert (1, 2, RATE_HZ) == (sound.getnchannels(), sound.getsampwidth(), sound.getframerate())
        loudest = max(abs(value) for value in memoryview(sound.readframes(sound.getnframes())).cast("h"))
    assert loudest > 20_000
    assert 300 <= duration_ms(cue, language) <= 1500
    assert WORDS[cue][language]


def test_every_movement_has_its_cue() -> None:
    """By the same name."""
    assert [move.value for move in Move] == [Cue.of(move).value for move in Move]


def test_recordings_are_small() -> None:
    """They travel in the app."""
    sizes = [recording(cue, language).stat().st_size for cue in Cue for language in Language]
    assert sum(sizes) < ALL_RECORDINGS_BYTES


def test_voice_plays_the_recording() -> None:
    """Of the person's language."""
    speaker = SilentSpeaker()
    voice = Voice(speaker)
    voice.meet(uuid4())
    voice.prompt(Cue.LEFT, Language.KK)
    assert [recording(Cue.LEFT, Language.KK)] == speaker.played


def folder_of_pictures(folder: Path) -> Path:
    """A red JPEG and a green PNG."""
    Image.new("RGB", (320, 240), (220, 0, 0)).save(folder / "1.jpg")
    Image.new("RGB", (320, 240), (0, 220, 0)).save(folder / "2.png")
    (folder / "notes.txt").write_text("no picture", encoding="utf-8")
    return folder


def colour(jpeg: bytes) -> str:
    """Which of the two it is."""
    with Image.open(io.BytesIO(jpeg)) as picture:
        red, green, _blue = picture.convert("RGB").getpixel((5, 5))
    return "red" if red > green else "green"


def test_folder_s_pictures_are_taken_in_order_over_and_over(tmp_path: Path) -> None:
    """One a picture asked for; the preview shows the next."""
    ticks = Ticks()
    camera = DesktopCamera(PictureFolder(folder_of_pictures(tmp_path)), ticks, ticks.now, threaded=False)
    camera.paint()
    assert (None, ()) == (camera.preview(), camera.pictures())
    camera.start(Camera.REAR)
    for _ in range(3):
        camera.shoot()
    camera.paint()
    pictures = camera.pictures()
    assert ["red", "green", "red"] == [colour(picture.jpeg) for picture in pictures]
    assert {(ticks.ms, ticks.now())} == {(picture.boot_ms, picture.taken_at) for picture in pictures}
    preview = camera.preview()
    assert preview is not None
    assert PREVIEW_PX == (preview.width, preview.height)
    assert 3 * preview.width * preview.height == len(preview.rgb)
    assert () == camera.pictures()
    camera.shoot()
    camera.stop()
    camera.paint()
    assert (None, ()) == (camera.preview(), camera.pictures())


def test_camera_paints_by_itself(tmp_path: Path) -> None:
    """In a thread, until it is stopped; starting twice is one camera."""
    ticks = Ticks()
    camera = DesktopCamera(PictureFolder(folder_of_pictures(tmp_path)), ticks, ticks.now)
    camera.start(Camera.REAR)
    camera.start(Camera.FRONT)
    camera.shoot()
    come = threading.Event()
    for _ in range(2000):
        if camera.pictures():
            break
        come.wait(0.05)
    else:
        pytest.fail("no picture came")
    camera.stop()


def test_folder_whose_pictures_vanish_is_trouble(tmp_path: Path) -> None:
    """The screen says it instead of standing still; a folder without pictures is refused at once."""
    ticks = Ticks()
    scene = PictureFolder(folder_of_pictures(tmp_path))
    for path in tmp_path.iterdir():
        path.unlink()
    camera = DesktopCamera(scene, ticks, ticks.now)
    camera.start(Camera.REAR)
    for _ in range(2000):
        if camera.trouble:
            break
        threading.Event().wait(0.05)
    assert Trouble.FAILED is camera.trouble
    with pytest.raises(ValueError, match="must hold pictures"):
        PictureFolder(tmp_path)


@pytest.mark.parametrize("words", [CAMERA_WORDS, LOCATION_WORDS])
def test_every_trouble_has_words(words: dict[Trouble, str]) -> None:
    """What is wrong and what to do."""
    assert set(Trouble) == set(words)


def test_desktop_s_devices_are_put_together(tmp_path: Path) -> None:
    """The head obeys what the voice says; the location stands where it is told."""
    devices = for_this_platform(DeviceSettings(folder=tmp_path, here=lambda: AT, sound=False))
    devices.meet(uuid4())
    devices.prompt(Cue.LEFT, Language.RU)
    assert isinstance(devices.speaker, SilentSpeaker)
    assert [recording(Cue.LEFT, Language.RU)] == devices.speaker.played
    assert 2 == len(devices.prompted)
    assert devices.whereabouts() is None
    assert 32 == len(devices.keys.make())
    devices.close()


def test_desktop_plays_what_it_is_given(tmp_path: Path) -> None:
    """A folder of pictures and a track; settings that name nothing are refused with the reason."""
    (tmp_path / "way.gpx").write_text(
        '<gpx><trk><trkseg><trkpt lat="54.9" lon="69.1"/></trkseg></trk></gpx>', encoding="utf-8"
    )
    pictures = folder_of_pictures(tmp_path)
    settings = DeviceSettings(
        folder=tmp_path,
        camera=DesktopCameraKind.FOLDER,
        pictures=pictures,
        gpx=tmp_path / "way.gpx",
        sound=False,
    )
    devices = for_this_platform(settings)
    assert isinstance(devices.camera, DesktopCamera)
    devices.location.start(1.0)
    for _ in range(2000):
        if devices.whereabouts():
            break
        threading.Event().wait(0.02)
    assert devices.whereabouts() is not None
    devices.close()
    with pytest.raises(ValueError, match="pictures"):
        for_this_platform(DeviceSettings(folder=tmp_path, camera=DesktopCameraKind.FOLDER, sound=False))


def test_no_devices_are_silent(tmp_path: Path) -> None:
    """For tests and pictures of screens."""
    devices = no_devices(tmp_path)
    devices.camera.start(Camera.REAR)
    devices.camera.shoot()
    devices.location.start(1.0)
    assert (None, (), Trouble.MISSING) == (
        devices.camera.preview(),
        devices.camera.pictures(),
        devices.camera.trouble,
    )
    assert (None, Trouble.MISSING) == (devices.location.latest, devices.location.trouble)
    assert isinstance(devices.camera, NoCamera)
    assert devices.battery.charge() is None
    assert not devices.navigator.open(AT)
    devices.close()


def test_network_tells_when_it_comes_and_goes() -> None:
    """Once a change."""
    network, heard = SwitchedNetwork(), list[tuple[bool, bool]]()
    network.listen(lambda: heard.append((network.online(), network.on_wifi())))
    network.switch(online=True)
    network.switch(online=False)
    network.switch(online=True, wifi=False)
    assert [(False, False), (True, False)] == heard


@pytest.mark.parametrize(
    ("capacity", "status", "charge"),
    [
        ("57", "Discharging", Charge(57, charging=False)),
        ("100", "Full", Charge(100, charging=True)),
        ("104", "Charging", Charge(100, charging=True)),
        ("?", "Unknown", None),
    ],
)
def test_battery_is_read(tmp_path: Path, capacity: str, status: str, charge: Charge | None) -> None:
    """As Linux shows it; None for what makes no sense."""
    folder = tmp_path / "BAT0"
    folder.mkdir()
    (folder / "capacity").write_text(f"{capacity}\n", encoding="ascii")
    (folder / "status").write_text(f"{status}\n", encoding="ascii")
    assert charge == LinuxBattery(tmp_path).charge()


def test_navigator_gets_a_geo_link() -> None:
    """With a name that may hold anything."""
    opened: list[str] = []
    navigator = DesktopNavigator(lambda link: bool(opened.append(link)) or True)
    assert navigator.open(Point(54.871234, 69.1), "Букетова 41 (двор)")
    assert geo_link(Point(54.871234, 69.1), "Букетова 41 (двор)") == opened[0]
    assert opened[0].startswith("geo:54.871234,69.100000?q=54.871234,69.100000(%D0%91")
    assert "geo:1.000000,2.000000" == geo_link(Point(1, 2))


def test_quiet_notifier_remembers() -> None:
    """What a phone would have shown and how it would have shaken."""
    notifier = QuietNotifier()
    notifier.notify("Qala", "A spot check is due")
    notifier.vibrate()
    assert ([("Qala", "A spot check is due")], 1) == (notifier.notices, len(notifier.vibrations_s))
