"""The phone app of supervisors and crews; it shares only `shared` with the server and never imports it."""
