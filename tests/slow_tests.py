"""The tests that `make fast` leaves out: files, folders and single tests that take seconds, or start many processes.

`pytest --durations=30` says which tests of the others have become slow.
"""

SLOW = (
    # whole models of transformers, many programs, or many processes
    "tests/api/test_older_field_names.py",
    "tests/attacks/",
    "tests/cases/",
    "tests/claims/test_commands.py",
    "tests/claims/test_divergences.py",
    "tests/cli/test_commands.py",
    "tests/cli/test_endings.py",
    "tests/compare/test_mutants.py",
    "tests/compare/test_trees.py",
    "tests/engine/test_reading_once.py",
    "tests/engine/test_suppression.py",
    "tests/engine/test_workers.py",
    "tests/facts/test_recorded_attention.py",
    "tests/facts/test_recorded_stream.py",
    "tests/fuzz/",
    "tests/interpret/test_generated.py",
    "tests/live/",
    "tests/names/test_corpus_catalogue.py",
    "tests/provenance/test_lineage.py",
    "tests/rule/renaming/",
    "tests/rule/test_examples.py",
    "tests/rule/test_masking.py",
    "tests/sweep/",
    "tests/test_bad_input.py",
    "tests/test_corpus.py",
    "tests/test_distribution.py",
    "tests/test_empty_sizes.py",
    "tests/test_expected_findings.py",
    "tests/test_hostile.py",
    "tests/test_kills.py",
    "tests/test_recorded_traits.py",
    "tests/test_renaming.py",
    "tests/test_scoreboard.py",
    "tests/test_truth.py",
    "tests/workers/",
    # one by one
    "tests/interpret/runtime/test_isolation.py::test_loaded_modules_serve_the_next_model",
    "tests/interpret/runtime/test_meter.py",
    "tests/sources/test_cache.py::test_damage_by_chance_never_loses_a_model",
    "tests/sources/test_discover.py::test_very_many_files_and_very_long_names",
)
