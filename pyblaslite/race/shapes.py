# SPDX-License-Identifier: MIT
"""The calls that are raced: products of squares and of shapes met in real models; any other routine."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..profile.flops import Sizes, operations
from .routines import is_bound_by_memory, moved, touched

LETTERS = {"float32": "s", "float64": "d", "complex64": "c", "complex128": "z", "bfloat16": "b", "int8": "i"}
NARROW = ("bfloat16", "int8")  # no BLAS has them: raced by calls from Python, in the suite
SIZES = {"float32": 4, "float64": 8, "complex64": 8, "complex128": 16}
OPS = ("n", "t", "c")
MOST = 2**31 - 1  # the peers' integers have 32 bits


@dataclass(frozen=True)
class Shape:
    """A call of ``routine``, with sizes and ``flags`` as csrc/race/routines.h has them.

    Of gemm: op(A) of m x k times op(B) of k x n; the flags are the two letters of op. ``lds`` are the leading
    dimensions of A, B and C, if they are not contiguous. ``count`` such products, if there are more, stand in
    contiguous stacks.
    """

    set: str
    name: str
    m: int
    n: int
    k: int
    flags: str = "nn"
    lds: tuple[int, int, int] | None = None
    count: int = 1
    routine: str = "gemm"

    def sizes(self) -> Sizes:
        """As formulas know them; a band is as wide above as below the diagonal, and a side is the first flag."""
        return Sizes(self.m, self.n, self.k, self.k, side=self.flags[:1])

    def flops(self, dtype: str) -> int:
        """Operations of all of it, on floating-point numbers mostly."""
        return operations(self.routine, dtype, self.sizes(), by_real=self.routine == "rot") * self.count

    def min_bytes(self, dtype: str) -> int:
        """The bytes that must move at least: each operand read once, or written, or both."""
        return SIZES[dtype] * moved(self.routine, self.sizes()) * self.count

    def footprint(self, dtype: str) -> int:
        """The bytes of the operands."""
        return SIZES[dtype] * touched(self.routine, self.sizes()) * self.count

    def is_bound_by_memory(self) -> bool:
        """Whether GB/s say more than GFLOP/s."""
        return is_bound_by_memory(self.routine)

    def order(self, dtype: str) -> str:
        """This call in the words that a competitor understands."""
        sizes = f"{self.m} {self.n} {self.k}"
        if self.count > 1:
            return f"batch {LETTERS[dtype]} {sizes} {self.count}"
        order = f"{self.routine} {LETTERS[dtype]} {self.flags or '-'} {sizes}"
        return " ".join([order, *map(str, self.lds or ())])


SQUARES = (64, 128, 192, 256, 384, 512, 768, 1000, 1536, 2048)
QUICK_SQUARES = (64, 256, 512, 1024)
PYTHON_SQUARES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)

# GPT-2 small reading 128 tokens: width 768, 12 heads of 64; the output layer cut to 8192 of 50257 words.
GPT2 = (
    Shape("GPT-2", "qkv", 128, 2304, 768),
    Shape("GPT-2", "scores", 128, 128, 64, "nt"),
    Shape("GPT-2", "context", 128, 64, 128),
    Shape("GPT-2", "projection", 128, 768, 768),
    Shape("GPT-2", "mlp up", 128, 3072, 768),
    Shape("GPT-2", "mlp down", 128, 768, 3072),
    Shape("GPT-2", "words", 128, 8192, 768, "nt"),
    Shape("GPT-2", "one token", 1, 3072, 768),
)

# ResNet-50 on one picture of 224 x 224, by im2col: output channels, pixels, input channels x kernel.
RESNET50 = (
    Shape("ResNet-50", "conv1 7x7", 64, 12544, 147),
    Shape("ResNet-50", "conv2 3x3", 64, 3136, 576),
    Shape("ResNet-50", "conv2 1x1", 256, 3136, 64),
    Shape("ResNet-50", "conv3 3x3", 128, 784, 1152),
    Shape("ResNet-50", "conv4 3x3", 256, 196, 2304),
    Shape("ResNet-50", "conv5 3x3", 512, 49, 4608),
    Shape("ResNet-50", "conv5 1x1", 2048, 49, 512),
)

# X^T X of 10000 observations of d features.
COVARIANCE = tuple(Shape("covariance", f"d = {d}", d, d, 10000, "tn") for d in (16, 64, 256, 512))


def squares(sizes: Iterable[int]) -> list[Shape]:
    """Square products."""
    return [Shape("squares", str(n), n, n, n) for n in sizes]


def default_shapes(*, quick: bool, python: bool) -> list[Shape]:
    """What is raced if nobody names shapes."""
    if quick:
        return [*squares(QUICK_SQUARES), *GPT2[::7], *RESNET50[1:4:2], *COVARIANCE[1:3]]
    return [*squares(PYTHON_SQUARES if python else SQUARES), *GPT2, *RESNET50, *COVARIANCE]


def random_shapes(count: int, seed: int) -> list[Shape]:
    """Products that nobody has tuned for: sizes from 2 to 3000, each doubling as likely; A and B as they are or
    transposed. Left out are products of less than a microsecond or more than some milliseconds."""
    draw, shapes = random.Random(seed), dict[str, Shape]()
    while len(shapes) < count:
        m, n, k = (round(math.exp(draw.uniform(math.log(2), math.log(3000)))) for _ in range(3))
        flags = draw.choice("nt") + draw.choice("nt")
        if 1 << 11 < m * n * k < 1 << 28:
            name = f"{m}x{n}x{k} {flags}"
            shapes[name] = Shape("random", name, m, n, k, flags)
    return list(shapes.values())


def read_shapes(path: Path) -> list[Shape]:
    """The shapes of a file: lines of ``name m n k [transA transB]``; # begins a comment.

    Raises
    ------
    ValueError
        If the file cannot be read, or a line cannot be understood; the message names it.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a text file"
        raise ValueError(f"{path}: {reason}") from None
    shapes: dict[str, Shape] = {}
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            shape = parse_shape(words, path.stem)
            if shape.name in shapes:
                raise ValueError(f"there is another shape named {shape.name!r}")
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from None
        shapes[shape.name] = shape
    if not shapes:
        raise ValueError(f"{path}: there is no shape in it")
    return list(shapes.values())


def parse_shape(words: list[str], set_name: str) -> Shape:
    """The shape that one line of a file describes."""
    if len(words) not in {4, 6}:
        raise ValueError(f"given {len(words)} words, expected: name m n k [transA transB]")
    name, *numbers = words[:4]
    m, n, k = (parse_size(number) for number in numbers)
    trans = [word.lower() for word in words[4:]] or ["n", "n"]
    for word in trans:
        if word not in OPS:
            raise ValueError(f"trans: given {word!r}, expected n, t or c")
    return Shape(set_name, name, m, n, k, "".join(trans))


def parse_size(word: str) -> int:
    """A positive integer that fits in 32 bits."""
    if not word.isascii() or not word.isdigit() or not 1 <= int(word) <= MOST:
        raise ValueError(f"given {word!r}, expected a size from 1 to {MOST}")
    return int(word)
