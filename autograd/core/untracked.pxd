cdef class Untracked:
    pass
