"""Where to put sites: medians, centres and coverage, exactly and with a proven bound, on any matrix of costs."""
