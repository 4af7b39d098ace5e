"""Configuration files of any content, given on the command line or found beside the code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from analyzer import Report
from tests.fuzz.case import Case, Fault
from tests.fuzz.checks import healthy_whole, same_again, scanned, shown
from tests.fuzz.kinds.encodings import DAMAGES, FIXTURES
from tests.fuzz.sampled import expected, one_in

_FIELD = re.compile(rb"^    (?:    )?(\w+): [\w\[\]| ]+ = |self\.(\w+) = |^\s+(\w+)=", re.MULTILINE)
VALUES: tuple[Any, ...] = (
    0, 1, -1, 2, 3, 7, 64, 1000, 10**6, 10**12, 2**63, 10**40, -(10**12), 0.0, -0.5, 1e-12, 1e308, 1.5, True, False,
    None, "", "gelu", "silu", "relu", "none", "8", "nothing",
    "\ud800", "\x1b[31m", "x" * 10_000, "float16", "torch.bfloat16", "__import__('os')", "{x.call}", [], [1, 2],
    [[1]], [None], [1] * 5000, ["full_attention"] * 3, ["sliding_attention"], {},
    {"rope_type": "linear", "factor": 2.0}, {"rope_type": "yarn"}, {"type": "dynamic", "factor": "x"}, {"": {}},
    {"a": {"b": {"c": 1}}}, {"model_type": "llama"}, {"model_type": "nothing"},
)  # fmt: skip
NAMES = (
    "model_type", "architectures", "auto_map", "torch_dtype", "dtype", "hidden_size", "num_hidden_layers",
    "num_attention_heads", "num_key_value_heads", "head_dim", "vocab_size",
         "intermediate_size", "hidden_act", "rope_theta", "rope_scaling", "rope_parameters", "layer_types",
         "text_config", "vision_config", "quantization_config", "attn_implementation",
         "use_cache", "tie_word_embeddings", "id2label", "num_labels", "is_encoder_decoder", "transformers_version",
         "__class__", "__init__", "", "to_dict", "self", "\ud800", "a.b", "attribute_map")  # fmt: skip


class Configs:
    """The models are the fixtures; every third file is not even JSON."""

    def make(self, random: Random, seed: int) -> Case:
        family = random.choice(families())
        files = {f"family/{path.name}": path.read_bytes() for path in sorted(family.glob("*.py"))}
        fields = sorted(
            {part.decode() for text in files.values() for found in _FIELD.findall(text) for part in found if part}
        )
        beside = random.random() < 0.4
        files["family/config.json" if beside else "given.json"] = _text(random, fields)
        return Case("configs", seed, files, {} if beside else {"config": "given.json"})

    def attempt(self, case: Case, folder: Path) -> Iterator[Fault]:
        options = {option: folder / name for option, name in case.options.items()}
        for found in scanned(folder, **options):
            if not isinstance(found, Report):
                yield found
            elif one_in(10, case):
                yield from same_again(folder, found, **options)
        if one_in(10, case) and not options:
            yield from healthy_whole(folder, expected())
        if one_in(20, case):
            yield from shown(folder, case, *(part for path in options.values() for part in ("--config", str(path))))


@cache
def families() -> tuple[Path, ...]:
    return tuple(
        folder
        for folder in sorted(FIXTURES.iterdir())
        if any(folder.glob("configuration_*.py")) and folder.name != "hostile"
    )


def _text(random: Random, fields: list[str]) -> bytes:
    match random.randrange(6):
        case 0:
            return random.choice(DAMAGES)(_json(random, fields) or b" ", random)
        case 1:
            return _odd(random)
        case _:
            return _json(random, fields)


def _json(random: Random, fields: list[str]) -> bytes:
    names = [random.choice((*fields, *fields, *NAMES)) for _ in range(random.choice((1, 1, 2, 3, 8)))]
    return json.dumps({name: _value(random, fields, 2) for name in names}, indent=random.choice((None, 1))).encode(
        "utf-8", "surrogatepass"
    )


def _value(random: Random, fields: list[str], depth: int) -> Any:
    if depth and random.random() < 0.15:
        return {random.choice((*fields, *NAMES)): _value(random, fields, depth - 1) for _ in range(random.randrange(4))}
    return random.choice(VALUES)


def _odd(random: Random) -> bytes:
    count = random.choice((500, 10_000, 200_000))
    return random.choice((
        b"", b"null", b"[]", b"3", b'"x"', b"NaN", b'{"hidden_size": NaN}', b'{"hidden_size": Infinity}',
        b'{"hidden_size": 1e999}', b'{"hidden_size": ' + b"9" * 5000 + b"}",
        b'{"a": ' * count + b"1" + b"}" * count, b"[" * count,
        b'{"hidden_size": ' + b"[" * count + b"]" * count + b"}", b'{"x": "' + b"y" * count + b'"}',
        b"{" + b",".join(b'"f%d": %d' % (i, i) for i in range(count // 10)) + b"}",
        b'{"num_hidden_layers": ' + str(count * 5).encode() + b"}",
        b'{"hidden_size": 1, "hidden_size": 2}', b'{"hidden_size": 24,}', b"{'hidden_size': 24}",
        b'{"hidden_size": 24} // x', b'{"h\\ud800": 1}', b'{"model_type": "\\u001b[31m"}',
        b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b'{"x": "\xff"}',
        b'{"layer_types": [' + b'"full_attention",' * count + b'"x"]}', b'{"hidden_size": -0}',
        b'{"num_hidden_layers": 0.5}',
    ))  # fmt: skip
