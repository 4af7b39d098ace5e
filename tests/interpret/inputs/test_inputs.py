"""Which inputs the traced call is made with: conventions, documentation, and what a refusal tells."""

from __future__ import annotations

import pytest

import analyzer
from analyzer.base import GapCode
from analyzer.frameworks.transformers.inputs import numbers
from analyzer.graph import BuiltModel, Dtype, OpKind, Status
from analyzer.interpret.inputs.documented import Vocabulary, documented
from analyzer.interpret.inputs.fields import Fields
from analyzer.library.framework import Declarations
from analyzer.rule.examples import Example, build_snippet

HEAD = """
import torch
from torch import nn
import torch.nn.functional as F
"""


def shapes(code: str) -> dict[str, tuple[int, ...]]:
    """Shapes by input of the last class of ``code``, which runs with them."""
    model = _built(code)
    assert model.status is Status.COMPLETE, model.gaps or model.failure
    return {name: tuple(map(int, shape)) for name, (_, shape) in model.inputs.items()}


def _built(code: str) -> BuiltModel:
    return build_snippet(Example(HEAD + code, {}))


def test_documentation_states_shapes() -> None:
    text = """
    Args:
        points (`torch.LongTensor` of shape `(batch_size, num_points, 2)`, *optional*):
            Where to look (row, column).
        boxes: corners [batch, num_boxes, 4]
        places (`torch.Tensor`): Encoding with the shape of `boxes`.
        other (`bool`): no tensor
    """
    found = documented(text, ["points", "boxes", "places", "other", "absent"])
    assert found["points"].words == ("batch_size", " num_points", " 2") and found["points"].kind == "long"
    assert found["boxes"].words == ("batch", " num_boxes", " 4")
    assert found["places"].like == "boxes"
    assert found.keys() == {"points", "boxes", "places"}


def test_words_of_shapes_are_sizes() -> None:
    vocabulary = Vocabulary(Fields(None, Declarations()))
    assert vocabulary.shape(("batch_size", "sequence_length", "3 * 2")) == (2, 7, 6)
    points = vocabulary.shape(("num_points", "num_points + 1"))
    assert points is not None and points[1] == points[0] + 1
    assert vocabulary.shape(("a tensor",)) is None


def test_documented_inputs_are_used() -> None:
    assert shapes('''
class Net(nn.Module):
    def forward(self, points):
        """
        Args:
            points (`torch.FloatTensor` of shape `(batch_size, 5, 2)`): where
        """
        a, b, c = points.shape
        return points.view(a, b * c)
''') == {"points": (2, 5, 2)}


def test_width_is_learned_from_the_weight_that_it_meets() -> None:
    assert shapes("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.up = nn.LayerNorm(20), nn.Linear(20, 40)
    def forward(self, hidden_states):
        return self.up(self.norm(hidden_states))
""") == {"hidden_states": (2, 7, 20)}


def test_computed_width_is_solved_for_the_input() -> None:
    assert shapes("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.shrink, self.out = nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.Linear(4 * 12, 8)
    def forward(self, input_features):
        x = self.shrink(input_features.unsqueeze(1))
        return self.out(x.permute(0, 2, 1, 3).flatten(2))
""")["input_features"] == (2, 64, 24)


def test_a_first_convolution_makes_an_image_of_the_input() -> None:
    assert shapes("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.head = nn.Conv2d(3, 8, 7, stride=2, padding=3), nn.Linear(8, 10)
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        return self.head(x.mean((2, 3)))
""") == {"x": (2, 3, 224, 224)}


def test_number_of_axes_is_learned_from_unpacking() -> None:
    assert shapes("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(1, 8, 16, stride=8)
    def forward(self, input_values):
        batch, channels, samples = input_values.shape
        return self.first(input_values)
""")["input_values"][:2] == (2, 1)


def test_tokens_of_several_codebooks_get_an_axis_at_the_end() -> None:
    assert shapes("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(4 * 10, 8)
        self.register_buffer("offsets", torch.arange(4) * 10)
    def forward(self, input_ids):
        return self.table(input_ids + self.offsets).sum(2)
""") == {"input_ids": (2, 7, 4)}


def test_input_that_the_message_names_is_added() -> None:
    assert shapes("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.mix = nn.Embedding(10, 16), nn.Linear(16, 16)
    def forward(self, input_ids, memory=None):
        if memory is None:
            raise ValueError("`memory` has to be given")
        return self.table(input_ids) + self.mix(memory)
""").keys() == {"input_ids", "memory"}


