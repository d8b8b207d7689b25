"""Shifts: which driver has which vehicle from when to when, with breaks; who drove what when."""
