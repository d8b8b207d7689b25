"""Hands a place to an installed navigator by an Intent. Never run on a device."""

from __future__ import annotations

from importlib import import_module

from mobile.devices.android.java import context, java
from mobile.devices.navigator import geo_link
from shared.geometry import Point


class AndroidNavigator:
    """See Navigator."""

    def open(self, point: Point, title: str = "") -> bool:
        """See Navigator; False where no app takes geo: links."""
        intent_class = java("android.content.Intent")
        intent = intent_class(intent_class.ACTION_VIEW, java("android.net.Uri").parse(geo_link(point, title)))
        intent.addFlags(intent_class.FLAG_ACTIVITY_NEW_TASK)
        try:
            context().startActivity(intent)
        except import_module("jnius").JavaException:  # ActivityNotFoundException
            return False
        return True
