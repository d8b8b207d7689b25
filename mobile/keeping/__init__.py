"""What the phone keeps: one database and sealed files in one private folder, durable before anything is called saved."""
