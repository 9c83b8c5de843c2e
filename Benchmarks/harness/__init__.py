"""Measures the gate beside nginx and HAProxy; see Benchmarks/README.md."""
