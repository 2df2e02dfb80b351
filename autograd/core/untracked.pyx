"""Nodes that the garbage collector passes over until it looks at everything.

A graph is acyclic and freed by reference counting; looking through its nodes again and again
costs the collector more time than all the arithmetic. So a fresh node is not tracked. It can be
part of a cycle all the same, through what refers back to it from an attribute, a hand-made
`_backward`, or a gradient that is a Value. All of those are objects that the collector does track:
when it is about to look at everything, we go through what it tracks, find the nodes that hang on
it, and let them be tracked from then on. No cycle is missed by a full collection. (A class that
is derived from Value may have slots, by which a node refers to itself: its nodes are tracked.)
"""

import gc

from cpython.object cimport PyObject, PyTypeObject, visitproc
from cpython.ref cimport Py_TYPE

cdef extern from "Python.h":
    unsigned long Py_TPFLAGS_HEAPTYPE
    void PyObject_GC_Track(void *)
    void PyObject_GC_UnTrack(void *)
    bint PyObject_GC_IsTracked(object)

cdef Py_ssize_t LEAST = 2_000_000
cdef tuple NOTHING = ()
cdef Py_ssize_t living = 0
cdef Py_ssize_t limit = LEAST
"""Nodes alive, and at how many the collector is called: it does not count those it does not see."""


cdef class Untracked:
    def __cinit__(self):
        global living
        if not (Py_TYPE(self).tp_base.tp_flags & Py_TPFLAGS_HEAPTYPE):
            PyObject_GC_UnTrack(<void *>self)
        living += 1
        if living > limit:
            _collect()

    def __dealloc__(self):
        global living
        living -= 1


def bare(kind):  # not `type kind`: that refuses a class with a metaclass
    """A node of a class, without contents and whatever `__new__` and `__init__` the class has."""
    if not issubclass(kind, Untracked):
        raise TypeError(f"bare() makes nodes, and {kind!r} is no class of nodes")
    cdef PyTypeObject *base = <PyTypeObject *>kind
    while base.tp_flags & Py_TPFLAGS_HEAPTYPE:  # those that were made by a class statement
        base = base.tp_base
    return base.tp_new(kind, <PyObject *>NOTHING, NULL)


cdef int _find(PyObject *thing, void *found) except -1:
    if isinstance(<object>thing, Untracked) and not PyObject_GC_IsTracked(<object>thing):
        PyObject_GC_Track(<void *>thing)
        (<list>found).append(<object>thing)
    return 0


cdef _track_all():
    """Track every node that something tracked refers to, and all that it depends on."""
    cdef list found = gc.get_objects()
    while found:
        thing = found.pop()
        if (<PyTypeObject *>Py_TYPE(thing)).tp_traverse is not NULL:
            Py_TYPE(thing).tp_traverse(<PyObject *>thing, _find, <void *>found)


def _before_collection(phase, info):
    if phase == "start" and info["generation"] == 2:
        _track_all()


cdef _collect():
    global limit
    limit = 2 * living
    if gc.isenabled():
        gc.collect()
    limit = max(LEAST, 2 * living)


gc.callbacks.append(_before_collection)


def count():
    """The number of nodes that are alive."""
    return living


def set_least(Py_ssize_t least):
    """Let so many nodes live before the collector is called, for a test."""
    global LEAST, limit
    LEAST = limit = least
