"""The desk and the observatory: what the command line, Python and the browser ask for."""
