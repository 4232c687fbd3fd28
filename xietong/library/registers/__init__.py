"""Registers: things with one identity and many places, from several publications, with dated states and links.

::

    classes      what a register holds: attributes, states, relations, control totals (CLASS.toml)
    rows         its lines as published, one per item and publication (CLASS.csv)
    states       dated states with evidence (CLASS.states.csv)
    links        relations between items (links.csv)
    merges       which records a person ruled to be one thing, and what was undone (merges.csv)
    register     the registers of a pack, read whole
    items        one item: every value of every publication side by side
    totals       control totals held against what the register has
    tokens       what the index keeps of a text: pairs of signs, so that no segmenter cuts a name wrongly
    sound        pinyin, whole and by initials
    index        one file with every item in the order in which it is shown
    search       any run of signs, sound, variants, filters
    forms        what an item may also be called, and what of a name tells no two things apart
    blocking     which records are compared at all
    likeness     how sure it is that two records are one thing, with reasons
    candidates   records that may be one thing; a person decides
    differences  proposed rows against those that stand: added, changed, refused
    journal      who contributed which file when, what it would do, and what was ruled
    journal_engines  where the journal is kept: SQLite, or PostgreSQL
    accounts     the offices that may write through the observatory, and the log of what they did
"""
