"""GPS trackers in vehicles: registered, known by a secret id, speaking the OsmAnd protocol of Traccar's clients."""
