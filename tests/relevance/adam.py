"""The descent by which weights and vectors are fitted."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Adam:
    """Adam (Kingma and Ba 2015) with decays .9 and .99, whose rate falls to 0 over so many steps.

    `least` is what a root mean square gradient is raised by before it divides.
    """

    def __init__(self, rate: float, steps: int, least: float) -> None:
        self._rate, self._steps, self._least = rate, steps, least
        self._step = 0
        self._mean: Any = 0.0
        self._square: Any = 0.0

    def step(self, gradient: NDArray[Any]) -> NDArray[Any]:
        """Return how far to go along a gradient, an array of its shape."""
        self._step += 1
        self._mean = 0.9 * self._mean + 0.1 * gradient
        self._square = 0.99 * self._square + 0.01 * gradient**2
        size = np.sqrt(self._square / (1 - 0.99**self._step)) + self._least
        rate = self._rate * (1 - self._step / self._steps)
        way: NDArray[Any] = rate * self._mean / (1 - 0.9**self._step) / size
        return way
