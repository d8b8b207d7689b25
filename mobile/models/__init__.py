"""What the screens show and what their buttons do, without Kivy: screens only bind to these."""
