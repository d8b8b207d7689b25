"""The web console: page shell and pages; today a front page with the live feed and the browsable API."""
