"""PyTorch Geometric's layers on the graphs of `graph_layers.py`, which runs it.

python benchmarks/graph_layers_torch.py --job "ChebyshevGraphConv: 10000 1" train 32

One graph for all samples: node features ``(batch, nodes, channels)`` and one ``edge_index``. A
graph a sample: the batch as one graph of many parts, as its loader makes it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from graph_layers import FILTERS, ORDER, pixel_graph
from htnet import clock

try:
    import torch
    from torch_geometric.nn import ChebConv, GCNConv
except ImportError:
    sys.exit("graph_layers_torch.py needs torch_geometric, or give TORCH_PYTHON to graph_layers.py")


def job(what: str, kind: str, batch: int) -> Callable[[], Any]:
    """A function that runs one prediction or one training step."""
    layer, sizes = what.split(": ")
    nodes, channels = map(int, sizes.split())
    edges = torch.from_numpy(pixel_graph(nodes)[0]).long()
    x = torch.randn(batch, nodes, channels)
    if layer == "ChebyshevGraphConv":
        # Its K is the number of terms; lambda_max is given, so that it need not be computed.
        conv, head = ChebConv(channels, FILTERS, ORDER + 1), torch.nn.Linear(FILTERS, 7)
        optimizer = torch.optim.Adam([*conv.parameters(), *head.parameters()])
        truth, largest = torch.arange(batch) % 7, torch.tensor(2.0)

        def step() -> float:
            optimizer.zero_grad()
            answer = conv(x, edges, lambda_max=largest).relu().mean(dim=1)
            loss = torch.nn.functional.cross_entropy(head(answer), truth)
            loss.backward()
            optimizer.step()
            return loss.item()

        return step
    conv = GCNConv(channels, FILTERS)
    if "a sample" in layer:
        x = x.reshape(batch * nodes, channels)
        edges = torch.cat([edges + nodes * number for number in range(batch)], dim=1)
    return torch.inference_mode()(lambda: conv(x, edges).numpy())


if __name__ == "__main__":
    _, _, what, kind, batch = sys.argv
    print(json.dumps(clock(job(what, kind, int(batch)))))
