"""Benchmarks: ratios against what the machine can do, measured in the same run.

`python -m benchmarks [name…]`; docs/performance.md says what each ratio means. Nothing here
is a test: no figure passes or fails.
"""
