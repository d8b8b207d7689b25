"""Routes as files for other programs: GPX 1.1 and KML 2.2."""
