"""The walkthroughs, and the commands around them: `python -m notebooks --help`.

The rooms, in the order in which to read them:

1. `execution`: a notebook run, in the form that is committed or with its live figures.
2. `exercises`: what judges an answer, a module for each notebook.
3. `copying`: a copy to work in. `lessons`: the handouts of a lesson.
4. `browser`: a headless Chromium. `thumbnails`: the index's pictures.
5. `pages`: the site, of which walkthroughs, live pages, guides and the reference are part.
"""
