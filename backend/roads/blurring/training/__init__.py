"""Training of the finder of number plates on drawn plates in real photos; needs torch, which no server has."""
