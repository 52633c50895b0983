"""Askfirst reads an Android project from its source and says what it collects before the user has agreed."""

__version__ = "0.1.0"
