"""Winter streets: which are to be cleared and gritted tonight, when each last was, and how much snow lies to be hauled."""