def test_input_that_was_missed_under_another_name_is_added() -> None:
    """Followed through a wrapper, a static method, positions and copies to what failed."""
    code = """
class Inner(nn.Module):
    @staticmethod
    def rows(first, second):
        third = second
        return first[:, : third.shape[1]]

    def forward(self, *given, **more):
        return self.rows(*given, **more)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()
        self.table = nn.Embedding(11, 4)

    def forward(self, input_ids, sun=None, moon: torch.LongTensor | None = None, rain=None):
        light = moon
        return self.inner(self.table(input_ids), second=light)
"""
    assert shapes(code).keys() == {"input_ids", "moon"}


def test_input_that_a_check_misses_is_added() -> None:
    code = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(11, 4)

    def forward(self, input_ids, sun: torch.Tensor | None = None, moon: torch.LongTensor | None = None):
        light = moon
        if light is None:
            raise ValueError("something is missing")
        return self.table(input_ids)[:, : light.shape[1]]
"""
    assert shapes(code).keys() == {"input_ids", "moon"}


def test_size_that_the_message_asks_for_is_taken() -> None:
    assert (
        shapes("""
class Net(nn.Module):
    def forward(self, past_values: torch.FloatTensor):
        if past_values.shape[1] != 24:
            raise ValueError(f"length {past_values.shape[1]} is not 24")
        return past_values.mean(1)
""")["past_values"][1]
        == 24
    )


def test_the_arguments_that_got_furthest_are_kept_with_their_gap() -> None:
    model = _built("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(10, 16)
    def forward(self, input_ids):
        x = self.table(input_ids)
        raise ValueError("not today")
""")
    assert model.status is Status.PARTIAL
    assert [gap.code for gap in model.gaps] == [GapCode.RAISED]
    assert any(op.kind is OpKind.EMBEDDING for op in model.graph)
    assert sum(op.kind is OpKind.INPUT for op in model.graph) == 1, "trials leave nothing behind"


def test_a_trial_leaves_buffers_as_they_were() -> None:
    model = _built("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("count", torch.zeros(1))
        self.up = nn.Linear(20, 4)
    def forward(self, hidden_states):
        self.count += 1
        return self.up(hidden_states) * self.count
""")
    assert model.status is Status.COMPLETE
    (add,) = [op for op in model.graph if op.target.startswith("Tensor.add_")]
    assert add.operands[0].source.kind is OpKind.BUFFER


def test_sizes_that_a_check_compares_are_solved() -> None:
    given = shapes("""
class Net(nn.Module):
    def forward(self, past_values: torch.FloatTensor, image: torch.FloatTensor):
        if past_values.shape[1] - 5 < 16 // 2:
            raise ValueError("too few of them")
        assert image.shape[-1] * 0.25 == 60
        return past_values[:, 5:].mean(1)
""")
    assert given["past_values"][1] == 13 and given["image"][-1] == 240


def test_a_check_on_two_inputs_together() -> None:
    given = shapes('''
class Net(nn.Module):
    def forward(self, left, right):
        """
        Args:
            left (`torch.FloatTensor` of shape `(batch_size, 40, 3)`): one
            right (`torch.FloatTensor` of shape `(batch_size, 40, 3)`): other
        """
        both = torch.cat([left, right], dim=1)
        if both.shape[1] != 48:
            raise ValueError("not so long")
        return both
''')
    assert given == {"left": (2, 24, 3), "right": (2, 24, 3)}


def test_a_size_that_comes_to_nothing_grows() -> None:
    assert shapes("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(20, 4)
    def forward(self, hidden_states):
        batch, length, _ = hidden_states.shape
        return self.up(hidden_states).reshape(batch // 8, 8, length, 4).mean(1)
""") == {"hidden_states": (8, 7, 20)}


def test_a_shape_says_how_many_elements_an_input_has() -> None:
    assert shapes("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.mix = nn.Linear(16, 16)
    def forward(self, hidden_states):
        return self.mix(hidden_states).transpose(1, 2).reshape(2, 16, 3, 4)
""")["hidden_states"] == (2, 12, 16)


def test_an_undescribed_input_has_the_shape_of_what_it_meets() -> None:
    given = shapes("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 2, stride=2)
    def forward(self, pixel_values, skips: list[torch.Tensor]):
        fine, coarse = skips
        x = self.first(pixel_values) + fine
        return x.mean() + coarse
""")
    assert given["skips.0"] == (2, 8, 112, 112)


