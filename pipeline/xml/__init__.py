"""The adapter of Jinja and lxml: profiles, rendering, validation. Knows no table and no job."""
