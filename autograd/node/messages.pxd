from autograd.core.wiring cimport Node

cdef object add, mul, sub
cdef long long NONE, REACHED, AGAIN


cdef _visit(Node root, long long number, list order, list leaves, list held)
cdef _forget(Node node, list held)
