"""The hauling night: which piles are taken away, by which loaders and trucks, to which dumps, and the way to release it to drivers."""
