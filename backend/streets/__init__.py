"""Streets: the network that vehicles drive on, where it comes from and what is asked of it."""
