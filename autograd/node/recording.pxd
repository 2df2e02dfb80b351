from autograd.core.wiring cimport Node

cdef object add, bare, div, mul, neg, sub
cdef set ACTIVE
cdef long long NONE


cdef class Arithmetic(Node):
    pass


cdef double quotient(double x, double y)
cdef made(type kind, primitive, double data, left, right, double x, double y)
cpdef applied(primitive, Node node)
