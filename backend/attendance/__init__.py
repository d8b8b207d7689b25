"""«Умный надзиратель»: check-ins by face and GPS, and the verdicts on them."""
