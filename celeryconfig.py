"""Celery's settings; each states its reason."""
