"""An order and names inside an ONNX graph that are the same each time a model is written.

tf2onnx goes through sets of names and numbers its own names on and on, so two files of one model
differ by the process that wrote them, and so do their SHA-256.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any


def put_in_order(graph: Any) -> None:
    """Sort and rename nodes, inner values and constants by what the graph computes alone.

    Each node comes behind those that it takes from, of these the first input's first. It is called
    by its op, and the next of its kind ``Conv_2``; its only output the same, others
    ``Split_3.1``; a constant by the first node that takes it and its place among that node's
    inputs, ``Conv_2.in1``. Inputs and outputs of the graph keep their names.

    A graph whose nodes hold graphs, such as loops, stays as it is; none of our models has them.

    Args:
        graph: an ``onnx.GraphProto``, changed in place. What reaches no output goes.
    """
    if any(one.HasField("g") or one.graphs for node in graph.node for one in node.attribute):
        return
    names = {side.name: side.name for side in (*graph.input, *graph.output)}
    constants = {one.name: one for one in graph.initializer}
    kept = []
    counts: Counter[str] = Counter()
    nodes = list(_in_order(graph))
    for node in nodes:
        counts[node.op_type] += 1
        number = counts[node.op_type]
        node.name = node.op_type if number == 1 else f"{node.op_type}_{number}"
        for place, name in enumerate(node.input):
            if name in constants and name not in names:
                names[name] = f"{node.name}.in{place}"
                kept.append(constants[name])
        for place, name in enumerate(node.output):
            if name:
                names.setdefault(name, f"{node.name}.{place}" if place else node.name)
        for side in (node.input, node.output):
            side[:] = [names.get(name, name) for name in side]
        node.attribute.sort(key=lambda one: one.name)
        node.doc_string = ""
    for one in kept:
        one.name = names[one.name]
    _replace(graph.node, nodes)
    _replace(graph.initializer, kept)
    del graph.value_info[:]  # shapes of inner values, which every reader infers itself


def _in_order(graph: Any) -> Iterator[Any]:
    """Nodes that reach an output, each behind those that it takes from."""
    makers = {name: number for number, node in enumerate(graph.node) for name in node.output}
    done: set[int] = set()
    for side in graph.output:
        waiting = [(makers[side.name], False)] if side.name in makers else []
        while waiting:  # no recursion: a deep network is deeper than Python's stack
            number, opened = waiting.pop()
            if number in done:
                continue
            if opened:
                done.add(number)
                yield graph.node[number]
                continue
            waiting.append((number, True))
            taken = (makers[name] for name in reversed(graph.node[number].input) if name in makers)
            waiting.extend((one, False) for one in taken)


def _replace(field: Any, messages: list[Any]) -> None:
    """Let a repeated field hold copies of these messages, in this order."""
    copies = [type(one).FromString(one.SerializeToString()) for one in messages]
    del field[:]
    field.extend(copies)