def test_a_call_that_requires_nothing_gets_its_first_tensor() -> None:
    assert shapes("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(20, 4)
    def forward(self, flattened_patches: torch.Tensor | None = None, scale: float = 1.0):
        if flattened_patches is None:
            raise ValueError("You have to specify flattened_patches")
        return self.up(flattened_patches) * scale
""") == {"flattened_patches": (2, 7, 20)}


def test_grids_and_lengths_cover_what_is_given_with_them() -> None:
    specs = {
        "input_ids": (Dtype.INT64, (2, 7)),
        "pixel_values": (Dtype.FLOAT32, (16, 12)),
        "pixel_values_videos": (Dtype.FLOAT32, (4, 12)),
        "image_grid_thw": (Dtype.INT64, (1, 3)),
        "video_grid_thw": (Dtype.INT64, (1, 3)),
        "input_features": (Dtype.FLOAT32, (80, 128)),
        "feature_lens": (Dtype.INT64, (2,)),
    }
    found = {name: numbers(name, spec, specs, Fields(None, Declarations())) for name, spec in specs.items()}
    known = {name: value.tolist() for name, value in found.items() if value is not None}
    assert known == {"image_grid_thw": [[1, 4, 4]], "video_grid_thw": [[1, 2, 2]], "feature_lens": [64, 64]}


@pytest.mark.parametrize("name", ["image_sizes", "target_sizes", "image_grid_thw", "audio_lengths"])
@pytest.mark.parametrize("pixels", [(), (4,), (2, 3, 8, 8)])
@pytest.mark.parametrize("shape", [(0,), (5,), (5, 3), (5, 2), (0, 2)])
def test_sizes_of_another_shape_than_usual_are_data(name: str, pixels: tuple[int, ...], shape: tuple[int, ...]) -> None:
    given = {"pixel_values": (Dtype.FLOAT32, pixels)}
    found = numbers(name, (Dtype.INT64, shape), given, Fields(None, Declarations()))
    assert found is None or found.shape == shape or name == "image_grid_thw"


def test_blocks_without_rest_and_codebooks() -> None:
    assert shapes("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 14, stride=14)
    def forward(self, pixel_values):
        x = self.first(pixel_values).permute(0, 2, 3, 1)
        rows = x.shape[1] // 5
        return x.reshape(x.shape[0], 5, rows, -1)
""") == {"pixel_values": (2, 3, 216, 224)}
    assert shapes("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(10, 8)
    def forward(self, input_ids):
        return self.table(input_ids.reshape(input_ids.shape[0], 9, -1))
""") == {"input_ids": (2, 7, 9)}


def test_one_item_where_items_are_packed() -> None:
    given = shapes("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.config_patch, self.first = 14, nn.Conv2d(3, 8, 14, stride=14)
    def forward(self, pixel_values: torch.Tensor, target_sizes: torch.Tensor | None = None):
        x = self.first(pixel_values).flatten(2).transpose(1, 2)
        total = sum(int(height) * int(width) for height, width in target_sizes.tolist())
        return x + torch.ones(1, total, 8)
""")
    assert given == {"pixel_values": (1, 3, 224, 224), "target_sizes": (1, 2)}


def test_a_class_without_a_call_is_analysed_by_the_models_that_it_is_made_of() -> None:
    small = {f"{part}_config.num_layers": 1 for part in ("semantic", "coarse_acoustics", "fine_acoustics")}
    model = analyzer.load("bark", overrides=small)
    assert model.built.status is Status.COMPLETE
    outermost = [call.path for call in model.built.calls if "." not in call.path]
    assert outermost == ["semantic", "coarse_acoustics", "fine_acoustics", "codec_model"]
    assert {name.partition(".")[0] for name in model.built.inputs} == set(outermost)


def test_a_number_that_the_line_names_is_given() -> None:
    model = _built("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(10, 8)
    def forward(self, input_ids, num_patches: int | None = None):
        return self.table(input_ids).mean(1, keepdim=True) + torch.zeros(2, num_patches, 8)
""")
    assert model.status is Status.COMPLETE
    assert [tuple(map(int, one.source.outputs[one.output].shape)) for one in model.graph.results] == [(2, 4, 8)]
