"""Cases on the wire: lists and maps, one case with all that is known of it, its merges, moves and repairs, the city's table."""
