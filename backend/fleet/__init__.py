"""The city's vehicles, where they start and unload, who drives them when, and where they are; `service` is the face to other features."""
