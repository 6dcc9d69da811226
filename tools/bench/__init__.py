"""How fast, how many flushes, how much memory: `make bench`, see docs/benchmarks.md."""
