"""The kinds of input by name."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fuzz.case import Kind
from tests.fuzz.kinds.attacks import Attacks
from tests.fuzz.kinds.configs import Configs
from tests.fuzz.kinds.damaged_cache import DamagedCache
from tests.fuzz.kinds.encodings import Encodings
from tests.fuzz.kinds.generated import Generated
from tests.fuzz.kinds.mutants import Mutants
from tests.fuzz.kinds.natives import Natives
from tests.fuzz.kinds.rules import Rules
from tests.fuzz.kinds.signals import Signals

KINDS: Mapping[str, Kind] = {
    "attacks": Attacks(),
    "cache": DamagedCache(),
    "configs": Configs(),
    "encodings": Encodings(),
    "generated": Generated(),
    "mutants": Mutants(),
    "natives": Natives(),
    "rules": Rules(),
    "signals": Signals(),
}
SHARES: Mapping[str, float] = {
    "attacks": 0.2,
    "cache": 0.2,
    "mutants": 0.4,
    "natives": 2.0,
    "generated": 2.0,
    "signals": 0.04,
}
"""How many cases a kind has in each turn, as a part of the usual number: slow kinds have fewer."""
