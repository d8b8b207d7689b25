"""Training the eye of roads; needs the extra «training» (torch, onnx, scikit-learn), which no server has."""
