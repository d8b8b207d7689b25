"""What python-for-android calls before Gradle: declares the shift's service and the voices in the manifest that it has just written.

python-for-android's own options do not do: ``--service`` puts a service into a process of its own, and ``--native-service``
declares none of the kinds that Android 14 demands. Read by python-for-android, so it imports only the standard library.
"""

from __future__ import annotations

from pathlib import Path

MANIFEST = Path(
    "src/main/AndroidManifest.xml"
)  # below the folder of the distribution, where hooks are called
SERVICE = """        <service android:name="kz.qala.phone.ShiftService"
                 android:foregroundServiceType="location"
                 android:exported="false" />
"""
END = "    </application>"
VOICES = """
    <queries>
        <intent><action android:name="android.intent.action.TTS_SERVICE" /></intent>
    </queries>"""  # from Android 11 on an app does not see the phone's voices otherwise


def before_apk_assemble(_toolchain: object) -> None:
    """See python-for-android's hooks; ValueError when its manifest looks otherwise than this hook knows it."""
    MANIFEST.write_text(with_service(MANIFEST.read_text(encoding="utf-8")), encoding="utf-8")


def with_service(manifest: str) -> str:
    """The manifest with the service and the voices, once however often it is asked."""
    if SERVICE in manifest:
        return manifest
    if manifest.count(END) != 1:
        raise ValueError(
            f"AndroidManifest.xml must have one line {END!r}, has {manifest.count(END)}: adapt manifest_hook.py"
        )
    return manifest.replace(END, SERVICE + END + VOICES)
