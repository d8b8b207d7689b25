"""How streets stand: an index of each piece of street, estimated from photos after the manner of ASTM D6433, with its history."""
