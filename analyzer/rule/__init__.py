"""What a rule author imports: rules, matches, queries and facts."""

from analyzer.base import Span
from analyzer.facts.block_norms import BlockNorm, block_norms
from analyzer.facts.blocks import Block, Placement, blocks
from analyzer.facts.dims import StackSize, context, stack_sizes
from analyzer.facts.embedding import Embedding, embeddings, tying_fields
from analyzer.facts.final import stack_ends
from analyzer.facts.grouping import grouped
from analyzer.facts.head import Head, heads
from analyzer.facts.main import main_stack, main_stacks
from analyzer.facts.norms import Norm, NormKind, norms
from analyzer.facts.parameters import Learned, learned
from analyzer.facts.peeling import Scale
from analyzer.facts.scales import product
from analyzer.facts.shapes import width
from analyzer.facts.stacks import Layer, Stack, stacks
from analyzer.facts.tokens import table_rows, token_lookups
from analyzer.facts.topology import LayerTopology, Topology, topologies
from analyzer.graph import BuiltModel, Dtype, Group, Op, OpKind
from analyzer.query import ModuleTree, Query, constant_side, is_square_root_of, number, sides
from analyzer.rule.grouping import per_stack
from analyzer.rule.origins import bare, expression_of, fields_of
from analyzer.rule.rule import Certainty, Evidence, Example, Kind, Match, Rule, Severity, at, unknown
from analyzer.values import Origin, origin_of, plain, traced

__all__ = [
    "Block",
    "BlockNorm",
    "BuiltModel",
    "Certainty",
    "Dtype",
    "Embedding",
    "Evidence",
    "Example",
    "Group",
    "Head",
    "Kind",
    "Layer",
    "LayerTopology",
    "Learned",
    "Match",
    "ModuleTree",
    "Norm",
    "NormKind",
    "Op",
    "OpKind",
    "Origin",
    "Placement",
    "Query",
    "Rule",
    "Scale",
    "Severity",
    "Span",
    "Stack",
    "StackSize",
    "Topology",
    "at",
    "bare",
    "block_norms",
    "blocks",
    "constant_side",
    "context",
    "embeddings",
    "expression_of",
    "fields_of",
    "grouped",
    "heads",
    "is_square_root_of",
    "learned",
    "main_stack",
    "main_stacks",
    "norms",
    "number",
    "origin_of",
    "per_stack",
    "plain",
    "product",
    "sides",
    "stack_ends",
    "stack_sizes",
    "stacks",
    "table_rows",
    "token_lookups",
    "topologies",
    "traced",
    "tying_fields",
    "unknown",
    "width",
]
