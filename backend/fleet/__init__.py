"""Where crews are during their shifts: positions from phones, kept for a while, shown to the one concerned and by route."""
