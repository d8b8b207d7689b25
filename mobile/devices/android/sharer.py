"""Hands a text over by Android's own list of apps. Never run on a device."""

from __future__ import annotations

from importlib import import_module

from mobile.devices.android.java import context, java


class AndroidSharer:
    """See Sharer; the text itself travels, for no other app may read this one's folder."""

    def share(self, text: str, title: str) -> bool:
        """See Sharer."""
        intent_class = java("android.content.Intent")
        intent = intent_class(intent_class.ACTION_SEND)
        intent.setType("text/plain")
        intent.putExtra(intent_class.EXTRA_SUBJECT, title)
        intent.putExtra(intent_class.EXTRA_TEXT, text)
        chooser = intent_class.createChooser(intent, java("java.lang.String")(title))
        chooser.addFlags(intent_class.FLAG_ACTIVITY_NEW_TASK)
        try:
            context().startActivity(chooser)
        except import_module("jnius").JavaException:
            return False
        return True
