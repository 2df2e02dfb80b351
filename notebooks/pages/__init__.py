"""The site: walkthroughs with live figures, playgrounds, guides and the reference, as pages."""
