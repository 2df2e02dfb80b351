"""Settings of the site, for Sphinx; the names are Sphinx's."""

from __future__ import annotations

from pathlib import Path

import autograd

project = "chainrule"
release = version = autograd.__version__
author = "The chainrule authors"
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx.ext.mathjax",
    "myst_nb",
    "sphinx_design",
    "notebooks.pages.extension",
]
default_role = "code"
autodoc_member_order = "bysource"
napoleon_use_ivar = True
napoleon_numpy_docstring = False
python_use_unqualified_type_names = True
maximum_signature_line_length = 84

myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "html_image"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # the gallery has run them
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
mathjax_path = "tex-svg-full.js"
mathjax3_config = {
    "tex": {"inlineMath": [["\\(", "\\)"], ["$", "$"]]},
    # formulas of ours, and those in tables and questions that a cell shows
    "options": {"ignoreHtmlClass": "document", "processHtmlClass": "math|text_html|text_latex"},
}
myst_update_mathjax = False

html_theme = "furo"
html_title = "chainrule"
html_static_path = [str(Path(__file__).parent / "static")]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_copyright = False
html_show_search_summary = False  # it would fetch pages, which no browser does for files
html_theme_options = {"navigation_with_keys": True}
