"""Privacy of road photos: faces and number plates are found and made unrecognisable, what is no road is softened. Pure."""
