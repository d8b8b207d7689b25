"""Winter streets on the wire: snowfalls, needs and volumes, care and priorities, piles, what anybody is told."""
