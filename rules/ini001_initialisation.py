"""How parameters start out: distribution and standard deviation by kind of parameter.

Found by running the program's own initialisation functions on one module of each kind, through inheritance.
``init.scheme`` and ``init.std`` are about matrices and tables, ``init.norm`` about the scales of norms, ``init.bias``
about biases, ``init.other`` about everything else. Deviations that shrink with depth show in the expression.

*Why it matters*: papers rarely say; training from scratch with another deviation is another experiment.
"""

from collections.abc import Iterable
from dataclasses import replace

from analyzer.rule import (
    InitialValues,
    Match,
    Query,
    Role,
    Rule,
    at,
    initial_values,
    model_example,
    per_stack,
    wildcard,
)

_TRAIT_OF_ROLE = {Role.NORM: "init.norm", Role.BIAS: "init.bias", Role.OTHER: "init.other"}


def check(query: Query) -> Iterable[Match]:
    yield from _gathered(
        per_stack(query, [match for one in query.facts(initial_values) for match in _init_traits(one)])
    )


def _gathered(found: Iterable[Match]) -> Iterable[Match]:
    """Parts that the traced call does not run belong to no stack: equal ones whose paths differ in numbers are one."""
    groups: dict[tuple[object, ...], list[Match]] = {}
    for one in found:
        groups.setdefault((wildcard(one.module), one.trait, str(one.value), one.evidence), []).append(one)
    for first, *others in groups.values():
        yield replace(first, module=wildcard(first.module)) if others else first


def _init_traits(found: InitialValues) -> Iterable[Match]:
    place = at("filled", found.span)
    note = "; some rows otherwise" if found.partly else ""
    note += "; other layers otherwise" if found.varies else ""
    trait = _TRAIT_OF_ROLE.get(found.role, "init.scheme")
    message = f"{trait} = {found.scheme}{note}" if note else None
    yield Match(found.scheme, (place,), module=found.module, trait=trait, message=message)
    if found.std is not None and trait == "init.scheme":
        yield Match(found.std, (at("filled", found.span, found.std),), module=found.module, trait="init.std")


_TRAITS = ("init.scheme", "init.std", "init.norm", "init.bias", "init.other")
_REFERENCES = (
    "Glorot, Bengio 2010, Understanding the difficulty of training deep feedforward neural networks",
    "Radford et al. 2019, Language Models are Unsupervised Multitask Learners (scaled by depth)",
)
_EXAMPLES = (
    model_example(
        "self.norm, self.up, self.down = nn.LayerNorm(8), nn.Linear(8, 32), nn.Linear(32, 8)",
        "return x + self.down(nn.functional.relu(self.up(self.norm(x))))",
        model="self.embed = nn.Embedding(20, 8)",
        end="return x",
        class_body="""
        def _init_weights(self, module):
            if isinstance(module, nn.Linear):
                module.weight.data.normal_(mean=0.0, std=0.05)
                module.bias.data.zero_()
            elif isinstance(module, nn.Embedding):
                nn.init.trunc_normal_(module.weight, std=0.02)
            elif isinstance(module, nn.LayerNorm):
                module.weight.data.fill_(1.0)
        """,
        finds={
            "init.scheme": {"normal", "truncated_normal"},
            "init.std": {0.05, 0.02},
            "init.norm": "ones",
            "init.bias": "zeros",
        },
    ),
)

RULE = Rule("INI001", "initialisation", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
