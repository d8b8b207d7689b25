"""What cases decide: which street a report lies on, whether two reports show one fault, how bad it is, where it may go. Pure."""
