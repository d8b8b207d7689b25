"""Hours: proven presence, credited under the caps of the order."""
