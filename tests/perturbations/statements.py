"""Statements in other words: assignments, branches, loops."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst import FlattenSentinel

from tests.perturbations.rewriting import Counting, code, statements

Line = cst.SimpleStatementLine | FlattenSentinel[cst.SimpleStatementLine]


def _line(text: str) -> cst.SimpleStatementLine:
    found = cst.parse_statement(text)
    assert isinstance(found, cst.SimpleStatementLine)
    return found


class _OutOfPlace(Counting):
    """``x += y`` of a variable, outside of loops over numbers: what is added is a tensor or a number."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> Line:
        one = updated_node.body[0]
        if len(updated_node.body) != 1 or not isinstance(one, cst.AugAssign) or not isinstance(one.target, cst.Name):
            return updated_node
        signs = {cst.AddAssign: "+", cst.MultiplyAssign: "*", cst.SubtractAssign: "-", cst.DivideAssign: "/"}
        if (sign := signs.get(type(one.operator))) is None or isinstance(one.value, cst.Tuple | cst.List):
            return updated_node
        self.sites += 1
        return _line(f"{one.target.value} = {one.target.value} {sign} ({code(one.value)})")


class _Temporaries(Counting):
    """The first argument of a returned or assigned call gets a name, if it is a call itself."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> Line:
        one = updated_node.body[0]
        if len(updated_node.body) != 1 or not isinstance(one, cst.Return | cst.Assign):
            return updated_node
        call = one.value
        if not isinstance(call, cst.Call) or not call.args or not _evaluated_first(call.func):
            return updated_node
        first = call.args[0]
        if first.keyword or first.star or not isinstance(first.value, cst.Call | cst.BinaryOperation):
            return updated_node
        self.sites += 1
        name = f"intermediate_{self.sites}"
        given = call.with_changes(args=[first.with_changes(value=cst.Name(name)), *call.args[1:]])
        before = _line(f"{name} = ({code(first.value)})")
        return FlattenSentinel([before, updated_node.with_changes(body=[one.with_changes(value=given)])])


def _evaluated_first(function: cst.BaseExpression) -> bool:
    """Whether the function of a call is found without calling anything."""
    while isinstance(function, cst.Attribute):
        function = function.value
    return isinstance(function, cst.Name)


class _Unpacked(Counting):
    """``a, b = f(x)``: the pair gets a name and its elements are picked by number."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> Line:
        one = updated_node.body[0]
        if len(updated_node.body) != 1 or not isinstance(one, cst.Assign) or len(one.targets) != 1:
            return updated_node
        target, value = one.targets[0].target, one.value
        if not isinstance(target, cst.Tuple) or not isinstance(value, cst.Call):
            return updated_node
        names = [element.value.value for element in target.elements if isinstance(element.value, cst.Name)]
        if len(names) != len(target.elements) or code(value.func) in ("map", "zip", "reversed", "iter"):
            return updated_node
        self.sites += 1
        held = f"several_{self.sites}"
        picked = (_line(f"{name} = {held}[{number}]") for number, name in enumerate(names))
        return FlattenSentinel([_line(f"{held} = ({code(value)})"), *picked])


class _Inverted(Counting):
    """``if c: A else: B``."""

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:
        if not isinstance(updated_node.orelse, cst.Else) or _binds(updated_node.test):
            return updated_node
        self.sites += 1
        return updated_node.with_changes(
            test=cst.parse_expression(f"not ({code(updated_node.test)})"),
            whitespace_before_test=cst.SimpleWhitespace(" "),
            body=updated_node.orelse.body,
            orelse=updated_node.orelse.with_changes(body=updated_node.body),
        )


def _binds(test: cst.BaseExpression) -> bool:
    return ":=" in code(test)


class _Else(Counting):
    """``if c: return a``, and what follows."""

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body = updated_node.body
        for number, one in enumerate(body[:-1]):
            if isinstance(one, cst.If) and one.orelse is None and _returns(one.body) and _returned(body[number + 1 :]):
                self.sites += 1
                rest = cst.Else(body=cst.IndentedBlock(body=body[number + 1 :]))
                return updated_node.with_changes(body=[*body[:number], one.with_changes(orelse=rest)])
        return updated_node


def _returns(block: cst.BaseSuite) -> bool:
    return isinstance(block, cst.IndentedBlock) and _returned(block.body)


def _returned(body: Sequence[cst.BaseStatement]) -> bool:
    last = body[-1] if body else None
    return isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[-1], cst.Return)


