"""Labels that tell where in a model a parameter stands."""

from __future__ import annotations

import re

_PATH = re.compile(r"(?:(?P<owner>.*)\.)?(?P<name>[^.\[\]]+)(?P<index>(?:\[\d+(?:, *\d+)*\])*)")


class PathLabel(str):
    """A label made of a parameter's path in a model, not by the user: `layer1.neuron2.w[0]`.

    A path is written as one would say it. Attributes are joined with dots. Modules in a list count
    from 1 in the singular of the list's name (`layers` -> `layer1`); numbers in a list count from
    0, as Python indexes them (`w[0]`, `weight_ih[2][1]`).
    """

    __slots__ = ()

    @property
    def parts(self) -> tuple[str, str, tuple[int, ...]] | None:
        """The module, its attribute and the place in that; None for a text that is no path.

        >>> PathLabel("layer1.neuron2.w[0]").parts
        ('layer1.neuron2', 'w', (0,))
        """
        found = _PATH.fullmatch(self)
        if found is None:
            return None
        indices = tuple(int(number) for number in re.findall(r"\d+", found["index"]))
        return found["owner"] or "", found["name"], indices
