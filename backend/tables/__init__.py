"""Tables that people send: read from XLSX, CSV or GeoJSON, each row by itself, every flaw named. Pure."""
