"""What a route may be: `states` and their moves, sound `plans`, what `changes` between two of them, which `reports` count. Pure."""
