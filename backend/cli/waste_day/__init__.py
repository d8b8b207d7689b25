"""`qala demo waste-day`: a city for a day, its plan, its phones, its breakdown, its picture."""
