"""The city's streets on the phone: fetched once a version, kept as they came, drawn from memory."""
