from autograd.core.wiring cimport Node

cdef long long REACHED
