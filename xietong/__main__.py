"""The command line, for those who start it as a module of Python."""

from xietong.cli import main

main(prog_name="xietong")
