"""What winter decides without a database: care by class, snow since the last work, passes by width, volumes."""
