"""`qala demo defects`: crews photograph real faults; what was seen in them, which reports are one fault, how streets stand."""
