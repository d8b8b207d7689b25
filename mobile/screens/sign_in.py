"""The screen where somebody signs in."""

from __future__ import annotations

from mobile.models.sign_in import SignIn
from mobile.screens.bound import BoundScreen, load_rules

load_rules("sign_in")


class SignInScreen(BoundScreen):
    """Server, login, password; see mobile.models.sign_in."""

    model: SignIn

    def sign_in(self) -> None:
        """The button, or the keyboard's «done» in the last field."""
        fields = self.ids
        self.model.sign_in(fields.server.text, fields.login.text, fields.password.text)

    def show(self, key: str) -> None:
        """A password is never there before it is entered."""
        super().show(key)
        self.ids.password.text = ""
        self.ids.server.text = self.view.server
