"""Everything that a rule imports: rules, matches, examples, queries and facts."""

from analyzer.base import Span
from analyzer.facts.attention.attention import Attention, attentions, rotated_share
from analyzer.facts.attention.branches import Branch
from analyzer.facts.attention.details import (
    biases,
    factors_of_one,
    fused,
    is_learned,
    kv_kind,
    latent,
    query_key_norm,
    sinks,
    upcast,
)
from analyzer.facts.attention.head_layout import fused_layout, repeat_order, repetitions, split_order
from analyzer.facts.attention.latent_sizes import LatentSizes, latent_sizes
from analyzer.facts.attention.score_terms import PositionKind
from analyzer.facts.calls.infinite_masks import InfiniteMask, calls_with_masks, infinite_mask
from analyzer.facts.calls.packing import Packing, Separator, packings
from analyzer.facts.calls.position_counting import Counted, Counting, counted_positions
from analyzer.facts.dataflow.conditions import asked, skipped
from analyzer.facts.dataflow.factors import Factor, Term
from analyzer.facts.dataflow.layout import width
from analyzer.facts.dataflow.learned import Learned, learned
from analyzer.facts.dataflow.projections import Projection
from analyzer.facts.dataflow.token_lookups import table_rows, token_lookups
from analyzer.facts.dataflow.weight_layout import WeightLayout, weight_layout
from analyzer.facts.embedding_and_head.embedding import Embedding, embeddings, is_one_number, tying_fields
from analyzer.facts.embedding_and_head.head import Head, heads
from analyzer.facts.embedding_and_head.pooling import Pooled, Pooling, poolings
from analyzer.facts.embedding_and_head.sequence_pooling import SequencePooling, sequence_poolings
from analyzer.facts.feed_forward.active_parameters import active_parameters
from analyzer.facts.feed_forward.expert_weighting import Weighted, Weighting, weighting
from analyzer.facts.feed_forward.feed_forward import FeedForward, feed_forwards
from analyzer.facts.feed_forward.fused_layout import FusedLayout, fused_halves
from analyzer.facts.feed_forward.router import Groups, Router
from analyzer.facts.feed_forward.routers import router_upcast, routers
from analyzer.facts.feed_forward.shared_experts import (
    joint,
    routed_experts,
    shared_count,
    shared_experts,
    shared_gate,
)
from analyzer.facts.layers.caches import CacheKind, Kept, cache_kind, kept
from analyzer.facts.layers.carried_states import CarriedState, carried_states
from analyzer.facts.layers.decays import Decay
from analyzer.facts.layers.deciding_conditions import LayerCondition, aspect_conditions, deciding_conditions
from analyzer.facts.layers.grouping import grouped
from analyzer.facts.layers.lenders import key_makers, lender
from analyzer.facts.layers.schedule import LayerKind, grouped_layers, schedule
from analyzer.facts.layers.schedule import pattern as layer_pattern
from analyzer.facts.masks.masks import mask_of
from analyzer.facts.masks.tiles import Tiles, tiles_of, uncut_fields
from analyzer.facts.norms.norms import Norm, NormKind, norms
from analyzer.facts.norms.unrecognised import unrecognised_norms
from analyzer.facts.numerics.guards import (
    MaskFill,
    Upcast,
    bounds,
    clamps,
    divisor_guards,
    group_fill,
    mask_fill,
    upcasts,
)
from analyzer.facts.positions.positions import Position, attention_positions, positions_before
from analyzer.facts.positions.sine_tables import SineTable, opaque_table, sine_table, unfollowed
from analyzer.facts.positions.table_offset import first_row, padding_row
from analyzer.facts.positions.unrecognised import possible_position
from analyzer.facts.residual.multipliers import product
from analyzer.facts.residual.scaling import Scale, unread_scale
from analyzer.facts.rotary.frequencies import frequencies
from analyzer.facts.rotary.magnitude import magnitude
from analyzer.facts.rotary.rotary import Rotary, rotaries
from analyzer.facts.stacks.block_norms import BlockNorm, block_norms, inner_norms
from analyzer.facts.stacks.blocks import Block, Placement, blocks
from analyzer.facts.stacks.construction_fields import construction_fields, repeating_fields
from analyzer.facts.stacks.final_norm import ReaderKind, StackEnd, stack_ends
from analyzer.facts.stacks.main_stacks import main_stack, main_stacks
from analyzer.facts.stacks.membership import (
    attentions_of,
    first_unknown,
    layers_with,
    unrecognised_choice,
    unrecognised_mixer,
)
from analyzer.facts.stacks.sizes import VOCABULARY_FIELDS, StackSize, context, fields_with, stack_sizes, trace_cut
from analyzer.facts.stacks.stacks import Layer, Stack, list_place, stacks, wildcard
from analyzer.facts.stacks.topology import LayerTopology, Topology, topologies
from analyzer.facts.training.dropouts import Dropout, DropoutPlace, dropouts
from analyzer.facts.training.initialisation import InitialValues, Role, initial_values
from analyzer.facts.upkeep.drift import Drifted, drifted_copies, drifted_from_modular
from analyzer.facts.upkeep.unused import (
    Unused,
    fallback_reads,
    ignored_schedules,
    own_fields,
    unmatched_claims,
    unread_fields,
    unused_parameters,
)
from analyzer.graph import BuiltModel, Decision, DecisionKind, Dtype, FieldRead, Group, Op, OpKind
from analyzer.query import ModuleTree, Query, constant_side, is_square_root_of, number, sides
from analyzer.query.tree import common_path, is_inside, parent_of
from analyzer.rule.causes import cause
from analyzer.rule.example_programs import attention_example, block_example, experts_example, model_example
from analyzer.rule.grouping import absent, for_each, per_stack, with_conditions
from analyzer.rule.origins import bare, expression_of, fields_of
from analyzer.rule.rule import (
    Certainty,
    Confidence,
    Evidence,
    Example,
    Match,
    Removed,
    Rule,
    RuleKind,
    Severity,
    Stage,
    Traits,
    at,
    unknown,
)
from analyzer.rule.undecided import UNRECOGNISED_MIXER, UNRECOGNISED_NORM, without_norm
from analyzer.values import Origin, origin_of, plain, traced

