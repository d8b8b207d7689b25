"""What phones send: photos that arrive in pieces, the signature over a report, and the report's photos under their own key."""
