"""What a device must add, change and forget since its cursor."""
