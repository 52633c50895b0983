"""Hints of editors: what stands at a place, what entry points lead to, trees of ways and permissions. Knows no protocol.

All is read from the last check's model; nothing here decides anything about a project.
"""
