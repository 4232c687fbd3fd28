"""Recipes: the only joint of library and measures; binds by name, runs once, writes the receipt."""
