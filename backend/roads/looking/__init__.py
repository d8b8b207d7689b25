"""From received photos to a result: looked at and blurred by a worker, then confirmed or corrected by a person."""
