"""What is fast, measured. ``make bench`` runs it; ``python -m benchmarks --help`` says how to choose."""
