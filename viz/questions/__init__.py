"""Questions whose answers the engine knows.

The rooms, in the order in which to read them:

1. `answers`: a number, several, a choice, a function: which answers are right, which slip a wrong
   one shows.
2. `prose`: a little Markdown with formulas, as HTML and as plain text; what a figure shows there.
3. `score`: what was answered so far.
4. `predict`: a question that hides its answer; `boxes`: the same with a box to type into.
5. `quiz`: exercises with answers, on random graphs and on given ones.
"""
