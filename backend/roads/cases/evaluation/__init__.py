"""How well reports merge, and what that costs: for `qala evaluate merging`; nothing of the product imports it."""
