from autograd.core.wiring cimport Node

cdef object add, cosh, div, exp, log, mul, neg, pow, power, relu, sigmoid, sub, tanh, Unary
cdef double FAR
cdef long long NONE, REACHED, AGAIN


cdef _visit(Node root, long long number, list order, list leaves, list held)
cdef _forget(Node node, list held)
cpdef double slope_of(primitive, double out, double x)
