"""buildozer.spec agrees with the code, the lock and itself."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from PIL import Image

from mobile.android_build.spec import SPEC, BadSpec, Spec, read_spec
from mobile.devices.android import camera, location, shift_service
from tests.architecture.project_files import PROJECT_DIR

ASKED = {"CAMERA", *location.PERMISSIONS, "POST_NOTIFICATIONS", "VIBRATE", "INTERNET", "ACCESS_NETWORK_STATE"}


@pytest.fixture(scope="module")
def spec() -> Spec:
    """The project's own."""
    return read_spec()


def test_python_is_one_release_of_3_11(spec: Spec) -> None:
    """On the phone and on the computer that builds, or python-for-android refuses to build."""
    assert spec.python_version().startswith("3.11.")


@pytest.mark.parametrize(
    "requirements",
    ["python3==3.11.15,hostpython3==3.11.14", "python3==3.11.15", "python3==3.14.2,hostpython3==3.14.2"],
)
def test_two_pythons_are_refused(tmp_path: Path, requirements: str) -> None:
    """So is one without the other, and one that the project is not tested on."""
    with pytest.raises(BadSpec, match=r"one release of 3\.11"):
        written(tmp_path, requirements).python_version()


def test_a_requirement_stands_there_once(tmp_path: Path) -> None:
    """Two versions of one package are a mistake."""
    with pytest.raises(BadSpec, match="name Kivy once"):
        written(tmp_path, "kivy==2.3.1,Kivy==2.3.0")


def test_pinned_versions_are_those_of_the_lock(spec: Spec) -> None:
    """What the tests run with is what the phone gets, where python-for-android leaves the choice."""
    locked = {}
    for lock in sorted((PROJECT_DIR / "requirements").glob("*.txt")):
        locked |= dict(re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))
    pinned = {name.replace("_", "-"): version for name, version in spec.requirements.items() if version}
    of_the_lock = {name: version for name, version in pinned.items() if "python3" not in name}
    assert of_the_lock == {name: locked.get(name) for name in of_the_lock}


def test_the_version_is_the_projects(spec: Spec) -> None:
    """buildozer reads it from pyproject.toml; nobody writes it twice."""
    text = (SPEC.parent / spec.values["version.filename"]).read_text(encoding="utf-8")
    found = re.search(spec.values["version.regex"], text)
    assert found is not None
    assert tomllib.loads(text)["project"]["version"] == found.group(1)


def test_every_permission_that_the_code_needs_is_asked_for(spec: Spec) -> None:
    """One that is missing would be refused without a question."""
    assert set() == ASKED - set(spec.listed("android.permissions"))


def test_nothing_is_asked_for_that_nobody_uses(spec: Spec) -> None:
    """No sound is recorded, no file of others read, no location without a notice."""
    service = {"FOREGROUND_SERVICE", "FOREGROUND_SERVICE_LOCATION", "WAKE_LOCK"}
    assert ASKED | service == set(spec.listed("android.permissions"))


def test_the_shift_service_is_the_one_that_the_code_starts(spec: Spec) -> None:
    """python-for-android makes its Java class from the name; Android 14 wants to know its kind."""
    (service,) = spec.listed("services")
    name, path, *options = service.split(":")
    package = f"{spec.values['package.domain']}.{spec.values['package.name']}"
    assert shift_service.SERVICE == f"{package}.Service{name.capitalize()}"
    assert Path(shift_service.__file__) == PROJECT_DIR / path
    assert ["foreground", "foregroundServiceType=location"] == options


def test_the_java_class_of_the_camera_is_built_in(spec: Spec) -> None:
    """The folder of android.add_src holds it by its package."""
    source = SPEC.parent / spec.values["android.add_src"] / f"{camera.OPENER.replace('.', '/')}.java"
    assert source.is_file()


@pytest.mark.parametrize(
    ("key", "side_px"),
    [
        ("icon.filename", 512),
        ("icon.adaptive_foreground.filename", 432),
        ("icon.adaptive_background.filename", 432),
        ("presplash.filename", 512),
    ],
)
def test_the_pictures_are_there(spec: Spec, key: str, side_px: int) -> None:
    """Square, and as large as the densest screen draws them."""
    with Image.open(SPEC.parent / spec.values[key]) as picture:
        assert (side_px, side_px) == picture.size


def written(folder: Path, requirements: str) -> Spec:
    """A specification with these requirements."""
    path = folder / "buildozer.spec"
    path.write_text(f"[app]\nrequirements = {requirements}\n", encoding="utf-8")
    return read_spec(path)
