"""Everything the engine raises or warns with: one base, each also the built-in that fits."""


class AutogradError(Exception):
    """Base of every error that this package raises."""


class OperandError(AutogradError, TypeError):
    """Something that is not a number, a `Value` or an array was given to an operation."""


class ArgumentError(AutogradError, ValueError):
    """An argument of the right kind has a value that makes no sense here."""


class NumberTooLargeError(AutogradError, OverflowError):
    """An integer (or fraction) lies beyond the range of a float, about ±1.8e308."""


class GraphError(AutogradError, RuntimeError):
    """The graph cannot do what was asked, for example it holds no rule for a derivative."""


class ConvergenceError(AutogradError, ArithmeticError):
    """`root()` or `fixed_point()` found no solution; the message says how far they got."""


class AnomalyError(AutogradError, FloatingPointError):
    """`detect_anomaly()` met the first nan or infinity, going forward or backward."""


class GradientCheckError(AutogradError, AssertionError):
    """`check_grads()` found a derivative that differs from the measured slope."""


class TraceError(AutogradError, RuntimeError):
    """A function cannot be made into a program: it would freeze a number, or is never the same."""


class MissingExtraError(AutogradError, ImportError):
    """A feature needs a package that is not installed; the message says what to install."""


class TeachingWarning(UserWarning):
    """A well-formed program that probably does not mean what it says.

    Switch all of them off with `autograd.lints(False)`, or with the usual
    `warnings.filterwarnings("ignore", category=autograd.TeachingWarning)`.
    """
