"""Frames that a vehicle sends while it drives: asked for before their bytes travel, thinned as a folder's are, each kept one a report."""
