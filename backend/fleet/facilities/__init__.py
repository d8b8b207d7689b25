"""Facilities: depots where vehicles start, landfills, transfer stations and snow dumps where they unload."""
