"""The plan of a day and its life: asked for, computed as a job, released as routes, changed while driving, closed."""
