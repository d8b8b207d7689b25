"""How much blurring finds, and how much it blurs in vain: for `qala evaluate blurring`."""
