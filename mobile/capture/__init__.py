"""The capture of a check-in: who is asked for what and when, what the camera and the receiver gave, and the signed evidence of it."""
