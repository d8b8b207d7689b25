"""People who serve public works: who they are, their own encryption key, and their face templates."""
