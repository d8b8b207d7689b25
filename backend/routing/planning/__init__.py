"""Plans of a day: the problem in the field's terms, a solver, and a check that does not believe the solver.

``solve(problem, …) → Plan`` and ``check(problem, plan) → violations`` meet only in ``problem`` and ``plan``. Nothing here knows
Flask, the database or the wall clock: times are seconds since the day's midnight, money is in tenge.
"""