class _ByNumber(Counting):
    """``for layer in self.layers:`` by way of the numbers of the layers."""

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        target, over = updated_node.target, updated_node.iter
        if (
            not isinstance(target, cst.Name)
            or not _is_list(over)
            or not isinstance(updated_node.body, cst.IndentedBlock)
        ):
            return updated_node
        self.sites += 1
        number = f"number_{self.sites}"
        picked = _line(f"{target.value} = ({code(over)})[{number}]")
        return updated_node.with_changes(
            target=cst.Name(number),
            iter=cst.parse_expression(f"range(len({code(over)}))"),
            body=updated_node.body.with_changes(body=[picked, *updated_node.body.body]),
        )


def _is_list(over: cst.BaseExpression) -> bool:
    """``self.layers`` or the first ones of it."""
    if isinstance(over, cst.Subscript):
        return isinstance(over.slice[0].slice, cst.Slice) and _is_list(over.value)
    return isinstance(over, cst.Attribute) and code(over.value) == "self" and over.attr.value.endswith("s")


class _Zipped(Counting):
    """``enumerate(self.layers)`` in a loop."""

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        over = updated_node.iter
        if not isinstance(over, cst.Call) or code(over.func) != "enumerate" or len(over.args) != 1:
            return updated_node
        if not _is_list(over.args[0].value):
            return updated_node
        self.sites += 1
        listed = code(over.args[0].value)
        return updated_node.with_changes(iter=cst.parse_expression(f"zip(range(len({listed})), {listed})"))


class _Looped(Counting):
    """``self.x = nn.ModuleList([f(i) for i in numbers])``: by a loop that appends."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | FlattenSentinel[cst.BaseStatement]:
        one = updated_node.body[0]
        if len(updated_node.body) != 1 or not isinstance(one, cst.Assign) or not isinstance(one.value, cst.Call):
            return updated_node
        call = one.value
        if code(call.func) != "nn.ModuleList" or len(call.args) != 1:
            return updated_node
        listed = call.args[0].value
        if not isinstance(listed, cst.ListComp | cst.GeneratorExp) or listed.for_in.inner_for_in or listed.for_in.ifs:
            return updated_node
        self.sites += 1
        name = f"members_{self.sites}"
        head = f"for {code(listed.for_in.target)} in {code(listed.for_in.iter)}"
        loop = cst.parse_statement(f"{head}:\n    {name}.append(({code(listed.elt)}))\n")
        made = call.with_changes(args=[cst.Arg(cst.Name(name))])
        return FlattenSentinel(
            [_line(f"{name} = []"), loop, updated_node.with_changes(body=[one.with_changes(value=made)])]
        )


class _Appended(Counting):
    """``self.x = nn.ModuleList([...])``: an empty list of modules that is filled."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | FlattenSentinel[cst.BaseStatement]:
        one = updated_node.body[0]
        if len(updated_node.body) != 1 or not isinstance(one, cst.Assign) or not isinstance(one.value, cst.Call):
            return updated_node
        call, target = one.value, code(one.targets[0].target)
        if code(call.func) != "nn.ModuleList" or len(call.args) != 1 or not target.startswith("self."):
            return updated_node
        self.sites += 1
        made = _line(f"{target} = nn.ModuleList()")
        return FlattenSentinel([made, _line(f"{target}.extend({code(call.args[0].value)})")])


class _NamedSuper(Counting):
    """``super().__init__()`` with its class and its object."""

    def __init__(self) -> None:
        super().__init__()
        self._classes: list[str] = []

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._classes.append(node.name.value)

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self._classes.pop()
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if len(self._classes) != 1 or code(updated_node) != "super()":
            return updated_node
        self.sites += 1
        return cst.parse_expression(f"super({self._classes[0]}, self)")


class _ResultFirst(Counting):
    """``return f(x)``: the result gets a name before it is returned."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> Line:
        one = updated_node.body[0]
        if len(updated_node.body) != 1 or not isinstance(one, cst.Return) or one.value is None:
            return updated_node
        self.sites += 1
        name = f"result_{self.sites}"
        return FlattenSentinel([_line(f"{name} = ({code(one.value)})"), _line(f"return {name}")])


STATEMENTS = (
    statements("out of place", "x += y is x = x + y where no other name has x", _OutOfPlace),
    statements("intermediate variables", "an argument with a name is the same argument", _Temporaries),
    statements("result in a variable", "a result with a name is the same result", _ResultFirst),
    statements("picked by number", "a, b = f(x) takes the first and the second", _Unpacked),
    statements("branches exchanged", "if not c: B else: A", _Inverted),
    statements("early return as else", "what follows a return is the other branch", _Else),
    statements("loop over numbers", "layers[0], layers[1] and so on are the layers in order", _ByNumber),
    statements("zip for enumerate", "numbers beside the layers", _Zipped),
    statements("loop for comprehension", "a loop that appends makes the same list", _Looped),
    statements("list of modules extended", "an empty list extended by the members", _Appended),
    statements("super with arguments", "what super() stands for", _NamedSuper),
)
