"""What the phone and the server both speak: words, wire contracts, geometry, messages. Standard library only."""
