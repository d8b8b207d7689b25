"""Measuring the planner on public instances, beside other solvers; nothing of the product imports this."""
