"""Cases as files for tables and maps: CSV, XLSX, GeoJSON."""
