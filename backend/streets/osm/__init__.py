"""OpenStreetMap files: which tags mean what for vehicles, and how a file becomes the source of a network."""
