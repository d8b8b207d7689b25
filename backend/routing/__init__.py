"""Routes: what a crew drives in one shift, stop by stop, how the plan changes, and what became of each stop."""
