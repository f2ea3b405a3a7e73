"""What ``start.py`` does: set up, serve, test. Standard library only, since nothing is installed yet."""
