"""Open311 GeoReport v2: citizens' apps report faults of roads and follow them; a dispatcher lets each report in."""
