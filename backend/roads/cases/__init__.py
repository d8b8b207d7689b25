"""Cases: one fault of the road through its whole life, out of all the reports that show it."""
