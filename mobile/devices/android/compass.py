"""The phone's compass by SensorManager's rotation vector, turned to true north by GeomagneticField. Never run on a device."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from mobile.devices.android.java import java, service
from mobile.devices.attitude import camera_bearing_deg, facing_bearing_deg
from mobile.devices.compass import Heading, Silence
from shared.geometry import Point

OLD_AFTER_S = 2.0
ACCURACY_LOW = 1  # SensorManager.SENSOR_STATUS_ACCURACY_LOW; 0 is «unreliable»
OFF_MOST_DEG = 25.0  # of the error that the sensor itself reckons with


class AndroidCompass:
    """See Compass."""

    def __init__(
        self, here: Callable[[], Point | None], seconds: Callable[[], float] = time.monotonic
    ) -> None:
        """``here``: where the device was last seen, for the declination."""
        self._here = here
        self._seconds = seconds
        self._wanted: set[str] = set()
        self._listener: Any = None
        self._handler: Any = None
        self._lock = threading.Lock()
        self._rotation: tuple[float, ...] | None = None
        self._is_sure = False
        self._heard_s = 0.0

    def start(self, who: str = "app") -> None:
        """See Compass."""
        was, self._wanted = self._wanted, self._wanted | {who}
        sensor = self._sensor()
        if was or sensor is None:
            return
        if self._listener is None:
            thread = java("android.os.HandlerThread")("qala-compass")
            thread.start()
            self._handler = java("android.os.Handler")(thread.getLooper())
            self._listener = _listener(self.hear)
        delay = java("android.hardware.SensorManager").SENSOR_DELAY_UI
        self._manager().registerListener(self._listener, sensor, delay, self._handler)

    def stop(self, who: str = "app") -> None:
        """See Compass."""
        self._wanted = self._wanted - {who}
        if not self._wanted and self._listener is not None:
            self._manager().unregisterListener(self._listener)

    def camera(self) -> Heading:
        """See Compass."""
        return self._heading(camera_bearing_deg)

    def facing(self) -> Heading:
        """See Compass."""
        return self._heading(facing_bearing_deg)

    def hear(self, values: Sequence[float], accuracy: int) -> None:
        """The sensor has spoken, on its own thread; its fifth value is the error that it reckons with, in radians, or −1."""
        off_deg = math.degrees(values[4]) if len(values) > 4 else -1.0
        with self._lock:
            self._rotation = tuple(values[:4])
            self._is_sure = accuracy > ACCURACY_LOW and off_deg <= OFF_MOST_DEG
            self._heard_s = self._seconds()

    def _heading(self, of: Callable[[Sequence[float]], float | None]) -> Heading:
        with self._lock:
            rotation, is_sure, heard_s = self._rotation, self._is_sure, self._heard_s
        if rotation is None or self._seconds() - heard_s > OLD_AFTER_S:
            return Heading(why=Silence.WAITING if self._sensor() is not None else Silence.MISSING)
        if not is_sure:
            return Heading(why=Silence.DISTURBED)
        magnetic_deg = of(rotation)
        if magnetic_deg is None:
            return Heading(why=Silence.STEEP)
        here = self._here()
        if here is None:
            return Heading(why=Silence.NO_PLACE)
        return Heading(round((magnetic_deg + self._declination_deg(here)) % 360, 1) % 360)

    def _declination_deg(self, here: Point) -> float:
        """How far east of true north a needle points there now."""
        now_ms = java("java.lang.System").currentTimeMillis()
        return float(
            java("android.hardware.GeomagneticField")(here.lat, here.lon, 0.0, now_ms).getDeclination()
        )

    def _sensor(self) -> Any:
        return self._manager().getDefaultSensor(java("android.hardware.Sensor").TYPE_ROTATION_VECTOR)

    def _manager(self) -> Any:
        return service(java("android.content.Context").SENSOR_SERVICE)


def _listener(hear: Callable[[Sequence[float], int], None]) -> Any:
    """A SensorEventListener in Python; the class can only be made where pyjnius is."""
    jnius = import_module("jnius")
    java_method: Any = jnius.java_method

    def onSensorChanged(_self: Any, event: Any) -> None:  # noqa: N802  # Java's name
        hear(tuple(event.values), int(event.accuracy))

    def onAccuracyChanged(_self: Any, _sensor: Any, _accuracy: int) -> None:  # noqa: N802
        """Each event says it too."""

    members = {
        "__javainterfaces__": ["android/hardware/SensorEventListener"],
        "__javacontext__": "app",
        "onSensorChanged": java_method("(Landroid/hardware/SensorEvent;)V")(onSensorChanged),
        "onAccuracyChanged": java_method("(Landroid/hardware/Sensor;I)V")(onAccuracyChanged),
    }
    return type("RotationListener", (jnius.PythonJavaClass,), members)()
