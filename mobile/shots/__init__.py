"""Pictures of every screen in every language and theme, from example data: ``python -m mobile.shots FOLDER``."""
