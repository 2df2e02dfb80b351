from autograd.core.wiring cimport Node

cdef object add, bare, div, mul, neg, pow_, power_of, sub
cdef set ACTIVE
cdef long long LARGE, NONE


cdef class Arithmetic(Node):
    pass


cdef double quotient(double x, double y)
cdef made(kind, primitive, double data, left, right, double x, double y)
cdef number_or_none(other)
cdef tuple _numbers_of(tuple nodes)
cdef tuple _nodes_and_numbers(tuple operands)
cpdef applied(primitive, Node node)
