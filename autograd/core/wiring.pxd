from autograd.core.untracked cimport Untracked

cdef long long NONE, REACHED, AGAIN


cdef class Node(Untracked):
    cdef public double _float, _grad, _x, _y
    cdef public long long _mark
    cdef public object _primitive, _left, _right


cpdef bint is_leaf(Node node)
cpdef gradient(Node node)
cpdef set_gradient(Node node, grad)
cpdef send(Node node, double grad)
cpdef receive(Node parent, double message)
cdef _send_to_all(tuple parents, found, Node node, double grad)
