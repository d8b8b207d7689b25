"""Staff users, their roles, districts, devices and sessions; `policy` is the one table of who may do what."""
