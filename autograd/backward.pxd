from autograd.core.wiring cimport Node

cdef long long REACHED


cdef _accumulate(Node leaf, before, leftover)
cdef _added_at(Node leaf, before, leftover)
