from autograd.wiring cimport Node

cdef long long REACHED
