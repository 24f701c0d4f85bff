# SPDX-License-Identifier: MIT
"""Trains a small network on scikit-learn's handwritten digits, with every matrix product done by pyblaslite.

64 pixels -> 128 hidden units (ReLU) -> 10 classes (softmax), cross entropy, stochastic gradient descent with
momentum. All buffers are made once: products write into them (``out=``), and a bias or a momentum that is added to
is what ``beta`` is for.

    python examples/digits.py
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import pyblaslite as pbl

HIDDEN, CLASSES, BATCH, EPOCHS = 128, 10, 64, 60
RATE, MOMENTUM = np.float32(0.05), np.float32(0.9)

seconds: Counter[str] = Counter()


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Adds the time of the block to what the program prints at its end."""
    start = time.perf_counter()
    yield
    seconds[what] += time.perf_counter() - start


class Layer:
    """y = x W + b, and its gradients; the arrays are as long as a batch, a last short batch uses a part."""

    def __init__(self, rng: np.random.Generator, n_in: int, n_out: int) -> None:
        self.weight = (rng.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in)).astype(np.float32)
        self.bias = np.zeros(n_out, np.float32)
        self.step_weight, self.step_bias = np.zeros_like(self.weight), np.zeros_like(self.bias)

    def forward(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """y = x W + b: the bias is laid into y, and the product added to it."""
        with timed("elementwise"):
            y[...] = self.bias
        with timed("forward products"):
            return pbl.gemm(x, self.weight, beta=1, out=y)

    def backward(self, x: np.ndarray, dy: np.ndarray) -> None:
        """step = momentum step - rate x^T dy: one product, which scales and accumulates on its way."""
        with timed("weight gradients"):
            pbl.gemm(x, dy, trans_a="t", alpha=-RATE / len(x), beta=MOMENTUM, out=self.step_weight)
        with timed("elementwise"):
            self.step_bias *= MOMENTUM
            self.step_bias -= RATE / len(x) * dy.sum(axis=0)

    def update(self) -> None:
        """Takes the step."""
        with timed("elementwise"):
            self.weight += self.step_weight
            self.bias += self.step_bias


class Network:
    """Two layers and the buffers of a batch."""

    def __init__(self, rng: np.random.Generator, rows: int) -> None:
        self.first, self.second = Layer(rng, 64, HIDDEN), Layer(rng, HIDDEN, CLASSES)
        self.hidden, self.d_hidden = np.empty((2, rows, HIDDEN), np.float32)
        self.scores = np.empty((rows, CLASSES), np.float32)

    def forward(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The hidden units and the classes' scores of the rows of x."""
        hidden = self.first.forward(x, self.hidden[: len(x)])
        with timed("elementwise"):
            np.maximum(hidden, 0, out=hidden)
        return hidden, self.second.forward(hidden, self.scores[: len(x)])

    def learn(self, x: np.ndarray, label: np.ndarray) -> None:
        """One step of gradient descent on one batch."""
        hidden, scores = self.forward(x)
        with timed("elementwise"):
            scores -= scores.max(axis=1, keepdims=True)
            np.exp(scores, out=scores)
            scores /= scores.sum(axis=1, keepdims=True)
            scores[np.arange(len(x)), label] -= 1  # now the gradient of the loss by the scores
        with timed("input gradients"):
            d_hidden = pbl.gemm(scores, self.second.weight, trans_b="t", out=self.d_hidden[: len(x)])
        with timed("elementwise"):
            d_hidden *= hidden > 0
        self.second.backward(hidden, scores)
        self.first.backward(x, d_hidden)
        self.second.update()
        self.first.update()


def main() -> None:
    """Trains, tests, and prints how the time was spent."""
    pixels, labels = load_digits(return_X_y=True)
    pixels = (pixels / 16).astype(np.float32)
    x, x_test, y, y_test = train_test_split(pixels, labels, test_size=0.2, random_state=0, stratify=labels)

    rng = np.random.default_rng(0)
    network = Network(rng, BATCH)
    start = time.perf_counter()
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for first in range(0, len(x), BATCH):
            batch = order[first : first + BATCH]
            network.learn(x[batch], y[batch])
    total = time.perf_counter() - start

    training = dict(seconds)
    tester = Network(rng, len(x_test))
    tester.first, tester.second = network.first, network.second
    accuracy = float(np.mean(tester.forward(x_test)[1].argmax(axis=1) == y_test))

    training["batches and the rest"] = total - sum(training.values())
    print(f"test accuracy {accuracy:.1%} after {EPOCHS} epochs in {total:.2f} s, of which")
    for what, spent in sorted(training.items(), key=lambda item: -item[1]):
        print(f"  {what:<22} {spent:6.3f} s  {spent / total:5.1%}")
    if accuracy < 0.97:
        raise SystemExit(f"expected at least 97 %, got {accuracy:.1%}")


if __name__ == "__main__":
    main()
