"""`qala demo snow-night`: a snowfall, a plan by streets for all districts, phones that drive it, a breakdown, a report."""
