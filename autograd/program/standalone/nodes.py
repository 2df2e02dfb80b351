"""Nodes: a graph as JavaScript for a page that shows it, with what every node and wire carries.

Unlike the straight lines of an exported file, it is a table: each operation once, as a function for
its value and one for its local gradients, and the steps of the graph as numbers. A page of it
stays small, and a short loop goes forward, another backward, as the engine does.
"""

from __future__ import annotations

from autograd.errors import GraphError
from autograd.graph import Graph, Operand
from autograd.primitives.primitive import Primitive
from autograd.program.loops.loop import Loop
from autograd.program.standalone.javascript import JAVASCRIPT, js_number
from autograd.program.standalone.language import helpers_of
from autograd.program.standalone.parts import wrapped
from autograd.program.standalone.templates import Templates
from autograd.program.straight.forms import Form, placeholders
from autograd.program.straight.spelled import Spelled

_TEXT = """\
// {count} values of a graph, by number; after them, constants.
{helpers}
// For each operation its value, and its local gradients, of operands that are places in `all`.
const OPERATIONS = [
{operations}
];
// Value, operation, operands.
const STEPS = [
{steps}
];

// An array for all values, and in it the constants.
function numbers() {{
  const all = new Float64Array({size});
  all.set([{constants}], {stop});
  return all;
}}

// Computes every value from the leaves, which are set.
function forward(all) {{
  for (const [value, operation, operands] of STEPS) {{
    all[value] = OPERATIONS[operation].value(all, operands);
  }}
}}

// Local gradients and messages by value and operand, and gradients by value; undefined if none.
function backward(all) {{
  const locals = [], messages = [], gradients = [];
  gradients[{output}] = 1;
  for (let step = STEPS.length - 1; step >= 0; step--) {{
    const [value, operation, operands] = STEPS[step];
    const {{ slopes, selects }} = OPERATIONS[operation];
    const upstream = gradients[value];
    locals[value] = slopes(all, operands, value);
    messages[value] = [];
    if (upstream === undefined) continue;
    for (let slot = 0; slot < operands.length; slot++) {{
      const operand = operands[slot], local = locals[value][slot];
      if (operand >= {stop} || (selects && local === 0)) continue;
      const message = messages[value][slot] = upstream * local;
      const before = gradients[operand];
      gradients[operand] = before === undefined ? message : before + message;
    }}
  }}
  return {{ locals, messages, gradients }};
}}
"""


def to_javascript(graph: Graph) -> str:
    """A graph as a script of JavaScript: its values, its local gradients and its backward pass.

    The script defines `numbers()`, an array with a place for every value by its number in `graph`;
    `forward(all)`, which computes the values there from those of the leaves; and `backward(all)`,
    which gives `locals[value][slot]`, `messages[value][slot]` and `gradients[value]` of the last
    output, as `Graph.messages` has them. A branch that `where` took, it takes again. Of labels, the
    script has nothing.

    Raises:
        GraphError: the graph ends in a constant or has a loop, or a primitive is no formula that a
            file could hold, as that of a node made by hand.

    >>> from autograd import Graph, Value
    >>> w = Value(2.0)
    >>> text = to_javascript(Graph.of(0.5 * w * w))
    >>> print(text[text.index("const OPERATIONS"):text.index("// An array")])
    const OPERATIONS = [
      {
        value: (all, x) => all[x[0]] * all[x[1]],
        slopes: (all, x, out) => [all[x[1]], all[x[0]]],
        selects: false,
      },
    ];
    // Value, operation, operands.
    const STEPS = [
      [2, 0, [4, 1]], [3, 0, [2, 1]]
    ];
    <BLANKLINE>
    """
    if not graph.outputs or isinstance(graph.outputs[-1], float):
        raise GraphError(
            "a graph for a page ends in a value, such as Graph.of(y); this one ends in a constant"
        )
    table = _Table(graph)
    operations = "\n".join(table.operations())  # first, since it notes the helpers that it needs
    return _TEXT.format(
        count=len(graph),
        helpers="".join(f"\n{one}" for one in helpers_of(JAVASCRIPT, table.used)),
        operations=operations,
        steps="\n".join(wrapped(table.steps(), "  ")),
        size=table.stop + len(table.constants),
        constants=", ".join(map(js_number, table.constants.values())),
        stop=table.stop,
        output=graph.outputs[-1],
    )


class _Table:
    """The operations of a graph, each once, and its steps.

    Attributes:
        stop: the place after the last value, where the constants begin.
        constants: by their texts, which tell 0.0 from −0.0.
        used: the functions that the operations call.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.stop = graph.numbers.stop
        self.constants = {
            repr(x): x
            for step in graph.computed.values()
            for x in step.operands
            if isinstance(x, float)
        }
        self.used: set[str] = set()
        self._templates = Templates(JAVASCRIPT, self.used)
        kinds = {(step.primitive, len(step.operands)): None for step in graph.computed.values()}
        self._place = {kind: i for i, kind in enumerate(kinds)}
        self._place_of = {text: self.stop + i for i, text in enumerate(self.constants)}

    def operations(self) -> list[str]:
        """The lines of every operation."""
        return [line for kind in self._place for line in self._operation(*kind)]

    def steps(self) -> list[str]:
        """A text for each step."""
        return [
            f"[{i}, {self._place[primitive, len(operands)]}, "
            f"[{', '.join(str(self._operand(x)) for x in operands)}]]"
            for i, (primitive, operands) in self._graph.computed.items()
        ]

    def _operand(self, x: Operand) -> int:
        return self._place_of[repr(x)] if isinstance(x, float) else x

    def _operation(self, primitive: Primitive, count: int) -> list[str]:
        if isinstance(primitive, Loop):
            raise GraphError(
                "a page computes one value after the other, and has no loops: write the steps of "
                "scan as a loop of Python"
            )
        *xs, out = placeholders(Spelled, count + 1)
        value = Form(count, [Spelled.value(primitive, count)])
        slopes = Form(count + 1, Spelled.slopes(primitive, out, xs))
        return [
            "  {",
            *self._function("value: (all, x)", count, value, "{}"),
            *self._function("slopes: (all, x, out)", count, slopes, "[{}]"),
            f"    selects: {'true' if primitive.selects else 'false'},",
            "  },",
        ]

    def _function(self, head: str, count: int, form: Form, result: str) -> list[str]:
        """The lines of a function of `count` operands, and of the value, if the form has it."""
        temporaries, results = self._templates.of(form)
        names = [*(f"all[x[{i}]]" for i in range(count)), "all[out]"][: form.count]
        names += [f"t{i}" for i in range(len(temporaries))]
        texts = [template.format(*names) for template in temporaries]
        found = [
            (JAVASCRIPT.truth if condition else "{}").format(template.format(*names))
            for template, condition in results
        ]
        returned = result.format(", ".join(found))
        if not texts:
            return [f"    {head} => {returned},"]
        lines = [f"      const t{i} = {text};" for i, text in enumerate(texts)]
        return [f"    {head} => {{", *lines, f"      return {returned};", "    },"]