__all__ = [
    "UNRECOGNISED_MIXER",
    "UNRECOGNISED_NORM",
    "VOCABULARY_FIELDS",
    "Attention",
    "Block",
    "BlockNorm",
    "Branch",
    "BuiltModel",
    "CacheKind",
    "CarriedState",
    "Certainty",
    "Confidence",
    "Counted",
    "Counting",
    "Decay",
    "Decision",
    "DecisionKind",
    "Drifted",
    "Dropout",
    "DropoutPlace",
    "Dtype",
    "Embedding",
    "Evidence",
    "Example",
    "Factor",
    "FeedForward",
    "FieldRead",
    "FusedLayout",
    "Group",
    "Groups",
    "Head",
    "InfiniteMask",
    "InitialValues",
    "Kept",
    "LatentSizes",
    "Layer",
    "LayerCondition",
    "LayerKind",
    "LayerTopology",
    "Learned",
    "MaskFill",
    "Match",
    "ModuleTree",
    "Norm",
    "NormKind",
    "Op",
    "OpKind",
    "Origin",
    "Packing",
    "Placement",
    "Pooled",
    "Pooling",
    "Position",
    "PositionKind",
    "Projection",
    "Query",
    "ReaderKind",
    "Removed",
    "Role",
    "Rotary",
    "Router",
    "Rule",
    "RuleKind",
    "Scale",
    "Separator",
    "SequencePooling",
    "Severity",
    "SineTable",
    "Span",
    "Stack",
    "StackEnd",
    "StackSize",
    "Stage",
    "Term",
    "Tiles",
    "Topology",
    "Traits",
    "Unused",
    "Upcast",
    "WeightLayout",
    "Weighted",
    "Weighting",
    "absent",
    "active_parameters",
    "asked",
    "aspect_conditions",
    "at",
    "attention_example",
    "attention_positions",
    "attentions",
    "attentions_of",
    "bare",
    "biases",
    "block_example",
    "block_norms",
    "blocks",
    "bounds",
    "cache_kind",
    "calls_with_masks",
    "carried_states",
    "cause",
    "clamps",
    "common_path",
    "constant_side",
    "construction_fields",
    "context",
    "counted_positions",
    "deciding_conditions",
    "divisor_guards",
    "drifted_copies",
    "drifted_from_modular",
    "dropouts",
    "embeddings",
    "experts_example",
    "expression_of",
    "factors_of_one",
    "fallback_reads",
    "feed_forwards",
    "fields_of",
    "fields_with",
    "first_row",
    "first_unknown",
    "for_each",
    "frequencies",
    "fused",
    "fused_halves",
    "fused_layout",
    "group_fill",
    "grouped",
    "grouped_layers",
    "heads",
    "ignored_schedules",
    "infinite_mask",
    "initial_values",
    "inner_norms",
    "is_inside",
    "is_learned",
    "is_one_number",
    "is_square_root_of",
    "joint",
    "kept",
    "key_makers",
    "kv_kind",
    "latent",
    "latent_sizes",
    "layer_pattern",
    "layers_with",
    "learned",
    "lender",
    "list_place",
    "magnitude",
    "main_stack",
    "main_stacks",
    "mask_fill",
    "mask_of",
    "model_example",
    "norms",
    "number",
    "opaque_table",
    "origin_of",
    "own_fields",
    "packings",
    "padding_row",
    "parent_of",
    "per_stack",
    "plain",
    "poolings",
    "positions_before",
    "possible_position",
    "product",
    "query_key_norm",
    "repeat_order",
    "repeating_fields",
    "repetitions",
    "rotaries",
    "rotated_share",
    "routed_experts",
    "router_upcast",
    "routers",
    "schedule",
    "sequence_poolings",
    "shared_count",
    "shared_experts",
    "shared_gate",
    "sides",
    "sine_table",
    "sinks",
    "skipped",
    "split_order",
    "stack_ends",
    "stack_sizes",
    "stacks",
    "table_rows",
    "tiles_of",
    "token_lookups",
    "topologies",
    "trace_cut",
    "traced",
    "tying_fields",
    "uncut_fields",
    "unfollowed",
    "unknown",
    "unmatched_claims",
    "unread_fields",
    "unread_scale",
    "unrecognised_choice",
    "unrecognised_mixer",
    "unrecognised_norms",
    "unused_parameters",
    "upcast",
    "upcasts",
    "weight_layout",
    "weighting",
    "width",
    "wildcard",
    "with_conditions",
    "without_norm",
]
