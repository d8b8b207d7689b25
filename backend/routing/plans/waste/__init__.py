"""The waste day: sites that are due, trucks that empty containers, landfills."""
