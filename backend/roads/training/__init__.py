"""Training the eye of roads; needs the extra «training» (torch, onnx), which no server has."""
