"""The map that works offline: projection, view, streets and what is drawn of them. Pure: no Kivy, no files, no clock."""
