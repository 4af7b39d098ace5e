"""Rules as data: a predicate over traits, configuration fields and structures, written in a TOML file."""
