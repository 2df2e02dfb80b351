from autograd.wiring cimport Node

cdef object add, mul, sub
cdef long long NONE, REACHED, AGAIN


cdef _visit(Node root, long long number, list order, list held)
cdef _mark_visited(Node node, long long number, list held)
