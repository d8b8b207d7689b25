"""What was captured and has not reached the server: a durable queue, the ladder its items climb, and how each kind is sent."""
