"""Recurrent networks that run as one kernel."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.frameworks.torch.operations.spelling import FREE, rules
from analyzer.graph import OpKind, TensorType
from analyzer.library.operations.errors import BindingError
from analyzer.library.operations.rule import Outputs, merge
from analyzer.library.operations.symbolic import multiply
from analyzer.values import Tensor


def _arrange(arguments: Sequence[object]) -> tuple[Tensor, object, bool]:
    """Input, initial state and whether both directions run, from the plain or the packed form."""
    if len(arguments) < 9:
        raise BindingError("a recurrent network without its nine arguments")
    data, second = arguments[:2]
    if not isinstance(data, Tensor):
        raise BindingError("a recurrent network without input")
    packed = isinstance(arguments[3], list | tuple)
    state = arguments[2] if packed else second
    return data, state, bool(arguments[8] if packed else arguments[7])


def lstm(input: Tensor, *rest: object) -> Outputs:
    """Output over time, last hidden state, last cell state."""
    data, state, both = _arrange((input, *rest))
    if not isinstance(state, list | tuple):
        raise BindingError("lstm without hidden and cell state")
    hidden, cell = state
    return (_over_time(data, hidden, both), _like(hidden), _like(cell))


def recurrent(input: Tensor, *rest: object) -> Outputs:
    """``gru`` and plain networks: output over time, last hidden state."""
    data, hidden, both = _arrange((input, *rest))
    if not isinstance(hidden, Tensor):
        raise BindingError("a recurrent network without state")
    return (_over_time(data, hidden, both), _like(hidden))


def _like(tensor: Tensor) -> TensorType:
    return TensorType(tensor.shape, tensor.dtype)


def _over_time(data: Tensor, hidden: Tensor, both: bool) -> TensorType:
    return TensorType((*data.shape[:-1], multiply((hidden.shape[-1], 2 if both else 1))), data.dtype)


def lstm_cell(
    input: Tensor, hx: object, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = None, b_hh: Tensor | None = None
) -> Outputs:
    """One step: hidden and cell state."""
    if not isinstance(hx, list | tuple):
        raise BindingError("lstm_cell without hidden and cell state")
    return tuple(_like(state) for state in hx)


def cell(
    input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = None, b_hh: Tensor | None = None
) -> Outputs:
    """One step: the hidden state."""
    return _like(hx)


RECURRENT = merge(
    rules(OpKind.RECURRENT, lstm, ("lstm",), FREE),
    rules(OpKind.RECURRENT, recurrent, ("gru", "rnn_tanh", "rnn_relu"), FREE),
    rules(OpKind.RECURRENT, lstm_cell, ("lstm_cell",), FREE),
    rules(OpKind.RECURRENT, cell, ("gru_cell", "rnn_tanh_cell", "rnn_relu_cell"), FREE),
)
