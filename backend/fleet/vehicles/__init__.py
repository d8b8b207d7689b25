"""The vehicles: what each is, carries, weighs and costs, and whether it is in service."""
