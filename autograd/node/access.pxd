from autograd.core.wiring cimport Node
from autograd.node.recording cimport Arithmetic

cdef set ACTIVE
cdef dict HELD
cdef long long AGAIN, NONE, REACHED
cdef object Leftover


cdef class Access(Arithmetic):
    pass
