"""Where crews and vehicles are during their shifts: positions from phones and trackers, kept for a while."""
