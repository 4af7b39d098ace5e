"""Hostile programs: what a scanned file may try, each beside a healthy model that must not notice.

``programs/*.toml`` holds them by topic, ``families`` those that are better made than written.
``python -m tests.attacks`` runs the real command on each alone and prints a table; the tests run many at once.
"""
