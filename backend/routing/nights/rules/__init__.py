"""What a night's report decides without a database: how each pass stands and why, and the sums."""
