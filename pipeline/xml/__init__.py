"""The adapter of Jinja and lxml: profiles, rendering, checks, reading. Knows no table, no job."""
