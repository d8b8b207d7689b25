"""buildozer.spec agrees with the code, the lock and itself."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from mobile.android_build import manifest_hook
from mobile.android_build.spec import SPEC, BadSpec, Spec, read_spec
from mobile.devices.android import camera, location, shift_notice
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
    service = {"FOREGROUND_SERVICE", "FOREGROUND_SERVICE_LOCATION"}
    assert ASKED | service == set(spec.listed("android.permissions"))


@pytest.mark.parametrize("name", [camera.OPENER, shift_notice.SERVICE])
def test_java_classes_of_the_devices_are_built_in(spec: Spec, name: str) -> None:
    """The folder of android.add_src holds each by its package."""
    source = SPEC.parent / spec.values["android.add_src"] / f"{name.replace('.', '/')}.java"
    assert f"public class {name.rpartition('.')[2]}" in source.read_text(encoding="utf-8")


MANIFEST = """<manifest xmlns:android="http://schemas.android.com/apk/res/android">
    <application android:label="@string/app_name">
        <activity android:name="org.kivy.android.PythonActivity" />
    </application>
</manifest>
"""


def test_the_shift_service_is_declared_in_the_app_s_own_process(spec: Spec) -> None:
    """A service of python-for-android's own would run in another one; Android 14 wants to know its kind."""
    assert Path(manifest_hook.__file__) == SPEC.parent / spec.values["p4a.hook"]
    assert () == spec.listed("services")
    manifest = manifest_hook.with_service(MANIFEST)
    (service,) = ElementTree.fromstring(manifest).iter("service")
    android = "{http://schemas.android.com/apk/res/android}"
    assert {
        f"{android}name": shift_notice.SERVICE,
        f"{android}foregroundServiceType": "location",
        f"{android}exported": "false",
    } == service.attrib
    assert manifest == manifest_hook.with_service(manifest)


def test_a_manifest_of_another_form_stops_the_build() -> None:
    """A package without the service would lose its tracks in silence."""
    with pytest.raises(ValueError, match=r"manifest_hook\.py"):
        manifest_hook.with_service("<manifest></manifest>")


def test_the_hook_writes_where_python_for_android_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the folder of the distribution."""
    path = tmp_path / manifest_hook.MANIFEST
    path.parent.mkdir(parents=True)
    path.write_text(MANIFEST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    manifest_hook.before_apk_assemble(None)
    assert shift_notice.SERVICE in path.read_text(encoding="utf-8")


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
