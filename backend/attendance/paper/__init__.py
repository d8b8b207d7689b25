"""The paper way: signed sheets entered by one and approved by another; absences with their reasons."""
