"""The HTTP side: the app factory, one blueprint per noun, the error table. See app.py."""
