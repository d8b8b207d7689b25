"""How HTTP meets the services: principal, blueprint, transactions, problems, paging, versions, request log, health."""
