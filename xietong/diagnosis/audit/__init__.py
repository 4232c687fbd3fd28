"""The audit of a text: its figures found, read, and held against the cells of a pack.

``quantities`` finds numbers with their units, ``words`` the names of concepts, places and years, ``statements`` joins
them into what a sentence states, ``candidates`` gives what the pack says, ``verdicts`` holds the two together, and
``within`` holds a text against itself.
"""
